import { creditBy, noCredits, type Credits } from "./credit.ts";
import { shapleyOfSets } from "./heuristics.ts";
import type { Journeys } from "./journeys.ts";
import { seededRandom } from "./random.ts";
import { createSequences } from "./sequences.ts";

/** Up to so many touches, every coalition is looked at. */
export const MOST_EXACT = 18;
const PERMUTATION_PAIRS = 1_000;

export interface ShapleyRate {
  credits: Credits;
  exact: boolean;
  /** When sampled: with 95 % confidence, no touch's conversions are further than this from the exact ones. */
  samplingError: number;
  /** Touches that too few journeys hold; they share what all of them together got, by the other game's credits. */
  pooled: string[];
}

interface Options {
  /** Journeys that a touch, and a coalition, needs. */
  minSupport: number;
  seed: number;
}

/**
 * Shapley values of the game v(S) = conversions / journeys, of the journeys whose touches all lie in S; 0 for a coalition
 * of fewer than `minSupport` journeys. Times the number of journeys, they sum to the conversions. A touch may get less
 * than nothing: with it, journeys convert less often. Exact for few touches, else the mean over random orders and their
 * reverses.
 */
export function shapleyRate(journeys: Journeys, { minSupport, seed }: Options): ShapleyRate {
  const { players, count, pooled } = playersOf(journeys, minSupport);
  const sets = setsOf(journeys, players);
  const worth = worthOf(Math.min(minSupport, sets.journeys)); // all together always count
  const exact = count <= MOST_EXACT;
  const { conversions, value, error } = exact
    ? byAllCoalitions(sets, count, worth)
    : bySampling(sets, count, worth, seed);
  const credits = noCredits(journeys);
  const bySets = creditBy(journeys, shapleyOfSets(journeys));
  const unknown = journeys.touches.length;
  for (const of of ["conversions", "value"] as const) {
    const shares = of === "conversions" ? conversions : value;
    const pool = pooled.reduce((sum, touch) => sum + bySets[of][touch]!, 0);
    for (let touch = 0; touch < unknown; touch++) credits[of][touch] = (shares[players[touch]!] ?? 0) * sets.journeys;
    for (const touch of pooled) {
      const part = pool > 0 ? bySets[of][touch]! / pool : 1 / pooled.length;
      credits[of][touch]! *= part;
    }
    credits[of][unknown] = bySets[of][unknown]!;
  }
  const samplingError = error * sets.journeys;
  return { credits, exact, samplingError, pooled: pooled.map((touch) => journeys.touches[touch]!) };
}

/** By touch, the number of its player: rare touches play as one. */
function playersOf({ touches, starts, steps, conversions, nulls }: Journeys, minSupport: number) {
  const support = new Float64Array(touches.length);
  const met = new Int32Array(touches.length).fill(-1);
  for (let row = 0; row < conversions.length; row++)
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const touch = steps[at]!;
      if (met[touch] !== row) support[touch]! += conversions[row]! + nulls[row]!;
      met[touch] = row;
    }
  const all = [...touches.keys()];
  const pooled = all.filter((touch) => support[touch]! < minSupport);
  const common = all.filter((touch) => support[touch]! >= minSupport);
  const players = new Uint32Array(touches.length).fill(common.length);
  for (const [player, touch] of common.entries()) players[touch] = player;
  return { players, count: common.length + (pooled.length > 0 ? 1 : 0), pooled };
}

/** The different sets of players that journeys hold, and what became of those journeys. */
interface Sets {
  starts: Uint32Array;
  members: Uint32Array;
  conversions: number[];
  value: number[];
  counts: number[];
  journeys: number;
}

function setsOf({ starts, steps, conversions, nulls, value }: Journeys, players: Uint32Array): Sets {
  const sequences = createSequences();
  const sets = { conversions: [] as number[], value: [] as number[], counts: [] as number[], journeys: 0 };
  for (let row = 0; row < conversions.length; row++) {
    if (starts[row] === starts[row + 1]) continue;
    const held = new Set(Array.from(steps.subarray(starts[row], starts[row + 1]), (touch) => players[touch]!));
    const set = sequences.put([...held].sort((a, b) => a - b), true); // prettier-ignore
    sets.conversions[set] = (sets.conversions[set] ?? 0) + conversions[row]!;
    sets.value[set] = (sets.value[set] ?? 0) + value[row]!;
    sets.counts[set] = (sets.counts[set] ?? 0) + conversions[row]! + nulls[row]!;
    sets.journeys += conversions[row]! + nulls[row]!;
  }
  const { starts: begins, steps: members } = sequences.done();
  return { ...sets, starts: begins, members };
}

