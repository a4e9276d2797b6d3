import { solve, type Rows, type Task } from "./coordinate-descent.ts";
import { createRandom } from "./random.ts";
import { addProducts, postingsOf, type Postings, type Sparse } from "./sparse.ts";

/** One linear score for each class, positive for its own texts: one-vs-rest support vector machines. */
export interface Linear {
  weights: Postings;
  biases: Float64Array;
}

/** What of the training rows holds the model up; a later training starts from here. */
export interface Support {
  rows: Int32Array;
  alphas: Float64Array;
  costs: Float64Array;
}

export interface LinearProblem {
  rows: readonly Sparse[];
  /** The class of each row. */
  labels: Int32Array;
  classes: number;
  features: number;
  /** Which rows take part; all where absent. A class without any gets no score. */
  takesPart?: (row: number) => boolean;
  /** Where to start, by class. */
  start?: readonly Support[];
}

/** Of each row, the classes it is nearest to: those are what it must be told from first. */
const NEAREST = 10;
/** Up to so many pairs of row and class, every row that a class is not sure about is used; above, a sample. */
export const EXACT_UP_TO = 3_000_000;
const SAMPLE = 200;
const ROUNDS = 2;
/** What a negative row's score should be below. */
const SURE = -1;
const SEED = 1;

/**
 * Trains one class after another on a working set: its own rows, the rows of others that are near, and after a first
 * round all rows that it is not sure about. The solution is the one of training on all rows (93.6 on CLINC150's
 * validation part in both cases) in a quarter of the time. With very many classes, the rows that are not near are
 * represented by a sample that counts for all of them.
 */
export function trainLinear(problem: LinearProblem): { linear: Linear; support: Support[] } {
  const random = createRandom(SEED);
  const rows = flatten(problem.rows);
  const isExact = problem.rows.length * problem.classes <= EXACT_UP_TO;
  const tasks = createTasks(problem, isExact, random);
  let linear = solveAll(problem, rows, tasks, random);
  for (let round = 1; round < ROUNDS && isExact; round++) {
    if (addUnsure(problem, linear, tasks) === 0) break;
    linear = solveAll(problem, rows, tasks, random);
  }
  return { linear, support: tasks.map(supportOf) };
}

function supportOf({ rows, alphas, costs }: Task): Support {
  const used = Int32Array.from(rows.keys()).filter((at) => alphas[at]! > 0);
  const of = (list: readonly number[]) => Float64Array.from(used, (at) => list[at]!);
  return { rows: used.map((at) => rows[at]!), alphas: of(alphas), costs: of(costs) };
}

/** The score of each class for a vector. */
export function linearScores({ weights, biases }: Linear, vector: Sparse): Float64Array {
  return addProducts(weights, vector, biases.slice());
}

function createTasks(problem: LinearProblem, isExact: boolean, random: () => number): Task[] {
  const { labels, classes, takesPart = () => true } = problem;
  const own: number[][] = Array.from({ length: classes }, () => []);
  const present = [...labels.keys()].filter(takesPart);
  for (const row of present) own[labels[row]!]!.push(row);
  if (problem.start) return problem.start.map((support, label) => startedTask(support, own[label]!, takesPart));
  const near = nearOthers(problem, own, present);
  return own.map((positives, label) => {
    if (positives.length === 0) return NOTHING_OWN;
    const certain = [...positives, ...near[label]!];
    const sample = isExact ? [] : sampleOf(present, new Set(certain), random);
    const rows = [...certain, ...sample];
    const each = (present.length - certain.length) / (sample.length || 1);
    const costs = [...certain.map(() => 1), ...sample.map(() => each)];
    return { rows, costs, positives: positives.length, alphas: rows.map(() => 0) };
  });
}

const NOTHING_OWN: Task = { rows: [], alphas: [], positives: 0, costs: [] };

/** The task as an earlier training left it, without the rows that take no part now. */
function startedTask(support: Support, positives: readonly number[], takesPart: (row: number) => boolean): Task {
  if (positives.length === 0) return NOTHING_OWN;
  const places = new Map([...support.rows].map((row, at) => [row, at]));
  const own = new Set(positives);
  const others = [...support.rows].filter((row) => !own.has(row) && takesPart(row));
  const rows = [...positives, ...others];
  const of = (list: Float64Array, otherwise: number) =>
    rows.map((row) => (places.has(row) ? list[places.get(row)!]! : otherwise));
  return { rows, positives: positives.length, alphas: of(support.alphas, 0), costs: of(support.costs, 1) };
}

