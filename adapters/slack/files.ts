import { ChannelError, type AdapterTools, type FilePart } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { isFields, wordOf } from "./rich-text.ts";

const OWN = /^F[A-Z0-9]{1,31}$/;
/** Where Slack keeps files and takes answers. Our token goes nowhere else. */
const SLACK_HOSTS = /(^|\.)(slack\.com|slack-gov\.com|slack-files\.com)$/;
/** What is fetched from elsewhere to be sent on. */
const MAX_FOREIGN_BYTES = 50_000_000;

export interface FileParts {
  call: Call;
  tools: AdapterTools;
  token: string;
  apiRoot: string;
}

/** Whether an address is Slack's, or that of the gateway in the settings. */
export function isSlackAddress(address: string, apiRoot: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, origin } = new URL(address);
  return origin === new URL(apiRoot).origin || (protocol === "https:" && SLACK_HOSTS.test(hostname));
}

/**
 * Fetches a file with our token. Without the right to it Slack answers 200 with its login page, so what comes must be of
 * the kind that Slack says the file is.
 */
export async function fetchFile(
  { call, tools, token, apiRoot }: FileParts,
  ref: string,
  signal: AbortSignal,
): Promise<Response> {
  if (!OWN.test(ref)) throw new ChannelError("refused", "This is not a reference to a file on Slack.");
  const { file } = await call<{ file?: unknown }>("files.info", { file: ref }, signal);
  const facts = isFields(file) ? file : {};
  const url = wordOf(facts.url_private_download) ?? wordOf(facts.url_private);
  if (!url || !isSlackAddress(url, apiRoot))
    throw new ChannelError("refused", "Slack does not have the bytes of this file: it lies elsewhere, or was deleted.");
  // What fetch throws may hold the request, and that holds the token. A redirect leads to the login page.
  const request = { headers: { authorization: `Bearer ${token}` }, redirect: "manual", signal } as const;
  const response = await tools.fetch(url, request).catch(() => undefined);
  if (!response) throw new ChannelError("unreachable", "The file could not be fetched from Slack.");
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  if (response.status === 429)
    throw new ChannelError("retry-after", "Slack asks us to fetch files more slowly.", {
      retryAfterMs: (retryAfter || 1) * 1_000,
    });
  if (response.status >= 500)
    throw new ChannelError("unreachable", `Slack did not give out the file (${response.status}).`);
  if (!response.ok || isLoginPage(response, facts))
    throw new ChannelError(
      "refused",
      `Slack gave its login page instead of the file (${response.status}): the app needs the scope files:read, and a file of a channel that it is in.`,
    );
  return response;
}

/** HTML, where the file is none; where it is, the size tells. */
function isLoginPage({ headers }: Response, { mimetype, size }: Record<string, unknown>): boolean {
  if (!/^text\/html\b/i.test(headers.get("content-type") ?? "")) return false;
  return !/html/i.test(wordOf(mimetype) ?? "") || headers.get("content-length") !== String(size as number);
}

/** The bytes of a file to be sent: the hub's own, Slack's own, or a public address's. */
export async function bytesOf(
  parts: FileParts,
  part: FilePart,
  signal: AbortSignal,
): Promise<{ name: string; bytes: Uint8Array }> {
  const kept = await parts.tools.files.get(part.ref);
  if (kept) return { name: part.name ?? kept.name, bytes: kept.bytes };
  if (OWN.test(part.ref)) return named(part, await fetchFile(parts, part.ref, signal));
  if (!part.ref.startsWith("https://")) throw new ChannelError("refused", "The file to be sent is gone.");
  const response = await parts.tools.fetch(part.ref, { signal }).catch(() => undefined);
  if (!response) throw new ChannelError("unreachable", "The file to be sent could not be fetched.");
  if (!response.ok) throw new ChannelError("refused", `The file to be sent could not be fetched (${response.status}).`);
  return named(part, response);
}

async function named(part: FilePart, response: Response): Promise<{ name: string; bytes: Uint8Array }> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  const bytes = announced > MAX_FOREIGN_BYTES ? undefined : await bytesUpTo(response, MAX_FOREIGN_BYTES);
  if (!bytes) throw new ChannelError("refused", `The file to be sent has more than ${MAX_FOREIGN_BYTES} bytes.`);
  const last = URL.canParse(part.ref) ? new URL(part.ref).pathname.split("/").at(-1) : undefined;
  return { name: part.name ?? (last || "file"), bytes };
}

async function bytesUpTo({ body }: Response, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > most) return undefined;
      chunks.push(chunk);
    }
  } catch {
    throw new ChannelError("unreachable", "The file to be sent broke off while it was fetched.");
  }
  return Buffer.concat(chunks);
}

/**
 * Uploads a file and shares it. Only the last step shows it to anybody: what fails before has sent nothing.
 * @returns the file's id
 */
export async function upload(
  parts: FileParts,
  file: { name: string; bytes: Uint8Array; alt?: string | undefined },
  share: { channel_id: string; thread_ts?: string | undefined },
  signal: AbortSignal,
): Promise<string> {
  const { call } = parts;
  if (file.bytes.length === 0) throw new ChannelError("refused", "Slack takes no empty files.");
  const args = { filename: file.name, length: file.bytes.length, ...(file.alt && { alt_txt: file.alt }) };
  const { upload_url, file_id } = await call<{ upload_url?: string; file_id?: string }>(
    "files.getUploadURLExternal",
    args,
    signal,
  ).catch(notSent);
  if (!upload_url || !file_id || !isSlackAddress(upload_url, parts.apiRoot))
    throw new ChannelError("unreachable", "Slack named no address to upload the file to.");
  await putBytes(parts, upload_url, file, signal);
  const done = {
    files: [{ id: file_id, title: file.name }],
    channel_id: share.channel_id,
    ...(share.thread_ts && { thread_ts: share.thread_ts }),
  };
  await call("files.completeUploadExternal", done, signal);
  return file_id;
}

async function putBytes(
  { tools }: FileParts,
  url: string,
  file: { name: string; bytes: Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const body = new FormData();
  body.append("file", new Blob([new Uint8Array(file.bytes)]), file.name);
  const { bytes, contentType } = await formBytes(body);
  const response = await tools
    .fetch(url, { method: "POST", headers: { "content-type": contentType }, body: bytes, signal })
    .catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  if (!response?.ok)
    throw new ChannelError("unreachable", `Slack did not take the file's bytes (${response?.status ?? "no answer"}).`);
}

/** As bytes, since the guarded fetch and the global FormData are of two makers. */
async function formBytes(form: FormData): Promise<{ bytes: Uint8Array; contentType: string }> {
  const encoded = new Response(form);
  return { bytes: new Uint8Array(await encoded.arrayBuffer()), contentType: encoded.headers.get("content-type") ?? "" };
}

/** A step before the last shows nothing to anybody. */
function notSent(error: unknown): never {
  if (error instanceof ChannelError && error.fault === "maybe-sent")
    throw new ChannelError("unreachable", error.message, { cause: error });
  throw error;
}
