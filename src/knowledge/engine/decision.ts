import type { Candidate } from "./candidate.ts";
import type { Bar } from "./promise.ts";

/** `suggest`: it would be answered if the promise were certified; an agent confirms it first. */
export type Decision =
  { kind: "answer" | "suggest"; best: Candidate } | { kind: "offer"; options: Candidate[] } | { kind: "handover" };

const MOST_OPTIONS = 3;
/**
 * An offer costs a glance, not trust. On the demo's held-out questions (`held-out.json`) the first is offered or answered
 * rightly from here on in 15 of 16 cases, and one foreign question in four is offered something; at 0.25 it is two in three.
 */
const OFFER_AT = 0.4;
/** What is offered is not much further than the best, by the classifier's margin. */
const NEAR_BEST = 0.6;

/** @param candidates best first. */
export function decide(
  candidates: readonly Candidate[],
  bar: Bar,
  isUnlocked: (articleId: string) => boolean,
): Decision {
  const [best] = candidates;
  if (!best) return { kind: "handover" };
  if (isSure(candidates)) return { kind: "answer", best };
  if (best.evidence.how === "learned" && best.probability >= bar.threshold) {
    return { kind: bar.mode === "auto" || isUnlocked(best.articleId) ? "answer" : "suggest", best };
  }
  if (best.probability < OFFER_AT) return { kind: "handover" };
  const near = candidates.filter(({ evidence }) => evidence.margin >= best.evidence.margin - NEAR_BEST);
  return { kind: "offer", options: near.slice(0, MOST_OPTIONS) };
}

/** The same words, or an agent's word for it, and one article alone. */
function isSure([best, second]: readonly Candidate[]): boolean {
  return best !== undefined && best.evidence.how !== "learned" && second === undefined;
}
