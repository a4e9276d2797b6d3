export interface Interval {
  low: number;
  high: number;
}

/** The middle 95 % of the draws. */
export function percentileInterval(draws: Float64Array): Interval {
  const sorted = draws.toSorted();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Between two neighbours, by how far it lies. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}
