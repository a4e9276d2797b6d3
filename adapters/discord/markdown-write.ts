import type { List, Nodes, Paragraph, PhrasingContent, Root, Table } from "mdast";
import { flatten } from "../../src/contract/index.ts";
import { ADDRESS } from "./markdown-inline.ts";

// Markdown as Discord reads it. What it has no mark for stays words; no word is lost.

const ADDRESSES = new RegExp(ADDRESS, "g");
const INLINE_MARK = /[\\*_~`|<[\]]/g;
/** What begins a block. Leading spaces do not keep a list from being one. */
const BLOCK_MARK = /^( *)(#{1,3} |-# |>>> |> |[-*+] )/gm;
const NUMBER_MARK = /^( *\d{1,9})\. /gm;

/** Words that mean themselves, whatever characters they are made of. Addresses stay addresses. */
export function escape(text: string): string {
  return escapeBlocks(escapeWords(text));
}

function escapeMarks(text: string): string {
  return text.replaceAll(INLINE_MARK, "\\$&");
}

function escapeBlocks(text: string): string {
  return text.replaceAll(BLOCK_MARK, "$1\\$2").replaceAll(NUMBER_MARK, "$1\\. ");
}

/** A tree in Discord's Markdown. */
export function writeMarkdown(root: Root): string {
  return blocks(root.children);
}

function blocks(nodes: readonly Nodes[]): string {
  return nodes
    .map((node) => block(node))
    .filter((text) => text !== "")
    .join("\n\n");
}

function block(node: Nodes): string {
  switch (node.type) {
    case "paragraph":
      return words(node);
    case "heading":
      return heading(node.depth, oneLine(phrasing(node.children)));
    case "blockquote":
      return quote(node.children);
    case "code":
      return fence(node.value, node.lang ?? "");
    case "list":
      return list(node, "");
    case "table":
      return table(node);
    case "thematicBreak":
      return "———";
    default:
      return escape(flatten({ type: "root", children: [node as never] }).text);
  }
}

function heading(depth: number, text: string): string {
  if (text === "") return "";
  return depth <= 3 ? `${"#".repeat(depth)} ${text}` : `**${text}**`;
}

/** There is no quote inside a quote; the inner one's words stay. */
function quote(children: readonly Nodes[]): string {
  const inside = children
    .map((node) => (node.type === "blockquote" ? blocks(node.children) : block(node)))
    .join("\n\n");
  return inside.replaceAll(/^(?:> )?/gm, "> ");
}

function fence(value: string, lang: string): string {
  if (value.trim() === "") return "";
  if (value.includes("```") || value.endsWith("`")) return escape(value);
  const name = /^[\w+.#-]{1,30}$/.test(lang) ? lang : "";
  return `\`\`\`${name}\n${value}\n\`\`\``;
}

function list({ ordered, start, children }: List, indent: string): string {
  return children
    .map((item, index) => {
      const mark = ordered ? `${(start ?? 1) + index}. ` : "- ";
      const inner = indent + "  ";
      const texts = item.children.map((node) => (node.type === "list" ? list(node, inner) : oneLine(block(node))));
      return `${indent}${mark}${texts.filter((text) => text !== "").join("\n")}`;
    })
    .join("\n");
}

function table({ children }: Table): string {
  const row = (cells: Table["children"][number]["children"]) =>
    cells.map((cell) => phrasing(cell.children)).join(" \\| ");
  return children.map(({ children: cells }) => row(cells)).join("\n");
}

/** A paragraph's own words may look like the beginning of a block. */
function words({ children }: Paragraph): string {
  return escapeBlocks(phrasing(children));
}

function oneLine(text: string): string {
  return text.startsWith("```") ? text : text.replaceAll(/\s*\n\s*/g, " ");
}

function phrasing(nodes: readonly PhrasingContent[], open: readonly string[] = []): string {
  return nodes.reduce((out, node, index) => {
    const next = nodes[index + 1];
    const after = next ? (flatten({ type: "root", children: [next as never] }).text[0] ?? "") : "";
    return out + phrase(node, out.at(-1) ?? "", next && next.type !== "text" ? "*" : after, open);
  }, "");
}

function phrase(node: PhrasingContent, before: string, after: string, open: readonly string[]): string {
  switch (node.type) {
    case "text":
      return escapeWords(node.value);
    case "strong":
      return wrap("**", node.children, [...open, "strong"], open.includes("strong"));
    case "delete":
      return wrap("~~", node.children, [...open, "delete"], open.includes("delete"));
    case "emphasis":
      return emphasis(node.children, before, after, open);
    case "inlineCode":
      return inlineCode(node.value, open.length > 0);
    case "link":
      return link(node.url, node.children, open);
    case "break":
      return "\n";
    default:
      return escapeWords(flatten({ type: "root", children: [node as never] }).text);
  }
}

function escapeWords(text: string): string {
  let out = "";
  let at = 0;
  for (const { index, 0: address } of text.matchAll(ADDRESSES)) {
    out += escapeMarks(text.slice(at, index)) + address;
    at = index + address.length;
  }
  return out + escapeMarks(text.slice(at));
}

/** Marks take no space at their ends, so those stand outside; a mark inside its own kind says nothing new. */
function wrap(mark: string, children: readonly PhrasingContent[], open: readonly string[], isOpen: boolean): string {
  const inside = phrasing(children, open);
  const [, head = "", body = "", tail = ""] = /^(\s*)([^]*?)(\s*)$/.exec(inside) ?? [];
  // A mark that begins with another of its kind would be read as one longer mark.
  if (isOpen || body === "" || body.startsWith(mark)) return inside;
  return `${head}${mark}${body}${mark}${tail}`;
}

/** `_` where it stands alone, since `*` runs together with what is bold. */
function emphasis(
  children: readonly PhrasingContent[],
  before: string,
  after: string,
  open: readonly string[],
): string {
  const isOpen = open.includes("emphasis");
  const inner = [...open, "emphasis"];
  const isAlone = !/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after);
  return wrap(isAlone && !phrasing(children, inner).includes("_") ? "_" : "*", children, inner, isOpen);
}

function inlineCode(value: string, marked: boolean): string {
  if (value === "" || /^`|`$|``|\n/.test(value) || (marked && /[*_~|[\]\\]/.test(value))) return escapeWords(value);
  return value.includes("`") ? `\`\`${value}\`\`` : `\`${value}\``;
}

/** Only what Discord opens, under words that are no address themselves: it hides no address behind another. */
function link(url: string, children: readonly PhrasingContent[], open: readonly string[]): string {
  const text = phrasing(children, [...open, "link"]);
  if (!/^https?:\/\/./i.test(url) || !URL.canParse(url)) return text;
  const plain = flatten({ type: "root", children: children as never[] }).text;
  if (plain.trim() === "" || plain.includes("\n") || ADDRESS.test(plain)) return plain === url ? plain : text;
  const address = url.replaceAll(/[()\s<>*~|`\\]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `[${text}](${address})`;
}
