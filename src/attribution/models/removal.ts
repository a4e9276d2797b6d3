import { NONE, type Flow } from "./chain.ts";
import { eachTouch, type Layout } from "./layout.ts";
import { ABREAST, leap, sweep, sweepAndMeasure, type Equations, type Moved } from "./sweep.ts";
import { systemOf, type System } from "./system.ts";

const MOST_SWEEPS = 100_000;
/** Sweeps until the next leap; the last two are measured. */
const ROUND = 4;
/** States times touches. A third of a billion takes half a minute. */
const MOST_WORK = 1e10;

/** Conversions that would be lost without each touch, as a part of all; and how far off that can be. */
export interface Removal {
  /** Probability that a journey converts, by the chain. */
  converting: number;
  effects: Float64Array;
  /** No effect is further than this from the exact one, relative to itself. */
  errorBound: number;
}

/**
 * What is lost when every state that holds a touch leads nowhere. For each touch, the wanted x(state) is the probability
 * to meet the touch and then convert: h(state) where the state holds the touch, else the mean of x over the next states.
 * Swept up exactly from the journeys' ends; only where journeys run in circles it takes several sweeps (Gauss-Seidel),
 * until a bound on the error is below `tolerance`.
 *
 * Two sums of x give the effect: x where journeys begin; or all comings to the touch that convert, less x where journeys
 * leave the touch, which is what counts them again. How often journeys come and leave is counted, not solved, so the
 * second errs less for a rare touch.
 */
export function removalEffects(layout: Layout, flow: Flow, tolerance = usualTolerance(layout)): Removal {
  const system = systemOf(layout, flow);
  const effects = new Float64Array(layout.chain.touches);
  if (system.conversions === 0) return { converting: 0, effects, errorBound: 0 };

  if (layout.states.length * effects.length > MOST_WORK)
    throw new RangeError(
      `${effects.length} touches in ${layout.states.length} states are too much to solve. Leave out rare touches, or lower the order.`,
    );
  const solver = createBlockSolver(system, tolerance);
  let errorBound = 0;
  for (let first = 0; first < effects.length; first += ABREAST) {
    for (const { touch, lost, missing } of solver.solve(first)) {
      effects[touch] = lost / system.conversions;
      if (lost > 0) errorBound = Math.max(errorBound, missing / lost);
    }
  }
  return { converting: system.conversions / flow.journeys, effects, errorBound };
}

/** Small chains are solved to the last digits, since it costs nothing; large ones ten times finer than anybody can see. */
function usualTolerance({ chain }: Layout): number {
  return chain.states * chain.touches < 2e6 ? 1e-12 : 5e-7;
}

interface Lost {
  touch: number;
  /** Conversions that need the touch, and by how many that may be off. */
  lost: number;
  missing: number;
}

/** What is known of a touch before solving. */
interface Known {
  touch: number;
  /** Comings to the touch that convert; the most that can be lost. */
  comings: number;
  /** Conversions lost of journeys that begin in a state without a place. */
  atOnce: number;
  /** States ahead of all journeys that leave the touch. */
  aheadOfExits: number;
}

function createBlockSolver(system: System, tolerance: number) {
  const { layout, leaving, taking } = system;
  const { states, starts, targets, knots } = layout;
  const size = states.length * ABREAST;
  const equations: Equations = {
    ...{ starts, targets, taking, x: new Float64Array(size), given: new Float64Array(size) },
    fixed: new Uint8Array(states.length),
    gives: new Uint8Array(states.length),
  };
  const weights = Float64Array.from(states, (state) => leaving[state]!);
  const atOnce = lostAtOnce(system);

  /** Sweeps a knot until each touch is exact enough; adds to `missing` what its two sums may be off. */
  function untangle(knot: Layout["knots"][number], known: readonly Known[], missing: Missing): void {
    let before: Moved | undefined;
    for (let sweeps = 1; ; sweeps++) {
      if (sweeps % ROUND < ROUND - 2) {
        sweep(equations, knot.from, knot.to);
        continue;
      }
      const moved = sweepAndMeasure(equations, knot, weights);
      const off = known.map((each, k) => [moved.together[k]!, moved.most[k]! * each.aheadOfExits] as const);
      const isDone = known.every(({ comings }, k) => Math.min(...off[k]!) <= tolerance * comings);
      if (isDone || sweeps > MOST_SWEEPS) {
        for (const [k, [begun, left]] of off.entries()) {
          missing.begun[k]! += begun;
          missing.left[k]! += left;
        }
        return;
      }
      if (before) leap(equations, knot, before, moved);
      before = before ? undefined : moved;
    }
  }

  return {
    solve(first: number): Lost[] {
      const known: Known[] = [];
      for (let touch = first; touch < Math.min(first + ABREAST, layout.chain.touches); touch++)
        known.push({ touch, comings: comingsTo(system, touch), atOnce: atOnce[touch]!, ...exitsOf(system, touch) });
      setUp(system, equations, known);
      const missing = { begun: new Float64Array(ABREAST), left: new Float64Array(ABREAST) };
      let done = 0;
      for (const knot of knots) {
        sweep(equations, done, knot.from);
        untangle(knot, known, missing);
        done = knot.to;
      }
      sweep(equations, done, states.length);
      return known.map((each, k) => sumUp(system, equations, each, k, missing));
    },
  };
}

