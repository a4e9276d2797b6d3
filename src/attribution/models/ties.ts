import type { Interval } from "./intervals.ts";

/** A figure among others: which can be told apart? */
export interface Ranked extends Interval {
  name: string;
  estimate: number;
  /** Its draws, in the order of everybody else's. */
  draws: Float64Array;
}

/** Touches none of which can be told from another. */
export interface Tie {
  touches: string[];
  /**
   * So many more journeys, of the same kind, would tell the first from the last by 95 % with a chance of 80 %. `null`: more
   * than a thousand times as many as there are, so there is no saying.
   */
  moreJourneys: number | null;
}

/** 95 % sure (two-sided), found 80 % of the time. */
const SURE = 1.959964 + 0.841621;
const HOPELESS = 1_000;

/** Groups of neighbours, by estimate, of whom all intervals overlap by more than half; without those that got nothing. A touch can be in two groups. */
export function tiesOf(figures: readonly Ranked[], journeys: number): Tie[] {
  const ranked = figures.filter(({ estimate }) => estimate > 0).sort((a, b) => b.estimate - a.estimate);
  const ties: Tie[] = [];
  let reached = 0; // the end of the group before: a group within it says nothing new
  for (const [at, first] of ranked.entries()) {
    let end = Math.max(reached, at + 1);
    while (end < ranked.length && overlapsAll(ranked, at, end)) end++;
    if (end - at > 1 && end > reached) {
      const members = ranked.slice(at, end);
      ties.push({ touches: members.map(({ name }) => name), moreJourneys: moreFor(first, members.at(-1)!, journeys) });
    }
    reached = Math.max(reached, end);
  }
  return ties;
}

function overlapsAll(ranked: readonly Ranked[], from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (!overlap(ranked[at]!, ranked[end]!)) return false;
  return true;
}

/** Whether two intervals share more than half of the shorter one. */
export function overlap(a: Interval, b: Interval): boolean {
  const shared = Math.min(a.high, b.high) - Math.max(a.low, b.low);
  const shorter = Math.min(a.high - a.low, b.high - b.low);
  return shorter === 0 ? shared >= 0 : shared > shorter / 2;
}

/** The spread of a difference shrinks with the root of the number of journeys. */
function moreFor(a: Ranked, b: Ranked, journeys: number): number | null {
  const difference = a.estimate - b.estimate;
  const times = ((SURE * spreadOfDifference(a.draws, b.draws)) / difference) ** 2;
  return Number.isFinite(times) && times <= HOPELESS ? Math.max(1, Math.ceil((times - 1) * journeys)) : null;
}

function spreadOfDifference(a: Float64Array, b: Float64Array): number {
  const differences = a.map((each, draw) => each - b[draw]!);
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  return Math.sqrt(differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (differences.length - 1));
}
