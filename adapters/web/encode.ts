import type { Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { flatten, type FilePart, type Json, type Part } from "../../src/contract/index.ts";

const SAFE_LINK = /^(https?|mailto|tel):/i;

/**
 * A message's parts as JSON for the visitor's page. Formatting goes as a syntax tree of harmless nodes: the page draws
 * it without ever parsing HTML.
 * @param bind makes a file's reference one that this visitor alone can open.
 */
export function encode(parts: readonly Part[], bind: (file: FilePart) => string): Json[] {
  return parts.map((part) => encodePart(part, bind));
}

function encodePart(part: Part, bind: (file: FilePart) => string): Json {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, ...(part.mdast && { mdast: harmless(part.mdast) as unknown as Json }) };
    case "file":
      return { ...part, ref: bind(part) };
    case "card": {
      const { url, image, options, ...words } = part;
      return {
        ...words,
        ...(url !== undefined && SAFE_LINK.test(url) && { url }),
        ...(image !== undefined && /^https:/i.test(image) && { image }),
        ...(options && { options: options.map(({ id, label }) => ({ id, label })) }),
      };
    }
    case "choice":
      return { type: "choice", prompt: part.prompt, options: part.options.map(({ id, label }) => ({ id, label })) };
    default:
      return { ...part };
  }
}

function harmless(root: Root): Root {
  return { type: "root", children: root.children.flatMap(cleanBlock) };
}

function cleanBlock(node: RootContent): RootContent[] {
  switch (node.type) {
    case "paragraph":
      return [{ type: "paragraph", children: node.children.flatMap(cleanInline) }];
    case "heading":
      return [{ type: "heading", depth: node.depth, children: node.children.flatMap(cleanInline) }];
    case "blockquote":
      return [{ type: "blockquote", children: node.children.flatMap(cleanBlock) as typeof node.children }];
    case "list": {
      const items = node.children.map(({ children }) => ({
        type: "listItem" as const,
        children: children.flatMap(cleanBlock) as typeof children,
      }));
      return [{ type: "list", ordered: node.ordered ?? false, start: node.start ?? null, children: items }];
    }
    case "code":
      return [{ type: "code", value: node.value }];
    case "thematicBreak":
      return [{ type: "thematicBreak" }];
    default:
      return wordsOnly(node).map((text) => ({ type: "paragraph", children: [text] }));
  }
}

function cleanInline(node: PhrasingContent): PhrasingContent[] {
  switch (node.type) {
    case "text":
      return [{ type: "text", value: node.value }];
    case "inlineCode":
      return [{ type: "inlineCode", value: node.value }];
    case "break":
      return [{ type: "break" }];
    case "emphasis":
    case "strong":
    case "delete":
      return [{ type: node.type, children: node.children.flatMap(cleanInline) }];
    case "link": {
      const children = node.children.flatMap(cleanInline);
      return SAFE_LINK.test(node.url) ? [{ type: "link", url: node.url, children } as PhrasingContent] : children;
    }
    default:
      return wordsOnly(node);
  }
}

/** What we do not draw is said in words. */
function wordsOnly(node: Nodes): { type: "text"; value: string }[] {
  const { text } = flatten({ type: "root", children: [node as RootContent] });
  return text === "" ? [] : [{ type: "text", value: text }];
}
