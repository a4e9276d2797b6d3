import type { Language } from "../lib/language.ts";
import type { Bar } from "./engine/index.ts";

/** How the hub treats what it would answer. */
export type Mode = "auto" | "promise" | "suggest";

/** What the operator chose, and what has become of the promise since. */
export interface AnswerSettings {
  /** Of the answers given, so many are to be right. */
  target: number;
  /** Of the questions asked, so many are expected to have no answer. */
  foreignShare: number;
  mode: Mode;
  /** By language, where answers begin at least since the promise was broken. */
  floors: Readonly<Record<Language, number | null>>;
}

export const USUAL_SETTINGS: AnswerSettings = {
  target: 0.95,
  foreignShare: 0.2,
  mode: "auto",
  floors: { en: null, zh: null },
};

/** Where answers begin in one language, and what that rests on. */
export interface LiveBar extends Bar {
  /** `mode` of a bar: `auto` answers, `suggest` leaves each answer to be confirmed. */
  mode: "auto" | "suggest";
  /**
   * `certified`: phrasings asked out of fold show that the promise is kept. `provisional`: too few for that, the usual
   * probability is asked for. `raised`: verdicts on answers showed the promise broken.
   */
  basis: "certified" | "provisional" | "raised";
}

/**
 * The probability that is asked for until a promise can be certified. Measured on `held-out.json`, on which no model was
 * tuned, together with what words alone answer meanwhile (judge.ts): 98 % (English) and 100 % (Chinese) of the answers
 * are right though more than a quarter of the questions have none, and 70 and 72 of 100 questions that have an answer
 * get it. The model by itself gives 61 and 69, the comparison of words by itself 56 and 43.
 */
export const PROVISIONAL_AT = 0.8;

/** @param own the model's bar for the promise. */
export function liveBar(own: Bar, mode: Mode, floor: number | null): LiveBar {
  const isCertified = own.mode === "auto";
  const usual = mode === "auto" ? PROVISIONAL_AT : Math.min(own.threshold, PROVISIONAL_AT);
  const begin = isCertified ? own.threshold : usual;
  const isRaised = floor !== null && floor > begin;
  return {
    ...own,
    threshold: isRaised ? floor : begin,
    mode: mode === "suggest" || (mode === "promise" && !isCertified) ? "suggest" : "auto",
    basis: isRaised ? "raised" : isCertified ? "certified" : "provisional",
  };
}
