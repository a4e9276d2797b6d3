import type { BlockContent, PhrasingContent, Root } from "mdast";
import { flatten, type Span } from "../../src/contract/index.ts";
import type { Entity } from "./update.ts";

// Telegram formats by entities: stretches of the text, counted in UTF-16 units as JavaScript does. They nest and never cross.

/** What we keep. The rest (mentions, hashtags, underline, spoilers ...) is plain words to us. */
const INLINE = new Set(["bold", "italic", "strikethrough", "code", "text_link", "url", "email", "text_mention"]);
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
/** Telegram ignores what comes after. */
const MAX_ENTITIES = 100;
/** Deeper nesting is never meant. */
const MAX_DEPTH = 16;

interface Range {
  start: number;
  end: number;
  entity: Entity;
}

/** A text's formatting as a tree, or `undefined` where there is none. */
export function toMdast(text: string, entities: readonly Entity[]): Root | undefined {
  const ranges = entities
    .filter(
      ({ type, length, offset }) =>
        (INLINE.has(type) || BLOCKS.has(type)) && length > 0 && offset >= 0 && offset < text.length,
    )
    .slice(0, MAX_ENTITIES)
    .map((entity): Range => ({
      start: entity.offset,
      end: Math.min(entity.offset + entity.length, text.length),
      entity,
    }))
    .sort((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b));
  if (ranges.length === 0) return undefined;
  return { type: "root", children: blocks(text, 0, text.length, ranges, 0) };
}

/** Of two that cover the same words, the block is the outer one and code the innermost. */
function rank({ entity }: Range): number {
  return BLOCKS.has(entity.type) ? 0 : entity.type === "code" ? 2 : 1;
}

function blocks(text: string, start: number, end: number, ranges: Range[], depth: number): BlockContent[] {
  const found: BlockContent[] = [];
  let at = start;
  for (const range of depth < MAX_DEPTH ? ranges.filter(({ entity }) => BLOCKS.has(entity.type)) : []) {
    if (range.start < at || range.end > end) continue; // inside the block before, or crossing it
    found.push(...paragraphs(text, at, range.start, ranges));
    found.push(block(text, range, ranges, depth));
    at = range.end;
  }
  return [...found, ...paragraphs(text, at, end, ranges)];
}

function block(text: string, range: Range, ranges: Range[], depth: number): BlockContent {
  const { start, end, entity } = range;
  if (entity.type === "pre") return { type: "code", lang: entity.language ?? null, value: text.slice(start, end) };
  const inner = ranges.filter((other) => other !== range && other.start >= start && other.end <= end);
  return { type: "blockquote", children: blocks(text, start, end, inner, depth + 1) };
}

/** Blank lines part paragraphs. */
function paragraphs(text: string, start: number, end: number, ranges: Range[]): BlockContent[] {
  const found: BlockContent[] = [];
  const inline = ranges.filter(({ entity }) => INLINE.has(entity.type));
  for (const { index, 0: words } of text.slice(start, end).matchAll(/[^\n]+(?:\n[^\n]+)*/g)) {
    const children = phrasing(text, start + index, start + index + words.length, inline, 0);
    found.push({ type: "paragraph", children });
  }
  return found;
}

function phrasing(text: string, start: number, end: number, ranges: Range[], depth: number): PhrasingContent[] {
  const found: PhrasingContent[] = [];
  let at = start;
  ranges.forEach((range, index) => {
    const from = Math.max(range.start, at);
    const to = Math.min(range.end, end);
    if (from >= to || depth >= MAX_DEPTH) return;
    found.push(
      ...lines(text.slice(at, from)),
      styled(range.entity, text.slice(from, to), () => phrasing(text, from, to, ranges.slice(index + 1), depth + 1)),
    );
    at = to;
  });
  return [...found, ...lines(text.slice(at, end))];
}

function lines(text: string): PhrasingContent[] {
  const texts = text.split("\n").map((value): PhrasingContent => ({ type: "text", value }));
  const broken = texts.flatMap((line, index): PhrasingContent[] => (index === 0 ? [line] : [{ type: "break" }, line]));
  return broken.filter((node) => node.type !== "text" || node.value !== "");
}

function styled({ type, url, user }: Entity, words: string, children: () => PhrasingContent[]): PhrasingContent {
  switch (type) {
    case "bold":
      return { type: "strong", children: children() };
    case "italic":
      return { type: "emphasis", children: children() };
    case "strikethrough":
      return { type: "delete", children: children() };
    case "code":
      return { type: "inlineCode", value: words };
    case "text_mention":
      return { type: "link", url: `tg://user?id=${user?.id ?? ""}`, children: lines(words) };
    case "email":
      return { type: "link", url: `mailto:${words}`, children: lines(words) };
    case "text_link":
      return { type: "link", url: url ?? "", children: children() as never[] };
    default: // url
      return {
        type: "link",
        url: /^[a-z][a-z0-9+.-]*:/i.test(words) ? words : `http://${words}`,
        children: lines(words),
      };
  }
}

/** A tree as text with entities, the way sendMessage takes it. */
export function toEntities(root: Root): { text: string; entities: Entity[] } {
  const { text, spans } = flatten(root);
  const quotes = spans.filter(({ node }) => node.type === "blockquote");
  const entities = spans
    .filter((span) => span.end > span.start && !isInner(span, quotes))
    .map((span) => entityOf(span))
    .filter((entity) => entity !== undefined);
  return { text, entities: entities.slice(0, MAX_ENTITIES) };
}

/** Telegram takes no quote inside a quote. */
function isInner(span: Span, quotes: Span[]): boolean {
  if (span.node.type !== "blockquote") return false;
  return quotes.some(
    (quote) =>
      quote !== span &&
      quote.start <= span.start &&
      quote.end >= span.end &&
      quotes.indexOf(quote) < quotes.indexOf(span),
  );
}

function entityOf({ start, end, node }: Span): Entity | undefined {
  const at = { offset: start, length: end - start };
  switch (node.type) {
    case "strong":
    case "heading":
      return { type: "bold", ...at };
    case "emphasis":
      return { type: "italic", ...at };
    case "delete":
      return { type: "strikethrough", ...at };
    case "inlineCode":
      return { type: "code", ...at };
    case "code":
      return { type: "pre", ...at, ...(node.lang && { language: node.lang }) };
    case "blockquote":
      return { type: "blockquote", ...at };
    case "link":
      return linkEntity(node.url, at);
    default:
      return undefined;
  }
}

/** Only what Telegram opens; other addresses stay words. */
function linkEntity(url: string, at: { offset: number; length: number }): Entity | undefined {
  const user = /^tg:\/\/user\?id=(\d{1,15})$/.exec(url)?.[1];
  if (user) return { type: "text_mention", ...at, user: { id: Number(user), is_bot: false, first_name: "" } };
  return /^(https?|tg):\/\/./i.test(url) ? { type: "text_link", ...at, url } : undefined;
}
