import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";

/** What comes from outside is shown on this page: nothing of it may run, load or send anything. */
export const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
const MAX_BODY = 8 * 2 ** 20;

/** Says no, in words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Another website's page, or a name that was made to point here, has no business in the lab. */
export function keepStrangersOut({ headers, method }: IncomingMessage): void {
  const { host = "", origin } = headers;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host))
    throw new Refused(403, "The lab is for this machine alone.");
  if (origin !== undefined && origin !== `http://${host}`)
    throw new Refused(403, "Pages of other websites may not use the lab.");
  if (method === "POST" && !/^application\/json\b/.test(headers["content-type"] ?? ""))
    throw new Refused(415, "The lab takes JSON alone.");
}

/** @throws Refused when it is too large, or no JSON */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Refused(413, "This is too large for the lab: 5 MB at most.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refused(400, "The body is not JSON.");
  }
}

export function send(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { ...HEADERS, "content-type": "application/json" }).end(JSON.stringify(value));
}

export function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof Refused) return send(response, { detail: error.message }, error.status);
  if (error instanceof z.ZodError) return send(response, { detail: z.prettifyError(error) }, 400);
  send(response, { detail: "The lab itself failed. Where it runs it says why." }, 500);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}
