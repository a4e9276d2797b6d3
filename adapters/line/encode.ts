import {
  ChannelError,
  shorten,
  wordsOf,
  type CardPart,
  type ChoicePart,
  type FilePart,
  type LocationPart,
  type Part,
} from "../../src/contract/index.ts";
import type { Linked } from "./files.ts";
import { altOf, fileBubble, flexOf, imageBubble } from "./flex.ts";

/** A message as LINE's send calls take it. */
export type LineOut = Record<string, unknown>;

/** What can only be known by asking: where LINE finds a file, and the token with which a message is quoted. */
export interface Found {
  file?: Linked;
  previewUrl?: string;
  quoteToken?: string;
}

const MAX_BUTTONS = 4;
const MAX_BUTTONS_TEXT = 160;
const MAX_PLACE = 100;
const MAX_FILE_ADDRESS = 2_000;
const MAX_PREVIEW_BYTES = 1_000_000;
const MAX_IMAGE_BYTES = 10_000_000;
/** LINE wants a length for each sound; it is only shown. */
const UNKNOWN_LENGTH_MS = 1_000;

/** One message as one to five of LINE's. `fit` has made it fit; what it would not have let through is refused. */
export function encode(parts: readonly Part[], found: Found = {}): LineOut[] {
  const [part] = parts;
  if (part?.type === "text" || part?.type === "choice") return [words(parts, found)];
  if (part?.type === "card") return flexOf(cardsIn(parts));
  if (!part || parts.length > 1)
    throw new ChannelError("refused", "A message on LINE is text with at most one choice, cards, or one other part.");
  switch (part.type) {
    case "file":
      return [file(part, found)];
    case "location":
      return [location(part)];
    default:
      throw new ChannelError("refused", `LINE carries no ${part.type}.`);
  }
}

function cardsIn(parts: readonly Part[]): CardPart[] {
  const cards = parts.filter((part) => part.type === "card");
  if (cards.length < parts.length) throw new ChannelError("refused", "Only cards stand beside cards on LINE.");
  return cards;
}

/** Few options stay in the chat as buttons; more of them, or below a quote or a long text, stand above the keyboard. */
function words(parts: readonly Part[], { quoteToken }: Found): LineOut {
  const choices = parts.filter((part) => part.type === "choice");
  if (choices.length > 1 || parts.some((part) => part.type !== "text" && part.type !== "choice"))
    throw new ChannelError("refused", "Only text with at most one choice stands in one message.");
  const text = wordsOf(parts);
  const [choice] = choices;
  const quote = quoteToken === undefined ? {} : { quoteToken };
  if (!choice) return { type: "text", text, ...quote };
  if (quoteToken === undefined && choice.options.length <= MAX_BUTTONS && text.length <= MAX_BUTTONS_TEXT)
    return { type: "template", altText: altOf(inWords(text, choice)), template: buttons(text, choice) };
  return {
    type: "text",
    text,
    ...quote,
    quickReply: { items: actionsOf(choice).map((action) => ({ type: "action", action })) },
  };
}

function buttons(text: string, choice: ChoicePart): LineOut {
  return { type: "buttons", text, actions: actionsOf(choice) };
}

/** Pressing shows the label as if it had been written. */
function actionsOf({ options }: ChoicePart): LineOut[] {
  return options.map(({ id, label }) => ({ type: "postback", label, data: id, displayText: label }));
}

/** Computers and old phones show this alone. */
function inWords(text: string, { options }: ChoicePart): string {
  return [text, ...options.map(({ label }) => `- ${label}`)].join("\n");
}

function location({ latitude, longitude, title, address }: LocationPart): LineOut {
  const where = address?.trim() || `${latitude}, ${longitude}`;
  const name = title?.trim() || where;
  return {
    type: "location",
    title: shorten(name, MAX_PLACE, "utf16"),
    address: shorten(where, MAX_PLACE, "utf16"),
    latitude,
    longitude,
  };
}

const STICKER = /^sticker:(\d{1,20}):(\d{1,20})$/;

function file(part: FilePart, { file: linked, previewUrl, quoteToken }: Found): LineOut {
  const [, packageId, stickerId] = STICKER.exec(part.ref) ?? [];
  const quote = quoteToken === undefined ? {} : { quoteToken };
  if (packageId !== undefined) return { type: "sticker", packageId, stickerId, ...quote };
  if (!linked) throw new ChannelError("refused", "The file to be sent is gone.");
  const { url, mimeType, size = part.size ?? 0 } = linked;
  if (url.length > MAX_FILE_ADDRESS) throw new ChannelError("refused", "The file's address is longer than LINE takes.");
  switch (kindOf(part, mimeType, size)) {
    case "image":
      return { type: "image", originalContentUrl: url, previewImageUrl: url };
    case "large image":
      return imageBubble(part.alt ?? linked.name, url);
    case "video":
      return { type: "video", originalContentUrl: url, previewImageUrl: previewUrl ?? url };
    case "audio":
      return { type: "audio", originalContentUrl: url, duration: Math.round(part.durationMs ?? UNKNOWN_LENGTH_MS) };
    default:
      return fileBubble(linked.name, sizeInWords(size), url);
  }
}

/** LINE shows JPEG and PNG, plays MP4, MP3 and M4A; everything else is a file to be opened. */
function kindOf({ kind, ref }: FilePart, mimeType: string, size: number): string {
  const type = mimeType || typeByName(ref);
  if ((kind === "image" || kind === "sticker") && /^image\/(jpeg|png)$/.test(type) && size <= MAX_IMAGE_BYTES)
    return size <= MAX_PREVIEW_BYTES ? "image" : "large image";
  if (kind === "video" && type === "video/mp4") return "video";
  if (kind === "audio" && /^audio\/(mpeg|mp4|x-m4a|aac)$/.test(type)) return "audio";
  return "file";
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  mp4: "video/mp4",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
};

function typeByName(ref: string): string {
  const ending = /\.([a-z0-9]{3,4})(?:[?#]|$)/i.exec(ref)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(TYPES, ending) ? (TYPES[ending] ?? "") : "";
}

function sizeInWords(size: number): string {
  if (size <= 0) return "";
  return size < 1_000_000 ? `${Math.ceil(size / 1_000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
