import type { RawFile } from "discord.js";
import { ChannelError, type AdapterTools, type FilePart, type Part } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";

/** What Discord takes from bots in servers that nobody boosts. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
const STICKER_ENDINGS: Readonly<Record<string, string>> = { 1: "png", 2: "png", 3: "json", 4: "gif" };

interface Attached {
  id?: unknown;
  url?: unknown;
}
interface FetchedMessage {
  attachments?: Attached[];
  message_snapshots?: { message?: { attachments?: Attached[] } }[];
}

/** A file's address is signed and ends after a day, so the reference names its message, which gives a new one. */
export function fileRef(channelId: string, messageId: string): (attachment: { id: string }) => string {
  return ({ id }) => `${channelId}/${messageId}/${id}`;
}

export interface FileParts {
  call: Call;
  tools: AdapterTools;
  cdnRoot: string;
}

/** Files in both directions. */
export function createFiles({ call, tools, cdnRoot }: FileParts) {
  const cdn = new URL(cdnRoot);

  async function fetchFile(ref: string, signal: AbortSignal): Promise<Response> {
    // What fetch throws may hold the address, and that is signed.
    const response = await tools.fetch(await addressOf(ref, signal), { signal }).catch(() => undefined);
    if (!response) throw new ChannelError("unreachable", "The file could not be fetched from Discord.");
    if (!response.ok) throw new ChannelError("refused", `Discord did not give out the file (${response.status}).`);
    return response;
  }

  async function addressOf(ref: string, signal: AbortSignal): Promise<URL> {
    const [, channel, message, attachment] = /^(\d{1,20})\/(\d{1,20})\/(\d{1,20})$/.exec(ref) ?? [];
    if (channel && message && attachment) return attachedTo(channel, message, attachment, signal);
    const [, sticker, format = "1"] = /^sticker:(\d{1,20}):(\d{1,2})$/.exec(ref) ?? [];
    if (sticker) return new URL(`${base(cdn)}/stickers/${sticker}.${STICKER_ENDINGS[format] ?? "png"}`);
    const url = URL.canParse(ref) ? new URL(ref) : undefined;
    if (url && url.origin === cdn.origin) return url;
    throw new ChannelError("refused", "This is not a reference to a file on Discord.");
  }

  async function attachedTo(channel: string, message: string, id: string, signal: AbortSignal): Promise<URL> {
    const found = await call<FetchedMessage>("GET", `/channels/${channel}/messages/${message}`, {}, signal);
    const forwarded = (found.message_snapshots ?? []).flatMap((snapshot) => snapshot.message?.attachments ?? []);
    const file = [...(found.attachments ?? []), ...forwarded].find((each) => each.id === id);
    if (typeof file?.url !== "string" || !URL.canParse(file.url))
      throw new ChannelError("refused", "The file is gone: its message no longer has it.");
    return new URL(file.url);
  }

  /** The file that is to go out, read whole: bytes of the hub's, one of Discord's own, or a public address. */
  async function filesOf([part]: readonly Part[], signal: AbortSignal): Promise<RawFile[] | undefined> {
    if (part?.type !== "file") return undefined;
    const kept = await tools.files.get(part.ref);
    const file = kept
      ? { name: kept.name, data: Buffer.from(kept.bytes), contentType: kept.mimeType }
      : await copied(part, signal);
    if (file.data.length > MAX_FILE_BYTES)
      throw new ChannelError("refused", `The file has ${file.data.length} bytes; Discord takes ${MAX_FILE_BYTES}.`);
    return [file];
  }

  async function copied(part: FilePart, signal: AbortSignal): Promise<RawFile & { data: Buffer }> {
    const isOurs = /^(\d{1,20}\/\d{1,20}\/\d{1,20}|sticker:\d{1,20}:\d{1,2})$/.test(part.ref);
    if (!isOurs && !/^https:\/\//i.test(part.ref)) throw new ChannelError("refused", "The file to be sent is gone.");
    const response = isOurs ? await fetchFile(part.ref, signal) : await fetchPublic(part.ref, signal);
    const contentType =
      part.mimeType ?? response.headers.get("content-type")?.split(";")[0] ?? "application/octet-stream";
    return { name: part.name ?? nameIn(part.ref, contentType), data: await bytesOf(response), contentType };
  }

  async function fetchPublic(url: string, signal: AbortSignal): Promise<Response> {
    const response = await tools.fetch(url, { signal }).catch(() => undefined);
    if (!response) throw new ChannelError("unreachable", "The file to be sent could not be fetched.");
    if (!response.ok) throw new ChannelError("refused", `The file to be sent is not given out (${response.status}).`);
    return response;
  }

  return { fetchFile, filesOf };
}

/** Stops reading where Discord would stop taking. */
async function bytesOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      if ((size += chunk.length) > MAX_FILE_BYTES) break;
    }
  } catch {
    throw new ChannelError("unreachable", "The file to be sent broke off while it was fetched.");
  }
  return Buffer.concat(chunks);
}

function nameIn(ref: string, contentType: string): string {
  const last = URL.canParse(ref) ? new URL(ref).pathname.split("/").at(-1) : undefined;
  return last || `file.${contentType.split("/")[1]?.replaceAll(/[^\w]/g, "") || "bin"}`;
}

function base(url: URL): string {
  return url.href.replace(/\/$/, "");
}
