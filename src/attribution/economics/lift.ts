import type { Interval } from "../models/intervals.ts";
import { differenceInterval, rateOf, sampleSizePerGroup, type Rate } from "./proportions.ts";

/** What a broadcast or poster changed, measured against people or periods without it. */
export interface Lift extends Interval {
  label: "caused, by a control group" | "caused, by switching on and off";
  /** Treated less control: a difference of rates, or of conversions per period. */
  lift: number;
  /** Conversions among the treated that would not have come. */
  extra: number;
  extraLow: number;
  extraHigh: number;
  /** Whether the interval leaves zero out. */
  isTold: boolean;
  /** For a holdout: people each group would need to tell a difference like this one; `null` when there is none. */
  peopleNeeded: number | null;
}

/** A random part of the people did not get it. @throws RangeError without people on either side. */
export function holdoutLift(treated: Rate, control: Rate): Lift {
  if (treated.count === 0 || control.count === 0) throw new RangeError("A holdout needs people on both sides.");
  const { low, high } = differenceInterval(treated, control);
  const lift = rateOf(treated) - rateOf(control);
  const needed = sampleSizePerGroup(rateOf(treated), rateOf(control));
  return {
    ...{ label: "caused, by a control group", lift, low, high },
    ...{ extra: lift * treated.count, extraLow: low * treated.count, extraHigh: high * treated.count },
    isTold: low > 0 || high < 0,
    peopleNeeded: Number.isFinite(needed) ? needed : null,
  };
}

/** Two periods next to each other, alike but for the poster: conversions with and without it. */
export interface SwitchbackPair {
  on: number;
  off: number;
}

/**
 * Paired periods: the mean difference with Student's interval. Which of a pair is on must have been drawn by chance, and
 * periods must be long against the conversion delay. @throws RangeError for fewer than three pairs
 */
export function switchbackLift(pairs: readonly SwitchbackPair[]): Lift {
  const n = pairs.length;
  if (n < 3) throw new RangeError("A switchback needs at least three pairs of periods.");
  const differences = pairs.map(({ on, off }) => on - off);
  const lift = differences.reduce((sum, each) => sum + each, 0) / n;
  const variance = differences.reduce((sum, each) => sum + (each - lift) ** 2, 0) / (n - 1);
  const half = student95(n - 1) * Math.sqrt(variance / n);
  return {
    ...{ label: "caused, by switching on and off", lift, low: lift - half, high: lift + half },
    ...{ extra: lift * n, extraLow: (lift - half) * n, extraHigh: (lift + half) * n },
    isTold: lift - half > 0 || lift + half < 0,
    peopleNeeded: null,
  };
}

const FIRST = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814];

/** Student's t, two-sided 95 %: from the table, then by Cornish and Fisher's expansion (to 1e-4). */
export function student95(freedom: number): number {
  const known = FIRST[freedom - 1];
  if (known !== undefined) return known;
  const z = 1.959963984540054;
  const [a, b] = [(z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96];
  const c = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + a / freedom + b / freedom ** 2 + c / freedom ** 3;
}
