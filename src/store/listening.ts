import type pg from "pg";
import type { Clock, Log } from "../contract/index.ts";
import type { Database } from "./database.ts";

/** A connection that hears notifications, and is opened again when it is lost. */
export interface Listening {
  /** `undefined` while it is lost. */
  readonly client: pg.Client | undefined;
  /** Called with false when the connection is lost and with true when it is back. */
  onConnection(listener: (connected: boolean) => void): void;
}

export interface ListeningParts {
  db: Database;
  clock: Clock;
  log: Log;
  channel: string;
  onNotification(payload: string): void;
}

const RECONNECT_MS = 500;

/** Resolves when it hears. Once `closing` is aborted, a connection that ends stays ended. */
export async function startListening(parts: ListeningParts, closing: AbortSignal): Promise<Listening> {
  const { db, clock, log, channel, onNotification } = parts;
  const listeners: ((connected: boolean) => void)[] = [];
  let client: pg.Client | undefined = await open();

  async function open(): Promise<pg.Client> {
    const fresh = await db.connect();
    fresh.on("notification", ({ payload }) => onNotification(payload ?? ""));
    fresh.on("end", () => void reconnect());
    try {
      await fresh.query(`LISTEN ${channel}`);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    return fresh;
  }

  async function reconnect(): Promise<void> {
    if (!client) return; // already at it
    client = undefined;
    if (closing.aborted) return;
    log.warn({}, "lost the connection for signals");
    listeners.forEach((listener) => listener(false));
    while (!client && !closing.aborted) {
      await clock.sleep(RECONNECT_MS, closing);
      if (!closing.aborted) client = await open().catch(() => undefined);
    }
    if (closing.aborted) await client?.end();
    else listeners.forEach((listener) => listener(true));
  }

  return {
    get client() {
      return client;
    },
    onConnection: (listener) => void listeners.push(listener),
  };
}
