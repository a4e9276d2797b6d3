import type { Clock, Log } from "../contract/index.ts";
import type { Database } from "./database.ts";
import { createGathering } from "./gathering.ts";
import { startListening } from "./listening.ts";

/** "This changed", told to all hub processes on the database. A hint: whoever listens polls as well. */
export interface Signal {
  topic: string;
  id?: string;
}

export interface Signals {
  /** Tells this process at once and the others within a few milliseconds. */
  send(topic: string, id?: string): void;
  subscribe(listener: (signal: Signal) => void): () => void;
  /** Takes a lock that PostgreSQL lets go of when this process dies or loses the database; false when another has it. */
  tryLock(key: bigint): Promise<boolean>;
  unlock(key: bigint): Promise<void>;
  /** Called with false when the connection is lost, and with it every lock, and with true when it is back. */
  onConnection(listener: (connected: boolean) => void): void;
  close(): Promise<void>;
}

const CHANNEL = "tributary";
const LARGEST_PAYLOAD = 7_000; // PostgreSQL takes 8,000 bytes

/**
 * Signals over LISTEN and NOTIFY on a connection of their own: NOTIFY inside the transactions that store messages would
 * take one global lock at their commit.
 * @param othersLive says whether another process is there to be told.
 */
export async function createSignals(parts: {
  db: Database;
  clock: Clock;
  log: Log;
  processId: string;
  othersLive: () => boolean;
}): Promise<Signals> {
  const { clock, processId } = parts;
  const listeners = new Set<(signal: Signal) => void>();
  const closing = new AbortController();
  const listening = await startListening({ ...parts, channel: CHANNEL, onNotification: receive }, closing.signal);
  const outgoing = createGathering<Signal>(clock, tellOthers);

  function receive(payload: string): void {
    const { from, signals } = JSON.parse(payload) as { from: string; signals: Signal[] };
    if (from !== processId) signals.forEach(tell);
  }

  function tell(signal: Signal): void {
    for (const listener of listeners) listener(signal);
  }

  async function tellOthers(signals: Signal[]): Promise<void> {
    for (const group of groups(signals)) {
      const payload = JSON.stringify({ from: processId, signals: group });
      await listening.client?.query("SELECT pg_notify($1, $2)", [CHANNEL, payload]).catch(() => undefined); // they poll
    }
  }

  return {
    send(topic, id) {
      const signal = id === undefined ? { topic } : { topic, id };
      tell(signal);
      if (parts.othersLive()) outgoing.add(`${topic} ${id ?? ""}`, signal);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async tryLock(key) {
      const result = await listening.client?.query<{ got: boolean }>("SELECT pg_try_advisory_lock($1) AS got", [key]);
      return result?.rows[0]?.got ?? false;
    },
    async unlock(key) {
      await listening.client?.query("SELECT pg_advisory_unlock($1)", [key]);
    },
    onConnection: (listener) => listening.onConnection(listener),
    async close() {
      closing.abort();
      await outgoing.idle();
      await listening.client?.end();
    },
  };
}

/** Cuts the list so that each group fits into one notification. */
function groups(signals: Signal[]): Signal[][] {
  const all: Signal[][] = [];
  let room = 0;
  for (const signal of signals) {
    const size = JSON.stringify(signal).length + 1;
    if (room < size) {
      all.push([]);
      room = LARGEST_PAYLOAD;
    }
    all.at(-1)!.push(signal);
    room -= size;
  }
  return all;
}
