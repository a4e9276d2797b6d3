import {
  ChannelError,
  plainText,
  wordsOf,
  type CardPart,
  type ChoiceOption,
  type FilePart,
  type OutboundMessage,
  type Part,
  type TemplatePart,
} from "../../src/contract/index.ts";
import { WINDOW } from "./messaging-entry.ts";

/** A template of buttons stays in the history; quick replies go when the next message comes. */
const MOST_BUTTONS = 3;
const LONGEST_ABOVE_BUTTONS = 640;
const MOST_CARDS = 10;
const LONGEST_ON_CARD = 80;
const HOUR_MS = 3_600_000;
/** A message that stands at the window's edge goes with the tag: it may reach Meta a moment later. */
const MARGIN_MS = HOUR_MS / 60;

/** The body of a call to `messages`. */
export interface Rendered {
  recipient: { id: string };
  messaging_type: "RESPONSE" | "MESSAGE_TAG" | "UTILITY";
  tag?: "HUMAN_AGENT";
  message: Record<string, unknown>;
  reply_to?: { mid: string };
}

/** Where Meta finds a file: at an address; or in the same call, as bytes. */
export type FileSource = { url: string } | "upload";

/** One message as one call. `fit` has made it fit; what it would not have let through is refused. */
export function encodeMessaging(message: OutboundMessage, platform: string, now: Date, source?: FileSource): Rendered {
  const { parts, place, replyTo } = message;
  if (!/^[\w.:-]{1,64}$/.test(place))
    throw new ChannelError("refused", `"${place.slice(0, 64)}" is no person on ${platform}.`);
  const content = contentOf(parts, platform, source);
  const isTemplate = "attachment" in content && kindOf(content.attachment) === "template";
  return {
    recipient: { id: place },
    ...occasionOf(message, now),
    message: content,
    ...(replyTo !== undefined && !isTemplate && { reply_to: { mid: replyTo } }),
  };
}

/** Within a day of the person's last word anybody may answer, within seven days a person of ours. */
function occasionOf(
  { parts, author, lastHeardAt }: OutboundMessage,
  now: Date,
): Pick<Rendered, "messaging_type" | "tag"> {
  if (parts[0]?.type === "template") return { messaging_type: "UTILITY" };
  const isLate = lastHeardAt !== undefined && now.getTime() - lastHeardAt.getTime() > WINDOW.forMs - MARGIN_MS;
  return author === "agent" && isLate
    ? { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" }
    : { messaging_type: "RESPONSE" };
}

function contentOf(parts: readonly Part[], platform: string, source: FileSource | undefined): Record<string, unknown> {
  const [part] = parts;
  const cards = parts.filter((each) => each.type === "card");
  if (part?.type === "card" && cards.length === parts.length) return encodeCards(cards, platform);
  if (part?.type === "text" || part?.type === "choice") return encodeWords(parts, platform);
  if (!part || parts.length > 1)
    throw new ChannelError(
      "refused",
      `A message on ${platform} is text with at most one choice, cards, or one other part.`,
    );
  if (part.type === "file") return { attachment: encodeFile(part, platform, source) };
  if (part.type === "template") return { template: encodeTemplate(part) };
  throw new ChannelError("refused", `${platform} carries no ${part.type}.`);
}

function encodeWords(parts: readonly Part[], platform: string): Record<string, unknown> {
  const choices = parts.filter((part) => part.type === "choice");
  const options = choices[0]?.options ?? [];
  if (choices.length > 1 || parts.some((part) => part.type !== "text" && part.type !== "choice"))
    throw new ChannelError("refused", `Only text with at most one choice stands in one message on ${platform}.`);
  const text = wordsOf(parts);
  if (options.length === 0) return { text };
  if (options.length > MOST_BUTTONS || text.length > LONGEST_ABOVE_BUTTONS)
    return { text, quick_replies: options.map(quickReply) };
  return { attachment: template({ template_type: "button", text, buttons: options.map(button) }) };
}

function quickReply({ id, label }: ChoiceOption) {
  return { content_type: "text", title: label, payload: id };
}

function button({ id, label }: ChoiceOption) {
  return { type: "postback", title: label, payload: id };
}

function template(payload: object) {
  return { type: "template", payload };
}

/** Cards side by side. Meta takes no card with a title alone: such a message is its words. */
function encodeCards(cards: readonly CardPart[], platform: string): Record<string, unknown> {
  if (cards.some(isTitleOnly)) return encodeWords([{ type: "text", text: plainText(cards) }], platform);
  const isTooBig = ({ title, text = "" }: CardPart) => title.length > LONGEST_ON_CARD || text.length > LONGEST_ON_CARD;
  if (cards.length > MOST_CARDS || cards.some(isTooBig))
    throw new ChannelError(
      "refused",
      `A message on ${platform} has at most ${MOST_CARDS} cards, with ${LONGEST_ON_CARD} characters of title and text each.`,
    );
  return { attachment: template({ template_type: "generic", elements: cards.map(element) }) };
}

function isTitleOnly({ text, url, image, options = [] }: CardPart): boolean {
  return text === undefined && url === undefined && image === undefined && options.length === 0;
}

function element({ title, text, url, image, options = [] }: CardPart) {
  return {
    title,
    ...(text !== undefined && { subtitle: text }),
    ...(image !== undefined && { image_url: image }),
    ...(url !== undefined && { default_action: { type: "web_url", url } }),
    ...(options.length > 0 && { buttons: options.map(button) }),
  };
}

function encodeFile({ kind }: FilePart, platform: string, source: FileSource | undefined) {
  if (!source) throw new ChannelError("refused", `${platform} needs the file's bytes or its address.`);
  const type = kind === "document" ? "file" : kind === "sticker" ? "image" : kind;
  return { type, payload: source === "upload" ? {} : { url: source.url } };
}

/** Meta's "utility message": approved beforehand, and carried outside the window. */
function encodeTemplate({ name, language, values }: TemplatePart) {
  const parameters = Object.entries(values).map(([key, text]) =>
    /^\d+$/.test(key) ? { type: "text", text } : { type: "text", parameter_name: key, text },
  );
  const components = parameters.length > 0 ? [{ type: "BODY", parameters }] : [];
  return { name, language: { code: language }, components };
}

function kindOf(attachment: unknown): unknown {
  return typeof attachment === "object" && attachment !== null && "type" in attachment ? attachment.type : undefined;
}
