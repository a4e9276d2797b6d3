import { Z95 } from "./proportions.ts";

/** A person's time from the first touch: to the conversion, or to the moment of looking when there is none yet. */
export interface Wait {
  days: number;
  converted: boolean;
}

export interface DelayPoint {
  days: number;
  /** Of all who come, how many have converted by then; with its 95 % interval. */
  converted: number;
  low: number;
  high: number;
  /** People who were still waiting just before. */
  atRisk: number;
}

/**
 * The share of people who convert by a day since their first touch (Kaplan-Meier): who came late and has not converted
 * counts only for the days that were watched. The interval is Greenwood's on the log-log scale, which stays within 0 and 1.
 */
export function delayCurve(waits: readonly Wait[]): DelayPoint[] {
  for (const { days } of waits) if (!(days >= 0)) throw new RangeError(`A wait of ${days} days is not possible.`);
  const sorted = waits.toSorted((a, b) => a.days - b.days);
  const points: DelayPoint[] = [];
  let [waiting, variance, at] = [1, 0, 0];
  while (at < sorted.length) {
    const { days } = sorted[at]!;
    const atRisk = sorted.length - at;
    let events = 0;
    for (; at < sorted.length && sorted[at]!.days === days; at++) if (sorted[at]!.converted) events++;
    if (events === 0) continue;
    waiting *= 1 - events / atRisk;
    variance += atRisk === events ? 0 : events / (atRisk * (atRisk - events));
    points.push({ days, converted: 1 - waiting, ...logLogInterval(waiting, variance), atRisk });
  }
  return points;
}

function logLogInterval(waiting: number, variance: number) {
  if (waiting === 0) return { low: 1, high: 1 };
  const spread = Math.exp((Z95 * Math.sqrt(variance)) / Math.log(waiting));
  return { low: 1 - waiting ** spread, high: 1 - waiting ** (1 / spread) };
}

/** Of those who convert in the end, as far as was watched, the share that has by this day. */
export interface DelayShape {
  shareBy(days: number): number;
  /** By when half of those who convert have. `null` without any conversion. */
  medianDays: number | null;
}

export function delayShape(curve: readonly DelayPoint[]): DelayShape {
  const all = curve.at(-1)?.converted ?? 0;
  return {
    shareBy(days) {
      if (all === 0) return 0;
      let by = 0;
      for (const point of curve) if (point.days <= days) by = point.converted;
      return by / all;
    },
    medianDays: curve.find(({ converted }) => converted >= all / 2)?.days ?? null,
  };
}

export interface Cohort {
  /** Days since its people came. */
  ageDays: number;
  people: number;
  conversions: number;
}

export interface JudgedCohort extends Cohort {
  /** Half of its conversions should have come. */
  isRipe: boolean;
  /** People as far as they have had time: weighted by the share of conversions that should have come. */
  ripePeople: number;
}

/** Young cohorts are not judged: they are weighted by how much of the delay is behind them. */
export function judgeCohorts(cohorts: readonly Cohort[], { shareBy, medianDays }: DelayShape): JudgedCohort[] {
  return cohorts.map((cohort) => ({
    ...cohort,
    isRipe: medianDays !== null && cohort.ageDays >= medianDays,
    ripePeople: Math.max(cohort.conversions, cohort.people * shareBy(cohort.ageDays)),
  }));
}
