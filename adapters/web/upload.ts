import type { FileKind } from "../../src/contract/index.ts";

export interface FileType {
  mimeType: string;
  kind: FileKind;
  extension: string;
}

export const MAX_FILE_BYTES = 10 * 1024 * 1024;
const LONGEST_NAME = 120;
/** Characters that turn the reading direction, so that "gpj.exe" reads "exe.jpg", and those that cannot be seen. */
const TRICKS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const MARKUP = /<!doctype|<html|<svg|<\?xml|<script|<head|<body|<iframe/i;

const image = (subtype: string, extension = subtype): FileType => ({
  mimeType: `image/${subtype}`,
  kind: "image",
  extension,
});
const audio = (subtype: string, extension: string): FileType => ({
  mimeType: `audio/${subtype}`,
  kind: "audio",
  extension,
});
const video = (subtype: string): FileType => ({ mimeType: `video/${subtype}`, kind: "video", extension: subtype });

/** The type by the bytes themselves, whatever they are called; `undefined` for one that we do not take (SVG and HTML run scripts). */
export function sniff(bytes: Uint8Array): FileType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return image("png");
  if (head.startsWith("\xff\xd8\xff")) return image("jpeg", "jpg");
  if (/^GIF8[79]a/.test(head)) return image("gif");
  if (/^RIFF.{4}WEBP/s.test(head)) return image("webp");
  if (/^RIFF.{4}WAVE/s.test(head)) return audio("wav", "wav");
  if (head.startsWith("%PDF-")) return { mimeType: "application/pdf", kind: "document", extension: "pdf" };
  if (head.startsWith("OggS")) return audio("ogg", "ogg");
  if (head.startsWith("ID3") || isMp3Frame(bytes)) return audio("mpeg", "mp3");
  if (/^.{4}ftypM4[AB] /s.test(head)) return audio("mp4", "m4a");
  if (/^.{4}ftyp(iso\w|mp4[12]|avc1|dash|M4V |MSNV)/s.test(head)) return video("mp4");
  if (/^\x1aE\xdf\xa3.*webm/s.test(head)) return video("webm");
  return isPlainText(bytes) ? { mimeType: "text/plain", kind: "document", extension: "txt" } : undefined;
}

/** MPEG audio, layer III, with a bit rate and a sample rate that exist. */
function isMp3Frame([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  return (
    first === 0xff && (second & 0xe6) === 0xe2 && third >> 4 !== 0x0f && third >> 4 !== 0 && (third & 0x0c) !== 0x0c
  );
}

function isPlainText(bytes: Uint8Array): boolean {
  if (bytes.byteLength === 0) return false;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  // A text has no control characters but tabs and line ends.
  return !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) && !MARKUP.test(text);
}

/** A name without a path, tricks or excess length, ending as its type does. */
export function safeName(given: string | undefined, { extension }: FileType): string {
  const plain = decodeName(given).toWellFormed().replaceAll("\uFFFD", "").replaceAll(TRICKS, "");
  const last = plain.split(/[/\\]/).at(-1) ?? "";
  const name = last.replaceAll(/[<>:"|?*;]/g, "_").replaceAll(/^[.\s]+|[.\s]+$/g, "");
  const ends = new RegExp(`\\.(${extension === "jpg" ? "jpe?g" : extension})$`, "i");
  const ending = ends.exec(name)?.[0] ?? `.${extension}`;
  const stem = name.slice(0, ends.test(name) ? -ending.length : undefined) || "file";
  return [...stem].slice(0, LONGEST_NAME - ending.length).join("") + ending;
}

/** Headers carry ASCII; names come percent-encoded. */
function decodeName(given = ""): string {
  try {
    return decodeURIComponent(given);
  } catch {
    return given;
  }
}

/** For a `Content-Disposition` that saves the file instead of showing it. */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
