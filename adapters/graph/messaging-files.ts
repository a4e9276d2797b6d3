import {
  BadSignature,
  hmacSha256,
  sameSecret,
  type Clock,
  type Files,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";

/** Meta fetches a file at once; an hour leaves room for its repeated attempts. */
const OPEN_MS = 3_600_000;
const PATH = /^\/file\/(\d{1,12})\/([0-9a-f]{64})\/([^/]+)$/;
/** What browsers do not run, whoever opens the address. */
const HARMLESS = /^(image\/(png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf)$/;

/** Lends Meta a file of the hub's, at an address of this channel that is good for an hour. */
export interface FileDoor {
  isFor(request: WebhookRequest): boolean;
  /** @throws BadSignature */
  open(request: WebhookRequest): Promise<WebhookReply>;
  addressOf(ref: string): string;
}

export interface FileDoorParts {
  appSecret: string;
  publicUrl: URL;
  files: Files;
  clock: Clock;
}

export function createFileDoor({ appSecret, publicUrl, files, clock }: FileDoorParts): FileDoor {
  // A key of its own: what opens a file proves no delivery.
  const key = hmacSha256(appSecret, "files lent for an hour").toString("hex");
  const proofOf = (until: string, ref: string) => hmacSha256(key, `${until} ${ref}`).toString("hex");

  return {
    isFor: ({ method, path }) => (method === "GET" || method === "HEAD") && path.startsWith("/file/"),
    async open({ path }) {
      const [, until = "", proof = "", name = ""] = PATH.exec(path) ?? [];
      const ref = decoded(name);
      if (!sameSecret(proof, proofOf(until, ref)) || Number(until) * 1_000 < clock.now().getTime())
        throw new BadSignature("The address of this file was not made by this channel, or its hour is over.");
      const file = await files.get(ref);
      if (!file) return { status: 404 };
      return { status: 200, headers: headersOf(file.mimeType), body: file.bytes };
    },
    addressOf(ref) {
      const until = String(Math.ceil((clock.now().getTime() + OPEN_MS) / 1_000));
      return `${publicUrl.href.replace(/\/+$/, "")}/file/${until}/${proofOf(until, ref)}/${encodeURIComponent(ref)}`;
    },
  };
}

function headersOf(mimeType: string): Record<string, string> {
  return {
    "content-type": HARMLESS.test(mimeType) ? mimeType : "application/octet-stream",
    "content-disposition": "attachment",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return "";
  }
}
