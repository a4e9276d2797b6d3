import { ChannelError, type AdapterTools, type FilePart } from "../../src/contract/index.ts";
import { idIn, textIn, type GraphClient, type JsonObject } from "../graph/index.ts";

/** The hub's own file ids. */
const OWN_FILE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What WhatsApp gives files as names. */
const MEDIA_ID = /^\d{5,25}$/;
const DAY_MS = 86_400_000;
/** Uploaded files live for 30 days. */
const UPLOAD_LIFE_MS = 25 * DAY_MS;
const KB = 1_024;

type Kind = FilePart["kind"];
/** Which bytes WhatsApp shows as what; all else goes as a document. */
const TAKES: Readonly<Record<Exclude<Kind, "document">, { types: RegExp; maxBytes: number }>> = {
  image: { types: /^image\/(jpeg|png)$/, maxBytes: 5_000 * KB },
  audio: { types: /^audio\/(aac|amr|mpeg|mp4|ogg)$/, maxBytes: 16_000 * KB },
  video: { types: /^video\/(mp4|3gpp)$/, maxBytes: 16_000 * KB },
  sticker: { types: /^image\/webp$/, maxBytes: 500 * KB },
};

/** A file as a send names it. */
export interface SentFile {
  kind: Kind;
  id?: string;
  link?: string;
  name?: string;
}

export function fileFields(part: FilePart, file: SentFile): { kind: Kind; fields: Record<string, unknown> } {
  const where = file.id === undefined ? { link: file.link } : { id: file.id };
  const name = file.name ?? part.name;
  const filename = file.kind === "document" && name !== undefined ? { filename: name } : {};
  return { kind: file.kind, fields: { ...where, ...filename } };
}

export interface MediaParts {
  client: GraphClient;
  phoneNumberId: string;
  tools: AdapterTools;
}

export function createMedia({ client, phoneNumberId, tools }: MediaParts) {
  /** A file of the hub's is brought to WhatsApp once; a repeated send finds it there. */
  async function fileFor(part: FilePart, signal: AbortSignal): Promise<SentFile> {
    if (MEDIA_ID.test(part.ref)) return { kind: part.kind, id: part.ref };
    if (!OWN_FILE.test(part.ref)) return linked(part);
    const file = await tools.files.get(part.ref);
    if (!file) throw new ChannelError("refused", "The file to be sent is gone.");
    const kind = kindFor(part.kind, file.mimeType, file.bytes.length);
    const key = `media:${part.ref}`;
    const known = await tools.cache.get(key);
    const id = known ?? (await upload(file, signal));
    if (known === undefined) await tools.cache.set(key, id, UPLOAD_LIFE_MS);
    return { kind, id, name: file.name };
  }

  async function upload(
    file: { name: string; mimeType: string; bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<string> {
    const fields = { messaging_product: "whatsapp", type: file.mimeType };
    const form = { fields, file: { field: "file", ...file } };
    const answer = await client
      .call<JsonObject>("POST", `${phoneNumberId}/media`, { form }, signal)
      .catch((error: unknown) => {
        throw harmless(error);
      });
    const id = idIn(answer, "id");
    if (id === undefined) throw new ChannelError("unreachable", "WhatsApp took the file and gave no id for it.");
    return id;
  }

  /** The address lives for five minutes, so it is asked for each time. */
  async function fetchFile(ref: string, signal: AbortSignal): Promise<Response> {
    if (!MEDIA_ID.test(ref)) throw new ChannelError("refused", "This is not a file of WhatsApp's.");
    const query = { phone_number_id: phoneNumberId };
    const answer = await client.call<JsonObject>("GET", ref, { query }, signal);
    const url = textIn(answer, "url");
    if (url === undefined) throw new ChannelError("refused", "WhatsApp gave no address for the file.");
    return client.download(url, true, signal);
  }

  return { fileFor, fetchFile };
}

function linked(part: FilePart): SentFile {
  if (!/^https:\/\//i.test(part.ref) || !URL.canParse(part.ref))
    throw new ChannelError("refused", "WhatsApp fetches files from https addresses only.");
  const kind = part.mimeType === undefined ? part.kind : kindFor(part.kind, part.mimeType, part.size ?? 0);
  return { kind, link: part.ref };
}

function kindFor(kind: Kind, mimeType: string, bytes: number): Kind {
  if (kind === "document") return kind;
  const { types, maxBytes } = TAKES[kind];
  if (types.test(mimeType.split(";")[0]!.trim().toLowerCase()) && bytes <= maxBytes) return kind;
  return kind === "sticker" ? kindFor("image", mimeType, bytes) : "document";
}

/** An upload whose answer was lost sent nothing to anybody: it may be tried again. */
function harmless(error: unknown): unknown {
  if (!(error instanceof ChannelError) || error.fault !== "maybe-sent") return error;
  return new ChannelError("unreachable", "WhatsApp gave no answer to an upload.", { cause: error });
}
