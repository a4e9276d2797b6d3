import type { Clock } from "../src/contract/index.ts";
import { systemClock } from "../src/lib/clock.ts";

/** A clock whose date can be set, and that goes on from there. How long things take is real. */
export type DemoClock = Clock & { set(to: Date): void; setToNow(): void };

export function createDemoClock(): DemoClock {
  let aheadMs = 0;
  return {
    ...systemClock,
    now: () => new Date(Date.now() + aheadMs),
    set: (to) => void (aheadMs = to.getTime() - Date.now()),
    setToNow: () => void (aheadMs = 0),
  };
}
