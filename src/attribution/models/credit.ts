import type { Journeys } from "./journeys.ts";
import { rowsOf } from "./journeys.ts";

/** What a model gives to each touch, by the touch's number; the last place is for conversions whose origin is unknown. */
export interface Credits {
  conversions: Float64Array;
  value: Float64Array;
}

/** How the conversions without any touch are called where touches are named. */
export const UNKNOWN = "unknown";

export function noCredits({ touches }: Journeys): Credits {
  return { conversions: new Float64Array(touches.length + 1), value: new Float64Array(touches.length + 1) };
}

/**
 * Shares one journey out: writes into `shares[0 .. length - 1]` what each step gets of 1. `row` and `start` say which
 * journey it is and where its steps begin.
 */
export type Splitter = (row: number, start: number, length: number, shares: Float64Array) => void;

/** Calls back with every share of every journey: the touch's number, and its part of 1. */
export function eachShare(
  journeys: Journeys,
  split: Splitter,
  take: (row: number, touch: number, share: number) => void,
): void {
  const { starts, steps, touches } = journeys;
  let shares = new Float64Array(64);
  for (let row = 0; row < rowsOf(journeys); row++) {
    const start = starts[row]!;
    const length = starts[row + 1]! - start;
    if (length === 0) take(row, touches.length, 1);
    else if (length === 1) take(row, steps[start]!, 1);
    else {
      if (length > shares.length) shares = new Float64Array(length * 2);
      split(row, start, length, shares);
      for (let i = 0; i < length; i++) if (shares[i] !== 0) take(row, steps[start + i]!, shares[i]!);
    }
  }
}

/** The credits of a model that looks at each journey by itself. They sum to the conversions and to the value. */
export function creditBy(journeys: Journeys, split: Splitter): Credits {
  const credits = noCredits(journeys);
  const lost = noCredits(journeys); // a million small parts lose their last digits in a large sum
  eachShare(journeys, split, (row, touch, share) => {
    addTo(credits.conversions, lost.conversions, touch, journeys.conversions[row]! * share);
    addTo(credits.value, lost.value, touch, journeys.value[row]! * share);
  });
  for (let touch = 0; touch < credits.value.length; touch++) {
    credits.conversions[touch]! += lost.conversions[touch]!;
    credits.value[touch]! += lost.value[touch]!;
  }
  return credits;
}

/** Neumaier's summation: what the sum cannot hold is kept beside it. */
function addTo(sums: Float64Array, lost: Float64Array, at: number, part: number): void {
  const before = sums[at]!;
  const after = before + part;
  lost[at]! += Math.abs(before) >= Math.abs(part) ? before - after + part : part - after + before;
  sums[at] = after;
}
