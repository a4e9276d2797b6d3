import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { EmulatedCall } from "../../src/contract/index.ts";
import { assertToken, giveToken, Refusal, type Asked, type Method, type Result } from "./emulator-methods.ts";
import type { World } from "./emulator-world.ts";

export interface ServerParts {
  world: World;
  methods: Record<string, Method>;
  calls: EmulatedCall[];
  refusals: Refusals;
  port: number;
}

/** Prepared refusals of sends, and the times in which nothing should come. */
export interface Refusals {
  /** By path; each is given once. */
  byPath: Map<string, Refusal[]>;
  slowDowns: { left: number; ms: number };
  /** When a 429 was last said, and until when nothing is wanted. */
  saidMs: number;
  quietUntilMs: number;
  /** Sends that came within; after 50 ms of grace. */
  inside: number;
}

/** Requests that may have left before the sender could know of a 429. */
const GRACE_MS = 50;

const MAX_LOGGED = 4_000;
const SEND = /\/message\/(custom|template)\/send$/;

/** Speaks WeChat's interface over HTTP on loopback, with the faults that are set. */
export async function startApiServer(parts: ServerParts): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer(
    (request, response) => void answer(parts, request, response).catch(() => response.destroy()),
  );
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(parts.port, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, calls } = parts;
  const url = new URL(request.url ?? "/", "http://wechat.invalid");
  const bytes = await bodyOf(request);
  if (url.pathname.startsWith("/files/")) return sendFile(world, url.pathname.slice("/files/".length), response);
  const asked = askedIn(request, url, bytes);
  const method = request.method ?? "GET";
  const call: EmulatedCall = { at: new Date(), method, path: url.pathname, status: 200, ...loggedBody(asked) };
  calls.push(call);
  if (world.faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, world.faults.slowMs));
  try {
    call.status = perform(parts, `${method} ${url.pathname}`, asked, response);
  } catch (error) {
    const { errcode, errmsg } = error instanceof Refusal ? error : new Refusal(-1, "system error");
    writeJson(response, { errcode, errmsg });
  }
}

/** Returns the status, 0 for a dropped line. */
function perform(parts: ServerParts, name: string, asked: Asked, response: ServerResponse): number {
  const { world, methods } = parts;
  if (name === "POST /cgi-bin/stable_token") return writeJson(response, giveToken(world, asked));
  const method = methods[name];
  if (!method) return write(response, 404, "text/plain", "Not Found");
  assertToken(world, asked.query.get("access_token"));
  const prepared = parts.refusals.byPath.get(name.split(" ")[1]!)?.shift();
  if (prepared) throw prepared;
  return SEND.test(name) ? performSend(parts, method, asked, response) : succeed(response, method(asked));
}

function slowDown(response: ServerResponse, ms: number): number {
  response.setHeader("retry-after", String(ms / 1_000));
  return write(response, 429, "text/plain", "Too Many Requests");
}

function performSend({ world, refusals }: ServerParts, method: Method, asked: Asked, response: ServerResponse): number {
  const { faults, random } = world;
  const chance = (share: number) => share > 0 && random() < share;
  const nowMs = performance.now();
  if (nowMs < refusals.quietUntilMs) {
    if (nowMs - refusals.saidMs > GRACE_MS) refusals.inside++;
    return slowDown(response, refusals.quietUntilMs - nowMs);
  }
  if (refusals.slowDowns.left > 0 || chance(faults.tooMany.share)) {
    const ms = refusals.slowDowns.left > 0 ? refusals.slowDowns.ms : faults.tooMany.seconds * 1_000;
    refusals.slowDowns.left = Math.max(0, refusals.slowDowns.left - 1);
    Object.assign(refusals, { saidMs: nowMs, quietUntilMs: nowMs + ms });
    return slowDown(response, ms);
  }
  if (chance(faults.serverErrorShare)) return write(response, 502, "text/html", "<html>502 Bad Gateway</html>");
  if (chance(faults.busyShare)) throw new Refusal(-1, "system error");
  const result = method(asked);
  if (chance(faults.dropShare)) {
    response.destroy();
    return 0;
  }
  if (chance(faults.truncateShare)) return write(response, 200, "application/json", '{"errcode":0,"err');
  return succeed(response, result);
}

function succeed(response: ServerResponse, result: Result): number {
  if ("bytes" in result && Buffer.isBuffer(result.bytes))
    return write(response, 200, (result as { mimeType: string }).mimeType, result.bytes);
  return writeJson(response, result);
}

/** WeChat labels most of its JSON as plain text; big ids stand in it as bare numbers. */
function writeJson(response: ServerResponse, value: object): number {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `\u0001${each}\u0001` : each));
  return write(response, 200, "text/plain", text.replaceAll(/"\\u0001(\d+)\\u0001"/g, "$1"));
}

function write(response: ServerResponse, status: number, type: string, body: string | Buffer): number {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
  return status;
}

function sendFile(world: World, id: string, response: ServerResponse): void {
  const file = world.media.get(id);
  if (file && !file.expired) write(response, 200, file.mimeType, file.bytes);
  else write(response, 404, "text/plain", "Not Found");
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function askedIn({ headers }: IncomingMessage, { searchParams: query }: URL, bytes: Buffer): Asked {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1];
  if (boundary === undefined) return { query, body: jsonIn(bytes) };
  const text = bytes.toString("latin1");
  const [, name, mimeType] = /name="media"; filename="([^"]+)"\r\nContent-Type: (\S+)/.exec(text) ?? [];
  const start = text.indexOf("\r\n\r\n") + 4;
  const end = text.lastIndexOf(`\r\n--${boundary}--`);
  if (name === undefined || mimeType === undefined || end < start) return { query, body: {} };
  return { query, body: {}, file: { name, mimeType, bytes: bytes.subarray(start, end) } };
}

function jsonIn(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new Refusal(47001, "data format error");
  }
}

function loggedBody({ body, file }: Asked): { body?: string } {
  if (file) return { body: `(a file: ${file.name}, ${file.bytes.length} bytes)` };
  if (Object.keys(body).length === 0) return {};
  const shown = "secret" in body ? { ...body, secret: "(left out)" } : body;
  return { body: JSON.stringify(shown).slice(0, MAX_LOGGED) };
}
