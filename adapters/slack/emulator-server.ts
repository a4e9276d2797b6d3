import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Delivery } from "./emulator-delivery.ts";
import type { createFloodControl, Faults } from "./emulator-faults.ts";
import { Refusal, type Args } from "./emulator-methods.ts";
import type { World } from "./emulator-world.ts";
import { upgrade } from "./emulator-ws.ts";

export interface CallRecord {
  method: string;
  path: string;
  at: Date;
  status: number;
  body: string;
}

export interface ServerParts {
  world: World;
  methods: Record<string, (args: Args) => Record<string, unknown>>;
  delivery: Delivery;
  faults: Faults;
  flood: ReturnType<typeof createFloodControl>;
  random: () => number;
  calls: CallRecord[];
  /** Prepared refusals, by method. */
  refusals: Map<string, Refusal[]>;
  port: number;
}

/** What counts against the rate limits of messages. */
const SENDS = new Set(["chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"]);
const LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in to Emulated | Slack</title></head></html>";
const PING_MS = 5_000;

/** Speaks Slack's Web API and Socket Mode on loopback, with the faults that are set. */
export async function startServer(parts: ServerParts): Promise<{ close(): Promise<void> }> {
  const { world, delivery } = parts;
  const server = createServer(
    (request, response) => void route(parts, request, response).catch(() => response.destroy()),
  );
  server.keepAliveTimeout = 60_000;
  server.on("upgrade", (request, stream) => {
    if (!request.url?.startsWith("/link/?ticket=")) return void stream.destroy();
    const socket = upgrade(request, stream, { message: (text) => line.message(text), closed: () => line.closed() });
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: 1,
        connection_info: { app_id: world.appId },
        debug_info: { host: "applink-emulated" },
      }),
    );
    const line = delivery.sockets.add(socket);
    const pings = setInterval(() => (socket.isOpen ? socket.ping() : clearInterval(pings)), PING_MS).unref();
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(parts.port, "127.0.0.1", resolve));
  world.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function route(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedMs = performance.now();
  const { pathname } = new URL(request.url ?? "/", parts.world.base);
  const body = await readAll(request);
  const { slowMs } = parts.faults;
  const [, method = ""] = /^\/api\/([\w.]+)$/.exec(pathname) ?? [];
  const entry = {
    method: method || (request.method ?? ""),
    path: pathname,
    at: parts.world.now(),
    status: 0,
    body: method ? withoutToken(body) : "",
  };
  parts.calls.push(entry);
  if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
  response.on("close", () => (entry.status = response.writableEnded ? response.statusCode : 0));
  if (method) return answerMethod(parts, method, request, body, arrivedMs, response);
  if (pathname.startsWith("/files-pri/")) return sendFile(parts, pathname, request, response);
  if (pathname.startsWith("/upload/v1/"))
    return takeUpload(parts, pathname.slice("/upload/v1/".length), request, body, response);
  if (pathname.startsWith("/respond/")) return takeResponse(parts, pathname.slice("/respond/".length), body, response);
  write(response, pathname === "/api/" ? 200 : 404, "text/html", "");
}

function answerMethod(
  parts: ServerParts,
  method: string,
  request: IncomingMessage,
  body: Buffer,
  arrivedMs: number,
  response: ServerResponse,
): void {
  try {
    const args = argsOf(body);
    checkToken(parts.world, method, request.headers.authorization);
    const refusal = parts.refusals.get(method)?.shift();
    if (refusal) throw refusal;
    if (method === "apps.connections.open")
      return succeed(parts, response, {
        url: `${parts.world.base.replace("http", "ws")}/link/?ticket=emulated&app_id=${parts.world.appId}`,
      });
    if (!parts.methods[method]) throw new Refusal("unknown_method", { req_method: method });
    if (!SENDS.has(method)) return succeed(parts, response, parts.methods[method](args));
    perform(parts, method, args, arrivedMs, response);
  } catch (error) {
    if (!(error instanceof Refusal)) return write(response, 500, "text/html", "");
    const { word, more } = error;
    write(response, 200, "application/json", JSON.stringify({ ok: false, error: word, ...more }));
  }
}

