export interface CurvePoint {
  threshold: number;
  precision: number;
  coverage: number;
}

/** What a threshold gives: the last point of the curve that is not below it; `undefined` where nothing reaches it. */
export function pointAt(curve: readonly CurvePoint[], threshold: number): CurvePoint | undefined {
  const reached = curve.filter((each) => each.threshold >= threshold - 1e-9);
  return reached.reduce<CurvePoint | undefined>(
    (lowest, each) => (lowest && lowest.threshold <= each.threshold ? lowest : each),
    undefined,
  );
}

/** Where the axis of precision begins: a tenth below the lowest, so that small differences near the top are seen. */
export function floorOf(curve: readonly CurvePoint[], target: number): number {
  const lowest = Math.min(target, ...curve.map(({ precision }) => precision));
  return Math.max(0, Math.ceil(lowest * 10 - 1e-9) - 1) / 10;
}

/** At most so many rows, evenly, the first and the last among them. */
export function fewOf(curve: readonly CurvePoint[], most: number): CurvePoint[] {
  if (curve.length <= most) return [...curve];
  const places = Array.from({ length: most }, (_, at) => Math.round((at * (curve.length - 1)) / (most - 1)));
  return [...new Set(places)].map((place) => curve[place]!);
}
