import { linkAddress, webAddress } from "../address.ts";
import { recordOf, textOf } from "../message.ts";
import { el } from "./dom.ts";

/** Up to what no address has in it: white space, quotes, brackets, and Chinese punctuation behind it. */
const ADDRESS =
  /\bhttps?:\/\/[^\s<>"'`{}|\\^\u2018-\u201f\u3000-\u303f\uff00-\uffef\p{Cc}\p{Cf}]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const DEEPEST = 12;

/** A text with its addresses as links. */
export function linked(text: string): (Node | string)[] {
  const pieces: (Node | string)[] = [];
  let at = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = withoutEnd(match);
    const href = address.includes("://") ? webAddress(address) : `mailto:${address}`;
    if (href === undefined) continue;
    pieces.push(text.slice(at, index), link(href, address));
    at = index + address.length;
  }
  return [...pieces, text.slice(at)].filter((piece) => piece !== "");
}

/** A sentence's end is not the address's; neither is a bracket that was opened before it. */
function withoutEnd(address: string): string {
  const bare = address.replace(/[.,;:!?)\]*_~]+$/, "");
  return bare.includes("(") && address[bare.length] === ")" ? `${bare})` : bare;
}

/** It leads away from the page, which learns nothing of it, and it of the page. */
export function link(href: string, ...children: (Node | string)[]): HTMLElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, ...children);
}

const TAGS = {
  paragraph: "p",
  blockquote: "blockquote",
  strong: "strong",
  emphasis: "em",
  delete: "s",
  listItem: "li",
} as const;

/** Formatting as the hub's syntax tree tells it. A node that is not known is its words, or its children. */
export function rich(tree: unknown, depth = 0): (Node | string)[] {
  const { type, children, value, url, ordered, start } = recordOf(tree);
  const words = textOf(value) ?? "";
  const list: unknown[] = Array.isArray(children) && depth < DEEPEST ? children : [];
  const inner = () => list.flatMap((child) => rich(child, depth + 1));
  switch (type) {
    case "text":
      return linked(words);
    case "break":
      return [el("br")];
    case "thematicBreak":
      return [el("hr")];
    case "inlineCode":
      return [el("code", {}, words)];
    case "code":
      return [el("pre", { tabindex: 0 }, words)];
    case "heading":
      return [el("p", {}, el("strong", {}, ...inner()))];
    case "list":
      return [drawList(ordered === true, start, inner())];
    case "link": {
      const href = linkAddress(url);
      return href === undefined ? inner() : [link(href, ...plain(children))];
    }
    default:
      return drawSimple(type, words, inner);
  }
}

function drawList(isOrdered: boolean, start: unknown, items: (Node | string)[]): Node {
  const from = isOrdered && typeof start === "number" ? Math.trunc(start) : undefined;
  return el(isOrdered ? "ol" : "ul", { start: from }, ...items);
}

function drawSimple(type: unknown, words: string, inner: () => (Node | string)[]): (Node | string)[] {
  const known = Object.entries(TAGS).find(([name]) => name === type);
  if (known) return [el(known[1], {}, ...inner())];
  return words === "" ? inner() : [words];
}

/** The words of a link: no link stands inside another. */
function plain(children: unknown): string[] {
  const list: unknown[] = Array.isArray(children) ? children : [];
  return list.flatMap((child) => {
    const { value, children: inner } = recordOf(child);
    return typeof value === "string" ? [value] : plain(inner);
  });
}
