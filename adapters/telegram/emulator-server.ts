import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { createFloodControl, Faults } from "./emulator-faults.ts";
import { readFields } from "./emulator-form.ts";
import { Refusal, type Fields } from "./emulator-methods.ts";
import type { World } from "./emulator-world.ts";

/** One call of a method, by the bot. */
export interface MethodCall {
  method: string;
  /** As performance.now() counts. */
  atMs: number;
  /** 0: the line was dropped without an answer. */
  status: number;
  fields: Fields;
}

export interface ServerParts {
  world: World;
  methods: Record<string, (fields: Fields) => unknown>;
  faults: Faults;
  flood: ReturnType<typeof createFloodControl>;
  random: () => number;
  /** Every call of a method. */
  requests: MethodCall[];
  /** Prepared refusals, by method. */
  refusals: Map<string, Refusal[]>;
  port: number;
}

export interface ApiServer {
  apiRoot: string;
  /** Every open line breaks without a word. */
  drop(): void;
  close(): Promise<void>;
}

/** Speaks the Bot API over HTTP on loopback, with the faults that are set. */
export async function startApiServer(parts: ServerParts): Promise<ApiServer> {
  const server = createServer(
    (request, response) => void answer(parts, request, response).catch(() => response.destroy()),
  );
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(parts.port, "127.0.0.1", resolve));
  return {
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedMs = performance.now();
  const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? "") ?? [];
  if (token === undefined) return sendFile(parts, request, response);
  const fields = await readFields(request);
  const entry = { method, atMs: arrivedMs, status: 200, fields };
  parts.requests.push(entry);
  if (parts.faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, parts.faults.slowMs));
  try {
    if (token !== parts.world.token) throw new Refusal(401, "Unauthorized");
    const refusal = parts.refusals.get(method)?.shift();
    if (refusal) throw refusal;
    entry.status = await perform(parts, method, fields, arrivedMs, response);
  } catch (error) {
    const { status, message, parameters } =
      error instanceof Refusal ? error : new Refusal(500, "Internal Server Error");
    entry.status = status;
    const body = { ok: false, error_code: status, description: message, ...(parameters && { parameters }) };
    write(response, status, "application/json", JSON.stringify(body));
  }
}

/** Runs the method and answers; returns the status, 0 for a dropped line. */
async function perform(
  parts: ServerParts,
  method: string,
  fields: Fields,
  arrivedMs: number,
  response: ServerResponse,
): Promise<number> {
  const { methods, faults, flood, random } = parts;
  const run = methods[method];
  if (!run) throw new Refusal(404, "Not Found");
  if (!method.startsWith("send") || method === "sendChatAction") return succeed(response, await run(fields));

  const chance = (share: number) => share > 0 && random() < share;
  const seconds = flood.check(Number(fields.chat_id), arrivedMs);
  if (seconds !== undefined)
    throw new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
  if (chance(faults.serverErrorShare)) return write(response, 502, "text/html", "<html>502 Bad Gateway</html>");

  const result = await run(fields);
  if (chance(faults.dropShare)) {
    response.destroy();
    return 0;
  }
  if (chance(faults.truncateShare)) return write(response, 200, "application/json", '{"ok":true,"result":{"message_');
  if (chance(faults.wrongTypeShare)) return write(response, 200, "text/html", "<html>Sign in to this network</html>");
  return succeed(response, result);
}

function succeed(response: ServerResponse, result: unknown): number {
  return write(response, 200, "application/json", JSON.stringify({ ok: true, result }));
}

function write(response: ServerResponse, status: number, type: string, body: string): number {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
  return status;
}

function sendFile({ world }: ServerParts, { url = "" }: IncomingMessage, response: ServerResponse): void {
  const file = [...world.files.values()].find(({ path }) => url === `/file/bot${world.token}/${path}`);
  if (file) response.writeHead(200, { "content-type": file.mimeType }).end(file.bytes);
  else write(response, 404, "application/json", '{"ok":false,"error_code":404,"description":"Not Found"}');
}
