import type { List, Root, RootContent } from "mdast";
import type { TextUnit } from "./adapter.ts";
import type { TextPart } from "./message.ts";
import { flatten } from "./rich-text.ts";

/** Where a text is best cut: after a paragraph, a line, a sentence (English or Chinese), a word. */
const BREAKS = [/\n[^\S\n]*\n\s*/g, /\n\s*/g, /[.!?…]["')\]”’»]*\s+|[。！？；…]["'”’」』）】]*\s*/g, /\s+/g];
/** A better break is taken only where it leaves at least this share of the piece. */
const FILLED = 0.3;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const wordBounds = new Intl.Segmenter(undefined, { granularity: "word" });

/** How long the platform thinks this text is. */
export function textLength(text: string, unit: TextUnit): number {
  if (unit === "utf16") return text.length;
  return unit === "bytes" ? Buffer.byteLength(text) : prefixEnd(text, Infinity, "chars").size;
}

/**
 * Cuts a text into pieces no longer than `max`, at the best places there are. The pieces joined are the text.
 * A character that people see as one stays whole, unless it alone is longer than `max`.
 */
export function splitText(text: string, max: number, unit: TextUnit): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (;;) {
    const { end } = prefixEnd(rest, max, unit);
    if (end === rest.length) return rest === "" ? pieces : [...pieces, rest];
    const cut = bestCut(rest, end);
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
}

/** A label of at most `max`, with an ellipsis where something is gone. */
export function shorten(text: string, max: number, unit: TextUnit): string {
  if (textLength(text, unit) <= max) return text;
  const room = max - textLength("…", unit);
  const [head = ""] = room > 0 ? splitGraphemes(text, room, unit) : [];
  return head === "" ? "" : `${head.trimEnd()}…`;
}

function splitGraphemes(text: string, max: number, unit: TextUnit): string[] {
  const { end } = prefixEnd(text, max, unit);
  return [text.slice(0, graphemeCut(text, end))];
}

/** The longest prefix within `max` that ends between two code points; at least one code point, so that splitting ends. */
function prefixEnd(text: string, max: number, unit: TextUnit): { end: number; size: number } {
  if (unit === "utf16" && text.length <= max) return { end: text.length, size: text.length };
  let end = 0;
  let size = 0;
  while (end < text.length) {
    const codePoint = text.codePointAt(end) as number;
    const width = codePoint > 0xffff ? 2 : 1;
    size += unit === "chars" ? 1 : unit === "utf16" ? width : bytesOf(codePoint);
    if (size > max && end > 0) break;
    end += width;
  }
  return { end, size };
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

function bestCut(text: string, end: number): number {
  const head = text.slice(0, end);
  const least = end * FILLED;
  for (const pattern of BREAKS) {
    const cut = [...head.matchAll(pattern)]
      .map((match) => match.index + match[0].length)
      .findLast((at) => isWhole(text, at, end));
    if (cut !== undefined && cut >= least) return cut;
  }
  const word = wordBounds.segment(text.slice(0, end + 2)).containing(end)?.index ?? 0;
  return word >= least && isWhole(text, word, end) ? word : graphemeCut(text, end);
}

/** The last place up to `end` between two graphemes; `end` itself when the first grapheme is longer. */
function graphemeCut(text: string, end: number): number {
  return graphemes.segment(text.slice(0, end + 2)).containing(end)?.index || end;
}

/** Whether a cut here leaves all graphemes whole. */
function isWhole(text: string, at: number, end: number): boolean {
  const found = graphemes.segment(text.slice(0, end + 2)).containing(at);
  return found === undefined || found.index === at;
}

/**
 * Cuts a formatted text between its blocks (paragraphs, list items, lines of code), so that no formatting is torn.
 * A block that is too long by itself loses its formatting and is cut as plain text.
 */
export function splitFormatted(root: Root, max: number, unit: TextUnit): TextPart[] {
  const fits = (children: RootContent[]) => textLength(flatten({ type: "root", children }).text, unit) <= max;
  const groups: RootContent[][] = [];
  for (const block of root.children.flatMap((child) => smallerBlocks(child, max, unit, fits))) {
    const last = groups.at(-1);
    const grown = last && joined(last, block);
    if (last && grown && fits(grown)) groups[groups.length - 1] = grown;
    else groups.push([block]);
  }
  return groups.map((children) => textOf({ type: "root", children })).filter((part) => hasWords(part.text));
}

function textOf(mdast: Root): TextPart {
  return { type: "text", text: flatten(mdast).text, mdast };
}

/** A list that was cut becomes one again where both halves stand in the same message. */
function joined(blocks: RootContent[], block: RootContent): RootContent[] {
  const last = blocks.at(-1);
  if (last?.type !== "list" || block.type !== "list" || last.data !== block.data || !last.data)
    return [...blocks, block];
  return [...blocks.slice(0, -1), { ...last, children: [...last.children, ...block.children] }];
}

function smallerBlocks(
  block: RootContent,
  max: number,
  unit: TextUnit,
  fits: (blocks: RootContent[]) => boolean,
): RootContent[] {
  if (fits([block])) return [block];
  const smaller = (inner: RootContent) => smallerBlocks(inner, max, unit, fits);
  if (block.type === "list" && block.children.length > 1) return itemsOf(block).flatMap(smaller);
  if (block.type === "code")
    return splitText(block.value, max, unit).map((value) => ({ ...block, value: value.replace(/\n$/, "") }));
  const { text } = flatten({ type: "root", children: [block] });
  return splitText(text, max, unit)
    .filter(hasWords)
    .map((value) => ({ type: "paragraph", children: [{ type: "text", value: value.trim() }] }));
}

/** One list for each item, numbered on; they know each other by their common `data`. */
function itemsOf(list: List): List[] {
  const data = list.data ?? {};
  return list.children.map((item, index) => ({
    ...list,
    data,
    ...(list.ordered && { start: (list.start ?? 1) + index }),
    children: [item],
  }));
}

function hasWords(text: string): boolean {
  return text.trim() !== "";
}
