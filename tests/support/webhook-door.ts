import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  BadPayload,
  BadSignature,
  type Arrival,
  type Connection,
  type HubEvent,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";

export interface Door {
  url: URL;
  /** Everything stored, redeliveries left out. */
  arrivals: Arrival[];
  events(): HubEvent[];
  /** How each request was answered, and after how many milliseconds. */
  answers: { status: number; body: string; afterMs: number }[];
  close(): Promise<void>;
}

/**
 * The hub's edge in a few lines: takes requests for one of several connections in turn (as several processes do), stores
 * what is new, hands it on, answers, and stores what is known after.
 */
export async function openDoor(
  connections: readonly Connection[],
  onEvent: (event: HubEvent, connection: Connection) => void = () => undefined,
): Promise<Door> {
  const arrivals: Arrival[] = [];
  const answers: Door["answers"] = [];
  const known = new Set<string>();
  let turn = 0;

  function store(given: readonly Arrival[], connection: Connection): void {
    for (const arrival of given.filter(({ key }) => !known.has(key))) {
      known.add(arrival.key);
      arrivals.push(arrival);
      for (const event of connection.decode(arrival.payload)) onEvent(event, connection);
    }
  }

  async function take(request: WebhookRequest): Promise<WebhookReply> {
    const connection = connections[turn++ % connections.length]!;
    const { inbound } = connection;
    if (inbound.type !== "webhook") throw new Error("These settings open no webhook.");
    try {
      const received = await inbound.receive(request);
      store(received.arrivals, connection);
      const reply = (await received.reply) ?? {};
      void received.after?.then((after) => store(after, connection));
      return reply;
    } catch (error) {
      if (error instanceof BadSignature) return { status: 401 };
      if (error instanceof BadPayload) return { status: 200 };
      throw error;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startMs = performance.now();
    const { status = 200, headers = {}, body = "" } = await take(await requestIn(request));
    answers.push({ status, body: String(body), afterMs: performance.now() - startMs });
    response.writeHead(status, headers).end(body);
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    arrivals,
    answers,
    events: () => arrivals.flatMap(({ payload }) => connections[0]!.decode(payload)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requestIn(request: IncomingMessage): Promise<WebhookRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { searchParams: query, pathname: path } = new URL(request.url ?? "/", "http://hub.invalid");
  return { method: request.method ?? "GET", path, query, headers: request.headers, body: Buffer.concat(chunks) };
}
