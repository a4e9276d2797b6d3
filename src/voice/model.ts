import {
  createRandom,
  createVocabulary,
  deserialise,
  fitCalibration,
  hashTerms,
  linearScores,
  postingsOf,
  probabilityOf,
  serialise,
  shuffle,
  trainLinear,
  vectorise,
  type Calibration,
  type Hashed,
  type Linear,
  type Postings,
  type Sparse,
  type Vocabulary,
} from "../knowledge/engine/index.ts";
import type { Language } from "../lib/language.ts";
import { LABELS, type Label, type Sentiment } from "./labels.ts";
import type { Labelled } from "./corpus.ts";
import type { Quality } from "./measure.ts";
import { LEANINGS, leaningsOf, wordsOf } from "./words.ts";

/** A message to learn from. */
export interface Lesson extends Labelled {
  /** Put together from frames: learnt from, and not believed when probabilities are fitted. */
  isComposed?: boolean;
  /** How often it counts; a person's correction counts more than one line of ours. */
  times?: number;
}

/** What is asked of each message: is it this label, is it sad, is it glad? */
const ASKED = [...LABELS, "negative", "positive"] as const;
const LABEL_COUNT = LABELS.length;
const NEGATIVE = LABEL_COUNT;
const POSITIVE = LABEL_COUNT + 1;

/** The models of one language: a linear score for each of `ASKED`, and what it is worth. */
export interface LanguageModel {
  vocabulary: Vocabulary;
  linear: Linear;
  calibrations: Calibration[];
  /** From which probability on a label holds: where the F1 on texts that were held out was best. */
  thresholds: Float64Array;
}

export type VoiceModels = Readonly<Record<Language, LanguageModel>>;

/** The models, and how good they are on the texts kept apart. */
export interface VoiceModelData extends VoiceModels {
  quality: Quality;
}

/** What one text is, by the model. */
export interface Read {
  /** By label, 0 to 1. */
  probabilities: Readonly<Record<Label, number>>;
  /** What holds; never empty, `other` alone where nothing does. */
  labels: Label[];
  sentiment: Sentiment;
  /** How probably. */
  sure: number;
}

const FOLDS = 4;
const SEED = 3;
/** A label is not made of less, whatever the held-out texts say. */
const LEAST_THRESHOLD = 0.3;
const MOST_THRESHOLD = 0.7;
const UNTAUGHT: Calibration = {
  means: Float64Array.of(0),
  deviations: Float64Array.of(1),
  weights: Float64Array.of(2),
  bias: 0,
};

/** Trains the models of a language; the same lessons make the same models. */
export function trainLanguage(lessons: readonly Lesson[]): LanguageModel {
  const texts = lessons.map(({ text }) => wordsOf(text));
  const hashed = texts.map(termsOf);
  const vocabulary = createVocabulary(hashed);
  const rows = hashed.map((each, at) => vectorOf(vocabulary, each, texts[at]!));
  const features = vocabulary.rarities.length + LEANINGS;
  const calibrations: Calibration[] = [];
  const thresholds = new Float64Array(ASKED.length);
  const columns = ASKED.map((_, asked) => {
    const truths = lessons.map((lesson) => holds(lesson, asked));
    const tried = tryOut(lessons, rows, truths, features);
    calibrations[asked] = calibrate(tried);
    thresholds[asked] = thresholdFor(
      tried.map(({ score, right }) => ({ p: probabilityOf(calibrations[asked]!, [score]), right })),
    );
    return solveFor(rows, truths, features, lessons, () => true);
  });
  return { vocabulary, linear: mergeColumns(columns, features), calibrations, thresholds };
}

/** Pairs of words that stand apart say little here, and are most of what a text has. */
function termsOf(words: string): Hashed {
  return { ...hashTerms(words), pair: new Uint32Array() };
}

/** The words' vector with the leanings behind it, as further features. */
function vectorOf(vocabulary: Vocabulary, hashed: Hashed, words: string): Sparse {
  const { ids, values } = vectorise(vocabulary, hashed);
  const first = vocabulary.rarities.length;
  const lean = [...leaningsOf(words).entries()].filter(([, value]) => value > 0);
  return {
    ids: Int32Array.from([...ids, ...lean.map(([at]) => first + at)]),
    values: Float32Array.from([...values, ...lean.map(([, value]) => value)]),
  };
}

/** What a score is worth, by texts that were held out; where they are too few to say, as much as is usual. */
function calibrate(tried: readonly { score: number; right: boolean }[]): Calibration {
  const fitted = fitCalibration(tried.map(({ score, right }) => ({ evidence: [score], right, weight: 1 })));
  return fitted && fitted.weights[0]! > 0 ? fitted : UNTAUGHT;
}

