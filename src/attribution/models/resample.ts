import { rowsOf, type Journeys } from "./journeys.ts";
import type { Random } from "./random.ts";

/** The counts of one other outcome that might as well have happened. */
export interface Counts {
  conversions: Float64Array;
  value: Float64Array;
  nulls: Float64Array;
}

/**
 * Draws people anew (Poisson bootstrap): everybody comes 0, 1, 2 ... times with mean 1. Of a row that counts n people,
 * each one person with one journey, Poisson(n) come. Where rows say whose they are, all of a person's rows come together.
 */
export function resample(journeys: Journeys, random: Random, into: Counts): void {
  const { people, conversions, value, nulls } = journeys;
  const times = people ? timesEach(people, random) : undefined;
  for (let row = 0; row < rowsOf(journeys); row++) {
    const [n, m] = [conversions[row]!, nulls[row]!];
    const drawn = times ? times[people![row]!]! * n : n > 0 ? random.poisson(n) : 0;
    into.conversions[row] = drawn;
    into.nulls[row] = times ? times[people![row]!]! * m : m > 0 ? random.poisson(m) : 0;
    into.value[row] = n > 0 ? (value[row]! * drawn) / n : value[row]!;
  }
}

function timesEach(people: Uint32Array, random: Random): Float64Array {
  const times = new Float64Array(people.reduce((most, person) => Math.max(most, person + 1), 0));
  for (let person = 0; person < times.length; person++) times[person] = random.poisson(1);
  return times;
}

export function emptyCounts(rows: number): Counts {
  return { conversions: new Float64Array(rows), value: new Float64Array(rows), nulls: new Float64Array(rows) };
}

/** Puts everybody into one of some groups by chance, and counts each group by row. A group is drawn whole. */
export function groupPeople(journeys: Journeys, groups: number, random: Random): Counts[] {
  const { people, conversions, value, nulls } = journeys;
  const counts = Array.from({ length: groups }, () => emptyCounts(rowsOf(journeys)));
  const groupOf = people && Uint32Array.from(new Set(people), () => random.below(groups));
  const scatter = (row: number, count: number, give: (group: number, part: number) => void) => {
    if (groupOf) give(groupOf[people![row]!]!, count);
    else scatterPeople(count, groups, random, give);
  };
  for (let row = 0; row < rowsOf(journeys); row++) {
    scatter(row, conversions[row]!, (group, part) => {
      counts[group]!.conversions[row]! += part;
      counts[group]!.value[row]! += (value[row]! * part) / conversions[row]!;
    });
    scatter(row, nulls[row]!, (group, part) => (counts[group]!.nulls[row]! += part));
  }
  return counts;
}

/** One by one; so many that the groups get about the same are dealt with Poisson chance instead. */
export function scatterPeople(
  count: number,
  groups: number,
  random: Random,
  give: (group: number, part: number) => void,
): void {
  if (count > 20 * groups) {
    const parts = Array.from({ length: groups }, () => random.poisson(count / groups));
    const sum = parts.reduce((all, part) => all + part, 0);
    for (const [group, part] of parts.entries()) give(group, (part * count) / sum);
    return;
  }
  for (let left = count; left > 0; left--) give(random.below(groups), Math.min(left, 1));
}
