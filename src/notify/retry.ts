const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** As Standard Webhooks proposes: at once, then over about a day. */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
/** An address at which nothing has arrived for so long is told nothing more. */
const PATIENCE_MS = 5 * 24 * HOUR;

/**
 * When to try again what failed for the n-th time, or `undefined` to give up.
 * @param spread 0 to 1: up to a fifth is added, so that many do not come back at once
 */
export function nextTry(attempts: number, now: Date, spread: number): Date | undefined {
  const pause = PAUSES[attempts - 1];
  return pause === undefined ? undefined : new Date(now.getTime() + pause * (1 + spread / 5));
}

/** Whether an address has failed so long that it is switched off. */
export function isHopeless(failingSince: Date | null, now: Date): boolean {
  return failingSince !== null && now.getTime() - failingSince.getTime() > PATIENCE_MS;
}
