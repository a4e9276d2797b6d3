import type { Interval } from "../models/intervals.ts";

/** Of so many, so many did. */
export interface Rate {
  events: number;
  count: number;
}

/** Two-sided 95 %. */
export const Z95 = 1.959963984540054;
const Z80 = 0.8416212335729143;

/** Wilson's interval of a proportion. Nobody of none tells nothing: 0 to 1. @throws RangeError */
export function wilson({ events, count }: Rate, z = Z95): Interval {
  refuseRate({ events, count });
  if (count === 0) return { low: 0, high: 1 };
  const p = events / count;
  const spread = (z / (1 + (z * z) / count)) * Math.sqrt((p * (1 - p)) / count + (z * z) / (4 * count * count));
  const middle = (p + (z * z) / (2 * count)) / (1 + (z * z) / count);
  return {
    low: events === 0 ? 0 : Math.max(0, middle - spread),
    high: events === count ? 1 : Math.min(1, middle + spread),
  };
}

/** Newcombe's interval of the difference a - b, from Wilson's of each (his method 10). @throws RangeError */
export function differenceInterval(a: Rate, b: Rate, z = Z95): Interval {
  const [p, q] = [rateOf(a), rateOf(b)];
  const [ofA, ofB] = [wilson(a, z), wilson(b, z)];
  return {
    low: p - q - Math.hypot(p - ofA.low, ofB.high - q),
    high: p - q + Math.hypot(ofA.high - p, q - ofB.low),
  };
}

export function rateOf({ events, count }: Rate): number {
  return count === 0 ? 0 : events / count;
}

/**
 * How many each of two groups needs, so that a difference between these rates is found: two-sided alpha 0.05, power 0.8.
 * `Infinity` for equal rates. @throws RangeError
 */
export function sampleSizePerGroup(p: number, q: number): number {
  for (const rate of [p, q]) if (!(rate >= 0 && rate <= 1)) throw new RangeError("A rate lies between 0 and 1.");
  if (p === q) return Infinity;
  const mean = (p + q) / 2;
  const root = Z95 * Math.sqrt(2 * mean * (1 - mean)) + Z80 * Math.sqrt(p * (1 - p) + q * (1 - q));
  return Math.ceil((root / (p - q)) ** 2);
}

function refuseRate({ events, count }: Rate): void {
  if (Number.isFinite(count) && events >= 0 && events <= count) return;
  throw new RangeError(`${events} of ${count} is no rate.`);
}
