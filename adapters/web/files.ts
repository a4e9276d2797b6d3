import { z } from "zod";
import { header, type FilePart, type Received } from "../../src/contract/index.ts";
import type { Desk } from "./desk.ts";
import { jsonReply, Refused } from "./reply.ts";
import { attachment, MAX_FILE_BYTES, safeName, sniff } from "./upload.ts";
import type { Visitor, VisitorTokens } from "./visitor-token.ts";

const PURPOSE = "file";

const Claims = z.object({
  ref: z.string(),
  kind: z.enum(["image", "audio", "video", "document", "sticker"]),
  name: z.string(),
  mimeType: z.string(),
  size: z.number(),
});

/** What a visitor may name in a message: a file that they sent, or were sent. */
export function bindFile(
  tokens: VisitorTokens,
  visitor: Visitor,
  { ref, kind, name, mimeType, size }: FilePart,
): string {
  const claims = { ref, kind, name: name ?? "file", mimeType: mimeType ?? "application/octet-stream", size: size ?? 0 };
  return tokens.bind(PURPOSE, visitor, claims);
}

/** The file behind a visitor's reference. @throws Refused for one that was given to somebody else. */
export function readFileRef({ tokens }: Desk, visitor: Visitor, bound: string): z.infer<typeof Claims> {
  const claims = Claims.safeParse(tokens.unbind(PURPOSE, visitor, bound));
  if (!claims.success) throw new Refused(404, "There is no such file in this conversation.");
  return claims.data;
}

/** Keeps a file, under the type that its bytes say it has. */
export async function upload(desk: Desk): Promise<Received> {
  const visitor = desk.visitor();
  const { body } = desk.request;
  if (body.byteLength > MAX_FILE_BYTES) throw new Refused(413, "The file is larger than 10 MB.");
  const type = sniff(body);
  if (!type) {
    throw new Refused(
      415,
      "This type of file is not taken. Send PNG, JPEG, GIF, WebP, PDF, plain text, MP3, OGG, M4A, WAV, MP4 or WebM.",
    );
  }
  const name = safeName(header(desk.request, "x-file-name"), type);
  const { kind, mimeType } = type;
  const ref = await desk.tools.files.put({ name, mimeType, bytes: body });
  const file = { type: "file" as const, ref, kind, name, mimeType, size: body.byteLength };
  return { arrivals: [], reply: jsonReply(201, { ...file, ref: bindFile(desk.tokens, visitor, file) }) };
}

/** Gives a file back to be saved, never shown as a page of the hub's own address. */
export async function download(desk: Desk, bound: string): Promise<Received> {
  const { ref } = readFileRef(desk, desk.visitor(), bound);
  const file = await desk.tools.files.get(ref);
  if (!file) throw new Refused(404, "The file is no longer kept.");
  const headers = {
    "content-type": file.mimeType,
    "content-disposition": attachment(file.name),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "private, max-age=3600",
  };
  return { arrivals: [], reply: { status: 200, headers, body: file.bytes } };
}
