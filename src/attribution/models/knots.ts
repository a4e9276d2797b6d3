import type { Chain } from "./chain.ts";

interface ByState {
  starts: Uint32Array;
  edges: Uint32Array;
}

export function edgesByState({ states, edges: { from } }: Chain): ByState {
  const starts = new Uint32Array(states + 1);
  for (const state of from) starts[state + 1]!++;
  for (let state = 0; state < states; state++) starts[state + 1]! += starts[state]!;
  const next = starts.slice();
  const edges = new Uint32Array(from.length);
  for (let edge = 0; edge < from.length; edge++) edges[next[from[edge]!]!++] = edge;
  return { starts, edges };
}

interface Search {
  /** By state, the number of its knot; what a knot leads to has smaller numbers. */
  knotOf: Int32Array;
  knots: number;
  /** The states in the order in which the search left them. */
  left: Uint32Array;
}

/** Tarjan's strongly connected components, without recursion. */
export function findKnots({ states, edges }: Chain, out: ByState): Search {
  const met = new Uint32Array(states); // when the search met a state, from 1
  const low = new Uint32Array(states);
  const next = out.starts.slice(0, states);
  const open = new Uint32Array(states);
  const walk = new Uint32Array(states);
  const found: Search = { knotOf: new Int32Array(states).fill(-1), knots: 0, left: new Uint32Array(states) };
  let [clock, leftCount, opened, depth] = [0, 0, 0, 0];

  const enter = (state: number) => {
    met[state] = low[state] = ++clock;
    open[opened++] = walk[depth++] = state;
  };
  const leave = (state: number) => {
    found.left[leftCount++] = state;
    depth--;
    if (depth > 0) low[walk[depth - 1]!] = Math.min(low[walk[depth - 1]!]!, low[state]!);
    if (low[state] !== met[state]) return;
    let member: number;
    do found.knotOf[(member = open[--opened]!)] = found.knots;
    while (member !== state);
    found.knots++;
  };
  for (let root = 0; root < states; root++) {
    if (met[root]) continue;
    enter(root);
    while (depth > 0) {
      const state = walk[depth - 1]!;
      if (next[state] === out.starts[state + 1]) leave(state);
      else {
        const target = edges.to[out.edges[next[state]!++]!]!;
        if (!met[target]) enter(target);
        else if (found.knotOf[target] === -1) low[state] = Math.min(low[state]!, met[target]!);
      }
    }
  }
  return found;
}

/** The states knot by knot, within a knot as the search left them; and the knots that have more than one. */
export function sortByKnot(count: number, { knotOf, knots, left }: Search) {
  const starts = new Uint32Array(knots + 1);
  for (const knot of knotOf) starts[knot + 1]!++;
  for (let knot = 0; knot < knots; knot++) starts[knot + 1]! += starts[knot]!;
  const next = starts.slice();
  const states = new Uint32Array(count);
  for (const state of left) states[next[knotOf[state]!]!++] = state;
  const tangled: Uint32Array[] = [];
  for (let knot = 0; knot < knots; knot++)
    if (starts[knot + 1]! - starts[knot]! > 1) tangled.push(states.subarray(starts[knot], starts[knot + 1]));
  return { states, knots: tangled };
}
