import {
  ChannelError,
  wordsOf,
  type ChoicePart,
  type FilePart,
  type OutboundMessage,
  type Part,
  type TextPart,
} from "../../src/contract/index.ts";
import { toEntities } from "./entities.ts";
import { readMessageId, readPlace } from "./place.ts";
import type { Entity } from "./update.ts";

/** One call of the Bot API. */
export interface Rendered {
  method: string;
  payload: Record<string, unknown>;
}

/** A file's bytes, where the hub keeps them itself, the way telegraf uploads them. */
export type Upload = { source: Buffer; filename: string };

/** Bigger pictures go as documents. */
const MAX_PHOTO_BYTES = 10_000_000;

/** One message as one call. `fit` has made it fit; what it would not have let through is refused. */
export function encode(message: OutboundMessage, upload?: Upload): Rendered {
  const { parts, place, replyTo } = message;
  const { method, payload } = encodeParts(parts, upload);
  return { method, payload: { ...readPlace(place), ...payload, ...quote(replyTo, upload !== undefined) } };
}

/** The message that is answered may be gone; the answer is sent all the same. */
function quote(replyTo: string | undefined, inForm: boolean) {
  if (replyTo === undefined) return {};
  const reply = { message_id: readMessageId(replyTo), allow_sending_without_reply: true };
  return { reply_parameters: inForm ? JSON.stringify(reply) : reply }; // telegraf drops objects that it does not know from forms
}

function encodeParts(parts: readonly Part[], upload: Upload | undefined): Rendered {
  const [part] = parts;
  if (part?.type === "text" || part?.type === "choice") return { method: "sendMessage", payload: encodeWords(parts) };
  if (!part || parts.length > 1)
    throw new ChannelError("refused", "A message on Telegram is text with at most one choice, or one other part.");
  switch (part.type) {
    case "file":
      return encodeFile(part, upload);
    case "contact":
      // Telegram's contact needs a number.
      if (!part.phone) return { method: "sendMessage", payload: { text: part.name } };
      return { method: "sendContact", payload: { first_name: part.name, phone_number: part.phone } };
    case "location":
      return encodeLocation(part);
    default:
      throw new ChannelError("refused", `Telegram carries no ${part.type}.`);
  }
}

/** Texts and a choice as the fields that sendMessage and editMessageText share. */
export function encodeWords(parts: readonly Part[]): { text: string; entities?: Entity[]; reply_markup?: object } {
  const choices = parts.filter((part) => part.type === "choice");
  const texts = parts.filter((part) => part.type === "text" || part.type === "choice");
  if (texts.length < parts.length || choices.length > 1)
    throw new ChannelError("refused", "Only text with at most one choice stands in one message.");

  const entities: Entity[] = [];
  let text = "";
  for (const part of texts) {
    if (wordsOf([part]) === "") continue;
    if (text !== "") text += "\n";
    const words = entitiesOf(part);
    entities.push(...words.entities.map((entity) => ({ ...entity, offset: entity.offset + text.length })));
    text += words.text;
  }
  return { text, ...(entities.length > 0 && { entities }), ...(choices[0] && { reply_markup: keyboard(choices[0]) }) };
}

function entitiesOf(part: TextPart | ChoicePart): { text: string; entities: Entity[] } {
  if (part.type === "text" && part.mdast) return toEntities(part.mdast);
  return { text: wordsOf([part]), entities: [] };
}

/** Short labels stand side by side, long ones below each other. */
function keyboard({ options }: ChoicePart) {
  const buttons = options.map(({ id, label }) => ({ text: label, callback_data: id }));
  const inRow = options.every(({ label }) => label.length <= 8) ? 3 : 1;
  const rows = Array.from({ length: Math.ceil(buttons.length / inRow) }, (_, row) =>
    buttons.slice(row * inRow, (row + 1) * inRow),
  );
  return { inline_keyboard: rows };
}

/** `ref` is Telegram's own file id or an address from which Telegram fetches the file. */
function encodeFile(part: FilePart, upload: Upload | undefined): Rendered {
  const file = upload ?? part.ref;
  switch (part.kind) {
    case "image":
      if (upload && upload.source.length > MAX_PHOTO_BYTES)
        return { method: "sendDocument", payload: { document: file } };
      return { method: "sendPhoto", payload: { photo: file } };
    case "video":
      return { method: "sendVideo", payload: { video: file } };
    case "sticker":
      return { method: "sendSticker", payload: { sticker: file } };
    case "audio": // what Telegram delivers as a voice message is Ogg, and only sendVoice takes it
      return part.mimeType === "audio/ogg"
        ? { method: "sendVoice", payload: { voice: file } }
        : { method: "sendAudio", payload: { audio: file } };
    case "document":
      return { method: "sendDocument", payload: { document: file } };
  }
}

function encodeLocation({ latitude, longitude, title, address }: Extract<Part, { type: "location" }>): Rendered {
  if (title === undefined) return { method: "sendLocation", payload: { latitude, longitude } };
  return { method: "sendVenue", payload: { latitude, longitude, title, address: address || title } };
}
