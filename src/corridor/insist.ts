import type { Clock } from "../contract/index.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Tries again what only the database's absence can have stopped, until it works or `forMs` are over; then throws the
 * last error. For writing down what has already happened: giving up at the first fault would forget a send that we know
 * of, or a thought that was costly. Safe because such writes are fenced.
 */
export async function insist<T>(write: () => Promise<T>, forMs: number, clock: Clock): Promise<T> {
  const endMs = clock.monotonicMs() + forMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (clock.monotonicMs() + pauseMs > endMs) throw error;
      await clock.sleep(pauseMs);
    }
  }
}
