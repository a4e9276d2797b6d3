import type { Clock } from "../../src/contract/index.ts";

/** How often to look for what another hub process has put there. */
const POLL_MS = 300;

/** Where open requests wait for something new for their person. */
export interface WaitingRoom {
  /** Something was kept for the person, in this process. */
  wake(person: string): void;
  /** Resolves when woken, when `hasNews` (asked now and then) says so, or after `ms`. */
  wait(person: string, ms: number, hasNews: () => Promise<boolean>): Promise<void>;
}

export function createWaitingRoom(clock: Clock): WaitingRoom {
  const waiting = new Map<string, Set<() => void>>();

  function enter(person: string, wake: () => void): () => void {
    const wakers = waiting.get(person) ?? new Set();
    waiting.set(person, wakers.add(wake));
    return () => {
      wakers.delete(wake);
      if (wakers.size === 0) waiting.delete(person);
    };
  }

  return {
    wake: (person) => waiting.get(person)?.forEach((wake) => wake()),
    async wait(person, ms, hasNews) {
      const woken = new AbortController();
      const leave = enter(person, () => woken.abort());
      try {
        for (let restMs = ms; restMs > 0 && !woken.signal.aborted; restMs -= POLL_MS) {
          if (await hasNews()) return;
          await clock.sleep(Math.min(restMs, POLL_MS), woken.signal);
        }
      } finally {
        leave();
      }
    },
  };
}
