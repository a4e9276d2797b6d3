import { languageOf } from "../../lib/language.ts";
import type { Bar, Promised } from "./promise.ts";
import type { Model } from "./model.ts";

/** A question and the article that answers it. */
export interface LabelledText {
  text: string;
  articleId: string;
}

export interface EvaluationSets {
  test: readonly LabelledText[];
  /** Questions that no article answers. */
  foreign: readonly string[];
  /** Both, to choose the published protocol's threshold on. */
  validation?: { test: readonly LabelledText[]; foreign: readonly string[] } | undefined;
  promised: Promised;
  /** Of the model's encoder. */
  vectorOf?: ((text: string) => Float32Array) | undefined;
}

export interface Evaluation {
  /** Of the test questions, how many have the right article first, whether or not it would be answered. */
  accuracy: number;
  /** At the threshold that is best on the validation part; where there is none, at the promise's. */
  inScopeAccuracy: number;
  oosRecall: number | null;
  /** That a test question looks surer than a foreign one. */
  oosAuroc: number | null;
  /** The promise's own, in the language of most test questions, and whether it is certified. */
  threshold: number;
  mode: Bar["mode"];
  /** Of the answers given at it, and of all questions; foreign ones weighed to their share. */
  precision: number | null;
  coverage: number;
}

interface Outcome {
  probability: number;
  right: boolean;
  foreign: boolean;
  given: boolean;
}

/** Asks a model questions whose answers are known. Rates run from 0 to 1. */
export function evaluate(model: Model, sets: EvaluationSets): Evaluation {
  const { test, foreign, validation, promised } = sets;
  const outcomes = askAll(model, test, foreign, sets);
  const home = outcomes.filter((each) => !each.foreign);
  const strange = outcomes.filter((each) => each.foreign);
  const at =
    validation && validation.test.length > 0 && validation.foreign.length > 0
      ? mostAccurate(askAll(model, validation.test, validation.foreign, sets))
      : undefined;
  const isGiven = (each: Outcome) => (at === undefined ? each.given : each.probability >= at);
  return {
    accuracy: shareOf(home, ({ right }) => right) ?? 0,
    inScopeAccuracy: shareOf(home, (each) => each.right && isGiven(each)) ?? 0,
    oosRecall: shareOf(strange, (each) => !isGiven(each)),
    oosAuroc: auroc(home, strange),
    ...barOf(model, test, promised),
    ...mixed(home, strange, promised.foreignShare),
  };
}

function askAll(
  model: Model,
  test: readonly LabelledText[],
  foreign: readonly string[],
  { vectorOf }: EvaluationSets,
): Outcome[] {
  const ask = (question: string, articleId: string | undefined): Outcome => {
    const { candidates, decision } = model.answer({ question, maySee: () => true, vector: vectorOf?.(question) });
    return {
      probability: candidates[0]?.probability ?? 0,
      right: articleId !== undefined && candidates[0]?.articleId === articleId,
      foreign: articleId === undefined,
      given: decision.kind === "answer" || decision.kind === "suggest",
    };
  };
  return [...test.map(({ text, articleId }) => ask(text, articleId)), ...foreign.map((text) => ask(text, undefined))];
}

/** The threshold at which most are right: answered rightly, or foreign and not answered. */
function mostAccurate(outcomes: readonly Outcome[]): number {
  const sorted = [...outcomes].sort((a, b) => b.probability - a.probability);
  let right = outcomes.filter((each) => each.foreign).length;
  let [best, threshold] = [right, Infinity];
  sorted.forEach((each, at) => {
    right += Number(each.right) - Number(each.foreign);
    if (sorted[at + 1]?.probability === each.probability || right <= best) return;
    [best, threshold] = [right, each.probability];
  });
  return threshold;
}

/** The chance that one of the first has a higher probability than one of the second (Mann-Whitney). */
function auroc(home: readonly Outcome[], strange: readonly Outcome[]): number | null {
  if (home.length === 0 || strange.length === 0) return null;
  const sorted = [...home, ...strange].sort((a, b) => a.probability - b.probability);
  let ranks = 0;
  for (let begin = 0, end = 0; begin < sorted.length; begin = end) {
    while (end < sorted.length && sorted[end]!.probability === sorted[begin]!.probability) end++;
    const own = sorted.slice(begin, end).filter((each) => !each.foreign).length;
    ranks += (own * (begin + end + 1)) / 2;
  }
  return (ranks - (home.length * (home.length + 1)) / 2) / (home.length * strange.length);
}

/** Precision and coverage with the foreign questions weighed to their share. */
function mixed(home: readonly Outcome[], strange: readonly Outcome[], share: number) {
  const weight = strange.length === 0 ? 0 : ((share / (1 - share)) * home.length) / strange.length;
  const count = (list: readonly Outcome[]) => list.filter(({ given }) => given).length;
  const given = count(home) + weight * count(strange);
  const right = home.filter((each) => each.given && each.right).length;
  return {
    precision: given === 0 ? null : right / given,
    coverage: given / (home.length + weight * strange.length || 1),
  };
}

function shareOf(outcomes: readonly Outcome[], holds: (each: Outcome) => boolean): number | null {
  return outcomes.length === 0 ? null : outcomes.filter(holds).length / outcomes.length;
}

function barOf(model: Model, test: readonly LabelledText[], promised: Promised): Pick<Bar, "threshold" | "mode"> {
  const chinese = test.filter(({ text }) => languageOf(text) === "zh").length;
  const { threshold, mode } = model.bars(promised)[chinese * 2 > test.length ? "zh" : "en"];
  return { threshold, mode };
}