type Worth = (amount: number, journeys: number) => number;
const worthOf =
  (minSupport: number): Worth =>
  (amount, journeys) =>
    journeys > 0 && journeys >= minSupport ? amount / journeys : 0;

interface Shares {
  conversions: Float64Array;
  value: Float64Array;
  error: number;
}

/** phi = sum over S without the player of |S|! (n - |S| - 1)! / n! (v(S + player) - v(S)). */
function byAllCoalitions(sets: Sets, n: number, worth: Worth): Shares {
  const inside = [sets.conversions, sets.value, sets.counts].map((amounts) => sumsInside(sets, n, amounts));
  const [conversions, value] = [0, 1].map((which) => {
    const v = inside[which]!.map((amount, coalition) => worth(amount, inside[2]![coalition]!));
    const shares = new Float64Array(n);
    const chance = chanceOfSize(n);
    for (let coalition = 0; coalition < v.length; coalition++) {
      const weight = chance[sizeOf(coalition)]!;
      for (let player = 0; player < n; player++)
        if (!(coalition & (1 << player))) shares[player]! += weight * (v[coalition | (1 << player)]! - v[coalition]!);
    }
    return shares;
  }) as [Float64Array, Float64Array];
  return { conversions, value, error: 0 };
}

/** For each coalition, the sum over the sets that lie inside it. */
function sumsInside({ starts, members }: Sets, n: number, amounts: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** n);
  for (const [set, amount] of amounts.entries()) {
    let mask = 0;
    for (let at = starts[set]!; at < starts[set + 1]!; at++) mask |= 1 << members[at]!;
    sums[mask]! += amount;
  }
  for (let player = 0; player < n; player++)
    for (let mask = 0; mask < sums.length; mask++) if (mask & (1 << player)) sums[mask]! += sums[mask ^ (1 << player)]!;
  return sums;
}

/** |S|! (n - |S| - 1)! / n! by |S|. */
function chanceOfSize(n: number): number[] {
  const chances = [1 / n];
  for (let size = 1; size < n; size++) chances.push((chances[size - 1]! * size) / (n - size));
  return chances;
}

function sizeOf(mask: number): number {
  let size = 0;
  for (let rest = mask; rest; rest &= rest - 1) size++;
  return size;
}

/** Each random order of the players is one sample of what each adds to those before it; its reverse is another. */
function bySampling(sets: Sets, n: number, worth: Worth, seed: number): Shares {
  const random = seededRandom(seed);
  const order = Uint32Array.from({ length: n }, (_, player) => player);
  const [conversions, value, squares] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let pair = 0; pair < PERMUTATION_PAIRS; pair++) {
    for (let at = n - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    const there = addedInOrder(sets, order, worth);
    const back = addedInOrder(sets, order.toReversed(), worth);
    for (let player = 0; player < n; player++) {
      const mean = (there.conversions[player]! + back.conversions[player]!) / 2;
      conversions[player]! += mean / PERMUTATION_PAIRS;
      value[player]! += (there.value[player]! + back.value[player]!) / 2 / PERMUTATION_PAIRS;
      squares[player]! += (mean * mean) / PERMUTATION_PAIRS;
    }
  }
  const errors = squares.map((square, player) =>
    Math.sqrt(Math.max(0, square - conversions[player]! ** 2) / (PERMUTATION_PAIRS - 1)),
  );
  return { conversions, value, error: 1.96 * errors.reduce((most, each) => Math.max(most, each), 0) };
}

function addedInOrder({ starts, members, ...sets }: Sets, order: Uint32Array, worth: Worth) {
  const n = order.length;
  const turn = new Uint32Array(n);
  for (let at = 0; at < n; at++) turn[order[at]!] = at;
  const joined = { conversions: new Float64Array(n), value: new Float64Array(n), counts: new Float64Array(n) };
  for (let set = 0; set + 1 < starts.length; set++) {
    let complete = 0; // a set counts from the turn of its last member
    for (let at = starts[set]!; at < starts[set + 1]!; at++) complete = Math.max(complete, turn[members[at]!]!);
    joined.conversions[complete]! += sets.conversions[set]!;
    joined.value[complete]! += sets.value[set]!;
    joined.counts[complete]! += sets.counts[set]!;
  }
  const added = { conversions: new Float64Array(n), value: new Float64Array(n) };
  const so = { conversions: 0, value: 0, counts: 0, rate: 0, valueRate: 0 };
  for (let at = 0; at < n; at++) {
    so.counts += joined.counts[at]!;
    const rate = worth((so.conversions += joined.conversions[at]!), so.counts);
    const valueRate = worth((so.value += joined.value[at]!), so.counts);
    added.conversions[order[at]!] = rate - so.rate;
    added.value[order[at]!] = valueRate - so.valueRate;
    [so.rate, so.valueRate] = [rate, valueRate];
  }
  return added;
}
