import {
  ChannelError,
  hmacSha256,
  networkFault,
  sameSecret,
  type AdapterTools,
  type FilePart,
  type Received,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";

// LINE takes no uploads: it fetches what a message shows from an https address. The hub's own files get one below the
// channel's webhook, signed, so that nobody reads files by guessing. It does not end: people scroll back.

/** A file as a message can name it. */
export interface Linked {
  url: string;
  name: string;
  mimeType: string;
  size?: number;
}

/** A white triangle on black: LINE wants a picture before each video, and we have none. */
const PREVIEW = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAUAAAAC0AQAAAADNn8i8AAAAuklEQVR42u3Xuw0DIRAE0HPnlEYplEBIgMCBXcALNrE1Ez+dxH12554nSZIk" +
    "SZLkv/Ji2BQOhUvhVngZdoVT4VJ4FN6msCucCrfCy7ApHAqXwq3wMuwKp8Kl8CiUW/6BXeFUuBUehXCaLxwKl8Kt8DLsCmf5FctPvcqfTKt+" +
    "e3b5G96rv8JTPilm+TQrn7g8w3kr8J4p34W8XXlfawPgTsEthXsPN6nytsf9kRspd9z8OCRJkiRJ8lN5A8QLGB50zGQQAAAAAElFTkSuQmCC",
  "base64",
);
const INLINE = /^(image\/(jpeg|png)|audio\/(mpeg|mp4|x-m4a|aac)|video\/mp4)$/;

interface Kept {
  name: string;
  mimeType: string;
  bytes: Uint8Array;
}

/** A file that LINE keeps: passed on, it goes through the hub. */
const LINE_FILE = /^message:[\w-]{1,100}$/;
const TIMEOUT_MS = 30_000;

export interface FileLinks {
  /** Where LINE finds the file. @throws ChannelError when it is gone, or no address */
  link(part: FilePart): Promise<Linked>;
  previewUrl: string;
  serve(request: WebhookRequest): Promise<Received> | undefined;
}

export interface FileLinkParts {
  channelSecret: string;
  tools: Pick<AdapterTools, "files" | "publicUrl">;
  /** Fetches a file that LINE keeps behind its login. @throws ChannelError */
  fetchOwn(ref: string, signal: AbortSignal): Promise<Response>;
}

export function createFileLinks({ channelSecret, tools, fetchOwn }: FileLinkParts): FileLinks {
  const base = tools.publicUrl.href.replace(/\/*$/, "/");
  const proofOf = (ref: string) => hmacSha256(channelSecret, "file ", ref).toString("base64url").slice(0, 32);

  const ownAddress = (ref: string, name: string) =>
    `${base}files/${encodeURIComponent(ref)}/${proofOf(ref)}/${tailOf(name)}`;

  async function link(part: FilePart): Promise<Linked> {
    const file = await tools.files.get(part.ref);
    const name = part.name ?? file?.name ?? "file";
    if (file) return { url: ownAddress(part.ref, name), name, mimeType: file.mimeType, size: file.bytes.byteLength };

    const known = { name, mimeType: part.mimeType ?? "", ...(part.size !== undefined && { size: part.size }) };
    if (LINE_FILE.test(part.ref)) return { url: ownAddress(part.ref, name), ...known };
    const external = publicAddressOf(part.ref) ?? part.ref;
    if (!/^https:\/\//.test(external) || !URL.canParse(external))
      throw new ChannelError("refused", "The file to be sent is gone, or its address is not https.");
    return { url: external, ...known };
  }

  async function find(ref: string): Promise<Kept | undefined> {
    if (!LINE_FILE.test(ref)) return tools.files.get(ref);
    const response = await fetchOwn(ref, AbortSignal.timeout(TIMEOUT_MS)).catch(() => undefined);
    if (!response) return undefined;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const mimeType = (response.headers.get("content-type") ?? "").split(";")[0]!.trim();
    return { name: "file", mimeType: mimeType || "application/octet-stream", bytes };
  }

  async function give(ref: string, proof: string, range: string | undefined): Promise<Received> {
    const file = sameSecret(proof, proofOf(ref)) ? await find(ref) : undefined;
    return { arrivals: [], reply: file ? fileReply(file, range) : { status: 404 } };
  }

  return {
    link,
    previewUrl: `${base}preview.png`,
    serve({ method, path, headers }) {
      if (method !== "GET" && method !== "HEAD") return undefined;
      if (path === "/preview.png")
        return Promise.resolve({
          arrivals: [],
          reply: fileReply({ name: "preview.png", mimeType: "image/png", bytes: PREVIEW }, undefined),
        });
      const [, ref, proof] = /^\/files\/([\w%.-]{1,200})\/([\w-]{1,64})\/[^/]*$/.exec(path) ?? [];
      if (ref === undefined || proof === undefined) return undefined;
      return give(decoded(ref), proof, typeof headers.range === "string" ? headers.range : undefined);
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Only for people who look at the address, and for apps that go by its ending. */
function tailOf(name: string): string {
  return (
    encodeURIComponent(
      name
        .toWellFormed()
        .replaceAll(/[^\p{L}\p{N}._-]/gu, "_")
        .slice(-60),
    ) || "file"
  );
}

/** Players ask for pieces of a video; whatever a browser could run is given to be saved, never to be shown. */
function fileReply({ name, mimeType, bytes }: Kept, range: string | undefined): WebhookReply {
  const isShown = INLINE.test(mimeType);
  const headers = {
    "content-type": isShown ? mimeType : "application/octet-stream",
    "content-disposition": `${isShown ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, max-age=86400",
    "accept-ranges": "bytes",
  };
  const piece = range === undefined ? undefined : pieceOf(range, bytes.byteLength);
  if (!piece) return { status: 200, headers, body: bytes };
  const [from, to] = piece;
  const part = { ...headers, "content-range": `bytes ${from}-${to}/${bytes.byteLength}` };
  return { status: 206, headers: part, body: bytes.subarray(from, to + 1) };
}

function pieceOf(range: string, size: number): [number, number] | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return first <= last ? [first, last] : undefined;
}

const STICKERS = "https://stickershop.line-scdn.net/stickershop/v1/sticker";

/** Where the picture of a reference lies that is not behind LINE's login. */
export function publicAddressOf(ref: string): string | undefined {
  if (ref.startsWith("external:")) return ref.slice("external:".length);
  const stickerId = /^sticker:\d{1,20}:(\d{1,20})$/.exec(ref)?.[1];
  return stickerId && `${STICKERS}/${stickerId}/android/sticker.png`;
}

/** Fetches what needs no login. @throws ChannelError */
export async function fetchPublic(
  url: string,
  tools: Pick<AdapterTools, "fetch">,
  signal: AbortSignal,
): Promise<Response> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new ChannelError("refused", "The file's address is no web address.");
  const response = await tools.fetch(url, { signal }).catch((error: unknown) => {
    throw networkFault("The file's server", error);
  });
  if (!response.ok) throw new ChannelError("refused", `The file's server did not give it out (${response.status}).`);
  return response;
}
