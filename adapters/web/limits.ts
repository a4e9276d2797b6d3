import type { Clock } from "../../src/contract/index.ts";

/** A tap that is open `burst` times at once and then once every `everyMs`. */
export interface Limit {
  burst: number;
  everyMs: number;
}

/** Milliseconds to wait, or 0 when it may be done now. */
export type Limiter = (key: string) => number;

/** Whoever was forgotten starts afresh; that bounds the memory, and forgets the longest silent first. */
const MOST_KEYS = 10_000;

/** A bucket for each key, in this process. */
export function createLimiter(clock: Clock, { burst, everyMs }: Limit): Limiter {
  const fullAt = new Map<string, number>();
  return (key) => {
    const now = clock.monotonicMs();
    const before = Math.max(fullAt.get(key) ?? 0, now);
    const wait = before + everyMs - (now + burst * everyMs);
    if (wait > 0) return Math.ceil(wait);
    fullAt.delete(key);
    fullAt.set(key, before + everyMs);
    if (fullAt.size > MOST_KEYS) fullAt.delete(fullAt.keys().next().value as string);
    return 0;
  };
}
