import type { Clock } from "../../src/contract/index.ts";

/** A clock that goes when it is told to. Sleeping passes at once. */
export function manualClock(start = new Date("2026-01-15T12:00:00.000Z")): Clock & { pass(ms: number): void } {
  let ms = start.getTime();
  return {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    sleep: async () => undefined,
    pass: (by) => void (ms += by),
  };
}
