import { ChannelError, type AdapterTools, type FileKind, type FilePart } from "../../src/contract/index.ts";
import type { Api } from "./api.ts";
import { readRef, type FileRef } from "./file-ref.ts";
import { faultOf } from "./faults.ts";
import { harmless } from "./http.ts";
import { createUploads, MAX_FILE_BYTES, type Bytes, type MediaType } from "./media-upload.ts";

export interface Media {
  /** The id under which WeChat has this file, uploading it where it must. @throws ChannelError */
  idOf(part: FilePart, signal: AbortSignal): Promise<string>;
  fetchFile(ref: string, signal: AbortSignal): Promise<Response>;
}

export function mediaTypeOf(kind: FileKind): MediaType {
  if (kind === "image" || kind === "video") return kind;
  if (kind === "audio") return "voice";
  throw new ChannelError("refused", `WeChat carries no file of the kind ${kind}.`);
}

export function createMedia(api: Api, tools: AdapterTools): Media {
  const uploads = createUploads(api, tools);

  async function idOf(part: FilePart, signal: AbortSignal): Promise<string> {
    const known = readRef(part.ref);
    if (known?.mediaId) return known.mediaId;
    const file = (await tools.files.get(part.ref)) ?? (await fetchPublic(known?.url ?? part.ref, signal));
    return uploads.idOf(mediaTypeOf(part.kind), file, signal);
  }

  async function fetchPublic(url: string, signal: AbortSignal): Promise<Bytes> {
    if (!/^https:\/\//.test(url)) throw new ChannelError("refused", "The file to be sent is gone.");
    const response = await open(url, signal);
    const bytes = await readAtMost(response, MAX_FILE_BYTES);
    const mimeType = (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
    return { name: new URL(url).pathname.split("/").at(-1) || "file", mimeType, bytes };
  }

  async function open(url: string, signal: AbortSignal): Promise<Response> {
    const response = await tools.fetch(url, { signal }).catch(() => undefined);
    if (!response) throw new ChannelError("unreachable", "The file could not be fetched from its address.");
    if (!response.ok) throw new ChannelError("refused", `The file's address answers ${response.status}.`);
    return response;
  }

  async function fetchFile(ref: string, signal: AbortSignal): Promise<Response> {
    const known = readRef(ref);
    if (!known) throw new ChannelError("refused", "This is no reference to a file on WeChat.");
    if (known.mediaId === "") return open(known.url ?? "", signal);
    return fetchKept(known, signal);
  }

  /** A video is not given out itself, only its address. A picture has a public address besides. */
  async function fetchKept({ mediaId, url }: FileRef, signal: AbortSignal): Promise<Response> {
    try {
      const found = await api.download("/cgi-bin/media/get", { media_id: mediaId }, signal);
      if (found instanceof Response) return found;
      const { video_url: video } = found.fields;
      if (typeof video === "string" && URL.canParse(video)) return await open(video, signal);
      throw faultOf(found.errcode, found.errmsg, tools.clock.now());
    } catch (error) {
      if (url === undefined) throw harmless(error);
      return open(url, signal);
    }
  }

  return { idOf, fetchFile };
}

async function readAtMost({ body }: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) throw new ChannelError("refused", `The file is larger than the ${most} bytes that WeChat takes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