function holds({ labels, sentiment }: Lesson, asked: number): boolean {
  if (asked === NEGATIVE) return sentiment === -1;
  if (asked === POSITIVE) return sentiment === 1;
  return labels.includes(LABELS[asked]!);
}

/** The scores of hand-written lessons by models that have not seen them. */
function tryOut(lessons: readonly Lesson[], rows: readonly Sparse[], truths: readonly boolean[], features: number) {
  const written = [...lessons.keys()].filter((row) => !lessons[row]!.isComposed);
  shuffle(written, written.length, createRandom(SEED)); // lists have an order, and folds must not follow it
  const fold = new Map(written.map((row, at) => [row, at % FOLDS]));
  return Array.from({ length: FOLDS }, (_, k) => {
    const column = solveFor(rows, truths, features, lessons, (row) => fold.get(row) !== k);
    const linear = mergeColumns([column], features);
    const out = written.filter((row) => fold.get(row) === k);
    return out.map((row) => ({ score: linearScores(linear, rows[row]!)[0]!, right: truths[row]! }));
  }).flat();
}

interface Column {
  weights: Sparse;
  bias: number;
}

/** Yes or no: the engine's one-vs-rest of two classes, of which the score for "yes" is kept. */
function solveFor(
  rows: readonly Sparse[],
  truths: readonly boolean[],
  features: number,
  lessons: readonly Lesson[],
  takesPart: (row: number) => boolean,
): Column {
  const used = [...rows.keys()].filter(takesPart).flatMap((row) => Array<number>(lessons[row]!.times ?? 1).fill(row));
  const { linear } = trainLinear({
    rows: used.map((row) => rows[row]!),
    labels: Int32Array.from(used, (row) => Number(truths[row])),
    classes: 2,
    features,
  });
  return { weights: columnOf(linear.weights, 1, features), bias: Math.max(-10, linear.biases[1]!) };
}

function columnOf({ begins, columns, values }: Postings, wanted: number, features: number): Sparse {
  const ids: number[] = [];
  const kept: number[] = [];
  for (let feature = 0; feature < features; feature++) {
    for (let at = begins[feature]!; at < begins[feature + 1]!; at++) {
      if (columns[at] !== wanted) continue;
      ids.push(feature);
      kept.push(values[at]!);
    }
  }
  return { ids: Int32Array.from(ids), values: Float32Array.from(kept) };
}

function mergeColumns(columns: readonly Column[], features: number): Linear {
  return {
    weights: postingsOf(
      columns.map(({ weights }) => weights),
      features,
    ),
    biases: Float64Array.from(columns, ({ bias }) => bias),
  };
}

/** Where F1 is highest among these. */
function thresholdFor(tried: readonly { p: number; right: boolean }[]): number {
  const all = tried.filter(({ right }) => right).length;
  const sorted = [...tried].sort((a, b) => b.p - a.p);
  let [hits, best, at] = [0, 0, 0.5];
  sorted.forEach(({ p, right }, index) => {
    if (right) hits++;
    const f1 = (2 * hits) / (index + 1 + all);
    // Half the way to the next one: what is new scores a little below what it was chosen by.
    if (f1 > best) [best, at] = [f1, (p + (sorted[index + 1]?.p ?? 0)) / 2];
  });
  return Math.min(MOST_THRESHOLD, Math.max(LEAST_THRESHOLD, at));
}

/** Reads one text. Pure and quick: a tenth of a millisecond. */
export function readWith(model: LanguageModel, text: string): Read {
  const words = wordsOf(text);
  const scores = linearScores(model.linear, vectorOf(model.vocabulary, termsOf(words), words));
  const p = (asked: number) => probabilityOf(model.calibrations[asked]!, [scores[asked]!]);
  const probabilities = Object.fromEntries(LABELS.map((label, at) => [label, p(at)])) as Record<Label, number>;
  const labels = LABELS.filter((label, at) => label !== "other" && probabilities[label] >= model.thresholds[at]!);
  return { probabilities, labels: labels.length > 0 ? labels : ["other"], ...sentimentOf(p(NEGATIVE), p(POSITIVE)) };
}

/** Sad or glad where one is more probable than not, and the other is not as much. */
function sentimentOf(negative: number, positive: number): { sentiment: Sentiment; sure: number } {
  if (negative >= 0.5 && negative >= positive) return { sentiment: -1, sure: negative };
  if (positive >= 0.5) return { sentiment: 1, sure: positive };
  return { sentiment: 0, sure: 1 - Math.max(negative, positive) };
}

export function packVoice(data: VoiceModelData): Uint8Array<ArrayBuffer> {
  return serialise(data);
}

/** @throws BadArtefact when the bytes are none of this program's. */
export function unpackVoice(bytes: Uint8Array): VoiceModelData {
  return deserialise(bytes) as VoiceModelData;
}
