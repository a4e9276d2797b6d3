import type { Log } from "../../src/contract/index.ts";

/** Small things done beside the answering of webhooks. Nobody waits for them, and too many are left undone. */
export interface Errands {
  /** `false` where there is too much to do already. */
  run(errand: () => Promise<void>): boolean;
}

const AT_A_TIME = 4;
const MOST_WAITING = 1_000;

export function createErrands(log: Log): Errands {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;

  function next(): void {
    const errand = running < AT_A_TIME ? waiting.shift() : undefined;
    if (!errand) return;
    running++;
    void errand()
      .catch((error: unknown) => log.debug({ err: error }, "an errand for LINE came to nothing"))
      .finally(() => {
        running--;
        next();
      });
  }

  return {
    run(errand) {
      if (waiting.length >= MOST_WAITING) return false;
      waiting.push(errand);
      next();
      return true;
    },
  };
}
