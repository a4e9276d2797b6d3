import {
  ChannelError,
  wordsOf,
  type CardPart,
  type ChoiceOption,
  type ChoicePart,
  type Part,
  type TemplatePart,
} from "../../src/contract/index.ts";
import { mediaTypeOf } from "./media.ts";
import type { MediaType } from "./media-upload.ts";

export const MAX_TEXT_BYTES = 2_048;

/** What WeChat can show, whichever way it goes out. */
export type Reply =
  | { type: "text"; text: string }
  | { type: "menu"; text: string; options: ChoiceOption[] }
  | { type: MediaType; mediaId: string; title?: string }
  | { type: "news"; title: string; text: string; url: string; image: string };

/** One message as WeChat shows it. `fit` has made it fit; what it would not have let through is refused. */
export function replyOf(parts: readonly Exclude<Part, TemplatePart>[], mediaId: string | undefined): Reply {
  const [part] = parts;
  if (part?.type === "text" || part?.type === "choice") return wordsAs(parts);
  if (!part || parts.length > 1)
    throw new ChannelError("refused", "A message on WeChat is text with at most one choice, or one other part.");
  if (part.type === "card") return cardAs(part);
  if (part.type === "file" && mediaId !== undefined)
    return { type: mediaTypeOf(part.kind), mediaId, ...(part.name !== undefined && { title: part.name }) };
  throw new ChannelError("refused", `WeChat carries no ${part.type}.`);
}

function wordsAs(parts: readonly Part[]): Reply {
  const choices = parts.filter((part): part is ChoicePart => part.type === "choice");
  if (parts.some(({ type }) => type !== "text" && type !== "choice") || choices.length > 1)
    throw new ChannelError("refused", "Only text with at most one choice stands in one message.");
  const text = wordsOf(parts);
  const options = choices[0]?.options ?? [];
  return options.length > 0 ? { type: "menu", text, options } : { type: "text", text };
}

/** WeChat's news open a page: a card without an address is text. */
function cardAs({ title, text = "", url, image = "" }: CardPart): Reply {
  if (url === undefined) return { type: "text", text: [title, text].filter(Boolean).join("\n") };
  return { type: "news", title, text, url, image };
}

/**
 * A menu message as text with links that WeChat's app understands: pressing one sends its words, and the option's id
 * with them. For where menu messages cannot go. Too many for one text become a numbered list.
 */
export function menuAsText(text: string, options: readonly ChoiceOption[]): string {
  const linked = [text, ...options.map(({ id, label }) => link(id, label))].join("\n");
  if (Buffer.byteLength(linked) <= MAX_TEXT_BYTES) return linked;
  return [text, ...options.map(({ label }, index) => `${index + 1}. ${label}`)].join("\n");
}

function link(id: string, label: string): string {
  const words = label.replaceAll(/[<>]/g, "");
  return `<a href="weixin://bizmsgmenu?msgmenucontent=${escaped(words)}&msgmenuid=${escaped(id)}">${words}</a>`;
}

/** Only what would end the address: the app shows the rest as it stands. */
function escaped(text: string): string {
  return text.replaceAll(/["'&<>#%+\s]/g, (character) => encodeURIComponent(character).replace("'", "%27"));
}
