import type { FileKind, FilePart, Part } from "../../src/contract/index.ts";
import type { LineMessage } from "./payload.ts";

// A file's reference: "message:ID" stays at LINE, "external:URL" was put there by an app, "sticker:PACKAGE:ID" is a sticker.

const FILES: Readonly<Record<string, { kind: FileKind; mimeType?: string }>> = {
  image: { kind: "image", mimeType: "image/jpeg" },
  video: { kind: "video", mimeType: "video/mp4" },
  audio: { kind: "audio", mimeType: "audio/mp4" },
  file: { kind: "document" },
};
/** As many words as tell what a sticker is about. */
const MAX_KEYWORDS = 3;

/** What a message says; nothing where it is of a kind that we do not carry. */
export function partsOf(message: LineMessage): Part[] {
  const { type, text } = message;
  if (type === "text") return text === undefined || text === "" ? [] : [{ type: "text", text }];
  if (type === "sticker") return sticker(message);
  if (type === "location") return location(message);
  return file(message);
}

function file(message: LineMessage): FilePart[] {
  const { id, type, fileName, fileSize, duration, contentProvider } = message;
  const known = Object.hasOwn(FILES, type) ? FILES[type] : undefined;
  if (!known) return [];
  const { kind, mimeType } = known;
  const external = contentProvider?.type === "external" ? contentProvider.originalContentUrl : undefined;
  return [
    {
      type: "file",
      kind,
      ref: external === undefined ? `message:${id}` : `external:${external}`,
      ...(fileName !== undefined && { name: fileName }),
      // What an app put there may be of any type.
      ...(mimeType !== undefined && external === undefined && { mimeType }),
      ...(fileSize !== undefined && { size: fileSize }),
      ...(duration !== undefined && { durationMs: duration }),
    },
  ];
}

function sticker({ packageId, stickerId, text, keywords = [] }: LineMessage): FilePart[] {
  if (packageId === undefined || stickerId === undefined) return [];
  const alt = text || keywords.slice(0, MAX_KEYWORDS).join(", ");
  return [
    {
      type: "file",
      kind: "sticker",
      ref: `sticker:${packageId}:${stickerId}`,
      mimeType: "image/png",
      ...(alt && { alt }),
    },
  ];
}

function location({ latitude, longitude, title, address }: LineMessage): Part[] {
  if (latitude === undefined || longitude === undefined) return [];
  return [{ type: "location", latitude, longitude, ...(title && { title }), ...(address && { address }) }];
}
