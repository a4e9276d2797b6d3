import type { Flow } from "./chain.ts";
import { NONE } from "./chain.ts";
import type { Layout } from "./layout.ts";

const MOST_SWEEPS = 100_000;

/** The chain's probabilities, loops removed: a journey that stays where it is is still there. */
export interface System {
  layout: Layout;
  flow: Flow;
  /** By state: how often a journey leaves it for another, or ends there. */
  leaving: Float64Array;
  /** By the layout's edges: the probability to take it. */
  taking: Float64Array;
  /** By state: the probability to convert. */
  converting: Float64Array;
  /** By place: how many more states a journey is expected to come to, this one included. */
  ahead: Float64Array;
  /** Places where journeys begin, and how many do. */
  begun: { places: Uint32Array; weights: Float64Array };
  /** Conversions, by the chain. */
  conversions: number;
}

export function systemOf(layout: Layout, flow: Flow): System {
  const { chain, states, starts, edges, loops } = layout;
  const leaving = flow.visits.map((visits, state) => visits - (loops[state]! < 0 ? 0 : flow.along[loops[state]!]!));
  const taking = new Float64Array(edges.length);
  for (let place = 0; place < states.length; place++) {
    const leaves = leaving[states[place]!]!;
    if (leaves > 0)
      for (let at = starts[place]!; at < starts[place + 1]!; at++) taking[at] = flow.along[edges[at]!]! / leaves;
  }
  const converting = solveConverting(layout, flow, leaving, taking);
  const ahead = solveAll(layout, taking, new Float64Array(states.length).fill(1), leaving);
  let conversions = 0;
  for (let state = 0; state < chain.states; state++) conversions += flow.begun[state]! * converting[state]!;
  const places = Uint32Array.from(states.keys()).filter((place) => flow.begun[states[place]!]! > 0);
  const begun = { places, weights: Float64Array.from(places, (place) => flow.begun[states[place]!]!) };
  return { layout, flow, leaving, taking, converting, ahead, begun, conversions };
}

function solveConverting(layout: Layout, flow: Flow, leaving: Float64Array, taking: Float64Array): Float64Array {
  const { chain, places, states, loops } = layout;
  const converting = new Float64Array(chain.states);
  const given = new Float64Array(states.length);
  for (let state = 0; state < chain.states; state++) {
    const ends = leaving[state]! > 0 ? flow.converted[state]! / leaving[state]! : 0;
    if (places[state] === NONE) converting[state] = ends;
    else given[places[state]!] = ends;
  }
  const { from, to } = chain.edges;
  for (let edge = 0; edge < from.length; edge++) {
    const [state, target] = [from[edge]!, to[edge]!];
    if (places[target] !== NONE || loops[state] === edge || leaving[state] === 0) continue;
    given[places[state]!]! += (flow.along[edge]! / leaving[state]!) * converting[target]!;
  }
  const x = solveAll(layout, taking, given, leaving);
  for (let place = 0; place < states.length; place++) converting[states[place]!] = x[place]!;
  return converting;
}

/** Solves x = given + taking * x, by place, down to what a double can tell. */
function solveAll(layout: Layout, taking: Float64Array, given: Float64Array, leaving: Float64Array): Float64Array {
  const { states, starts, targets, knots } = layout;
  const x = new Float64Array(given.length);
  const sweepOver = (from: number, to: number): number => {
    let moved = 0;
    for (let place = from; place < to; place++) {
      let sum = given[place]!;
      for (let at = starts[place]!; at < starts[place + 1]!; at++) sum += taking[at]! * x[targets[at]!]!;
      moved += leaving[states[place]!]! * Math.abs(sum - x[place]!);
      x[place] = sum;
    }
    return moved;
  };
  let done = 0;
  for (const { from, to } of knots) {
    sweepOver(done, from);
    let moved = sweepOver(from, to);
    const enough = moved * 1e-14;
    for (let sweeps = 1; moved > enough && sweeps < MOST_SWEEPS; sweeps++) moved = sweepOver(from, to);
    done = to;
  }
  sweepOver(done, states.length);
  return x;
}
