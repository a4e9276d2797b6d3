import { LANGUAGES, spokenLanguage, type Language } from "../../lib/language.ts";
import { probabilityOf, type Calibration } from "./calibration.ts";
import { look, type Look } from "./core.ts";
import type { Candidate } from "./candidate.ts";
import { decide, type Decision } from "./decision.ts";
import { evidenceFor } from "./evidence.ts";
import { nearKey, rowsWithKey, type Corrections } from "./exact.ts";
import type { ModelData } from "./model-data.ts";
import { barFor, type Bar, type Promised, type Tested } from "./promise.ts";
import { readText } from "./read.ts";
import { hashTerms } from "./vocabulary.ts";

export interface Asked {
  question: string;
  /** Of the person; read off the question where it is not given. */
  language?: Language | undefined;
  /** Whether this person may be shown the article, now; asked of the few nearest. */
  maySee: (articleId: string) => boolean;
  corrections?: Corrections | undefined;
  /** Of the model's encoder; required where it has one. */
  vector?: Float32Array | undefined;
  /** Where answers begin, by language; the promise's own bars where they are not given. */
  bars?: Bars | undefined;
  /** An article that agents have confirmed often enough to be answered in suggest mode. */
  isUnlocked?: ((articleId: string) => boolean) | undefined;
}

export interface Answered {
  language: Language;
  /** Best first; only articles that the person may see. */
  candidates: Candidate[];
  decision: Decision;
  bar: Bar;
}

export interface Model {
  readonly embedder: string | null;
  readonly articles: number;
  readonly phrasings: number;
  answer(asked: Asked): Answered;
  /** Whether it was trained with the article. */
  knows(articleId: string): boolean;
  /** Where answers begin, by language; computed from what was tried out of fold. */
  bars(promised: Promised): Bars;
  /** What was tried out of fold, for curves and for promotion gates. */
  tested(language?: Language): Tested[];
}

export type Bars = Readonly<Record<Language, Bar>>;

const MOST_CANDIDATES = 5;
/** The same words are the same question, but for what a knowledge base says twice. */
const SAME_WORDS = 0.995;
const CORRECTED = 1;
/**
 * Where there were too few articles to fit one: as fitted on CLINC150's training part with ten phrasings an article. It
 * reads familiarity and lead; an encoder's nearness, which comes third, it leaves aside.
 */
const USUAL: Calibration = {
  means: Float64Array.of(1.521, 0.73),
  deviations: Float64Array.of(0.972, 0.513),
  weights: Float64Array.of(1.147, 1.33),
  bias: 1.933,
};

/** A model to ask. Pure: the same question has the same answer. @param promised the operator's; live settings. */
export function createModel(data: ModelData, promised: Promised): Model {
  const calibration = data.calibration ?? USUAL;
  const own = barsOf(data, promised);
  const known = new Set(data.articles.map(({ id }) => id));

  return {
    embedder: data.embedder,
    articles: data.articles.length,
    phrasings: data.texts.length,
    // Of ten thousands of outcomes, a curve takes a tenth of a second: what is known is not computed again.
    bars: (other) => (samePromise(other, promised) ? own : barsOf(data, other)),
    knows: (articleId) => known.has(articleId),
    tested: (language) => testedOf(data, language),
    answer(asked) {
      const read = readText(asked.question);
      const language = asked.language ?? spokenLanguage(asked.question);
      const bar = (asked.bars ?? own)[spokenLanguage(asked.question, language)];
      const finish = (candidates: Candidate[]): Answered => {
        const isUnlocked = asked.isUnlocked ?? (() => false);
        return { language, candidates, bar, decision: decide(candidates, bar, isUnlocked) };
      };
      if (read === "") return finish([]);
      return finish(surely(data, asked, read) ?? learned(data, calibration, asked, read));
    },
  };
}

/**
 * By correction or by the same words; `undefined` where neither knows the question. Where they know it and lead to
 * nothing that the person may see, the list is empty: something else would be the wrong answer.
 */
function surely(data: ModelData, { corrections, maySee }: Asked, read: string): Candidate[] | undefined {
  const key = nearKey(read);
  const corrected = corrections?.get(key);
  const evidence = { margin: 1, similar: 1, covered: 1 };
  if (corrected !== undefined) {
    if (corrected === null || !maySee(corrected)) return [];
    const candidate = { articleId: corrected, probability: CORRECTED, matchedPhrasing: null };
    return [{ ...candidate, evidence: { how: "corrected", ...evidence } }];
  }
  const rows = [...rowsWithKey(data.exact, key)].filter((row) => nearKey(readText(data.texts[row]!)) === key);
  const labels = [...new Set(rows.map((row) => data.core.labels[row]!))];
  if (labels.length === 0) return undefined;
  const seen = labels.filter((label) => data.articles[label]!.answers && maySee(data.articles[label]!.id));
  return seen.map((label) => ({
    articleId: data.articles[label]!.id,
    probability: SAME_WORDS / seen.length,
    matchedPhrasing: data.texts[rows.find((row) => data.core.labels[row] === label)!]!,
    evidence: { how: "same-words", ...evidence },
  }));
}

function learned(data: ModelData, calibration: Calibration, asked: Asked, read: string): Candidate[] {
  if (data.texts.length === 0) return [];
  if (data.embedder !== null && !asked.vector)
    throw new TypeError(`The model was trained with the encoder ${data.embedder}: give it the question's vector.`);
  const seen = look(data.core, hashTerms(read), asked.vector);
  const candidates: Candidate[] = [];
  let most = 1;
  for (const label of bestFirst(seen.scores)) {
    const { id, answers } = data.articles[label]!;
    if (!answers || !asked.maySee(id)) continue;
    // Of what lies behind the best, at most what is left can be right.
    most = Math.min(most, probabilityOf(calibration, evidenceFor(seen, label)));
    candidates.push(candidateOf(data, seen, label, most));
    most = Math.min(most, 1 - candidates[0]!.probability);
    if (candidates.length === MOST_CANDIDATES) break;
  }
  return candidates;
}

function candidateOf(data: ModelData, seen: Look, label: number, probability: number): Candidate {
  const row = seen.nearest[label]!;
  return {
    articleId: data.articles[label]!.id,
    probability,
    matchedPhrasing: row < 0 ? null : data.texts[row]!,
    evidence: {
      how: "learned",
      margin: seen.scores[label]!,
      similar: seen.similar[label]!,
      covered: seen.covered[label]!,
    },
  };
}

/** The classes by score, as far as they are asked for: sorting a thousand for five would cost more than all the rest. */
function* bestFirst(scores: Float64Array): Generator<number> {
  const left = scores.slice();
  for (;;) {
    let best = -1;
    for (let label = 0; label < left.length; label++) if (left[label]! > (left[best] ?? -Infinity)) best = label;
    if (best < 0) return;
    yield best;
    left[best] = -Infinity;
  }
}

function testedOf({ outcomes }: ModelData, language?: Language): Tested[] {
  const all = [...outcomes.bits].map((bits, at) => ({
    probability: outcomes.probabilities[at]!,
    right: (bits & 1) === 1,
    foreign: (bits & 2) === 2,
    language: LANGUAGES[outcomes.languages[at]!],
  }));
  return language === undefined ? all : all.filter((each) => each.language === language);
}

function samePromise(a: Promised, b: Promised): boolean {
  return a.target === b.target && a.foreignShare === b.foreignShare;
}

function barsOf(data: ModelData, promised: Promised): Bars {
  const bar = (language: Language) => barFor(testedOf(data, language), promised);
  return { en: bar("en"), zh: bar("zh") };
}
