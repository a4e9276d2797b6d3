import type { Clock } from "../contract/index.ts";

/**
 * Runs `work` and stops waiting for it after `ms`, or when `signal` is aborted; both reach the work as its own signal.
 * Work that does not listen goes on in vain, but nobody waits for it.
 */
export async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const end = () => over.abort();
  // By hand: AbortSignal.any would leave something behind on a signal that lives as long as the hub.
  signal.addEventListener("abort", end, { once: true });
  const late = clock.sleep(ms, over.signal).then(() => {
    over.abort();
    throw new Error(signal.aborted ? "The hub is ending." : `There was no answer within ${ms / 1_000} s.`);
  });
  late.catch(() => undefined); // it loses the race as a rule
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    over.abort();
    signal.removeEventListener("abort", end);
  }
}
