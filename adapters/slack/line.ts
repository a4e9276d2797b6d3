import type { SocketModeClient } from "@slack/socket-mode";
import { ChannelError, parseJson, type Clock, type Json } from "../../src/contract/index.ts";
import { faultOf, noRetries, silentLogger } from "./api.ts";
import { isFields, wordOf } from "./rich-text.ts";

const HELLO_MS = 60_000;
const CLOSING_MS = 2_000;

export interface Envelope {
  id: string;
  type: string;
  payload: Json;
  retryAttempt: number;
  retryReason: string | undefined;
}

/** One socket to Slack. */
export interface Line {
  /** Slack is about to close this line, and says why. */
  readonly asked: Promise<string>;
  readonly closed: Promise<void>;
  acknowledge(id: string, payload: Record<string, unknown>): Promise<void>;
  close(): Promise<void>;
}

interface LineParts {
  appToken: string;
  apiRoot: string;
  clock: Clock;
  onEnvelope(envelope: Envelope, line: Line): void;
}

/**
 * Opens one line by Slack's own client, and resolves when Slack has said hello. The client would close a line as soon as
 * Slack asks for it and open the next one seconds later; here the caller decides, so that the new line stands first.
 * @throws ChannelError
 */
export async function openLine(
  { appToken, apiRoot, clock, onEnvelope }: LineParts,
  signal: AbortSignal,
): Promise<Line> {
  const given = new AbortController();
  const { SocketModeClient } = await import("@slack/socket-mode"); // by the first line: who only reads needs none of it
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: silentLogger,
    clientOptions: {
      ...noRetries,
      slackApiUrl: apiRoot,
      fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.any([signal, given.signal]) } as RequestInit),
    },
  });
  const asked = withResolver<string>();
  const closed = withResolver<void>();
  const line: Line = {
    asked: asked.promise,
    closed: closed.promise,
    acknowledge: (id, payload) => client["send"](id, payload), // meant for its own handlers, and the only way in
    close() {
      given.abort(); // the client would open its line even after it was told not to
      return close(client, clock, closed.promise);
    },
  };
  // The client's own reader trusts what it reads, and one odd message would end the process.
  client.removeAllListeners("ws_message");
  client.on("ws_message", (data: unknown) => {
    const message = read(data);
    if (message?.type === "hello") client.emit("connected");
    else if (message?.type === "disconnect") asked.resolve(wordOf(message.reason) ?? "no reason");
    else if (message && typeof message.envelope_id === "string")
      onEnvelope(envelopeOf(message, message.envelope_id), line);
  });
  client.on("disconnected", () => closed.resolve());
  await start(client, clock, line, signal);
  return line;
}

/** Waits for the hello, and not for ever. */
async function start(client: SocketModeClient, clock: Clock, line: Line, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const stop = () => done.abort();
  signal.addEventListener("abort", stop, { once: true });
  const started = client.start().then(
    () => true,
    (error: unknown) => {
      throw error === undefined
        ? new ChannelError("unreachable", "Slack closed the socket before it said hello.")
        : faultOf(error);
    },
  );
  try {
    const ready = await Promise.race([started, clock.sleep(HELLO_MS, done.signal).then(() => false)]);
    if (!ready || signal.aborted) throw new ChannelError("unreachable", "Slack's socket did not open in time.");
  } catch (error) {
    started.catch(() => undefined);
    void line.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    done.abort();
  }
}

async function close(client: SocketModeClient, clock: Clock, closed: Promise<void>): Promise<void> {
  const done = new AbortController();
  client.disconnect().catch(() => undefined);
  await Promise.race([closed, clock.sleep(CLOSING_MS, done.signal)]);
  done.abort();
}

function read(data: unknown): Record<string, unknown> | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const message = parseJson(data);
    return isFields(message) ? message : undefined;
  } catch {
    return undefined; // no envelope that could be acknowledged
  }
}

function envelopeOf(message: Record<string, unknown>, id: string): Envelope {
  return {
    id,
    type: wordOf(message.type) ?? "",
    payload: (message.payload ?? null) as Json,
    retryAttempt: typeof message.retry_attempt === "number" ? message.retry_attempt : 0,
    retryReason: wordOf(message.retry_reason),
  };
}

function withResolver<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
