import type { Look } from "./core.ts";

/** Scores outside of this say no more than its ends. */
const SCORE = 2;
const LEAD = 3;
const NEAR_SHARE = 0.5;

/**
 * What speaks for a class as the answer; the calibration weighs it. Late fusion of the parts in two or three figures:
 * - familiarity: how much the question is like this class at all: the classifier's margin, the nearest phrasing (BM25),
 *   the share of the question that the class's phrasings cover, the class's middle (cosine). Added with fixed shares:
 *   fitted ones lean on what tells apart near misses, and took foreign questions for known ones more often
 *   (AUROC 96.2 against 97.4 on CLINC150's validation part).
 * - lead: how far the classifier prefers it to the next best; near misses and mix-ups show here.
 * - with an encoder, how near the question's meaning is to the class's middle.
 */
export function evidenceFor(seen: Look, label: number): number[] {
  const margin = clamp(seen.scores[label]!, SCORE);
  const familiarity = margin + seen.similar[label]! + seen.covered[label]! + NEAR_SHARE * seen.near[label]!;
  const lead = clamp(seen.scores[label]! - highestOther(seen.scores, label), LEAD);
  return [familiarity, lead, ...(seen.denseNear ? [seen.denseNear[label]!] : [])];
}

function highestOther(values: Float64Array, label: number): number {
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) if (i !== label && values[i]! > highest) highest = values[i]!;
  return highest;
}

function clamp(value: number, end: number): number {
  return Math.max(-end, Math.min(end, value));
}
