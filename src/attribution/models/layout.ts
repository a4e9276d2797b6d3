import { createByTouch, type ByTouch } from "./by-touch.ts";
import { latestOf, NONE, WIDTH, type Chain } from "./chain.ts";
import { edgesByState, findKnots, sortByKnot } from "./knots.ts";

/**
 * A chain laid out for sweeping. Only states that lead to others have a place; what a state leads to comes before it,
 * except within a knot, where every state leads to every other. Depends on which ways there are, not on how often they
 * were gone.
 */
export interface Layout {
  chain: Chain;
  /** The state at each place. */
  states: Uint32Array;
  /** The place of each state, or `NONE` where journeys always end. */
  places: Uint32Array;
  /** Ranges of places that must be swept until they stand still; between them, once is enough. */
  knots: { from: number; to: number }[];
  /** By place: its edges in `edges[starts[place] .. starts[place + 1] - 1]`, loops left out, and the places they lead to. */
  starts: Uint32Array;
  edges: Uint32Array;
  targets: Uint32Array;
  /** By state: the edge to itself, or -1. */
  loops: Int32Array;
  /** Places whose state holds the touch. */
  holders: ByTouch;
  /** Edges that lead from a place to a state without one; by the touch that this adds. Partner: the place. */
  sinks: ByTouch;
  /** Edges by which a journey comes to a touch, and by which it leaves it for a state with a place (the partner). */
  entries: ByTouch;
  exits: ByTouch;
}

export function layoutOf(chain: Chain): Layout {
  const out = edgesByState(chain);
  const sorted = sortByKnot(chain.states, findKnots(chain, out));
  const loops = new Int32Array(chain.states).fill(-1);
  const { from, to } = chain.edges;
  for (let edge = 0; edge < from.length; edge++) if (from[edge] === to[edge]) loops[from[edge]!] = edge;

  const places = new Uint32Array(chain.states).fill(NONE);
  const leads = (state: number) => out.starts[state + 1]! - out.starts[state]! > (loops[state]! < 0 ? 0 : 1);
  const states = sorted.states.filter(leads);
  for (let place = 0; place < states.length; place++) places[states[place]!] = place;
  const knots = sorted.knots.map((members) => ({ from: places[members[0]!]!, to: places[members.at(-1)!]! + 1 }));
  return { chain, states, places, knots, loops, ...innerEdges(states, places, out, chain), ...listsOf(chain, places) };
}

function innerEdges(states: Uint32Array, places: Uint32Array, out: ReturnType<typeof edgesByState>, chain: Chain) {
  const starts = new Uint32Array(states.length + 1);
  const edges = new Uint32Array(out.edges.length);
  const targets = new Uint32Array(out.edges.length);
  let filled = 0;
  for (let place = 0; place < states.length; place++) {
    const state = states[place]!;
    for (let at = out.starts[state]!; at < out.starts[state + 1]!; at++) {
      const target = chain.edges.to[out.edges[at]!]!;
      if (target === state || places[target] === NONE) continue;
      edges[filled] = out.edges[at]!;
      targets[filled++] = places[target]!;
    }
    starts[place + 1] = filled;
  }
  return { starts, edges: edges.slice(0, filled), targets: targets.slice(0, filled) };
}

/** What concerns a single touch, so that solving for it does not look at everything. */
function listsOf(chain: Chain, places: Uint32Array): Pick<Layout, "holders" | "sinks" | "entries" | "exits"> {
  const [holders, sinks, entries, exits] = [1, 2, 3, 4].map(() => createByTouch(chain.touches)) as Lists;
  for (let state = 0; state < chain.states; state++)
    if (places[state] !== NONE) eachTouch(chain, state, (touch) => holders.add(touch, places[state]!, state));
  const { from, to } = chain.edges;
  for (let edge = 0; edge < from.length; edge++) {
    const [state, target] = [from[edge]!, to[edge]!];
    if (state === target) continue;
    const added = latestOf(chain, target);
    const isNew = !holds(chain, state, added);
    if (isNew) entries.add(added, edge, target);
    if (places[target] === NONE) {
      if (isNew) sinks.add(added, edge, places[state]!);
    } else
      eachTouch(chain, state, (touch) => {
        if (!holds(chain, target, touch)) exits.add(touch, edge, places[target]!);
      });
  }
  return { holders: holders.sorted(), sinks: sinks.sorted(), entries: entries.sorted(), exits: exits.sorted() };
}

type List = ReturnType<typeof createByTouch>;
type Lists = [List, List, List, List];

/** Each different touch of a state. */
export function eachTouch({ tuples }: Chain, state: number, take: (touch: number) => void): void {
  const at = state * WIDTH;
  const [a, b, c] = [tuples[at]!, tuples[at + 1]!, tuples[at + 2]!];
  take(c);
  if (b !== NONE && b !== c) take(b);
  if (a !== NONE && a !== b && a !== c) take(a);
}

function holds({ tuples }: Chain, state: number, touch: number): boolean {
  const at = state * WIDTH;
  return tuples[at] === touch || tuples[at + 1] === touch || tuples[at + 2] === touch;
}
