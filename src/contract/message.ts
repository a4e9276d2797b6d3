import type { Root } from "mdast";
import type { Json } from "./json.ts";

/** One piece of content. What a platform cannot carry is degraded by `fit`. */
export type Part = TextPart | FilePart | ChoicePart | CardPart | LocationPart | ContactPart | TemplatePart;

/** Plain text, and its formatting as Markdown's syntax tree where there is any. */
export interface TextPart {
  type: "text";
  text: string;
  mdast?: Root;
}

export type FileKind = "image" | "audio" | "video" | "document" | "sticker";

/**
 * A file. In what comes in, it stays where it is: `ref` is opaque and only `fetchFile` of the same adapter reads it.
 * In what goes out, `ref` names bytes that the hub keeps (`tools.files.get`), a file that the adapter gave a reference
 * for, or a public https address.
 */
export interface FilePart {
  type: "file";
  kind: FileKind;
  ref: string;
  name?: string;
  mimeType?: string;
  /** Bytes. */
  size?: number;
  width?: number;
  height?: number;
  durationMs?: number;
  /** A sticker's emoji, or what the sender wrote for those who cannot see it. */
  alt?: string;
}

export interface ChoiceOption {
  /** At most 64 bytes of UTF-8, the least that a platform gives back. */
  id: string;
  label: string;
}

/** A question with answers to press. */
export interface ChoicePart {
  type: "choice";
  prompt: string;
  options: ChoiceOption[];
}

/** A card; neighbours in one message are a carousel where the platform has one. */
export interface CardPart {
  type: "card";
  title: string;
  text?: string;
  url?: string;
  /** A public https address. */
  image?: string;
  options?: ChoiceOption[];
}

/** A message that the platform has approved beforehand, and carries outside the reply window. */
export interface TemplatePart {
  type: "template";
  name: string;
  /** As the platform names it ("en_US", "zh_CN"). */
  language: string;
  /** The placeholders' values, by name or by position from "1". */
  values: Record<string, string>;
  /** What the person will read: kept in the history. */
  text: string;
}

export interface LocationPart {
  type: "location";
  latitude: number;
  longitude: number;
  title?: string;
  address?: string;
}

export interface ContactPart {
  type: "contact";
  name: string;
  phone?: string;
}

/** Something only the adapter reads, needed to answer this very event while it lives (a reply token, a callback's id). */
export interface Referrer {
  data: Json;
  expiresAt: Date;
}

/** A message to be carried out. */
export interface OutboundMessage {
  place: string;
  parts: Part[];
  /** The platform's id of the message that this one answers. */
  replyTo?: string;
  /** The same on every attempt. */
  idempotencyKey: string;
  referrer?: Referrer;
  /** Who wrote it: some platforms let a person write when a bot may not. */
  author?: "bot" | "agent";
  /** When the person last wrote, where the platform has a reply window. */
  lastHeardAt?: Date;
}

/** The platform's receipt. */
export interface Sent {
  externalId: string;
}

/** What can be done besides sending; only what the capabilities say. */
export type Action =
  | { type: "edit"; place: string; messageId: string; parts: Part[] }
  | { type: "delete"; place: string; messageId: string }
  | { type: "react"; place: string; messageId: string; emoji: string | null }
  | { type: "typing"; place: string }
  | { type: "acknowledge"; referrer: Referrer };

/** What a person reading only text would see. Used for search, previews and answering. */
export function plainText(parts: readonly Part[]): string {
  return parts.map(partText).filter(Boolean).join("\n");
}

function partText(part: Part): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "file":
      return part.alt ?? part.name ?? "";
    case "choice":
      return [part.prompt, ...part.options.map((option) => `- ${option.label}`)].join("\n");
    case "card":
      return [part.title, part.text, part.url, ...(part.options ?? []).map((option) => `- ${option.label}`)]
        .filter(Boolean)
        .join("\n");
    case "location":
      return [part.title, part.address, `${part.latitude}, ${part.longitude}`].filter(Boolean).join("\n");
    case "contact":
      return [part.name, part.phone].filter(Boolean).join(" ");
    case "template":
      return part.text;
  }
}
