import { growing, indices } from "./growing.ts";
import { rowsOf, type Journeys } from "./journeys.ts";
import { createNumberTable } from "./number-table.ts";

export type Order = 1 | 2 | 3;

/** No touch stands here: the state is of a journey that is shorter than the order. */
export const NONE = 0xffffffff;
/** Places of a tuple. */
export const WIDTH = 3;

/**
 * The states that journeys run through, and how they run: a state is the last `order` touches, and a journey shorter
 * than that is one state of its length. Journeys without touches take no part.
 */
export interface Chain {
  order: Order;
  touches: number;
  states: number;
  /** Three touches for each state, the latest last, padded in front with `NONE`. */
  tuples: Uint32Array;
  edges: { from: Uint32Array; to: Uint32Array };
  /** Which rows run through it, the state each begins in, and the edges it goes along. */
  trails: { rows: Uint32Array; first: Uint32Array; starts: Uint32Array; edges: Uint32Array };
}

/** @throws RangeError for more touches than tuples of them can be numbered. */
export function chainOf(journeys: Journeys, order: Order): Chain {
  const { touches, starts, steps } = journeys;
  const base = touches.length + 1;
  if (base ** order > Number.MAX_SAFE_INTEGER)
    throw new RangeError(`${touches.length} different touches are too many for a Markov chain of order ${order}.`);
  const states = createStates(base);
  const edgeTable = createNumberTable();
  const edges = { from: growing(indices), to: growing(indices) };
  const trails = { rows: growing(indices), first: growing(indices), starts: growing(indices), edges: growing(indices) };

  for (let row = 0; row < rowsOf(journeys); row++) {
    const [start, end] = [starts[row]!, starts[row + 1]!];
    if (start === end || journeys.conversions[row]! + journeys.nulls[row]! === 0) continue;
    let at = Math.min(start + order, end);
    let state = states.at(steps, Math.max(start, at - order), at);
    trails.rows.push(row);
    trails.first.push(state);
    trails.starts.push(trails.edges.length);
    for (; at < end; at++) {
      const edge = edgeTable.place(state * base + steps[at]!);
      if (edge === edges.from.length) {
        edges.from.push(state);
        edges.to.push(states.at(steps, at + 1 - order, at + 1));
      }
      trails.edges.push(edge);
      state = edges.to.get(edge);
    }
  }
  trails.starts.push(trails.edges.length);
  return {
    ...{ order, touches: touches.length, states: states.size, tuples: states.tuples() },
    edges: { from: edges.from.done(), to: edges.to.done() },
    trails: {
      ...{ rows: trails.rows.done(), first: trails.first.done() },
      ...{ starts: trails.starts.done(), edges: trails.edges.done() },
    },
  };
}

function createStates(base: number) {
  const table = createNumberTable();
  const tuples = growing(indices);
  return {
    get size() {
      return table.size;
    },
    /** The state of the touches `steps[from .. to - 1]`. */
    at(steps: Uint32Array, from: number, to: number): number {
      let key = 0;
      for (let at = from; at < to; at++) key = key * base + steps[at]! + 1;
      const known = table.size;
      const state = table.place(key);
      if (state < known) return state;
      for (let at = to - WIDTH; at < to; at++) tuples.push(at < from ? NONE : steps[at]!);
      return state;
    },
    tuples: () => tuples.done(),
  };
}

/** The touch that a state adds to the one before it. */
export function latestOf({ tuples }: Chain, state: number): number {
  return tuples[state * WIDTH + WIDTH - 1]!;
}

/** How often journeys went each way. */
export interface Flow {
  journeys: number;
  /** Journeys that begin in a state, all visits to it, and journeys that end in it by converting. */
  begun: Float64Array;
  visits: Float64Array;
  converted: Float64Array;
  along: Float64Array;
}

/** Counts the chain's ways with these counts of conversions and nulls for each row. */
export function flowOf(chain: Chain, conversions: Float64Array, nulls: Float64Array): Flow {
  const { trails, states } = chain;
  const flow: Flow = {
    journeys: 0,
    ...{ begun: new Float64Array(states), visits: new Float64Array(states), converted: new Float64Array(states) },
    along: new Float64Array(chain.edges.from.length),
  };
  for (let trail = 0; trail < trails.rows.length; trail++) {
    const row = trails.rows[trail]!;
    const weight = conversions[row]! + nulls[row]!;
    if (weight === 0) continue;
    let state = trails.first[trail]!;
    flow.journeys += weight;
    flow.begun[state]! += weight;
    flow.visits[state]! += weight;
    for (let at = trails.starts[trail]!; at < trails.starts[trail + 1]!; at++) {
      const edge = trails.edges[at]!;
      state = chain.edges.to[edge]!;
      flow.along[edge]! += weight;
      flow.visits[state]! += weight;
    }
    flow.converted[state]! += conversions[row]!;
  }
  return flow;
}
