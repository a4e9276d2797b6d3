import type { Clock, Log } from "../contract/index.ts";

export interface Loop {
  /** Something may be there to do: look now. */
  wake(): void;
  /** Resolves when the loop has ended after its signal was aborted. */
  readonly ended: Promise<void>;
  /** When the loop last came round, in monotonic milliseconds. */
  readonly lastRoundMs: number;
}

export interface LoopParts {
  name: string;
  clock: Clock;
  log: Log;
  /** How long to sleep at most when there is nothing to do: polling is the truth, a wake-up is a hint. */
  pollMs: number;
  /** Does what there is to do; returns how long to wait before looking again, 0 for at once. */
  step(signal: AbortSignal): Promise<number>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Runs `step` until aborted. A step that throws is logged and tried again after a growing pause. */
export function startLoop({ name, clock, log, pollMs, step }: LoopParts, signal: AbortSignal): Loop {
  let wakeUp: (() => void) | undefined;
  let woken = false;
  let pauseMs = FIRST_PAUSE_MS;
  let lastRoundMs = clock.monotonicMs();

  /** Sleeps until the time is over, somebody wakes us, or the end. */
  async function rest(ms: number): Promise<void> {
    if (woken || ms <= 0) return;
    const alarm = new AbortController();
    wakeUp = () => alarm.abort();
    const stop = () => alarm.abort();
    signal.addEventListener("abort", stop, { once: true });
    await clock.sleep(ms, alarm.signal);
    signal.removeEventListener("abort", stop);
    wakeUp = undefined;
  }

  async function round(): Promise<number> {
    try {
      const waitMs = Math.min(await step(signal), pollMs);
      pauseMs = FIRST_PAUSE_MS;
      return waitMs;
    } catch (error) {
      log.error({ loop: name, err: error, pauseMs }, "a step failed and will be tried again");
      const waitMs = pauseMs;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      return waitMs;
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      woken = false;
      const waitMs = await round();
      lastRoundMs = clock.monotonicMs();
      if (!signal.aborted) await rest(waitMs);
    }
  }

  return {
    wake() {
      woken = true;
      wakeUp?.();
    },
    ended: run(),
    get lastRoundMs() {
      return lastRoundMs;
    },
  };
}
