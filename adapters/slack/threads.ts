import type { Cache } from "../../src/contract/index.ts";

/** So many messages are remembered in this process. */
const MOST = 20_000;
const WEEK_MS = 7 * 86_400_000;

/**
 * In which thread a message stands. Slack says so with the message and not with a reaction to it, so it is remembered:
 * what came in within this process, what we sent for a week and for all hubs.
 */
export interface Threads {
  heard(channel: string, ts: string, thread: string): void;
  sent(channel: string, ts: string, thread: string): Promise<void>;
  find(channel: string, ts: string): Promise<string | undefined>;
}

export function createThreads(cache: Cache): Threads {
  const known = new Map<string, string>();
  const keyOf = (channel: string, ts: string) => `thread:${channel}:${ts}`;

  function heard(channel: string, ts: string, thread: string): void {
    known.set(keyOf(channel, ts), thread);
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
  }

  return {
    heard,
    async sent(channel, ts, thread) {
      heard(channel, ts, thread);
      await cache.set(keyOf(channel, ts), thread, WEEK_MS);
    },
    find: async (channel, ts) => known.get(keyOf(channel, ts)) ?? (await cache.get(keyOf(channel, ts))),
  };
}
