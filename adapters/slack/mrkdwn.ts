import type { Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { flatten, type TextPart } from "../../src/contract/index.ts";
import { characterOf } from "./emoji.ts";
import { lines, link, mention, mentioned, opens, paragraphs, textPart, type Names } from "./words.ts";

// Slack's own markup. Three characters are escaped (& < >), and nothing else can be: a star that is meant as a star is
// kept from formatting by a zero-width space behind it.

const ZERO_WIDTH = "\u200b";
const STYLES = { "*": "strong", _: "emphasis", "~": "delete" } as const;
type Mark = keyof typeof STYLES;
const WORD = /[\p{L}\p{N}]/u;
/** Deeper nesting is never meant. */
const MAX_DEPTH = 12;
/** Formatting is looked for in so much of a text; people write less. */
const MAX_FORMATTED = 40_000;
/** How many marks are tried as the end of what one mark began: a text of nothing but stars must not take long. */
const MAX_TRIES = 30;

export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function unescapeText(text: string): string {
  return text.replaceAll(/&(amp|lt|gt);/g, (_, name: string) => (name === "amp" ? "&" : name === "lt" ? "<" : ">"));
}

/** A text as Slack delivers it. `formatted` is false where the sender switched formatting off. */
export function fromMrkdwn(text: string, names: Names, formatted = true): TextPart[] {
  if (!formatted || text.length > MAX_FORMATTED) return textPart([], unescapeText(text));
  if (!/[*_~`<>&:]/.test(text)) return textPart([], text);
  return textPart(readBlocks(text, names), plain(text));
}

function plain(text: string): string {
  return unescapeText(withEmoji(text.replaceAll(ZERO_WIDTH, "")));
}

function readBlocks(text: string, names: Names): RootContent[] {
  return text.split(/```([^]*?)```/).flatMap((piece, index): RootContent[] => {
    if (index % 2 === 1) return [{ type: "code", value: code(piece.replace(/^\n|\n$/g, "")) }];
    return readQuotes(index > 0 ? piece.replace(/^\n/, "") : piece, names);
  });
}

/** Lines that begin with ">" are a quote. */
function readQuotes(text: string, names: Names): RootContent[] {
  const found: RootContent[] = [];
  let open: string[] = [];
  let quoted = false;
  const close = () => {
    const inner = paragraphs(phrasing(open.join("\n"), names, 0));
    if (inner.length > 0)
      found.push(...(quoted ? [{ type: "blockquote" as const, children: inner as never[] }] : inner));
    open = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>)(?:&gt;&gt;)? ?/.exec(line)?.[0];
    if ((quote !== undefined) !== quoted) close();
    quoted = quote !== undefined;
    open.push(quote === undefined ? line : line.slice(quote.length));
  }
  close();
  return found;
}

function phrasing(text: string, names: Names, depth: number): PhrasingContent[] {
  const found: PhrasingContent[] = [];
  let open = "";
  const flush = () => {
    found.push(...lines(plain(open)));
    open = "";
  };
  for (let at = 0; at < text.length;) {
    const piece = depth < MAX_DEPTH ? pieceAt(text, at, names, depth) : undefined;
    if (piece) {
      flush();
      found.push(...piece.nodes);
      at = piece.end;
    } else open += text[at++] ?? "";
  }
  flush();
  return found;
}

/** What begins here, where something formatted does. */
function pieceAt(
  text: string,
  at: number,
  names: Names,
  depth: number,
): { nodes: PhrasingContent[]; end: number } | undefined {
  const mark = text[at];
  if (mark === "<") {
    const end = text.indexOf(">", at);
    return end < 0 ? undefined : { nodes: reference(text.slice(at + 1, end), names), end: end + 1 };
  }
  if (mark !== "`" && mark !== "*" && mark !== "_" && mark !== "~") return undefined;
  const end = closing(text, at, mark);
  if (end === undefined) return undefined;
  const inside = text.slice(at + 1, end);
  if (mark === "`") return { nodes: [{ type: "inlineCode", value: code(inside) }], end: end + 1 };
  const children = phrasing(inside, names, depth + 1);
  return { nodes: [{ type: STYLES[mark as Mark], children }], end: end + 1 };
}

/** Where the formatting that begins here ends: on the same line, with no blank inside its marks and no letter outside. */
function closing(text: string, at: number, mark: string): number | undefined {
  if (WORD.test(text[at - 1] ?? "") || /[\s\u200b]/.test(text[at + 1] ?? " ") || text[at + 1] === mark)
    return undefined;
  const lineEnd = text.indexOf("\n", at);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  let tries = 0;
  for (let end = text.indexOf(mark, at + 2); end >= 0 && end < stop; end = text.indexOf(mark, end + 1)) {
    if (++tries > MAX_TRIES) return undefined;
    if (!/\s/.test(text[end - 1] ?? " ") && !WORD.test(text[end + 1] ?? "")) return end;
  }
  return undefined;
}

/** What stands between < and >: a person, a channel, a group, a date, or an address with its label. */
function reference(inside: string, names: Names): PhrasingContent[] {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeText(inside.slice(bar + 1));
  const id = target.slice(1);
  if (/^@[UW][A-Z0-9]{1,31}$/.test(target)) return [mention(id, label, names)];
  if (target.startsWith("#")) return [{ type: "text", value: `#${label || id}` }];
  if (target.startsWith("!")) return [{ type: "text", value: label ?? `@${id.split("^")[0] ?? ""}` }];
  const url = unescapeText(target);
  return link(url, lines(label || url));
}

/** Inside code, references are words. */
function code(text: string): string {
  const words = text
    .replaceAll(ZERO_WIDTH, "")
    .replaceAll(/<([^|<>]*)(?:\|([^<>]*))?>/g, (_, target: string, label?: string) => label || target);
  return unescapeText(words);
}

function withEmoji(text: string): string {
  if (!text.includes(":")) return text;
  return text.replaceAll(
    /:([a-z0-9_+'-]{1,60}(?:::skin-tone-[2-6])?):/g,
    (whole, name: string) => characterOf(name) ?? whole,
  );
}

/** A tree as Slack's markup: what stands in notifications, and where there are no blocks. */
export function toMrkdwn(root: Root): string {
  return writeBlocks(root.children);
}

function writeBlocks(nodes: readonly Nodes[]): string {
  return nodes.map(writeBlock).join("\n\n");
}

function writeBlock(node: Nodes): string {
  switch (node.type) {
    case "paragraph":
      return writeInline(node.children);
    case "heading":
      return wrap("*", writeInline(node.children));
    case "blockquote":
      return writeBlocks(node.children)
        .split("\n")
        .map((line) => `> ${line}`)
        .join("\n");
    case "code":
      return `\`\`\`\n${escapeText(node.value.replaceAll("```", "'''"))}\n\`\`\``;
    default:
      return literal(flatten({ type: "root", children: [node as RootContent] }).text);
  }
}

/** Marks hold only where no letter touches them from outside. */
function writeInline(nodes: readonly PhrasingContent[]): string {
  return nodes.map(writePhrase).reduce((before, piece) => {
    const touch = isMarked(piece) ? WORD.test(before.at(-1) ?? "") : isMarked(before) && WORD.test(piece[0] ?? "");
    const meet = isMarked(piece) && isMarked(before);
    return `${before}${touch || meet ? ZERO_WIDTH : ""}${piece}`;
  }, "");
}

function isMarked(text: string): boolean {
  return /^[*_~`]|[*_~`]$/.test(text);
}

function writePhrase(node: PhrasingContent): string {
  switch (node.type) {
    case "strong":
      return wrap("*", writeInline(node.children));
    case "emphasis":
      return wrap("_", writeInline(node.children));
    case "delete":
      return wrap("~", writeInline(node.children));
    case "inlineCode":
      return wrap("`", escapeText(node.value.replaceAll("`", "'").replaceAll("\n", " ")));
    case "break":
      return "\n";
    case "link":
      return writeLink(
        node.url,
        flatten({ type: "root", children: [{ type: "paragraph", children: node.children }] }).text,
      );
    case "image":
      return literal(node.alt ?? "");
    default:
      return "children" in node
        ? writeInline(node.children as PhrasingContent[])
        : literal("value" in node ? node.value : "");
  }
}

function writeLink(url: string, words: string): string {
  const person = mentioned(url);
  if (person) return `<@${person}>`;
  if (!opens(url) || /[\s<>]/.test(url)) return literal(words);
  const label = escapeText(words.replaceAll(/[|\n]/g, " "));
  return words === url || label.trim() === "" ? `<${escapeText(url)}>` : `<${escapeText(url)}|${label}>`;
}

/** Marks go close around the words, line by line; words that hold the mark themselves go without. */
function wrap(mark: string, words: string): string {
  if (words.includes(mark)) return words;
  return words
    .split("\n")
    .map((line) => {
      const [, before = "", inside = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(line) ?? [];
      return inside === "" ? line : `${before}${mark}${inside}${mark}${after}`;
    })
    .join("\n");
}

/** Words that look like formatting stay words. */
function literal(text: string): string {
  return escapeText(text)
    .replaceAll(/(?<![\p{L}\p{N}])([*_~`])(?!\s)/gu, `$1${ZERO_WIDTH}`)
    .replaceAll(/^(&gt;)/gm, `${ZERO_WIDTH}$1`);
}
