import type { Rate } from "../contract/index.ts";

export interface Bucket {
  tokens: number;
  refilledAt: Date;
}

/** The share of the published rate that may be saved up; the rest flows in evenly. */
const BURST = 0.1;

/** A full bucket. */
export function fullBucket(rate: Rate, now: Date): Bucket {
  return { tokens: capacity(rate), refilledAt: now };
}

/**
 * A token bucket that never exceeds the rate in any window of `perMs`: it holds a tenth of the rate and refills with
 * the other nine tenths, so that the fullest window sees tenth + nine tenths.
 */
export function refill(bucket: Bucket, rate: Rate, now: Date): Bucket {
  const passedMs = Math.max(0, now.getTime() - bucket.refilledAt.getTime());
  const tokens = Math.min(capacity(rate), bucket.tokens + passedMs * perMs(rate));
  return { tokens, refilledAt: now };
}

/** How long until the bucket holds a whole token. */
export function waitForToken(bucket: Bucket, rate: Rate): number {
  return Math.max(0, Math.ceil((1 - bucket.tokens) / perMs(rate)));
}

function capacity(rate: Rate): number {
  return Math.max(1, Math.floor(rate.count * BURST));
}

/** Tokens a millisecond. A rate too small for a tenth of a burst gives one token and the rest of the rate. */
function perMs(rate: Rate): number {
  return Math.max(rate.count - capacity(rate), rate.count * 0.5) / rate.perMs;
}
