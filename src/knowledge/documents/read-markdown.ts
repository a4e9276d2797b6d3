import type { Nodes, Paragraph, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { LIMITS, rowLine, squeezed, type Block, type Extract } from "./block.ts";
import { readHtml } from "./read-html.ts";

/** Where an author only wrapped a line; between Chinese characters there is no space. */
const SOFT_BREAK_HAN = /(?<=[\p{Script=Han}，。；：、！？])\n(?=\p{Script=Han})/gu;

/** Markdown, and plain text, which is Markdown without marks. HTML in between is read as a browser would. */
export function readMarkdown(source: string): Extract {
  const tree: Root = fromMarkdown(source);
  const extract: Extract = { title: null, blocks: [], hidden: [] };
  for (const node of tree.children) addBlock(extract, node, 0);
  extract.title = extract.blocks.find(({ level }) => level === 1)?.text ?? null;
  return extract;
}

function addBlock(extract: Extract, node: Nodes, depth: number): void {
  if (depth > LIMITS.depth) return;
  if (node.type === "heading") push(extract.blocks, { level: node.depth, text: wordsOf(node) });
  else if (node.type === "html") addHtml(extract, node.value);
  else if (node.type === "code") push(extract.blocks, { level: 0, text: node.value });
  else if (node.type === "paragraph") addParagraph(extract, node);
  else if ("children" in node) for (const child of node.children) addBlock(extract, child, depth + 1);
}

function addParagraph(extract: Extract, node: Paragraph): void {
  const [only] = node.children;
  const rows = node.children.length === 1 && only?.type === "text" ? tableRows(only.value) : undefined;
  const lines = rows ?? wordsOf(node).split("\n");
  for (const text of lines) push(extract.blocks, { level: 0, text });
  collectInlineHtml(extract, node);
}

/** A table of pipes, whose second line is a rule; Markdown itself has none. */
function tableRows(text: string): string[] | undefined {
  const lines = text.split("\n");
  if (lines.length < 3 || !/^[\s|:-]+$/u.test(lines[1]!) || !lines[1]!.includes("|")) return undefined;
  const cells = (line: string) =>
    line
      .trim()
      .replace(/^\||\|$/gu, "")
      .split("|");
  const heads = cells(lines[0]!);
  return lines.slice(2).map((line) => rowLine(heads, cells(line)));
}

function addHtml(extract: Extract, html: string): void {
  const inner = readHtml(html);
  extract.blocks.push(...inner.blocks);
  extract.hidden.push(...inner.hidden);
  for (const [, comment = ""] of html.matchAll(/<!--([\s\S]*?)-->/gu)) addComment(extract, comment);
}

/** Nobody sees a comment; whoever wrote one with words in it meant somebody who reads the source. */
function addComment({ hidden }: Extract, comment: string): void {
  const text = squeezed(comment);
  if (text !== "") hidden.push({ text, how: "a comment" });
}

function collectInlineHtml(extract: Extract, node: Paragraph): void {
  const isMarkup = node.children.some(({ type }) => type === "html");
  if (!isMarkup) return;
  const html = node.children.map((child) => (child.type === "html" ? child.value : escaped(wordsOf(child)))).join("");
  const { hidden } = readHtml(html);
  extract.hidden.push(...hidden);
  // What is hidden there stands in the paragraph that was pushed before: it is taken out again.
  for (const { text } of hidden) {
    for (const block of extract.blocks) block.text = squeezed(block.text.replaceAll(text, " "));
  }
  extract.blocks = extract.blocks.filter(({ text }) => text !== "");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The words of a node; a link keeps its address where its words do not say it. */
function wordsOf(node: Nodes, depth = 0): string {
  if (depth > LIMITS.depth || node.type === "html") return "";
  if (node.type === "break") return "\n";
  if ("value" in node) return node.value.replace(SOFT_BREAK_HAN, "").replaceAll("\n", " ");
  if (node.type === "image") return node.alt ?? "";
  if (!("children" in node)) return "";
  const inner = node.children.map((child) => wordsOf(child, depth + 1)).join("");
  return node.type === "link" && /^https?:/u.test(node.url) && !inner.includes(node.url)
    ? `${inner} (${node.url})`
    : inner;
}

function push(blocks: Block[], block: Block): void {
  const text = squeezed(block.text);
  if (text !== "") blocks.push({ ...block, text });
}
