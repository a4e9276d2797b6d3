import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expiredToken, graphError, GraphRefusal, serverTrouble } from "./emulator-errors.ts";
import type { GraphFaults } from "./emulator-faults.ts";
import { readForm } from "./emulator-form.ts";
import type { Limits } from "./emulator-limits.ts";

export interface GraphCall {
  method: string;
  /** What follows the version: ["1061", "messages"]. */
  path: string[];
  query: URLSearchParams;
  json: Record<string, unknown>;
  fields: Record<string, string>;
  file?: { name: string; mimeType: string; bytes: Buffer };
}

/** Bytes instead of JSON. */
export class GraphFile {
  constructor(
    readonly mimeType: string,
    readonly bytes: Uint8Array,
  ) {}
}

export interface GraphServerParts {
  faults: GraphFaults;
  limits: Limits;
  random: () => number;
  /** The token that is good now. */
  accessToken: () => string;
  /** Calls that need no login, or another one: an app's own token, a file's address. */
  isOpen?: (call: GraphCall, token: string | undefined) => boolean;
  /** The place that a call writes to; `undefined` for a call that is no send. Only sends meet limits and lost answers. */
  placeOf: (call: GraphCall) => string | undefined;
  /** The answer, an object or a GraphFile; throws a GraphRefusal. */
  handle: (call: GraphCall) => unknown;
  port?: number;
}

export interface GraphRequestRecord {
  at: Date;
  atMs: number;
  method: string;
  path: string;
  /** 0 for a dropped line. */
  status: number;
  body: string;
}

export interface GraphServer {
  /** For the setting `baseUrl`. */
  readonly url: string;
  /** Every call, oldest first; tokens are left out. */
  readonly requests: GraphRequestRecord[];
  /** The next calls of this path's end ("messages") are refused so, once each. */
  refuseNext(pathEnd: string, refusal: GraphRefusal): void;
  close(): Promise<void>;
}

/** Speaks the Graph API over HTTP on loopback, with the faults that are set. */
export async function startGraphServer(parts: GraphServerParts): Promise<GraphServer> {
  const requests: GraphRequestRecord[] = [];
  const refusals = new Map<string, GraphRefusal[]>();
  const server = createServer(
    (request, response) =>
      void answer(parts, { requests, refusals }, request, response).catch(() => response.destroy()),
  );
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(parts.port ?? 0, "127.0.0.1", resolve),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    refuseNext(pathEnd, refusal) {
      refusals.set(pathEnd, [...(refusals.get(pathEnd) ?? []), refusal]);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  requests: GraphRequestRecord[];
  refusals: Map<string, GraphRefusal[]>;
}

async function answer(
  parts: GraphServerParts,
  { requests, refusals }: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const arrivedMs = performance.now();
  const url = new URL(request.url ?? "/", "http://emulator");
  const { call, body } = await readCall(request, url);
  const record = { at: new Date(), atMs: arrivedMs, method: call.method, path: url.pathname, status: 200, body };
  requests.push(record);
  if (parts.faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, parts.faults.slowMs));
  try {
    const { authorization } = request.headers;
    if (
      authorization !== `Bearer ${parts.accessToken()}` &&
      !parts.isOpen?.(call, authorization?.slice("Bearer ".length))
    )
      throw expiredToken();
    const refusal = refusals.get(call.path.at(-1) ?? "")?.shift();
    if (refusal) throw refusal;
    record.status = await perform(parts, call, arrivedMs, response);
  } catch (error) {
    const refusal = error instanceof GraphRefusal ? error : serverTrouble();
    record.status = refusal.status;
    write(response, refusal.status, "application/json; charset=UTF-8", JSON.stringify(refusal.body), refusal.headers);
  }
}

async function readCall(request: IncomingMessage, url: URL): Promise<{ call: GraphCall; body: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const [, ...path] = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const call: GraphCall = { method: request.method ?? "", path, query: url.searchParams, json: {}, fields: {} };
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/json")) {
    const json: unknown = JSON.parse(bytes.toString("utf8"));
    return { call: { ...call, json: json as Record<string, unknown> }, body: bytes.toString("utf8") };
  }
  if (!type.startsWith("multipart/form-data")) return { call, body: "" };
  const form = readForm(bytes, type);
  return { call: { ...call, ...form }, body: JSON.stringify({ ...form.fields, file: form.file?.name }) };
}

/** Runs the call and answers; returns the status, 0 for a dropped line. */
async function perform(
  { faults, limits, random, placeOf, handle }: GraphServerParts,
  call: GraphCall,
  arrivedMs: number,
  response: ServerResponse,
): Promise<number> {
  if (call.path.length === 0) throw graphError(400, { message: "Unknown path components", code: 2500 });
  const place = placeOf(call);
  if (place === undefined) return succeed(response, await handle(call));

  const chance = (share: number) => share > 0 && random() < share;
  const tooMany = limits.check(place, arrivedMs);
  if (tooMany) throw tooMany;
  if (chance(faults.serverErrorShare)) {
    if (random() < 0.5) throw serverTrouble();
    return write(response, 502, "text/html", "<html>502 Bad Gateway</html>");
  }
  const result = await handle(call);
  if (chance(faults.dropShare)) {
    response.destroy();
    return 0;
  }
  if (chance(faults.truncateShare)) return write(response, 200, "application/json", '{"messaging_product":"wha');
  if (chance(faults.wrongTypeShare)) return write(response, 200, "text/html", "<html>Sign in to this network</html>");
  return succeed(response, result);
}

function succeed(response: ServerResponse, result: unknown): number {
  if (result instanceof GraphFile) {
    response
      .writeHead(200, { "content-type": result.mimeType, "content-length": result.bytes.length })
      .end(result.bytes);
    return 200;
  }
  return write(response, 200, "application/json; charset=UTF-8", JSON.stringify(result));
}

function write(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): number {
  response.writeHead(status, { ...headers, "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
  return status;
}
