import { createHash } from "node:crypto";
import {
  ChannelError,
  wordsOf,
  type CardPart,
  type ChoiceOption,
  type ChoicePart,
  type OutboundMessage,
  type Part,
  type TextPart,
} from "../../src/contract/index.ts";
import { optionId } from "./interactions.ts";
import { escape, writeMarkdown } from "./markdown-write.ts";
import { readMessageId } from "./place.ts";

const MAX_CONTENT = 2_000;
const MAX_DESCRIPTION = 4_096;
const MAX_TITLE = 256;
const MAX_EMBEDS = 6_000;
const IN_ROW = 5;
/** Nobody is pinged by what we pass on, whatever stands in it. */
const NO_PINGS = { parse: [] };
const COLOUR = 0x5865f2;

export interface Embed {
  title?: string;
  description?: string;
  url?: string;
  image?: { url: string };
  color?: number;
}

/** A message as Discord's methods take it. */
export interface Body {
  content: string;
  embeds: Embed[];
  components: object[];
  allowed_mentions: object;
  attachments?: object[];
  message_reference?: object;
  nonce?: string;
  enforce_nonce?: true;
}

/** One message, sent by its idempotency key once. `fit` has made it fit; what it would not have let through is refused. */
export function encode(message: OutboundMessage): Body {
  const { parts, replyTo, idempotencyKey } = message;
  return {
    ...encodeParts(parts),
    ...(replyTo !== undefined && {
      message_reference: { type: 0, message_id: readMessageId(replyTo), fail_if_not_exists: false },
    }),
    nonce: nonceOf(idempotencyKey),
    enforce_nonce: true,
  };
}

/** Discord takes 25 characters; a message sent again with the same ones is dropped. */
function nonceOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 25);
}

/** The fields that a new message and an edited one share. */
export function encodeParts(parts: readonly Part[]): Body {
  const [first] = parts;
  const empty: Body = { content: "", embeds: [], components: [], allowed_mentions: NO_PINGS };
  if (first?.type === "text" || first?.type === "choice") return { ...empty, ...encodeWords(parts) };
  if (first?.type === "card") return { ...empty, ...encodeCards(parts) };
  if (first?.type !== "file" || parts.length > 1)
    throw new ChannelError("refused", "A message on Discord is text with at most one choice, cards, or one file.");
  return { ...empty, ...(first.alt && { attachments: [{ id: 0, description: first.alt.slice(0, 1_024) }] }) };
}

function encodeWords(parts: readonly Part[]): Partial<Body> {
  const texts = parts.filter((part) => part.type === "text" || part.type === "choice");
  const choices = parts.filter((part) => part.type === "choice");
  if (texts.length < parts.length || choices.length > 1)
    throw new ChannelError("refused", "Only text with at most one choice stands in one message.");
  const components = choices[0] ? choiceRows(choices[0]) : [];
  return { ...wordsInside(texts), components };
}

/** Marks make a text longer than its words. What does not fit the message stands in an embed; past that, marks go first. */
function wordsInside(texts: readonly (TextPart | ChoicePart)[]): Partial<Body> {
  const marked = joined(texts, written);
  if (marked.length <= MAX_CONTENT) return { content: marked };
  if (marked.length <= MAX_DESCRIPTION) return { embeds: [{ description: marked }] };
  const escaped = joined(texts, (part) => escape(wordsOf([part])));
  if (escaped.length <= MAX_DESCRIPTION) return { embeds: [{ description: escaped }] };
  return { content: wordsOf(texts) };
}

function joined(texts: readonly (TextPart | ChoicePart)[], write: (part: TextPart | ChoicePart) => string): string {
  return texts
    .map(write)
    .filter((text) => text !== "")
    .join("\n");
}

function written(part: TextPart | ChoicePart): string {
  if (part.type === "text" && part.mdast) return writeMarkdown(part.mdast);
  return escape(wordsOf([part]));
}

/** Few options are buttons, many are a menu. */
function choiceRows({ options }: ChoicePart): object[] {
  if (options.length <= IN_ROW) return [row(options.map((option) => button(option, 0)))];
  const choices = options.map(({ id, label }) => ({ label, value: optionId(id) }));
  return [row([{ type: 3, custom_id: "menu", options: choices }])];
}

function row(components: object[]): object {
  return { type: 1, components };
}

function button({ id, label }: ChoiceOption, card: number): object {
  return { type: 2, style: 1, label, custom_id: optionId(id, card) };
}

/** Cards are embeds; each one's buttons are a row below. */
function encodeCards(parts: readonly Part[]): Partial<Body> {
  const cards = parts.filter((part) => part.type === "card");
  if (cards.length < parts.length) throw new ChannelError("refused", "Cards stand among cards alone.");
  const embeds = cards.map(embedOf);
  const length = embeds.reduce((sum, { title = "", description = "" }) => sum + title.length + description.length, 0);
  if (length > MAX_EMBEDS || embeds.some(({ description = "" }) => description.length > MAX_DESCRIPTION))
    throw new ChannelError("refused", `The cards' words are ${length} characters long; Discord takes ${MAX_EMBEDS}, and ${MAX_DESCRIPTION} a card.`); // prettier-ignore
  const rows = cards.map(({ options = [] }, index) => options.map((option) => button(option, index)));
  return { embeds, components: rows.filter((buttons) => buttons.length > 0).map(row) };
}

function embedOf({ title, text, url, image }: CardPart): Embed {
  const head = escape(title);
  const words = text === undefined ? "" : escape(text);
  const isShort = head.length <= MAX_TITLE;
  const description = isShort ? words : [head, words].filter(Boolean).join("\n\n");
  return {
    ...(isShort && { title: head }),
    ...(description !== "" && { description }),
    ...(url !== undefined && isAddress(url) && { url }),
    ...(image !== undefined && { image: { url: image } }),
    color: COLOUR,
  };
}

function isAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}
