/** Messenger's and Instagram's adapters against their emulators: a small hub with a real door. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { MessagingEmulator } from "../../adapters/graph/messaging-emulator.ts";
import {
  BadSignature,
  type Adapter,
  type AdapterTools,
  type Arrival,
  type Connection,
  type HubEvent,
  type OutboundMessage,
  type Part,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import { memoryCache, memoryFiles } from "../../src/lib/memory-tools.ts";
import { afterwards } from "../contract/small-hub.ts";
import { open } from "../contract/tools.ts";

export const text = (words: string): Part[] => [{ type: "text", text: words }];
export const choice = (...labels: string[]): Part[] => [
  { type: "choice", prompt: "Which?", options: labels.map((label) => ({ id: label.toLowerCase(), label })) },
];
export const to = (place: string, parts: Part[], more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  place,
  parts,
  idempotencyKey: "k",
  ...more,
});

export interface SmallHub {
  connection: Connection;
  tools: Pick<AdapterTools, "files" | "cache">;
  arrivals: Arrival[];
  /** What the arrivals mean, one of each key, in the order in which they came. */
  events(): HubEvent[];
  url: URL;
  /** The status for what was received; 200 keeps it. */
  answer: (arrivals: readonly Arrival[]) => number;
}

/** A hub with one channel, which the emulator calls. */
export async function hubFor<Settings>(
  adapter: Adapter<Settings>,
  emulator: MessagingEmulator,
  settings: object,
  overrides: Partial<AdapterTools> = {},
): Promise<SmallHub> {
  afterwards(() => emulator.close());
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://hub");
      const { method = "", headers } = request;
      const body = Buffer.concat(chunks);
      void take({ method, path: pathname, query: searchParams, headers, body }).then(
        ({ status, headers: more, body: given }) => response.writeHead(status ?? 200, more).end(given),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const tools = { files: memoryFiles(), cache: memoryCache(), publicUrl: url, ...overrides };
  const connection = open(adapter, settings, tools);

  async function take(request: WebhookRequest): Promise<WebhookReply> {
    const { inbound } = connection;
    if (inbound.type !== "webhook") throw new Error("These settings open no webhook.");
    try {
      const received = await inbound.receive(request);
      const status = hub.answer(received.arrivals);
      if (status === 200) arrivals.push(...received.arrivals);
      return (await received.reply) ?? { status };
    } catch (error) {
      return { status: error instanceof BadSignature ? 401 : 200 };
    }
  }

  const hub: SmallHub = {
    connection,
    tools,
    arrivals,
    url,
    answer: () => 200,
    events: () =>
      [...new Map(arrivals.map((each) => [each.key, each])).values()].flatMap(({ payload }) =>
        connection.decode(payload),
      ),
  };
  return hub;
}

/** The hub has told the platform its address. */
export async function registered(hub: SmallHub, emulator: MessagingEmulator): Promise<SmallHub> {
  const { inbound } = hub.connection;
  if (inbound.type === "webhook") await inbound.register?.(hub.url, new AbortController().signal);
  if (emulator.caller.history.deliveries === 0) await emulator.caller.attach(hub.url);
  return hub;
}
