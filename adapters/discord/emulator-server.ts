import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Faults, Limits, TooMany } from "./emulator-faults.ts";
import type { Upload } from "./emulator-messages.ts";
import { Refusal } from "./emulator-refusal.ts";
import type { Route } from "./emulator-routes.ts";
import type { Fields, World } from "./emulator-world.ts";

export interface Requested {
  at: Date;
  method: string;
  path: string;
  status: number;
  body?: string;
}

export interface ServerParts {
  world: World;
  routes: () => Route[];
  faults: Faults;
  limits: Limits;
  random: () => number;
  requests: Requested[];
  /** Prepared refusals, by "METHOD /path" with ids as ":id". */
  refusals: Map<string, Refusal[]>;
  port: number;
}

export interface ApiServer {
  server: Server;
  port: number;
  close(): Promise<void>;
}

/** Speaks Discord's REST API and serves its files on loopback, with the faults that are set. */
export async function startApiServer(parts: ServerParts): Promise<ApiServer> {
  const server = createServer(
    (request, response) => void answer(parts, request, response).catch(() => response.destroy()),
  );
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(parts.port, "127.0.0.1", resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedMs = performance.now();
  const url = new URL(request.url ?? "/", "http://emulated");
  const path = /^\/api\/v10(\/.*)$/.exec(url.pathname)?.[1];
  if (path === undefined) return sendFile(parts, url, response);
  const method = request.method ?? "GET";
  const { body, files } = await readBody(request);
  const shown = path.replace(/^(\/(?:webhooks|interactions)\/\d+\/)[^/]+/, "$1[token]");
  const entry: Requested = {
    at: parts.world.now(),
    method,
    path: shown,
    status: 0,
    body: JSON.stringify(body).slice(0, 4_000),
  };
  parts.requests.push(entry);
  if (parts.faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, parts.faults.slowMs));
  try {
    const { route, ids } = find(parts, method, path);
    const isOurs = request.headers.authorization === `Bot ${parts.world.token}` && !parts.world.isRevoked;
    if (route.needsToken && !isOurs) throw new Refusal(401, 0, "401: Unauthorized");
    const refusal = parts.refusals.get(`${method} ${path.replaceAll(/\d{15,20}/g, ":id")}`)?.shift();
    if (refusal) throw refusal;
    const run = () => route.run({ ids, query: url.searchParams, body, files });
    entry.status = await perform(parts, { method, path, arrivedMs, run }, response);
  } catch (error) {
    const { status, code, message, errors } =
      error instanceof Refusal ? error : new Refusal(500, 0, "Internal Server Error");
    entry.status = status;
    write(response, status, "application/json", JSON.stringify({ message, code, ...(errors && { errors }) }));
  }
}

function find({ routes }: ServerParts, method: string, path: string): { route: Route; ids: string[] } {
  for (const route of routes()) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, ids: match.slice(1) };
  }
  throw new Refusal(404, 0, "404: Not Found");
}

interface Performance {
  method: string;
  path: string;
  arrivedMs: number;
  run: () => unknown;
}

/** Runs the call and answers; returns the status, 0 for a dropped line. */
async function perform(
  { faults, limits, random }: ServerParts,
  { method, path, arrivedMs, run }: Performance,
  response: ServerResponse,
): Promise<number> {
  const channelId = /^\/channels\/(\d+)\/messages$/.exec(path)?.[1];
  const isSend = method === "POST" && channelId !== undefined;
  if (!isSend) return succeed(response, await run());

  const chance = (share: number) => share > 0 && random() < share;
  const limit = limits.check(channelId, arrivedMs);
  if (limit) return sayTooMany(response, limit, limits.headers(channelId));
  if (chance(faults.serverErrorShare)) return write(response, 502, "text/html", "<html>502 Bad Gateway</html>");

  const result = await run();
  if (chance(faults.dropShare)) {
    response.destroy();
    return 0;
  }
  if (chance(faults.truncateShare)) return write(response, 200, "application/json", '{"id":"14591', {}, 100);
  if (chance(faults.wrongTypeShare)) return write(response, 200, "text/html", "<html>Sign in to this network</html>");
  return succeed(response, result, limits.headers(channelId));
}

function sayTooMany(response: ServerResponse, { seconds, scope }: TooMany, headers: Record<string, string>): number {
  const global = scope === "global";
  const body = { message: "You are being rate limited.", retry_after: seconds, global };
  return write(response, 429, "application/json", JSON.stringify(body), {
    ...headers,
    "retry-after": String(Math.ceil(seconds)),
    "x-ratelimit-scope": scope,
    ...(global && { "x-ratelimit-global": "true" }),
  });
}

function succeed(response: ServerResponse, result: unknown, headers: Record<string, string> = {}): number {
  if (result !== undefined) return write(response, 200, "application/json", JSON.stringify(result), headers);
  response.writeHead(204, headers).end();
  return 204;
}

function write(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
  length = Buffer.byteLength(body),
): number {
  response.writeHead(status, { ...headers, "content-type": type, "content-length": length });
  if (length === Buffer.byteLength(body)) response.end(body);
  else response.write(body, () => response.destroy());
  return status;
}

async function readBody(request: IncomingMessage): Promise<{ body: Fields; files: Upload[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data"))
    return { body: bytes.length > 0 ? (JSON.parse(bytes.toString()) as Fields) : {}, files: [] };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const files: Upload[] = [];
  for (const [key, value] of form) {
    if (key.startsWith("files[") && typeof value !== "string")
      files.push({ name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { body: JSON.parse(String(form.get("payload_json") ?? "{}")) as Fields, files };
}

/** Signed addresses end; then the file must be asked for anew. */
function sendFile({ world, faults }: ServerParts, url: URL, response: ServerResponse): void {
  const file = world.files.get(decodeURIComponent(url.pathname.replace(/^\/cdn/, "")));
  const ends = parseInt(url.searchParams.get("ex") ?? "0", 16) * 1_000;
  if (!file) return void write(response, 404, "text/plain", "");
  if (ends < world.now().getTime())
    return void write(response, 404, "text/plain", "This content is no longer available.");
  response.writeHead(200, { "content-type": faults.wrongMediaType ? "text/html" : file.type }).end(file.bytes);
}
