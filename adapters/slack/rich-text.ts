import type { List, ListItem, Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { flatten, type TextPart } from "../../src/contract/index.ts";
import { emojiOf } from "./emoji.ts";
import { cutAtUrls, lines, link, mention, mentioned, opens, paragraphs, textPart, type Names } from "./words.ts";

// Slack's rich text: what people's clients write, and the one way to send formatting in which a star can be a star.

interface Fields {
  [key: string]: unknown;
}
type Style = { bold?: true; italic?: true; strike?: true; code?: true };
type Element = { type: string } & Fields;

/** Deeper nesting is never meant. */
const MAX_INDENT = 8;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field's text; of anything else, nothing. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of a rich text block, with its formatting. */
export function fromRichText(block: Fields, names: Names): TextPart[] {
  const found: RootContent[] = [];
  let plain = "";
  for (const element of listOf(block.elements).filter(isFields)) {
    const inside = listOf(element.elements).filter(isFields);
    if (element.type === "rich_text_list") addList(found, element, names);
    else if (element.type === "rich_text_preformatted") found.push({ type: "code", value: plainOf(inside, names) });
    else {
      const nodes = inside.flatMap((each) => inline(each, names));
      plain += plainOf(inside, names);
      if (element.type === "rich_text_quote")
        found.push({ type: "blockquote", children: paragraphs(nodes) as never[] });
      else found.push(...paragraphs(nodes));
    }
  }
  return textPart(found, plain);
}

/** Lists come flat, with an indent each; here they stand inside each other. */
function addList(found: RootContent[], element: Fields, names: Names): void {
  const items = listOf(element.elements)
    .filter(isFields)
    .map((item): ListItem => ({
      type: "listItem",
      children: paragraphs(
        listOf(item.elements)
          .filter(isFields)
          .flatMap((each) => inline(each, names)),
      ) as never[],
    }));
  const indent = Math.min(typeof element.indent === "number" && element.indent > 0 ? element.indent : 0, MAX_INDENT);
  const offset =
    typeof element.offset === "number" && element.offset > 0 ? Math.floor(Math.min(element.offset, 1e6)) : 0;
  const ordered = element.style === "ordered";
  const list: List = { type: "list", ordered, ...(ordered && offset > 0 && { start: offset + 1 }), children: items };

  let holder: Nodes[] = found;
  for (let depth = 0; depth < indent; depth++) {
    const last = holder.at(-1);
    const item = last?.type === "list" ? last.children.at(-1) : undefined;
    if (!item) break;
    holder = item.children;
  }
  const last = holder.at(-1);
  const goesOn = last?.type === "list" && last.ordered === ordered && offset > 0;
  if (goesOn) last.children.push(...items);
  else holder.push(list);
}

function inline(element: Fields, names: Names): PhrasingContent[] {
  const words = inlineWords(element, names);
  const style = isFields(element.style) ? element.style : {};
  if (style.code === true) return [{ type: "inlineCode", value: plainOf([element], names) }];
  return (["strike", "italic", "bold"] as const).reduce(
    (nodes, name) => (style[name] === true && nodes.length > 0 ? styled(name, nodes) : nodes),
    words,
  );
}

/** Formatting holds within a line; breaks stand outside, so that paragraphs can be told. */
function styled(name: "strike" | "italic" | "bold", nodes: PhrasingContent[]): PhrasingContent[] {
  const type = name === "bold" ? "strong" : name === "italic" ? "emphasis" : "delete";
  return nodes.map((node): PhrasingContent => (node.type === "break" ? node : { type, children: [node] }));
}

function inlineWords(element: Fields, names: Names): PhrasingContent[] {
  const { type, user_id, url, text } = element;
  if (type === "user" && typeof user_id === "string") return [mention(user_id, undefined, names)];
  if (type === "link" && typeof url === "string") return link(url, lines(wordOf(text) ?? url));
  return lines(wordsOf(element));
}

function plainOf(elements: readonly Fields[], names: Names): string {
  return elements
    .map((element) => {
      const { type, user_id, url, text } = element;
      if (type === "user" && typeof user_id === "string") return `@${names(user_id) ?? user_id}`;
      return type === "link" ? (wordOf(text) ?? wordOf(url) ?? "") : wordsOf(element);
    })
    .join("");
}

/** What an element says where it is neither person nor link. */
function wordsOf(element: Fields): string {
  switch (element.type) {
    case "emoji":
      return characterOfCodes(wordOf(element.unicode)) ?? emojiOf(wordOf(element.name) ?? "");
    case "channel":
      return `#${wordOf(element.channel_id) ?? ""}`;
    case "usergroup":
      return `@${wordOf(element.usergroup_id) ?? ""}`;
    case "broadcast":
      return `@${wordOf(element.range) ?? ""}`;
    case "date":
      return wordOf(element.fallback) ?? "";
    case "color":
      return wordOf(element.value) ?? "";
    default:
      return wordOf(element.text) ?? "";
  }
}

/** "1f44b-1f3fb" as the character it names. */
function characterOfCodes(codes: string | undefined): string | undefined {
  if (codes === undefined || !/^[0-9a-f]{1,5}(-[0-9a-f]{1,5}){0,11}$/.test(codes)) return undefined;
  return String.fromCodePoint(...codes.split("-").map((code) => Number.parseInt(code, 16)));
}

/** A tree as a rich text block. */
export function toRichText(root: Root): Element {
  const elements: Element[] = [];
  for (const node of root.children) writeBlock(elements, node);
  return { type: "rich_text", elements: elements.filter((each) => listOf(each.elements).length > 0) };
}

/** Plain words as a rich text block; addresses in it become links. */
export function plainRichText(text: string): Element {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: textElements(text, {}) }] };
}

