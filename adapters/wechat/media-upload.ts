import { createHash } from "node:crypto";
import { ChannelError, type AdapterTools } from "../../src/contract/index.ts";
import type { Api, RawBody } from "./api.ts";
import { harmless } from "./http.ts";

const HOUR_MS = 3_600_000;
/** WeChat keeps an uploaded file for three days; we use it for less. */
const REUSE_MS = 60 * HOUR_MS;
const MB = 1_048_576;
export const MAX_FILE_BYTES = 10 * MB;

export type MediaType = "image" | "voice" | "video";

export interface Bytes {
  name: string;
  mimeType: string;
  bytes: Uint8Array;
}

interface Limit {
  maxBytes: number;
  /** WeChat judges a file by the ending of its name. */
  endings: Readonly<Record<string, string>>;
  words: string;
}

const LIMITS: Readonly<Record<MediaType, Limit>> = {
  image: {
    maxBytes: 10 * MB,
    endings: {
      "image/jpeg": "jpg",
      "image/jpg": "jpg",
      "image/png": "png",
      "image/gif": "gif",
      "image/bmp": "bmp",
    },
    words: "a JPEG, PNG, GIF or BMP of 10 MB at most",
  },
  voice: {
    maxBytes: 2 * MB,
    endings: { "audio/amr": "amr", "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/x-mp3": "mp3" },
    words: "AMR or MP3 of 2 MB and 60 seconds at most",
  },
  video: { maxBytes: 10 * MB, endings: { "video/mp4": "mp4" }, words: "MP4 of 10 MB at most" },
};

export interface Uploads {
  /** The id under which WeChat has these bytes: uploaded once in two and a half days, by whichever hub. */
  idOf(type: MediaType, file: Bytes, signal: AbortSignal): Promise<string>;
}

export function createUploads(api: Api, { cache, clock }: AdapterTools): Uploads {
  async function upload(type: MediaType, body: RawBody, signal: AbortSignal): Promise<string> {
    try {
      const { fields } = await api.upload("/cgi-bin/media/upload", { type }, body, signal);
      if (typeof fields.media_id === "string" && fields.media_id !== "") return fields.media_id;
      throw new ChannelError("unreachable", "WeChat took the file and named no id for it.");
    } catch (error) {
      throw harmless(error); // nothing has reached a person yet
    }
  }

  return {
    async idOf(type, file, signal) {
      const ending = endingOf(type, file);
      const key = `media ${type} ${createHash("sha256").update(file.bytes).digest("hex")}`;
      const [known, untilMs] = (await cache.get(key))?.split(" ") ?? [];
      if (known && Number(untilMs) > clock.now().getTime()) return known;
      const id = await upload(type, formOf(file, ending), signal);
      await cache.set(key, `${id} ${clock.now().getTime() + REUSE_MS}`, REUSE_MS);
      return id;
    },
  };
}

/** @throws ChannelError where WeChat takes no such file */
function endingOf(type: MediaType, { mimeType, bytes }: Bytes): string {
  const { maxBytes, endings, words } = LIMITS[type];
  const ending = Object.hasOwn(endings, mimeType) ? endings[mimeType] : undefined;
  if (ending !== undefined && bytes.length <= maxBytes) return ending;
  throw new ChannelError("refused", `WeChat takes ${words}; this file is ${mimeType} of ${bytes.length} bytes.`);
}

/** A form with one file, written by hand: the hub's guarded fetch does not know the global FormData. */
function formOf({ name, mimeType, bytes }: Bytes, ending: string): RawBody {
  const boundary = `----wechat${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}`;
  const bare = name.replaceAll(/[^\w.-]/g, "_").slice(-60);
  const filename = bare.toLowerCase().endsWith(`.${ending}`) ? bare : `${bare || "file"}.${ending}`;
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="media"; filename="${filename}"`,
    `Content-Type: ${mimeType}`,
    "",
    "",
  ].join("\r\n");
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
