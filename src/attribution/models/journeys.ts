import { createHash } from "node:crypto";
import { doubles, growing, indices } from "./growing.ts";
import { createSequences } from "./sequences.ts";

/**
 * Journeys of one conversion kind and window: one row for each distinct sequence of touches, with how many people
 * converted after it, what that was worth, and how many did not convert. Touches are numbers into `touches`; row `r` has
 * the steps `steps[starts[r]] .. steps[starts[r + 1] - 1]`, the oldest first. A row without steps is a conversion whose
 * origin nobody knows.
 */
export interface Journeys {
  touches: readonly string[];
  starts: Uint32Array;
  steps: Uint32Array;
  conversions: Float64Array;
  /** The total value of all conversions of the row, in any one unit: minor units of one currency, usually. */
  value: Float64Array;
  nulls: Float64Array;
  /** Days between each step and the conversion, where they are known. */
  daysBefore: Float64Array | null;
  /** Whose journey a row is, when one person has several rows: numbers from 0. Without it everybody has one journey. */
  people: Uint32Array | null;
}

export interface Journey {
  path: readonly string[];
  conversions?: number;
  value?: number;
  nulls?: number;
  /** As many as the path has touches. */
  daysBefore?: readonly number[];
  /** An opaque key; equal keys are one person. */
  person?: string;
}

export interface JourneyBuilder {
  add(journey: Journey): void;
  readonly rows: number;
  build(): Journeys;
}

/**
 * Gathers journeys. Equal sequences become one row, unless times or people tell them apart; either every journey has
 * times (people), or none. @throws TypeError
 */
export function createJourneyBuilder({ times = false, people = false } = {}): JourneyBuilder {
  const ids = new Map<string, number>();
  const persons = new Map<string, number>();
  const sequences = createSequences();
  const days = growing(doubles);
  const [conversions, value, nulls] = [growing(doubles), growing(doubles), growing(doubles)];
  const owners = growing(indices);
  const scratch: number[] = [];

  function rowOf(journey: Journey): number {
    scratch.length = 0;
    for (const name of journey.path) scratch.push(numberOf(ids, name));
    const row = sequences.put(scratch, !times && !people);
    if (row < conversions.length) return row;
    for (const all of [conversions, value, nulls]) all.push(0);
    if (times) for (const day of daysOf(journey)) days.push(day);
    if (people) owners.push(numberOf(persons, personOf(journey)));
    return row;
  }

  return {
    add(journey) {
      const row = rowOf(journey);
      conversions.add(row, journey.conversions ?? 0);
      value.add(row, journey.value ?? 0);
      nulls.add(row, journey.nulls ?? 0);
    },
    get rows() {
      return conversions.length;
    },
    build: () => ({
      touches: [...ids.keys()],
      ...sequences.done(),
      ...{ conversions: conversions.done(), value: value.done(), nulls: nulls.done() },
      daysBefore: times ? days.done() : null,
      people: people ? owners.done() : null,
    }),
  };
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

function daysOf({ path, daysBefore }: Journey): readonly number[] {
  if (daysBefore?.length === path.length) return daysBefore;
  throw new TypeError("A journey needs as many times as it has touches.");
}

function personOf({ person }: Journey): string {
  if (person !== undefined) return person;
  throw new TypeError("A journey needs its person.");
}

export function journeysOf(journeys: readonly Journey[]): Journeys {
  const builder = createJourneyBuilder({
    times: journeys.some(({ daysBefore }) => daysBefore),
    people: journeys.some(({ person }) => person !== undefined),
  });
  for (const each of journeys) builder.add(each);
  return builder.build();
}

export function rowsOf({ conversions }: Journeys): number {
  return conversions.length;
}

export interface Totals {
  conversions: number;
  value: number;
  nulls: number;
  /** Of the conversions, those without any touch. */
  unknown: number;
  rows: number;
}

export function totalsOf(journeys: Journeys): Totals {
  const totals = { conversions: 0, value: 0, nulls: 0, unknown: 0, rows: rowsOf(journeys) };
  for (let row = 0; row < totals.rows; row++) {
    totals.conversions += journeys.conversions[row]!;
    totals.value += journeys.value[row]!;
    totals.nulls += journeys.nulls[row]!;
    if (journeys.starts[row] === journeys.starts[row + 1]) totals.unknown += journeys.conversions[row]!;
  }
  return totals;
}

/** Tells whether two results came from the same journeys: names, steps, counts, values, times and people. */
export function hashOf(journeys: Journeys): string {
  const hash = createHash("sha256").update(JSON.stringify(journeys.touches));
  const { starts, steps, conversions, value, nulls, daysBefore, people } = journeys;
  for (const column of [starts, steps, conversions, value, nulls, daysBefore, people])
    hash.update(column ? new Uint8Array(column.buffer, column.byteOffset, column.byteLength) : "none");
  return hash.digest("hex");
}
