import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FloodControl } from "./emulator-faults.ts";
import { Refusal, type Asked, type createMethods, type Reply } from "./emulator-methods.ts";
import { fieldsOf } from "./emulator-validate.ts";
import type { World } from "./emulator-world.ts";

/** A call as it came; `status` 0 where the line was dropped. */
export interface Call {
  method: string;
  path: string;
  atMs: number;
  status: number;
  body: string;
}

export interface ServerParts {
  world: World;
  methods: ReturnType<typeof createMethods>;
  flood: FloodControl;
  random: () => number;
  calls: Call[];
  /** Prepared refusals, by path. */
  refusals: Map<string, Refusal[]>;
  port: number;
}

const SENDS = /^\/v2\/bot\/message\/(push|reply)$/;
const OPEN = /^\/oauth2\//;

/** Speaks LINE's APIs over HTTP on loopback: both servers of LINE's in one. */
export async function startServer(parts: ServerParts): Promise<{ base: string; close(): Promise<void> }> {
  const server = createServer(
    (request, response) => void answer(parts, request, response).catch(() => response.destroy()),
  );
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(parts.port, "127.0.0.1", resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedMs = performance.now();
  const asked = await read(request);
  const isText = !/richmenu\/.*\/content/.test(asked.path) && !OPEN.test(asked.path);
  const body = isText
    ? Buffer.from(asked.bytes)
        .toString("utf8")
        .replaceAll(/"replyToken":"[^"]*"/g, '"replyToken":"…"')
    : "";
  const call: Call = { method: asked.method, path: asked.path, atMs: parts.world.now(), status: 200, body };
  parts.calls.push(call);
  if (parts.world.faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, parts.world.faults.slowMs));
  try {
    call.status = await perform(parts, asked, request.headers.authorization, arrivedMs, response);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "Internal server error");
    call.status = refusal.status;
    const waitS = "waitMs" in refusal.more ? Number(refusal.more.waitMs) / 1_000 : undefined;
    const { waitMs: _, ...more } = refusal.more as { waitMs?: number };
    write(response, refusal.status, { ...(refusal.message && { message: refusal.message }), ...more }, waitS);
  }
}

async function perform(
  parts: ServerParts,
  asked: Asked,
  authorization: string | undefined,
  arrivedMs: number,
  response: ServerResponse,
): Promise<number> {
  const { world, methods, flood, random, refusals } = parts;
  const { faults } = world;
  if (!OPEN.test(asked.path) && (faults.tokenRevoked || authorization !== `Bearer ${world.token}`))
    throw new Refusal(
      401,
      "Authentication failed. Confirm that the access token in the authorization header is valid.",
    );
  const refusal = refusals.get(asked.path)?.shift();
  if (refusal) throw refusal;
  const [found] = methods.flatMap(([method, path, run]) =>
    method === asked.method && path.test(asked.path) ? [{ path, run }] : [],
  );
  if (!found) throw new Refusal(404, "Not found");
  const ids = (found.path.exec(asked.path) ?? []).slice(1).map(decodeURIComponent);
  if (!SENDS.test(asked.path)) return succeed(response, await found.run(asked, ids));

  const chance = (share: number) => share > 0 && random() < share;
  const waitMs = flood.check(arrivedMs);
  if (waitMs !== undefined)
    throw new Refusal(429, "The API rate limit has been exceeded. Try again later.", flood.tells ? { waitMs } : {});
  if (chance(faults.serverErrorShare)) throw new Refusal(500, "Internal server error");
  const result = await found.run(asked, ids);
  if (chance(faults.acceptedErrorShare)) throw new Refusal(500, "Internal server error");
  if (chance(faults.dropShare)) {
    response.destroy();
    return 0;
  }
  if (chance(faults.truncateShare)) return raw(response, 200, "application/json", '{"sentMessages":[{"id":"46');
  if (chance(faults.wrongTypeShare)) return raw(response, 200, "text/html", "<html>Sign in to this network</html>");
  return succeed(response, result);
}

function succeed(response: ServerResponse, { status = 200, body = {}, file }: Reply): number {
  if (!file) return write(response, status, body);
  response.writeHead(200, { "content-type": file.type }).end(file.bytes);
  return 200;
}

function write(response: ServerResponse, status: number, body: object, retryAfterS?: number): number {
  return raw(
    response,
    status,
    "application/json",
    JSON.stringify(body),
    retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) },
  );
}

function raw(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  more: Record<string, string> = {},
): number {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body), ...more }).end(body);
  return status;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  const retryKey = request.headers["x-line-retry-key"];
  return {
    method: request.method ?? "GET",
    path: new URL(request.url ?? "/", "http://line").pathname,
    json: type.startsWith("application/json") && bytes.length > 0 ? fieldsOf(JSON.parse(bytes.toString("utf8"))) : {},
    form: new URLSearchParams(type.startsWith("application/x-www-form-urlencoded") ? bytes.toString("utf8") : ""),
    bytes,
    retryKey: typeof retryKey === "string" ? retryKey : undefined,
  };
}
