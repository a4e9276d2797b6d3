import { createHmac } from "node:crypto";
import { TooMany, type Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import * as store from "./pace-store.ts";

/** What tries are counted by. */
export type PaceKind = keyof typeof RULES;

export interface Pace {
  /**
   * Counts a try as failed until it is forgiven, so that a hundred at once gain nothing.
   * @returns how many failed in a row, this one included. @throws TooMany when the next one is not due yet
   */
  take(kind: PaceKind, who: string): Promise<number>;
  /** It was the right one: forgets all of them. */
  forgive(kind: PaceKind, who: string): Promise<void>;
  /** One try less; what others failed at stays counted. */
  giveBack(kind: PaceKind, who: string): Promise<void>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * So many tries cost nothing; after them each wait is twice the one before, up to `mostMs`. After `forgetMs` without a
 * failure the count starts anew. Nothing is ever locked: whoever knows the password gets in after a wait at most, and at
 * once from a browser that was let in before, since that has a count of its own.
 */
const RULES = {
  account: { free: 5, mostMs: 15 * MINUTE, forgetMs: 24 * HOUR },
  browser: { free: 10, mostMs: 5 * MINUTE, forgetMs: HOUR },
  network: { free: 40, mostMs: 5 * MINUTE, forgetMs: HOUR },
  code: { free: 5, mostMs: 15 * MINUTE, forgetMs: 24 * HOUR },
  proof: { free: 5, mostMs: 15 * MINUTE, forgetMs: 24 * HOUR },
} as const;
const FIRST_WAIT_MS = 1_000;

/** @param salt the hub's own, so that the rows tell nobody which addresses were tried. */
export function createPace({ db, clock, salt }: { db: Database; clock: Clock; salt: string }): Pace {
  const keyOf = (kind: PaceKind, who: string) =>
    createHmac("sha256", salt).update(`${kind}:${who}`).digest("base64url");

  return {
    async take(kind, who) {
      const now = clock.now();
      const taken = await store.takeTry(db, keyOf(kind, who), now, { ...RULES[kind], firstMs: FIRST_WAIT_MS });
      if ("failures" in taken) return taken.failures;
      const waitMs = Math.max(1_000, taken.freeAt.getTime() - now.getTime());
      throw new TooMany("Too many tries went wrong. Wait a little, then try again.", waitMs);
    },
    forgive: (kind, who) => store.forgetTries(db, keyOf(kind, who)),
    giveBack: (kind, who) => store.giveBackTry(db, keyOf(kind, who), clock.now()),
  };
}
