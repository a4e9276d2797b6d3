import type { Root } from "mdast";
import {
  flatten,
  type CardPart,
  type ChoiceOption,
  type FileKind,
  type FilePart,
  type Part,
} from "../../src/contract/index.ts";
import type { Names } from "./markdown-inline.ts";
import { readMarkdown } from "./markdown-read.ts";
import type { Attachment, Embed, Said, User } from "./wire.ts";

const NOBODY: Names = { user: () => undefined };
/** Components nest; deeper than this nobody builds them. */
const MAX_DEPTH = 8;
/** What Discord adds by itself to a message with an address in it. */
const PREVIEWS = new Set(["link", "article", "image", "video", "gifv", "auto_moderation_message", "poll_result"]);

/** What a message says; nothing where it is of a kind that we do not carry. @param file makes the reference to a file. */
export function partsOf(said: Said, file: (attachment: Attachment) => string): Part[] {
  const names = namesIn(said.mentions ?? []);
  const embeds = (said.embeds ?? []).filter(({ type }) => !PREVIEWS.has(type ?? "rich"));
  return [
    ...words(said.content ?? "", names),
    ...(said.attachments ?? []).map((attachment) => filePart(attachment, file(attachment))),
    ...(said.sticker_items ?? []).map(stickerPart),
    ...pollPart(said),
    ...embeds.flatMap((embed) => embedParts(embed, names)),
    ...componentParts(said.components ?? [], names),
  ];
}

export function words(content: string, names: Names = NOBODY): Part[] {
  if (content.trim() === "") return [];
  const mdast = readMarkdown(content, names);
  if (!mdast) return [{ type: "text", text: content }];
  const { text } = flatten(mdast);
  if (text.trim() === "") return [{ type: "text", text: content }];
  return [{ type: "text", text, ...(isFormatted(mdast) && { mdast }) }];
}

/** Names and escaped marks make a tree too; it says nothing that its words do not. */
function isFormatted({ children }: Root): boolean {
  return !children.every(
    (block) => block.type === "paragraph" && block.children.every(({ type }) => type === "text" || type === "break"),
  );
}

function namesIn(mentions: readonly User[]): Names {
  if (mentions.length === 0) return NOBODY;
  const names = new Map(mentions.map((user) => [user.id, user.global_name || user.username || undefined]));
  return { user: (id) => names.get(id) };
}

export function filePart(attachment: Attachment, ref: string): FilePart {
  const { filename, content_type, size, width, height, duration_secs, description } = attachment;
  return {
    type: "file",
    kind: kindOf(content_type ?? ""),
    ref,
    ...(filename && { name: filename }),
    ...(content_type && { mimeType: content_type }),
    ...(size != null && { size }),
    ...(width != null && { width }),
    ...(height != null && { height }),
    ...(duration_secs != null && { durationMs: Math.round(duration_secs * 1_000) }),
    ...(description && { alt: description }),
  };
}

function kindOf(mimeType: string): FileKind {
  const kind = mimeType.split("/")[0];
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "document";
}

const STICKER_TYPES: Readonly<Record<number, string>> = {
  1: "image/png",
  2: "image/apng",
  3: "application/json",
  4: "image/gif",
};

function stickerPart({ id, name, format_type }: NonNullable<Said["sticker_items"]>[number]): Part {
  const format = format_type ?? 1;
  const mimeType = STICKER_TYPES[format] ?? "image/png";
  return { type: "file", kind: "sticker", ref: `sticker:${id}:${format}`, name, mimeType, alt: name };
}

function pollPart({ poll }: Said): Part[] {
  if (!poll) return [];
  const answers = (poll.answers ?? []).map(({ poll_media: { text } }) => `- ${text ?? ""}`);
  return [{ type: "text", text: [`📊 ${poll.question.text ?? ""}`, ...answers].join("\n") }];
}

/** An embed with a title is a card; one without is words. */
function embedParts({ title, description, url, image, fields }: Embed, names: Names): Part[] {
  const told = [description, ...(fields ?? []).map(({ name, value }) => `**${name}**\n${value}`)].filter(Boolean);
  const text = told.join("\n\n");
  if (!title) return words(text, names);
  const card: CardPart = { type: "card", title: plain(title, names) };
  if (text.trim() !== "") card.text = plain(text, names);
  if (url) card.url = url;
  if (image?.url) card.image = image.url;
  return [card];
}

function plain(content: string, names: Names): string {
  const mdast = readMarkdown(content, names);
  return mdast ? flatten(mdast).text : content;
}

/** Buttons and menus become a choice, the text blocks of newer layouts become text. */
function componentParts(components: readonly unknown[], names: Names): Part[] {
  const found: { texts: string[]; options: ChoiceOption[] } = { texts: [], options: [] };
  for (const component of components) gather(component, found, 0);
  return [
    ...found.texts.flatMap((text) => words(text, names)),
    ...(found.options.length > 0 ? [{ type: "choice" as const, prompt: "", options: found.options }] : []),
  ];
}

interface LooseComponent {
  type?: unknown;
  custom_id?: unknown;
  label?: unknown;
  content?: unknown;
  components?: unknown;
  component?: unknown;
  accessory?: unknown;
  options?: unknown;
}

function gather(value: unknown, found: { texts: string[]; options: ChoiceOption[] }, depth: number): void {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return;
  const { type, custom_id, label, content, components, accessory, options } = value as LooseComponent;
  if (type === 2 && typeof custom_id === "string" && custom_id !== "")
    found.options.push({ id: custom_id, label: typeof label === "string" ? label : custom_id });
  if (type === 10 && typeof content === "string") found.texts.push(content);
  if (type === 3 && Array.isArray(options)) for (const option of options) gatherOption(option, found);
  if (Array.isArray(components)) for (const inner of components) gather(inner, found, depth + 1);
  if (accessory !== undefined) gather(accessory, found, depth + 1);
}

function gatherOption(value: unknown, found: { options: ChoiceOption[] }): void {
  if (typeof value !== "object" || value === null) return;
  const { value: id, label } = value as { value?: unknown; label?: unknown };
  if (typeof id === "string" && typeof label === "string") found.options.push({ id, label });
}

/** The values that a person entered in a modal's fields. */
export function enteredIn(components: readonly unknown[], depth = 0): string[] {
  return components.flatMap((each) => {
    if (typeof each !== "object" || each === null || depth > MAX_DEPTH) return [];
    const { components: inner, component, value } = each as LooseComponent & { value?: unknown };
    const nested = [...(Array.isArray(inner) ? inner : []), ...(component === undefined ? [] : [component])];
    return [...(typeof value === "string" && value !== "" ? [value] : []), ...enteredIn(nested, depth + 1)];
  });
}
