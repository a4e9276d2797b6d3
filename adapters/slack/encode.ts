import type { Root } from "mdast";
import {
  ChannelError,
  plainText,
  wordsOf,
  type CardPart,
  type ChoiceOption,
  type ChoicePart,
  type FilePart,
  type Part,
  type TextPart,
} from "../../src/contract/index.ts";
import { escapeText, toMrkdwn } from "./mrkdwn.ts";
import { plainRichText, toRichText } from "./rich-text.ts";

type Block = { type: string; [field: string]: unknown };

/** What the methods that write a message share. `text` is what notifications and screen readers say. */
export interface Content {
  text: string;
  blocks?: Block[];
  mrkdwn?: false;
}

/** Up to so many options are buttons side by side; more are a menu. */
const MOST_BUTTONS = 5;
const MAX_ALT = 2_000;

/**
 * One message's parts. `fit` has made them fit; what it would not have let through is refused.
 * Words alone go as text in which nothing is formatting; formatting, buttons and cards are blocks.
 */
export function encode(parts: readonly Part[]): Content {
  const [first] = parts;
  if (first && parts.every((part) => part.type === "text" && !part.mdast)) {
    return { text: escapeText(wordsOf(parts)), mrkdwn: false };
  }
  return encodeBlocks(parts);
}

/** The same in blocks, words included: where Slack knows no way to switch formatting off (an edit, a private answer). */
export function encodeBlocks(parts: readonly Part[]): Content {
  const [first] = parts;
  if (first?.type === "card") return encodeCards(parts);
  const texts = parts.filter((part) => part.type === "text" || part.type === "choice");
  const choices = parts.filter((part) => part.type === "choice");
  if (!first || texts.length < parts.length || choices.length > 1)
    throw new ChannelError("refused", "A message on Slack is text with at most one choice, cards, or one file.");
  return {
    text: texts.map(fallback).filter(Boolean).join("\n"),
    blocks: [
      ...texts.map(wordBlock).filter((block) => block !== undefined),
      ...choices.map(({ options }) => actions(options)),
    ],
  };
}

function wordBlock(part: TextPart | ChoicePart): Block | undefined {
  if (part.type === "text" && part.mdast) {
    const block = toRichText(part.mdast);
    return (block.elements as unknown[]).length > 0 ? block : undefined;
  }
  const words = wordsOf([part]);
  return words === "" ? undefined : plainRichText(words);
}

function fallback(part: TextPart | ChoicePart): string {
  return part.type === "text" && part.mdast ? toMrkdwn(part.mdast) : escapeText(wordsOf([part]));
}

function actions(options: readonly ChoiceOption[]): Block {
  const told = options.map(({ id, label }) => ({ text: { type: "plain_text", text: label, emoji: true }, value: id }));
  const elements =
    options.length > MOST_BUTTONS
      ? [{ type: "static_select", action_id: "choice", placeholder: { type: "plain_text", text: "…" }, options: told }]
      : told.map((option, index) => ({ type: "button", action_id: `choice:${index}`, ...option }));
  return { type: "actions", elements };
}

/** Cards stand below each other: Slack's carousel would cut their texts at 200 characters. */
function encodeCards(parts: readonly Part[]): Content {
  const cards = parts.filter((part) => part.type === "card");
  if (cards.length < parts.length) throw new ChannelError("refused", "Cards stand alone in a message.");
  const blocks = cards.flatMap((card, index) => [...(index > 0 ? [{ type: "divider" }] : []), ...cardBlocks(card)]);
  return { text: escapeText(plainText(cards)), blocks };
}

function cardBlocks({ title, text, url, image, options = [] }: CardPart): Block[] {
  const tree: Root = {
    type: "root",
    children: [{ type: "paragraph", children: [{ type: "strong", children: [{ type: "text", value: title }] }] }],
  };
  for (const value of [text, url]) {
    if (value) tree.children.push({ type: "paragraph", children: [{ type: "text", value }] });
  }
  return [
    ...(image?.startsWith("https://") ? [imageBlock(image, title)] : []),
    toRichText(tree),
    ...(options.length > 0 ? [actions(options)] : []),
  ];
}

/** A picture that Slack fetches itself. */
export function encodePicture({ ref, alt, name }: FilePart): Content {
  const words = alt ?? name ?? "";
  return { text: escapeText(words || ref), blocks: [imageBlock(ref, words)] };
}

function imageBlock(url: string, alt: string): Block {
  return { type: "image", image_url: url, alt_text: alt.slice(0, MAX_ALT).toWellFormed() || "🖼" };
}
