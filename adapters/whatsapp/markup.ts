import type { BlockContent, List, Nodes, PhrasingContent, Root } from "mdast";
import { flatten } from "../../src/contract/index.ts";

// WhatsApp formats by characters in the text: *bold* _italic_ ~struck~ `code` ```block``` and "> quote" at a line's start.

const MAX_DEPTH = 8;
const MARKED = /[*_~`]|^> /m;
/** A pair stands around words, not around spaces, and not inside a word: snake_case and 2*3*4 are no formatting. */
const INLINE =
  /(?<![\p{L}\p{N}*_~`])(?:\*(?! )([^*\n]{0,2000}[^*\n ])\*|_(?! )([^_\n]{0,2000}[^_\n ])_|~(?! )([^~\n]{0,2000}[^~\n ])~|`([^`\n]{1,2000})`)(?![\p{L}\p{N}*_~`])/gu;

/** A text's formatting as a tree, or `undefined` where there is none. */
export function toMdast(text: string): Root | undefined {
  if (!MARKED.test(text)) return undefined;
  const children = text.split(/```/).flatMap((piece, index, all): BlockContent[] => {
    const isCode = index % 2 === 1 && index < all.length - 1;
    if (!isCode) return blocks(index % 2 === 1 ? `\`\`\`${piece}` : piece);
    return piece.trim() === "" ? [] : [{ type: "code", value: piece.replace(/^\n|\n$/g, "") }];
  });
  const root: Root = { type: "root", children };
  return flatten(root).spans.some(({ node }) => isFormat(node)) ? root : undefined;
}

function isFormat({ type }: Nodes): boolean {
  return type !== "root" && type !== "paragraph" && type !== "text" && type !== "break";
}

/** Lines that begin with "> " are quoted; blank lines part paragraphs. */
function blocks(text: string): BlockContent[] {
  const found: BlockContent[] = [];
  for (const [lines] of text.matchAll(/(?:^> ?[^\n]*\n?)+|(?:^(?!> )[^\n]+\n?)+/gm)) {
    const quoted = lines.startsWith("> ");
    const words = (quoted ? lines.replace(/^> ?/gm, "") : lines).replace(/\n+$/, "");
    if (words.trim() === "") continue;
    const paragraph: BlockContent = { type: "paragraph", children: phrasing(words, 0) };
    found.push(quoted ? { type: "blockquote", children: [paragraph] } : paragraph);
  }
  return found;
}

function phrasing(text: string, depth: number): PhrasingContent[] {
  const found: PhrasingContent[] = [];
  let at = 0;
  for (const match of depth < MAX_DEPTH ? text.matchAll(INLINE) : []) {
    found.push(...lines(text.slice(at, match.index)), styled(match, depth));
    at = match.index + match[0].length;
  }
  return [...found, ...lines(text.slice(at))];
}

function styled([, bold, italic, struck, code]: RegExpMatchArray, depth: number): PhrasingContent {
  if (code !== undefined) return { type: "inlineCode", value: code };
  const children = phrasing(bold ?? italic ?? struck ?? "", depth + 1);
  return { type: bold !== undefined ? "strong" : italic !== undefined ? "emphasis" : "delete", children };
}

function lines(text: string): PhrasingContent[] {
  const nodes = text
    .split("\n")
    .flatMap((value, index): PhrasingContent[] => [
      ...(index > 0 ? [{ type: "break" } as const] : []),
      { type: "text", value },
    ]);
  return nodes.filter((node) => node.type !== "text" || node.value !== "");
}

/** A tree in WhatsApp's characters. Links show their address, since WhatsApp hides none behind words. */
export function toMarkup(root: Root): string {
  return writeBlocks(root.children, "\n\n").trim();
}

function writeBlocks(nodes: readonly Nodes[], between: string): string {
  return nodes
    .map((node) => write(node))
    .filter((text) => text !== "")
    .join(between);
}

function write(node: Nodes): string {
  switch (node.type) {
    case "root":
    case "footnoteDefinition":
      return writeBlocks(node.children, "\n\n");
    case "blockquote":
      return writeBlocks(node.children, "\n\n").replace(/^/gm, "> ");
    case "list":
      return writeList(node);
    case "listItem":
      return writeBlocks(node.children, "\n");
    case "heading":
    case "strong":
      return wrapped(inside(node.children), "*");
    case "emphasis":
      return wrapped(inside(node.children), "_");
    case "delete":
      return wrapped(inside(node.children), "~");
    case "inlineCode":
      return node.value.includes("`") ? node.value : `\`${node.value}\``;
    case "code":
      return `\`\`\`\n${node.value.replaceAll("```", "'''")}\n\`\`\``;
    case "link":
      return linked(inside(node.children), node.url);
    case "paragraph":
      return inside(node.children);
    default:
      return flatten({ type: "root", children: [node as BlockContent] }).text;
  }
}

function inside(nodes: readonly Nodes[]): string {
  return nodes.map(write).join("");
}

/** Each line by itself: a mark does not reach over a line's end. Spaces stay outside. */
function wrapped(text: string, mark: string): string {
  return text
    .split("\n")
    .map((line) => {
      const words = line.trim();
      if (words === "" || words.includes(mark)) return line;
      return line.replace(words, () => `${mark}${words}${mark}`);
    })
    .join("\n");
}

function linked(words: string, url: string): string {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return words;
  const address = url.replace(/^(mailto|tel):/i, "");
  return words === "" || words === url || words === address ? address : `${words} (${address})`;
}

function writeList(list: List): string {
  return list.children
    .map((item, index) => {
      const mark = list.ordered ? `${(list.start ?? 1) + index}. ` : "- ";
      return mark + write(item).replaceAll("\n", `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}
