import type { BlockContent, ListItem, Paragraph, Root } from "mdast";
import { inline, type Names } from "./markdown-inline.ts";

// Discord's own Markdown: every line break counts, `__` underlines, `||` hides, and there is no HTML.

const FENCE = "```";
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-# +(\S.*)$/;
const ITEM = /^ *(?:[-*]|(\d{1,9})\.) +(\S.*)$/;
/** None of what this finds: the text means itself, and needs no tree. */
const MARKED = /[\\*_~`|<[]|^ *(?:#{1,3} |-# |>>? ?|[-*] |\d{1,9}\. )/m;

/** A text's formatting as a tree, or `undefined` where there is none. */
export function readMarkdown(content: string, names: Names): Root | undefined {
  if (!MARKED.test(content)) return undefined;
  const children = fenced(content, names);
  return children.length > 0 ? { type: "root", children } : undefined;
}

/** Code first: nothing inside of it is anything else. */
function fenced(content: string, names: Names): BlockContent[] {
  const found: BlockContent[] = [];
  let at = 0;
  for (;;) {
    const open = content.indexOf(FENCE, at);
    const close = open < 0 ? -1 : content.indexOf(FENCE, open + FENCE.length);
    if (close < 0) return [...found, ...blocks(content.slice(at), names)];
    const inside = content.slice(open + FENCE.length, close);
    found.push(...blocks(content.slice(at, open), names));
    if (inside.trim() === "") found.push(paragraph(content.slice(open, close + FENCE.length), names));
    else found.push(code(inside));
    at = close + FENCE.length;
  }
}

function code(inside: string): BlockContent {
  const [, lang, rest] = /^([\w+.#-]{1,30})\n([^]*)$/.exec(inside) ?? [];
  const isCode = rest !== undefined && rest.trim() !== "";
  return {
    type: "code",
    lang: isCode ? (lang ?? null) : null,
    value: (isCode ? rest : inside).replace(/^\n|\n$/g, ""),
  };
}

function blocks(text: string, names: Names): BlockContent[] {
  const found: BlockContent[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    if (line.startsWith(">>> ")) return [...found, quote([line.slice(4), ...lines.slice(at + 1)], names)];
    const [block, next] = oneBlock(lines, at, names);
    if (block) found.push(block);
    at = next;
  }
  return found;
}

/** The block that begins at this line, and the line after it. */
function oneBlock(lines: string[], at: number, names: Names): [BlockContent | undefined, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") return [undefined, at + 1];
  const heading = HEADING.exec(line);
  if (heading) {
    const depth = (heading[1] ?? "#").length as 1 | 2 | 3;
    return [{ type: "heading", depth, children: inline(heading[2] ?? "", names) }, at + 1];
  }
  const subtext = SUBTEXT.exec(line);
  if (subtext) return [paragraph(subtext[1] ?? "", names), at + 1];
  const next = endOf(lines, at, kindOf(line));
  const inside = lines.slice(at, next);
  if (line.startsWith("> "))
    return [
      quote(
        inside.map((each) => each.slice(2)),
        names,
      ),
      next,
    ];
  return [ITEM.test(line) ? list(inside, names) : paragraph(inside.join("\n"), names), next];
}

type Kind = "quote" | "bullet" | "number" | "words" | "other";

function kindOf(line: string): Kind {
  if (line.startsWith("> ")) return "quote";
  if (line.trim() === "" || line.startsWith(">>> ") || HEADING.test(line) || SUBTEXT.test(line)) return "other";
  const item = ITEM.exec(line);
  return item ? (item[1] === undefined ? "bullet" : "number") : "words";
}

function endOf(lines: string[], at: number, kind: Kind): number {
  let next = at + 1;
  while (next < lines.length && kindOf(lines[next] ?? "") === kind) next++;
  return next;
}

function quote(lines: string[], names: Names): BlockContent {
  const inside = lines.join("\n");
  return { type: "blockquote", children: inside.trim() === "" ? [] : blocksInQuote(inside, names) };
}

/** There is no quote inside a quote. */
function blocksInQuote(text: string, names: Names): BlockContent[] {
  const found: BlockContent[] = [];
  const lines = text.split("\n").map((line) => line.replace(/^(>>>|>) /, (mark) => `\\${mark}`));
  for (let at = 0; at < lines.length;) {
    const [block, next] = oneBlock(lines, at, names);
    if (block) found.push(block);
    at = next;
  }
  return found;
}

function list(lines: string[], names: Names): BlockContent {
  const items = lines.map((line) => ITEM.exec(line) ?? ["", undefined, line]);
  const start = items[0]?.[1];
  return {
    type: "list",
    ordered: start !== undefined,
    ...(start !== undefined && { start: Number(start) }),
    spread: false,
    children: items.map((item): ListItem => ({
      type: "listItem",
      spread: false,
      children: [paragraph(item[2] ?? "", names)],
    })),
  };
}

function paragraph(text: string, names: Names): Paragraph {
  return { type: "paragraph", children: inline(text, names) };
}
