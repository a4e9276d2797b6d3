import { createDense, withDense, centre, nearness, type Dense } from "./dense.ts";
import { linearScores, middlesOf, trainLinear, type Linear, type Support } from "./linear.ts";
import { createRetriever, ownScore, questionTerms, retrieve, type Retriever } from "./retriever.ts";
import { addProducts, type Postings, type Sparse } from "./sparse.ts";
import { createVocabulary, vectorise, type Hashed, type Vocabulary } from "./vocabulary.ts";

/** The training material: phrasings, each of an article (its class). What stands side by side belongs together. */
export interface Material {
  hashed: readonly Hashed[];
  labels: Int32Array;
  classes: number;
  /** Embeddings of the phrasings, where an encoder is in use. */
  vectors?: readonly Float32Array[] | undefined;
}

/** All that is learned from phrasings, before it is known how far to trust it. */
export interface Core {
  vocabulary: Vocabulary;
  linear: Linear;
  /** The middle of each class. */
  middles: Postings;
  /** Over the phrasings. */
  retriever: Retriever;
  /** The class of each phrasing in the retriever, and its row in the material. */
  labels: Int32Array;
  rows: Int32Array;
  classes: number;
  dense: Dense | null;
}

/** What the parts say about one question; by class unless said otherwise. */
export interface Look {
  /** Of the linear classifier, and of the embeddings where there are any; -Infinity for a class without phrasings. */
  scores: Float64Array;
  /** Cosine to the class's middle. */
  near: Float64Array;
  /** Cosine of the embedding to the class's middle; `null` without an encoder. */
  denseNear: Float64Array | null;
  /** BM25 of its nearest phrasing, from 0 to 1, and which phrasing of the material that is (-1: none). */
  similar: Float64Array;
  nearest: Int32Array;
  /** The share of the question, by rarity, that stands somewhere in the class's phrasings. */
  covered: Float64Array;
  /** The share that stands in no phrasing at all. */
  unknown: number;
  /** How many terms the question has. */
  terms: number;
}

/** @param rows those that take part. @param start where the classifier starts from. */
export function trainCore(
  material: Material,
  rows: readonly number[],
  start?: readonly Support[],
): { core: Core; support: Support[] } {
  const { hashed, labels, classes, vectors } = material;
  const vocabulary = createVocabulary(rows.map((row) => hashed[row]!));
  const sparse: Sparse[] = [];
  for (const row of rows) sparse[row] = vectorise(vocabulary, hashed[row]!);
  const own = membersOf(labels, rows, classes);
  const terms = vocabulary.rarities.length;
  const rowLabels = rows.map((row) => labels[row]!);
  const dense = vectors
    ? createDense(
        rows.map((row) => vectors[row]!),
        rowLabels,
        classes,
      )
    : null;
  const takesPart = new Set(rows);
  const all = dense ? sparse.map((each, row) => withDense(each, terms, centre(dense, vectors![row]!))) : sparse;
  const { linear, support } = trainLinear({
    rows: Array.from(labels, (_, row) => all[row] ?? EMPTY),
    ...{ labels, classes, features: terms + (dense?.size ?? 0), takesPart: (row: number) => takesPart.has(row) },
    ...(start && { start }),
  });
  const retriever = createRetriever(rows.map((row) => hashed[row]!.stem));
  const middles = middlesOf(sparse, own, terms);
  const core = {
    vocabulary,
    linear,
    middles,
    retriever,
    labels: Int32Array.from(rowLabels),
    rows: Int32Array.from(rows),
  };
  return { core: { ...core, classes, dense }, support };
}

const EMPTY: Sparse = { ids: new Int32Array(), values: new Float32Array() };

function membersOf(labels: Int32Array, rows: readonly number[], classes: number): number[][] {
  const own: number[][] = Array.from({ length: classes }, () => []);
  for (const row of rows) own[labels[row]!]!.push(row);
  return own;
}

/** @param vector the question's embedding; needed exactly where the core was trained with an encoder. */
export function look(core: Core, question: Hashed, vector?: Float32Array): Look {
  const sparse = vectorise(core.vocabulary, question);
  const centred = core.dense && vector ? centre(core.dense, vector) : null;
  const terms = core.vocabulary.rarities.length;
  const scores = linearScores(core.linear, centred ? withDense(sparse, terms, centred) : sparse);
  const denseNear = core.dense && centred ? nearness(core.dense, centred, core.classes) : null;
  return {
    // The classes' middles among embeddings add 0.5 points where phrasings are few, and cost none where they are many.
    scores: denseNear ? scores.map((score, label) => score + denseNear[label]!) : scores,
    near: addProducts(core.middles, sparse, new Float64Array(core.classes)),
    denseNear,
    ...lookUp(core, question.stem),
  };
}

function lookUp({ retriever, labels, rows, classes }: Core, stems: Uint32Array) {
  const terms = questionTerms(retriever, stems);
  const best = ownScore(retriever, terms);
  const similar = new Float64Array(classes);
  const nearest = new Int32Array(classes).fill(-1);
  const scores = retrieve(retriever, terms);
  for (let at = 0; at < scores.length; at++) {
    const label = labels[at]!;
    const score = Math.min(scores[at]! / best, 1);
    if (score <= similar[label]!) continue;
    similar[label] = score;
    nearest[label] = rows[at]!;
  }
  const total = terms.reduce((sum, { rarity }) => sum + rarity, 0) || 1;
  const foreign = terms.reduce((sum, { id, rarity }) => sum + (id < 0 ? rarity : 0), 0);
  return {
    similar,
    nearest,
    covered: coverage(retriever, labels, classes, terms, total),
    unknown: foreign / total,
    terms: terms.length,
  };
}

function coverage(
  { postings: { begins, columns } }: Retriever,
  labels: Int32Array,
  classes: number,
  terms: ReturnType<typeof questionTerms>,
  total: number,
): Float64Array {
  const covered = new Float64Array(classes);
  const seen = new Int32Array(classes).fill(-1);
  terms.forEach(({ id, rarity }, number) => {
    if (id < 0) return;
    for (let at = begins[id]!; at < begins[id + 1]!; at++) {
      const label = labels[columns[at]!]!;
      if (seen[label] === number) continue;
      seen[label] = number;
      covered[label]! += rarity / total;
    }
  });
  return covered;
}
