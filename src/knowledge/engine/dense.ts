import { dot, type Sparse } from "./sparse.ts";

/** How long an embedding is beside the word blocks (lengths 0.35 to 1); between 1 and 2 made no difference. */
const SHARE = 1.3;

/** What an encoder adds to a core: where its space's middle is, and the middle of each class there. */
export interface Dense {
  size: number;
  mean: Float32Array;
  /** By class, one after the other, each with length one; zeros for a class without rows. */
  middles: Float32Array;
}

/** @param vectors of the rows that take part; `labels` their classes. */
export function createDense(vectors: readonly Float32Array[], labels: readonly number[], classes: number): Dense {
  const size = vectors[0]?.length ?? 0;
  const mean = new Float32Array(size);
  for (const vector of vectors) vector.forEach((value, i) => (mean[i]! += value / vectors.length));
  const dense: Dense = { size, mean, middles: new Float32Array(classes * size) };
  vectors.forEach((vector, at) => {
    const middle = middleOf(dense, labels[at]!);
    centre(dense, vector).forEach((value, i) => (middle[i]! += value));
  });
  for (let label = 0; label < classes; label++) toLengthOne(middleOf(dense, label));
  return dense;
}

/** Embeddings of everyday sentences lie to one side of the origin; seen from their middle they differ more. */
export function centre({ mean }: Dense, vector: Float32Array): Float32Array {
  return toLengthOne(vector.map((value, i) => value - mean[i]!));
}

/** The terms' vector with the embedding behind it, as further features. */
export function withDense(vector: Sparse, features: number, centred: Float32Array): Sparse {
  const ids = new Int32Array(vector.ids.length + centred.length);
  const values = new Float32Array(ids.length);
  ids.set(vector.ids);
  values.set(vector.values);
  for (let i = 0; i < centred.length; i++) {
    ids[vector.ids.length + i] = features + i;
    values[vector.ids.length + i] = SHARE * centred[i]!;
  }
  return { ids, values };
}

/** The cosine of an embedding to the middle of each class. */
export function nearness(dense: Dense, centred: Float32Array, classes: number): Float64Array {
  return Float64Array.from({ length: classes }, (_, label) => dot(middleOf(dense, label), centred));
}

function middleOf({ middles, size }: Dense, label: number): Float32Array {
  return middles.subarray(label * size, (label + 1) * size);
}

function toLengthOne(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}
