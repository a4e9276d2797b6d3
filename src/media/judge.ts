import { fileTypeFromBuffer } from "file-type";
import type { FileKind } from "../contract/index.ts";

/** What a fetched file is, by its content; its name and what the server called it prove nothing. */
export type Judgement = { ok: true; mimeType: string } | { ok: false; reason: string };

/** Types that a browser may show where they are asked for. SVG is none: it is a program. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif|bmp|heic)|audio\/|video\/)/;

const BELONGS: Readonly<Record<FileKind, RegExp | undefined>> = {
  image: /^image\//,
  audio: /^(audio|video)\//, // voice notes come in containers that hold pictures as well
  video: /^(video|image\/gif|image\/webp)/,
  sticker: /^(image|video|application\/(gzip|json))/, // animated ones are compressed drawings
  document: undefined,
};

/**
 * Says what the bytes are. A platform that wants a login answers with a page and status 200: a picture that begins like
 * a page is none.
 */
export async function judge(bytes: Uint8Array, kind: FileKind): Promise<Judgement> {
  if (bytes.length === 0) return { ok: false, reason: "The file is empty." };
  const found = harmless((await fileTypeFromBuffer(bytes))?.mime ?? textType(bytes));
  const wanted = BELONGS[kind];
  if (!wanted || wanted.test(found)) return { ok: true, mimeType: found };
  return { ok: false, reason: `It was sent as ${kind}, and its content is ${found}.` };
}

export function isShown(mimeType: string): boolean {
  return SHOWN.test(mimeType);
}

/** Text is never served as a page or a program, whatever stands in it. */
function harmless(mimeType: string): string {
  return /xml|html|javascript/.test(mimeType) && !/openxml/.test(mimeType) ? "text/plain" : mimeType;
}

/** AMR, the voice of WeChat, is told by its first word. */
function textType(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 4_096));
  if (start.subarray(0, 5).toString("latin1") === "#!AMR") return "audio/amr";
  if (start.includes(0)) return "application/octet-stream";
  return "text/plain";
}
