import {
  ChannelError,
  plainText,
  type CardPart,
  type ContactPart,
  type FilePart,
  type LocationPart,
  type OutboundMessage,
  type Part,
} from "../../src/contract/index.ts";
import { buttons, cardBody, list, wordsIn } from "./interactive.ts";
import { fileFields, type SentFile } from "./media.ts";
import { addressOf } from "./place.ts";
import { templateFields } from "./template.ts";

/** A body above buttons is at most so long; above a list, and alone, as long as any text. */
const MAX_BODY = 1_024;
const MAX_TEXT = 4_096;
const MAX_BUTTONS = 3;
const MAX_OPAQUE = 512;

/** One message as the body of one call. `fit` has made it fit; what it would not have let through is refused. */
export function encode(message: OutboundMessage, file?: SentFile): Record<string, unknown> {
  const { parts, place, replyTo, idempotencyKey } = message;
  return {
    messaging_product: "whatsapp",
    ...addressOf(place),
    ...(replyTo !== undefined && { context: { message_id: replyTo } }),
    ...encodeParts(parts, file),
    // Comes back with every status, so that a send whose answer was lost can be told from one that never was.
    biz_opaque_callback_data: idempotencyKey.slice(0, MAX_OPAQUE),
  };
}

function encodeParts(parts: readonly Part[], file: SentFile | undefined): Record<string, unknown> {
  const [part] = parts;
  if (part?.type === "text" || part?.type === "choice") return encodeWords(parts);
  if (!part || parts.length > 1)
    throw new ChannelError("refused", "A message on WhatsApp is text with at most one choice, or one other part.");
  switch (part.type) {
    case "file":
      return encodeFile(part, file);
    case "location":
      return { type: "location", location: locationFields(part) };
    case "contact":
      return encodeContact(part);
    case "card":
      return encodeCard(part);
    case "template":
      return { type: "template", template: templateFields(part) };
  }
}

function encodeFile(part: FilePart, file: SentFile | undefined): Record<string, unknown> {
  if (!file) throw new ChannelError("refused", "The file to be sent is gone.");
  const { kind, fields } = fileFields(part, file);
  return { type: kind, [kind]: fields };
}

function locationFields({ latitude, longitude, title, address }: LocationPart) {
  return { latitude, longitude, ...(title && { name: title }), ...(address && { address }) };
}

/** A contact without a number is a name, and that is text. */
function encodeContact({ name, phone }: ContactPart): Record<string, unknown> {
  if (!phone) return textOf(name);
  const digits = phone.replace(/\D/g, "");
  const names = { formatted_name: name, first_name: name };
  return {
    type: "contacts",
    contacts: [{ name: names, phones: [{ phone, type: "CELL", ...(digits && { wa_id: digits }) }] }],
  };
}

/** Texts and a choice: up to three options are buttons, more or longer words make a list. */
function encodeWords(parts: readonly Part[]): Record<string, unknown> {
  const choice = parts.find((part) => part.type === "choice");
  const words = wordsIn(parts, choice ? MAX_BODY : MAX_TEXT);
  if (!choice) return textOf(words);
  if (words.length > MAX_TEXT)
    throw new ChannelError("refused", "The text above the options is too long for WhatsApp.");
  const few = choice.options.length <= MAX_BUTTONS && words.length <= MAX_BODY;
  return { type: "interactive", interactive: few ? buttons(words, choice.options) : list(words, choice.options) };
}

/** A card with options has them as buttons; one with an address alone has a button that opens it. */
function encodeCard(card: CardPart): Record<string, unknown> {
  const interactive = cardBody(card, MAX_BODY);
  if (interactive) return { type: "interactive", interactive };
  const words = plainText([card]);
  if (card.image !== undefined && words.length <= MAX_BODY)
    return { type: "image", image: { link: card.image, caption: words } };
  return textOf(words);
}

function textOf(body: string): Record<string, unknown> {
  return { type: "text", text: { body, preview_url: /https?:\/\//.test(body) } };
}
