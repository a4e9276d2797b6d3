/** Touches solved together: their numbers lie side by side, so that an edge is fetched once for all of them. */
export const ABREAST = 8;

/**
 * Equations x(place) = given(place) + sum of taking * x(target), for eight touches at once; where a bit of `fixed` is set,
 * that touch's x is as it is.
 */
export interface Equations {
  starts: Uint32Array;
  targets: Uint32Array;
  taking: Float64Array;
  given: Float64Array;
  /** Where anything is given at all: mostly nothing is, and a flag is cheaper to look at than eight numbers. */
  gives: Uint8Array;
  fixed: Uint8Array;
  x: Float64Array;
}

/** Sweeps once over these places. Written out because this is where all the time goes. */
export function sweep(equations: Equations, from: number, to: number): void {
  const { starts, targets, taking, given, gives, fixed, x } = equations;
  let end = starts[from]!;
  for (let place = from; place < to; place++) {
    const s = place * ABREAST;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    if (gives[place]! !== 0) {
      a = given[s]!;
      b = given[s + 1]!;
      c = given[s + 2]!;
      d = given[s + 3]!;
      e = given[s + 4]!;
      f = given[s + 5]!;
      g = given[s + 6]!;
      h = given[s + 7]!;
    }
    let at = end;
    end = starts[place + 1]!;
    for (; at < end; at++) {
      const p = taking[at]!;
      const t = targets[at]! * ABREAST;
      a += p * x[t]!;
      b += p * x[t + 1]!;
      c += p * x[t + 2]!;
      d += p * x[t + 3]!;
      e += p * x[t + 4]!;
      f += p * x[t + 5]!;
      g += p * x[t + 6]!;
      h += p * x[t + 7]!;
    }
    const own = fixed[place]!;
    if (own === 0) {
      x[s] = a;
      x[s + 1] = b;
      x[s + 2] = c;
      x[s + 3] = d;
      x[s + 4] = e;
      x[s + 5] = f;
      x[s + 6] = g;
      x[s + 7] = h;
    } else {
      if ((own & 1) === 0) x[s] = a;
      if ((own & 2) === 0) x[s + 1] = b;
      if ((own & 4) === 0) x[s + 2] = c;
      if ((own & 8) === 0) x[s + 3] = d;
      if ((own & 16) === 0) x[s + 4] = e;
      if ((own & 32) === 0) x[s + 5] = f;
      if ((own & 64) === 0) x[s + 6] = g;
      if ((own & 128) === 0) x[s + 7] = h;
    }
  }
}

/** By touch: how far a sweep moved all places together, weighted, and the one that moved most; and whence. */
export interface Moved {
  together: Float64Array;
  most: Float64Array;
  before: Float64Array;
}

/** Sweeps once and tells for each touch how far its x moved: all places together, weighted, and the one that moved most. */
export function sweepAndMeasure(
  equations: Equations,
  { from, to }: { from: number; to: number },
  weights: Float64Array,
): Moved {
  const { x } = equations;
  const before = x.slice(from * ABREAST, to * ABREAST);
  sweep(equations, from, to);
  const moved = { together: new Float64Array(ABREAST), most: new Float64Array(ABREAST), before };
  for (let place = from, at = 0; place < to; place++) {
    for (let k = 0; k < ABREAST; k++, at++) {
      const by = Math.abs(x[place * ABREAST + k]! - before[at]!);
      moved.together[k]! += weights[place]! * by;
      if (by > moved.most[k]!) moved.most[k] = by;
    }
  }
  return moved;
}

/**
 * Goes at once where sweeps would go in the end, if each moved everything by the same part of the one before: what is
 * left of the error after a few sweeps is mostly of that kind. A leap too far is swept back.
 */
export function leap({ x }: Equations, { from, to }: { from: number; to: number }, first: Moved, second: Moved): void {
  const factors = second.together.map((moved, k) => {
    const ratio = moved / first.together[k]!;
    return ratio > 0 && ratio < 0.95 ? ratio / (1 - ratio) : 0;
  });
  for (let at = from * ABREAST, i = 0; at < to * ABREAST; at++, i++)
    x[at]! += factors[i % ABREAST]! * (x[at]! - second.before[i]!);
}
