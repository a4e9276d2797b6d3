import { isSurely, lowerBound, upperBound } from "./interval.ts";

/** What the operator promises, and what share of the questions is expected to have no answer. */
export interface Promised {
  /** Of the answers given, at least so many are right: 0.95. */
  target: number;
  /** 0.2: of five questions, one is about something that no article answers. A live setting. */
  foreignShare: number;
}

/** A question whose right answer is known, and how sure the model was of its own. */
export interface Tested {
  probability: number;
  right: boolean;
  foreign: boolean;
}

/** Where answers begin. */
export interface Bar {
  /** The lowest probability that is answered. */
  threshold: number;
  /** `auto`: the promise is certified. `suggest`: there is too little evidence, an agent confirms each answer. */
  mode: "auto" | "suggest";
  /** What is to be expected at the threshold: of the answers, and of all questions. */
  precision: number;
  coverage: number;
}

/** No probability reaches it. */
const NEVER = 1.01;
export const NO_BAR: Bar = { threshold: NEVER, mode: "suggest", precision: 0, coverage: 0 };

/**
 * The lowest threshold at which the lower confidence bound of precision keeps the promise, foreign questions weighed to
 * their share. Where no threshold does, the lowest at which precision itself does, for suggesting only.
 */
export function barFor(tested: readonly Tested[], { target, foreignShare }: Promised): Bar {
  const curve = curveOf(tested, foreignShare);
  const certified = curve.findLast(({ precision, evidence }) => isSurely(target, precision * evidence, evidence));
  const hoped = certified ?? curve.findLast(({ precision }) => precision >= target);
  if (!hoped) return NO_BAR;
  const { threshold, precision, coverage } = hoped;
  return { threshold, precision, coverage, mode: certified ? "auto" : "suggest" };
}

export interface Point {
  threshold: number;
  precision: number;
  coverage: number;
  /** So many equally weighted answers would tell as much (Kish's effective sample size). */
  evidence: number;
}

/** Precision and coverage at each threshold, from the highest down. */
export function curveOf(tested: readonly Tested[], foreignShare: number): Point[] {
  const weight = weightOfForeign(tested, foreignShare);
  const weightOf = ({ foreign }: Tested) => (foreign ? weight : 1);
  const sorted = [...tested].sort((a, b) => b.probability - a.probability);
  const total = tested.reduce((sum, each) => sum + weightOf(each), 0);
  const points: Point[] = [];
  let [given, squares, right] = [0, 0, 0];
  sorted.forEach((each, at) => {
    given += weightOf(each);
    squares += weightOf(each) ** 2;
    if (each.right && !each.foreign) right++;
    if (sorted[at + 1]?.probability === each.probability || given === 0) return;
    const { probability: threshold } = each;
    points.push({ threshold, precision: right / given, coverage: given / total, evidence: given ** 2 / squares });
  });
  return points;
}

/** What each foreign question counts, so that together they are the share; 0 where the others are none. */
function weightOfForeign(tested: readonly Tested[], share: number): number {
  const foreign = tested.filter((each) => each.foreign).length;
  return foreign === 0 ? 1 : ((share / (1 - share)) * (tested.length - foreign)) / foreign;
}

/** An answer that was given, and what an agent or a sample check said of it. */
export interface Reviewed {
  probability: number;
  right: boolean;
}

export interface Measured {
  answers: number;
  precision: number;
  lower: number;
  upper: number;
  /** Surely below the promise: even the upper bound is. */
  isBroken: boolean;
  /** The one to use from now on; never below the present one. */
  threshold: number;
}

/** Precision of the answers last reviewed; where the promise is broken, the threshold that would have kept it. */
export function measure(reviewed: readonly Reviewed[], threshold: number, target: number): Measured {
  const answers = reviewed.length;
  const right = reviewed.filter((each) => each.right).length;
  const [lower, upper] = [lowerBound(right, answers), upperBound(right, answers)];
  const isBroken = answers > 0 && upper < target;
  const curve = isBroken
    ? curveOf(
        reviewed.map((each) => ({ ...each, foreign: false })),
        0,
      )
    : [];
  const kept = curve.findLast(({ precision, threshold: at }) => precision >= target && at > threshold)?.threshold;
  return {
    ...{ answers, precision: answers === 0 ? 0 : right / answers, lower, upper, isBroken },
    threshold: isBroken ? (kept ?? NEVER) : threshold,
  };
}

/** In suggest mode an article answers by itself once agents have confirmed it often enough to certify the promise. */
export function isUnlocked({ right, shown }: { right: number; shown: number }, target: number): boolean {
  return isSurely(target, right, shown);
}
