import { shuffle } from "./random.ts";

/** The training rows, one after the other. */
export interface Rows {
  begins: Int32Array;
  ids: Int32Array;
  values: Float32Array;
  /** The squared length of each, plus one for the bias. */
  squares: Float64Array;
}

/** One class against the rest. What stands side by side in the lists belongs to one row. */
export interface Task {
  rows: number[];
  /** How much each row holds the solution up; what the solver starts from, and what it leaves. */
  alphas: number[];
  /** How much an error on the row costs, against the usual. */
  costs: number[];
  /** So many rows, at the beginning, are the class's own. */
  positives: number;
}

/** What an error costs against a large weight; between a half and two it made no difference. */
const COST = 1;
const MOST_PASSES = 12;
const PRECISION = 0.1;

/**
 * Trains a support vector machine with squared hinge loss by dual coordinate descent with shrinking, as LIBLINEAR does
 * (Hsieh, Chang, Lin, Keerthi, Sundararajan 2008, "A dual coordinate descent method for large-scale linear SVM",
 * algorithms 1 and 3). Leaves the weights in `weights`, which comes with zeros, and returns the bias.
 */
export function solve(task: Task, rows: Rows, weights: Float64Array, random: () => number): number {
  let bias = replay(task, rows, weights);
  const order = Int32Array.from(task.rows.keys());
  let active = order.length;
  let highest = Infinity;
  for (let pass = 0; pass < MOST_PASSES && active > 0; pass++) {
    shuffle(order, active, random);
    const outcome = onePass(task, rows, weights, bias, order, active, highest);
    bias = outcome.bias;
    active = outcome.kept;
    if (outcome.most - outcome.least <= PRECISION) break;
    highest = outcome.most <= 0 ? Infinity : outcome.most;
  }
  return bias;
}

/** The weights that the alphas stand for. */
function replay({ rows: members, alphas, positives }: Task, rows: Rows, weights: Float64Array): number {
  let bias = 0;
  alphas.forEach((alpha, at) => {
    if (alpha === 0) return;
    const step = at < positives ? alpha : -alpha;
    bias += step;
    addRow(rows, members[at]!, step, weights);
  });
  return bias;
}

function addRow({ begins, ids, values }: Rows, row: number, step: number, weights: Float64Array): void {
  for (let i = begins[row]!; i < begins[row + 1]!; i++) weights[ids[i]!]! += step * values[i]!;
}

function product({ begins, ids, values }: Rows, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let i = begins[row]!; i < begins[row + 1]!; i++) sum += weights[ids[i]!]! * values[i]!;
  return sum;
}

/** Visits each active row once; those that are right by more than any was before are left out from now on. */
function onePass(
  task: Task,
  rows: Rows,
  weights: Float64Array,
  bias: number,
  order: Int32Array,
  active: number,
  highest: number,
) {
  let [kept, most, least] = [0, -Infinity, Infinity];
  for (let visit = 0; visit < active; visit++) {
    const at = order[visit]!;
    const row = task.rows[at]!;
    const side = at < task.positives ? 1 : -1;
    const alpha = task.alphas[at]!;
    const softness = 0.5 / (COST * task.costs[at]!);
    const gradient = side * (bias + product(rows, row, weights)) - 1 + softness * alpha;
    if (alpha === 0 && gradient > highest) continue;
    order[kept++] = at;
    const projected = alpha === 0 ? Math.min(gradient, 0) : gradient;
    most = Math.max(most, projected);
    least = Math.min(least, projected);
    if (projected === 0) continue;
    const moved = Math.max(alpha - gradient / (rows.squares[row]! + softness), 0);
    task.alphas[at] = moved;
    bias += side * (moved - alpha);
    addRow(rows, row, side * (moved - alpha), weights);
  }
  return { bias, kept, most, least };
}
