import type { Splitter } from "./credit.ts";
import type { Journeys } from "./journeys.ts";

// Models that look at each journey by itself. A journey of one touch gives it everything, one of none is "unknown".
// Consecutive repeats are not collapsed: each touch counts, unless a model says otherwise.

/** All to the first touch. */
export const first: Splitter = (_row, _start, length, shares) => {
  shares.fill(0, 0, length);
  shares[0] = 1;
};

/** All to the last touch. */
export const last: Splitter = (_row, _start, length, shares) => {
  shares.fill(0, 0, length);
  shares[length - 1] = 1;
};

/** All to the last touch that is not direct; when all are direct, to the last. */
export function lastNonDirect({ touches, steps }: Journeys, isDirect: (touch: string) => boolean): Splitter {
  const direct = Uint8Array.from(touches, (touch) => Number(isDirect(touch)));
  return (_row, start, length, shares) => {
    shares.fill(0, 0, length);
    let at = length - 1;
    while (at >= 0 && direct[steps[start + at]!]) at--;
    shares[at < 0 ? length - 1 : at] = 1;
  };
}

/** The same to every touch; one that is there twice gets two parts. */
export const linear: Splitter = (_row, _start, length, shares) => {
  shares.fill(1 / length, 0, length);
};

/**
 * Half as much for every half-life that lies between a touch and the conversion: w = 2^(-days / halfLife). Without times,
 * each touch stands for one day before the next, and the last for the day of the conversion.
 */
export function timeDecay({ daysBefore }: Journeys, halfLifeDays: number): Splitter {
  return (_row, start, length, shares) => {
    const daysOf = (i: number) => (daysBefore ? daysBefore[start + i]! : length - 1 - i);
    let latest = Infinity; // weights are relative: without the latest touch's, ancient journeys would all weigh nothing
    for (let i = 0; i < length; i++) latest = Math.min(latest, daysOf(i));
    let sum = 0;
    for (let i = 0; i < length; i++) sum += shares[i] = 2 ** ((latest - daysOf(i)) / halfLifeDays);
    for (let i = 0; i < length; i++) shares[i]! /= sum;
  };
}

export interface PositionWeights {
  /** Of 1; what these two leave is shared by the touches between. */
  first: number;
  last: number;
}

/**
 * Fixed parts to the first and the last touch, the rest evenly to those between. Two touches share by f / (f + l) and
 * l / (f + l), or evenly when both are 0.
 */
export function position({ first: f, last: l }: PositionWeights): Splitter {
  return (_row, _start, length, shares) => {
    if (length === 2) {
      shares[0] = f + l === 0 ? 0.5 : f / (f + l);
      shares[1] = 1 - shares[0];
      return;
    }
    shares.fill((1 - f - l) / (length - 2), 0, length);
    shares[0] = f;
    shares[length - 1] = l;
  };
}

/**
 * Shapley values of the game v(S) = conversions of the journeys whose set of touches lies inside S. Each journey is a
 * unanimity game over its distinct touches, which share it evenly; a repeat adds nothing. Exact, whatever the number.
 */
export function shapleyOfSets({ touches, steps }: Journeys): Splitter {
  const seenIn = new Float64Array(touches.length); // the turn at which the touch was met last
  let turn = 0;
  return (_row, start, length, shares) => {
    let distinct = 0;
    turn++;
    for (let i = 0; i < length; i++) {
      const touch = steps[start + i]!;
      shares[i] = seenIn[touch] === turn ? 0 : 1;
      seenIn[touch] = turn;
      distinct += shares[i]!;
    }
    for (let i = 0; i < length; i++) shares[i]! /= distinct;
  };
}
