/** A logistic regression on evidence brought to mean 0 and deviation 1. */
export interface Calibration {
  means: Float64Array;
  deviations: Float64Array;
  weights: Float64Array;
  bias: number;
}

export interface Case {
  evidence: readonly number[];
  right: boolean;
  weight: number;
}

/** Holds weights near zero where there is little evidence; in cases. */
const RIDGE = 3;
const MOST_STEPS = 30;
const DONE = 1e-8;
/** Beyond this, evidence is no more telling. */
const FAR = 5;

/**
 * Fits how probably an answer is right, from what was seen of others: Platt scaling (Platt 1999) with several
 * kinds of evidence in place of one score, by Newton's method. `undefined` when all cases came out the same.
 */
export function fitCalibration(cases: readonly Case[]): Calibration | undefined {
  if (!cases.some(({ right }) => right) || cases.every(({ right }) => right)) return undefined;
  const size = cases[0]!.evidence.length;
  const { means, deviations } = momentsOf(cases, size);
  const rows = cases.map(({ evidence }) => scaled(evidence, means, deviations));
  const weights = new Float64Array(size + 1); // the bias comes last
  for (let step = 0; step < MOST_STEPS; step++) {
    const move = newtonStep(cases, rows, weights);
    move.forEach((by, i) => (weights[i]! -= by));
    if (move.every((by) => Math.abs(by) < DONE)) break;
  }
  return { means, deviations, weights: weights.slice(0, size), bias: weights[size]! };
}

/** The probability that an answer with this evidence is right. */
export function probabilityOf({ means, deviations, weights, bias }: Calibration, evidence: readonly number[]): number {
  const row = scaled(evidence, means, deviations);
  return logistic(weights.reduce((sum, weight, i) => sum + weight * row[i]!, bias));
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function scaled(evidence: readonly number[], means: Float64Array, deviations: Float64Array): Float64Array {
  return means.map((mean, i) => Math.max(-FAR, Math.min(FAR, (evidence[i]! - mean) / deviations[i]!)));
}

function momentsOf(cases: readonly Case[], size: number) {
  const total = cases.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (value: (each: Case) => number) =>
    cases.reduce((sum, each) => sum + each.weight * value(each), 0) / total;
  const means = Float64Array.from({ length: size }, (_, i) => mean(({ evidence }) => evidence[i]!));
  const deviations = means.map((middle, i) => Math.sqrt(mean(({ evidence }) => (evidence[i]! - middle) ** 2)) || 1);
  return { means, deviations };
}

/** The inverse of the curvature times the slope, both of the penalised log loss. */
function newtonStep(cases: readonly Case[], rows: readonly Float64Array[], weights: Float64Array): Float64Array {
  const size = weights.length;
  const slope = new Float64Array(size);
  const curvature = Array.from({ length: size }, () => new Float64Array(size));
  cases.forEach(({ right, weight }, at) => {
    const row = rows[at]!;
    const value = (i: number) => (i < size - 1 ? row[i]! : 1);
    let sum = weights[size - 1]!;
    for (let i = 0; i < size - 1; i++) sum += weights[i]! * row[i]!;
    const p = logistic(sum);
    for (let i = 0; i < size; i++) {
      slope[i]! += weight * (p - Number(right)) * value(i);
      for (let j = 0; j <= i; j++) curvature[i]![j]! += weight * p * (1 - p) * value(i) * value(j);
    }
  });
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) curvature[i]![j] = curvature[j]![i]!;
    curvature[i]![i]! += i < size - 1 ? RIDGE : 1e-6;
    if (i < size - 1) slope[i]! += RIDGE * weights[i]!;
  }
  return solveLinear(curvature, slope);
}

/** Gaussian elimination; the matrix is symmetric and positive, so the diagonal serves as pivot. */
function solveLinear(matrix: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      for (let column = pivot; column < size; column++) matrix[row]![column]! -= factor * matrix[pivot]![column]!;
      right[row]! -= factor * right[pivot]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let column = row + 1; column < size; column++) right[row]! -= matrix[row]![column]! * right[column]!;
    right[row]! /= matrix[row]![row]!;
  }
  return right;
}