interface Missing {
  begun: Float64Array;
  left: Float64Array;
}

/** By touch: conversions of journeys that begin, with the touch, in a state without a place. */
function lostAtOnce({ layout: { chain, places }, flow, converting }: System): Float64Array {
  const lost = new Float64Array(chain.touches);
  for (let state = 0; state < chain.states; state++) {
    if (flow.begun[state] === 0 || places[state] !== NONE) continue;
    eachTouch(chain, state, (touch) => (lost[touch]! += flow.begun[state]! * converting[state]!));
  }
  return lost;
}

function comingsTo({ layout, flow, converting }: System, touch: number): number {
  const { entries, holders } = layout;
  let sum = 0;
  for (let at = entries.starts[touch]!; at < entries.starts[touch + 1]!; at++)
    sum += flow.along[entries.numbers[at]!]! * converting[entries.partners[at]!]!;
  for (let at = holders.starts[touch]!; at < holders.starts[touch + 1]!; at++) {
    const state = holders.partners[at]!;
    sum += flow.begun[state]! * converting[state]!;
  }
  return sum;
}

function exitsOf({ layout: { exits }, flow, ahead }: System, touch: number): { aheadOfExits: number } {
  let aheadOfExits = 0;
  for (let at = exits.starts[touch]!; at < exits.starts[touch + 1]!; at++)
    aheadOfExits += flow.along[exits.numbers[at]!]! * ahead[exits.partners[at]!]!;
  return { aheadOfExits };
}

/** Writes the touches' own equations: x is h where the state holds the touch, and given where a last step adds it. */
function setUp(system: System, equations: Equations, known: readonly Known[]): void {
  const { layout, flow, leaving, converting } = system;
  const { sinks, holders, states, chain } = layout;
  const { given, gives, fixed, x } = equations;
  gives.fill(0);
  fixed.fill(0);
  for (const { from, to } of layout.knots) x.fill(0, from * ABREAST, to * ABREAST);
  for (const [k, { touch }] of known.entries()) {
    for (let at = sinks.starts[touch]!; at < sinks.starts[touch + 1]!; at++) {
      const [edge, place] = [sinks.numbers[at]!, sinks.partners[at]!];
      if (gives[place] === 0) given.fill(0, place * ABREAST, (place + 1) * ABREAST); // what an earlier block left
      gives[place] = 1;
      const leaves = leaving[states[place]!]!;
      if (leaves > 0) given[place * ABREAST + k]! += (flow.along[edge]! / leaves) * converting[chain.edges.to[edge]!]!;
    }
    for (let at = holders.starts[touch]!; at < holders.starts[touch + 1]!; at++) {
      const place = holders.numbers[at]!;
      fixed[place]! |= 1 << k;
      x[place * ABREAST + k] = converting[holders.partners[at]!]!;
    }
  }
}

/** The better of the two sums. */
function sumUp(system: System, { x }: Equations, known: Known, k: number, missing: Missing): Lost {
  const { layout, flow } = system;
  const { touch, comings, atOnce } = known;
  if (missing.left[k]! < missing.begun[k]!) {
    const { starts, numbers, partners } = layout.exits;
    let again = 0;
    for (let at = starts[touch]!; at < starts[touch + 1]!; at++)
      again += flow.along[numbers[at]!]! * x[partners[at]! * ABREAST + k]!;
    return { touch, lost: comings + atOnce - again, missing: missing.left[k]! };
  }
  let lost = atOnce;
  const { begun } = system;
  for (let at = 0; at < begun.places.length; at++) lost += begun.weights[at]! * x[begun.places[at]! * ABREAST + k]!;
  return { touch, lost, missing: missing.begun[k]! };
}