function checkToken({ botToken, appToken, isRevoked }: World, method: string, authorization = ""): void {
  const token = authorization.replace(/^Bearer /, "");
  if (token === "") throw new Refusal("not_authed");
  if (method === "apps.connections.open") {
    if (token === botToken) throw new Refusal("not_allowed_token_type");
    if (token !== appToken) throw new Refusal("invalid_auth");
  } else if (token !== botToken) throw new Refusal("invalid_auth");
  if (isRevoked) throw new Refusal("token_revoked");
}

function perform(parts: ServerParts, method: string, args: Args, arrivedMs: number, response: ServerResponse): void {
  const { faults, flood, random, methods } = parts;
  const chance = (share: number) => share > 0 && random() < share;
  if (faults.tooManyUnsaid) return write(response, 429, "application/json", '{"ok":false,"error":"ratelimited"}');
  const seconds = flood.check(String(args.channel ?? args.channel_id), arrivedMs);
  if (seconds !== undefined) {
    response.setHeader("retry-after", String(seconds));
    return write(response, 429, "application/json", '{"ok":false,"error":"ratelimited"}');
  }
  if (chance(faults.serverErrorShare)) return write(response, 503, "text/html", "<html>Service Unavailable</html>");
  const result = methods[method]?.(args) ?? {};
  if (chance(faults.internalErrorShare)) throw new Refusal("internal_error");
  if (chance(faults.dropShare)) return void response.destroy();
  if (chance(faults.truncateShare)) return write(response, 200, "application/json", '{"ok":true,"channel":"C0');
  if (chance(faults.wrongTypeShare)) return write(response, 200, "text/html", "<html>Sign in to this network</html>");
  succeed(parts, response, result);
}

function succeed({ world }: ServerParts, response: ServerResponse, result: object): void {
  response.setHeader("x-oauth-scopes", world.scopes.join(","));
  write(response, 200, "application/json", JSON.stringify({ ok: true, ...result }));
}

function write(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

/** Without a good token Slack gives its login page, and calls it a success. */
function sendFile(
  { world, faults }: ServerParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const id = /T[A-Z0-9]+-(F[A-Z0-9]+)\//.exec(path)?.[1] ?? "";
  const file = world.files.get(id);
  const isOurs = request.headers.authorization === `Bearer ${world.botToken}` && !world.isRevoked;
  if (!isOurs || faults.loginPage) return write(response, 200, "text/html; charset=utf-8", LOGIN_PAGE);
  if (!file) return write(response, 404, "text/html", "");
  write(response, 200, file.mimetype, file.bytes);
}

function takeUpload(
  { world, faults }: ServerParts,
  id: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const file = world.files.get(id);
  if (faults.uploadFails || !file) return write(response, 500, "text/html", "");
  file.bytes = bytesIn(String(request.headers["content-type"] ?? ""), body);
  write(response, 200, "text/html", `OK - ${file.bytes.length}`);
}

/** The one file of a multipart form, or the body as it is. */
function bytesIn(type: string, body: Buffer): Buffer {
  const boundary = /boundary=([^;]+)/.exec(type)?.[1];
  if (!boundary) return body;
  const start = body.indexOf("\r\n\r\n") + 4;
  return Buffer.from(body.subarray(start, body.lastIndexOf(`\r\n--${boundary}`)));
}

/** A response_url takes five answers within half an hour. */
function takeResponse({ world }: ServerParts, key: string, body: Buffer, response: ServerResponse): void {
  const place = world.responses.get(key);
  if (!place || place.untilMs < world.now().getTime())
    return write(response, 404, "application/json", '{"ok":false,"error":"expired_url"}');
  if (place.left-- <= 0) return write(response, 404, "application/json", '{"ok":false,"error":"used_url"}');
  const args = JSON.parse(body.toString("utf8")) as Args;
  world.sent.push({
    channel: place.channel,
    ts: "",
    method: "response_url",
    text: String(args.text ?? ""),
    person: place.user,
    atMs: performance.now(),
    args,
  });
  write(response, 200, "text/plain", "ok");
}

/** The client sends forms in which lists and objects are JSON. */
function argsOf(body: Buffer): Args {
  const fields = [...new URLSearchParams(body.toString("utf8"))];
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      /^[[{]/.test(value) && name !== "text" ? (JSON.parse(value) as unknown) : value === "false" ? false : value,
    ]),
  );
}

function withoutToken(body: Buffer): string {
  return body.toString("utf8").replaceAll(/\btoken=[^&]*/g, "token=");
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
