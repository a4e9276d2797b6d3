import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect } from "vitest";
import {
  BadSignature,
  ChannelError,
  type Arrival,
  type Clock,
  type Connection,
  type HubEvent,
  type Webhook,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";

// The hub's outer edge in a few lines, for tests of an adapter against its emulator.

export const never = new AbortController().signal;

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Runs after the test, the last one first. */
export function afterwards(clean: () => Promise<unknown> | void): void {
  cleanups.push(clean);
}

/** Listens to a stream like the hub does, and gathers what was stored. */
export function listen(connection: Connection, store: (arrival: Arrival) => Promise<void> = async () => undefined) {
  const { inbound } = connection;
  if (inbound.type !== "stream") throw new Error("These settings open no stream.");
  const arrivals: Arrival[] = [];
  const abort = new AbortController();
  const emit = async (arrival: Arrival) => {
    await store(arrival);
    arrivals.push(arrival);
  };
  const done = inbound.listen(emit, abort.signal);
  const stop = () => {
    abort.abort();
    return done;
  };
  afterwards(stop);
  return { arrivals, stop, events: (): HubEvent[] => arrivals.flatMap(({ payload }) => connection.decode(payload)) };
}

/** A webhook's door on loopback; `answer` gives the status for what was received. */
export async function serve(
  connection: Connection,
  answer: (arrivals: Arrival[]) => number | Promise<number> = () => 200,
) {
  const { inbound } = connection;
  if (inbound.type !== "webhook") throw new Error("These settings open no webhook.");
  const arrivals: Arrival[] = [];

  async function take(request: WebhookRequest): Promise<WebhookReply> {
    try {
      const received = await (inbound as Webhook).receive(request);
      const status = await answer(received.arrivals);
      if (status === 200) arrivals.push(...received.arrivals);
      return (status === 200 && (await received.reply)) || { status };
    } catch (error) {
      return { status: error instanceof BadSignature ? 401 : 400 };
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", headers } = request;
      const { searchParams: query } = new URL(request.url ?? "/", "http://hub");
      const given = { method, path: "/", query, headers, body: Buffer.concat(chunks) };
      void take(given).then((reply) => response.writeHead(reply.status ?? 200, reply.headers).end(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { arrivals, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
}

/** The error that this ends in. */
export async function faultOf(promise: Promise<unknown> | undefined): Promise<ChannelError> {
  const error: unknown = await promise?.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChannelError);
  return error as ChannelError;
}

/** The real time, in which short waits pass at once; those of a minute and more are time limits and stay. */
export const quickClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms >= 60_000 ? ms : Math.min(ms, 10));
      signal?.addEventListener("abort", done);
    }),
};