function writeBlock(out: Element[], node: RootContent): void {
  switch (node.type) {
    case "paragraph":
      return addSection(out, phrases(node.children, {}));
    case "heading":
      return addSection(out, phrases(node.children, { bold: true }));
    case "list":
      return writeList(out, node, 0);
    case "code":
      return void out.push({
        type: "rich_text_preformatted",
        elements: node.value === "" ? [] : [{ type: "text", text: node.value }],
      });
    case "blockquote":
      return void out.push({ type: "rich_text_quote", elements: inlineOf(node.children) });
    default:
      return addSection(out, textElements(flatten({ type: "root", children: [node] }).text, {}));
  }
}

/** Sections that follow each other are one, with a blank line between: Slack sets none by itself. */
function addSection(out: Element[], elements: Element[]): void {
  const last = out.at(-1);
  if (elements.length === 0) return;
  if (last?.type === "rich_text_section")
    (last.elements as Element[]).push({ type: "text", text: "\n\n" }, ...elements);
  else out.push({ type: "rich_text_section", elements });
}

/** Slack's lists are flat: an inner list interrupts the outer one, which then goes on counting. */
function writeList(out: Element[], list: List, indent: number): void {
  const style = list.ordered ? "ordered" : "bullet";
  let open: Element | undefined;
  list.children.forEach((item, index) => {
    const own = item.children.filter((child) => child.type !== "list");
    const elements = inlineOf(own);
    const section: Element = {
      type: "rich_text_section",
      elements: elements.length > 0 ? elements : [{ type: "text", text: " " }],
    };
    const offset = (list.start ?? 1) - 1 + index;
    if (open) (open.elements as Element[]).push(section);
    else {
      open = {
        type: "rich_text_list",
        style,
        indent,
        ...(list.ordered && offset > 0 && { offset }),
        elements: [section],
      };
      out.push(open);
    }
    for (const inner of item.children) {
      if (inner.type !== "list") continue;
      writeList(out, inner, Math.min(indent + 1, MAX_INDENT));
      open = undefined;
    }
  });
}

/** Blocks where Slack takes only words: their lines below each other. */
function inlineOf(nodes: readonly Nodes[]): Element[] {
  return nodes.flatMap((node, index) => {
    const words =
      node.type === "paragraph" || node.type === "heading"
        ? phrases(node.children, node.type === "heading" ? { bold: true } : {})
        : textElements(flatten({ type: "root", children: [node as RootContent] }).text, {});
    return index > 0 && words.length > 0 ? [{ type: "text", text: "\n" }, ...words] : words;
  });
}

function phrases(nodes: readonly PhrasingContent[], style: Style): Element[] {
  return nodes.flatMap((node): Element[] => {
    switch (node.type) {
      case "strong":
        return phrases(node.children, { ...style, bold: true });
      case "emphasis":
        return phrases(node.children, { ...style, italic: true });
      case "delete":
        return phrases(node.children, { ...style, strike: true });
      case "inlineCode":
        return node.value === "" ? [] : [{ type: "text", text: node.value, style: { ...style, code: true } }];
      case "break":
        return [{ type: "text", text: "\n" }];
      case "link":
        return linkElements(node.url, node.children, style);
      case "image":
        return textElements(node.alt ?? "", style);
      default:
        return "children" in node
          ? phrases(node.children as PhrasingContent[], style)
          : textElements("value" in node ? node.value : "", style);
    }
  });
}

function linkElements(url: string, children: readonly PhrasingContent[], style: Style): Element[] {
  const person = mentioned(url);
  if (person) return [{ type: "user", user_id: person }];
  const text = flatten({ type: "root", children: [{ type: "paragraph", children: [...children] }] }).text;
  if (!opens(url) || text === "") return phrases(children, style);
  return [{ type: "link", url, text, ...styleField(style) }];
}

function textElements(text: string, style: Style): Element[] {
  return cutAtUrls(text).map((piece) =>
    piece.url === undefined
      ? { type: "text", text: piece.text, ...styleField(style) }
      : { type: "link", url: piece.url, text: piece.text, ...styleField(style) },
  );
}

function styleField(style: Style): { style?: Style } {
  return Object.keys(style).length > 0 ? { style } : {};
}
