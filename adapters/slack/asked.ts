import { ChannelError, type AdapterTools, type Json } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** After a failure of all look-ups together. */
const PAUSE_MS = 60_000;
const MOST_KEPT = 10_000;
/** Look-ups at the same time; Slack takes about a hundred a minute. */
const MOST_RUNNING = 20;

export type Facts = { [key: string]: Json | undefined } | null;

/** What Slack tells when asked, kept for an hour here and for a day for all hubs. */
export interface Asked {
  /** Nothing where it could not be learnt. */
  ask(
    key: string,
    method: string,
    args: Record<string, unknown>,
    read: (answer: unknown) => Facts,
  ): Promise<Facts> | Facts;
  /** What is known by now. */
  known(key: string): Facts | undefined;
}

interface Kept {
  facts: Promise<Facts>;
  done?: Facts;
  untilMs: number;
}

export function createAsked(call: Call, { clock, cache, log, channelId }: AdapterTools): Asked {
  const kept = new Map<string, Kept>();
  let pausedUntilMs = 0;
  let running = 0;

  function ask(
    key: string,
    method: string,
    args: Record<string, unknown>,
    read: (answer: unknown) => Facts,
  ): Promise<Facts> | Facts {
    const nowMs = clock.monotonicMs();
    const known = kept.get(key);
    if (known && nowMs < known.untilMs) return known.done !== undefined ? known.done : known.facts;
    if (nowMs < pausedUntilMs) return null;
    if (running >= MOST_RUNNING) return null;
    const facts = learn(key, () => call(method, args, new AbortController().signal).then(read)).catch(
      (error: unknown) => {
        if (!isOneMissing(error)) kept.delete(key);
        return pause(error);
      },
    );
    const entry: Kept = { facts, untilMs: nowMs + HOUR_MS };
    void facts.then((value) => (entry.done = value));
    kept.set(key, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return facts;
  }

  /** From what all hubs share, else from Slack. (`cache.once` would hold a connection to the database meanwhile.) */
  async function learn(key: string, look: () => Promise<Facts>): Promise<Facts> {
    running++;
    try {
      const known = await cache.get(key);
      if (known !== undefined) return JSON.parse(known) as Facts;
      const facts = await look();
      await cache.set(key, JSON.stringify(facts), DAY_MS);
      return facts;
    } finally {
      running--;
    }
  }

  /** One person who cannot be found says nothing about the others; anything else stops the asking for a while. */
  function pause(error: unknown): null {
    if (isOneMissing(error)) return null;
    const { fault, retryAfterMs = 0 } = error instanceof ChannelError ? error : {};
    const pauseMs = Math.max(retryAfterMs, PAUSE_MS);
    const words = "Names could not be looked up at Slack; messages come without them for now.";
    if (clock.monotonicMs() >= pausedUntilMs) log.warn({ channelId, fault, pauseMs }, words);
    pausedUntilMs = clock.monotonicMs() + pauseMs;
    return null;
  }

  return { ask, known: (key) => kept.get(key)?.done };
}

function isOneMissing(error: unknown): boolean {
  return error instanceof ChannelError && error.fault === "recipient-gone";
}