/** For each class, the rows of other classes that have it among their nearest, by the classes' middles. */
function nearOthers(problem: LinearProblem, own: readonly number[][], present: readonly number[]): number[][] {
  const near: number[][] = own.map(() => []);
  const middles = middlesOf(problem.rows, own, problem.features);
  const scores = new Float64Array(own.length);
  for (const row of present) {
    addProducts(middles, problem.rows[row]!, scores.fill(0));
    scores[problem.labels[row]!] = 0;
    for (const label of highest(scores, NEAREST)) near[label]!.push(row);
  }
  return near;
}

/** The middle of each class's rows, with length one; a class without rows has none. */
export function middlesOf(rows: readonly Sparse[], own: readonly (readonly number[])[], features: number): Postings {
  const sums = new Float64Array(features);
  const middles = own.map((members) => {
    const used = new Set<number>();
    for (const { ids, values } of members.map((row) => rows[row]!)) {
      for (let i = 0; i < ids.length; i++) {
        used.add(ids[i]!);
        sums[ids[i]!]! += values[i]!;
      }
    }
    const ids = Int32Array.from(used).sort();
    const values = Float32Array.from(ids, (id) => sums[id]!);
    let squares = 0;
    for (const value of values) squares += value * value;
    for (const id of ids) sums[id] = 0;
    return { ids, values: values.map((value) => value / Math.sqrt(squares || 1)) };
  });
  return postingsOf(middles, features);
}

/** The places of the highest positive scores, best first, in one pass. */
function highest(scores: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (let label = 0; label < scores.length; label++) {
    const score = scores[label]!;
    if (score <= 0 || (best.length === count && score <= scores[best[count - 1]!]!)) continue;
    if (best.length === count) best.pop();
    let at = best.length;
    while (at > 0 && scores[best[at - 1]!]! < score) at--;
    best.splice(at, 0, label);
  }
  return best;
}

function sampleOf(rows: readonly number[], taken: ReadonlySet<number>, random: () => number): number[] {
  const sample = new Set<number>();
  const most = Math.min(SAMPLE, rows.length - taken.size);
  while (sample.size < most) {
    const row = rows[Math.floor(random() * rows.length)]!;
    if (!taken.has(row)) sample.add(row);
  }
  return [...sample];
}

/** Adds to each class's rows those that it should be sure not to own, and is not. Returns how many. */
function addUnsure(problem: LinearProblem, linear: Linear, tasks: readonly Task[]): number {
  const { labels, takesPart = () => true } = problem;
  const known = tasks.map(({ rows }) => new Set(rows));
  let added = 0;
  for (const row of labels.keys()) {
    if (!takesPart(row)) continue;
    const scores = linearScores(linear, problem.rows[row]!);
    for (let label = 0; label < scores.length; label++) {
      if (scores[label]! <= SURE || labels[row] === label || known[label]!.has(row)) continue;
      tasks[label]!.rows.push(row);
      tasks[label]!.alphas.push(0);
      tasks[label]!.costs.push(1);
      added++;
    }
  }
  return added;
}

function solveAll(problem: LinearProblem, rows: Rows, tasks: readonly Task[], random: () => number): Linear {
  const biases = new Float64Array(problem.classes).fill(-Infinity);
  const weights = new Float64Array(problem.features);
  const columns = tasks.map((task, label): Sparse => {
    if (task.positives === 0) return { ids: new Int32Array(), values: new Float32Array() };
    biases[label] = solve(task, rows, weights, random);
    const column = takeOut(task, rows, weights);
    weights.fill(0); // rounding can leave traces of rows that hold nothing up any more
    return column;
  });
  return { weights: postingsOf(columns, problem.features), biases };
}

/** What is not zero in `weights`, which is left at zero. Only terms of rows that hold the solution up can be there. */
function takeOut({ rows: members, alphas }: Task, { begins, ids }: Rows, weights: Float64Array): Sparse {
  const taken: number[] = [];
  const values: number[] = [];
  members.forEach((row, at) => {
    if (alphas[at] === 0) return;
    for (let i = begins[row]!; i < begins[row + 1]!; i++) {
      const id = ids[i]!;
      if (weights[id] === 0) continue;
      taken.push(id);
      values.push(weights[id]!);
      weights[id] = 0;
    }
  });
  return { ids: Int32Array.from(taken), values: Float32Array.from(values) };
}

/** All rows in three arrays: the solver reads them millions of times. */
function flatten(rows: readonly Sparse[]): Rows {
  const begins = new Int32Array(rows.length + 1);
  rows.forEach(({ ids }, row) => (begins[row + 1] = begins[row]! + ids.length));
  const flat = {
    begins,
    ids: new Int32Array(begins[rows.length]!),
    values: new Float32Array(begins[rows.length]!),
    squares: new Float64Array(rows.length),
  };
  rows.forEach(({ ids, values }, row) => {
    flat.ids.set(ids, begins[row]!);
    flat.values.set(values, begins[row]!);
    flat.squares[row] = values.reduce((sum, value) => sum + value * value, 1);
  });
  return flat;
}
