import { fitCalibration, probabilityOf, type Calibration, type Case } from "./calibration.ts";
import { look, trainCore, type Material } from "./core.ts";
import { evidenceFor } from "./evidence.ts";
import { EXACT_UP_TO, type Support } from "./linear.ts";
import { createRandom, shuffle } from "./random.ts";

/** A phrasing asked of a model that had not seen it. */
export interface Outcome {
  row: number;
  probability: number;
  /** The model chose the phrasing's own article. */
  right: boolean;
  /** The model knew no article for it: it stands for the questions that nothing answers. */
  foreign: boolean;
}

interface Asked extends Omit<Outcome, "probability"> {
  evidence: readonly number[];
}

/** The share of foreign questions that the probabilities are fitted for. */
const FOREIGN_SHARE = 0.2;
/**
 * How many trainings. `folds` parts of the phrasings and `groups` of the articles are cut, and the first `asked` of
 * each are left out in turn. Few phrasings: each training keeps as many as it can, and all are asked. Many: a part of
 * them is evidence enough, and time matters.
 */
const FEW = { folds: 10, groups: 5, asked: 10, repeats: 2 } as const;
const FEW_BELOW = 3_000;
const MANY = { folds: 5, groups: 5, asked: 2, repeats: 1 } as const;
const VERY_MANY = { ...MANY, asked: 1 } as const;
/** Phrasings that share so much of their words are variations of one. */
const VARIATION = 0.65;
const SEED = 7;

export interface Tried {
  calibration: Calibration | undefined;
  outcomes: Outcome[];
}

/**
 * Asks each phrasing twice of models that had not seen it. Once of a model that lacks only a part of the phrasings: it
 * has an answer, and may miss it. Once of a model that lacks its whole article and a fifth of the others: now it is a
 * pseudo out-of-scope question. Whoever writes a knowledge base has no list of what it cannot answer; this makes one.
 * @param support the full model's: each training starts near its end.
 * @param answers whether a class is an answer, rather than a list of what is not answered here.
 */
export function tryOut(material: Material, support: readonly Support[], answers: (label: number) => boolean): Tried {
  const random = createRandom(SEED);
  const rows = [...material.labels.keys()];
  const { folds, groups, asked: most, repeats } = planFor(material);
  const foldOfRow = dealRows(material, folds, random);
  const parts = Array.from({ length: Math.min(folds, most) }, (_, fold) =>
    rows.filter((row) => foldOfRow[row] === fold),
  );
  for (let repeat = 0; repeat < repeats; repeat++) {
    const groupOfClass = dealClasses(material.classes, groups, random);
    const groupOf = (row: number) => (answers(material.labels[row]!) ? groupOfClass[material.labels[row]!] : -1);
    for (let group = 0; group < Math.min(groups, most); group++)
      parts.push(rows.filter((row) => groupOf(row) === group));
  }
  const asked = parts.flatMap((part) => askPart(material, support, answers, part));
  const calibration = fitCalibration(weighed(asked));
  if (!calibration) return { calibration, outcomes: [] };
  return {
    calibration,
    outcomes: asked.map(({ evidence, ...rest }) => ({ ...rest, probability: probabilityOf(calibration, evidence) })),
  };
}

function planFor({ labels, classes }: Material) {
  if (labels.length < FEW_BELOW) return FEW;
  return labels.length * classes <= EXACT_UP_TO ? MANY : VERY_MANY;
}

/** Asks the rows of the part of a model trained on all other rows. */
function askPart(
  material: Material,
  support: readonly Support[],
  answers: (label: number) => boolean,
  part: readonly number[],
): Asked[] {
  const { labels, hashed, vectors } = material;
  const held = new Set(part);
  const rows = [...labels.keys()].filter((row) => !held.has(row));
  if (rows.length === 0) return [];
  const known = new Set(rows.map((row) => labels[row]!));
  const { core } = trainCore(material, rows, support);
  return part.flatMap((row): Asked[] => {
    const seen = look(core, hashed[row]!, vectors?.[row]);
    const label = indexOfMost(seen.scores);
    if (!answers(label)) return [];
    const own = labels[row]!;
    const foreign = !known.has(own) || !answers(own);
    return [{ row, evidence: evidenceFor(seen, label), right: label === own, foreign }];
  });
}

export function indexOfMost(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/**
 * A fold for each row. The rows of each class spread over the folds, but variations of one phrasing stay together:
 * authors write them in a row, and a model that keeps one of them is no stranger to the others.
 */
function dealRows({ labels, hashed, classes }: Material, folds: number, random: () => number): Int32Array {
  const own: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, row) => own[label]!.push(row));
  const foldOfRow = new Int32Array(labels.length);
  for (const members of own) {
    shuffle(members, members.length, random);
    let fold = Math.floor(random() * folds);
    for (const variations of variationsIn(members, hashed)) {
      for (const row of variations) foldOfRow[row] = fold % folds;
      fold++;
    }
  }
  return foldOfRow;
}

/** Puts each row to the first group whose first row it is a variation of. */
function variationsIn(rows: readonly number[], hashed: Material["hashed"]): number[][] {
  const groups: { stems: ReadonlySet<number>; rows: number[] }[] = [];
  for (const row of rows) {
    const stems = new Set(hashed[row]!.stem);
    const group = groups.find((each) => likeness(stems, each.stems) >= VARIATION);
    if (group) group.rows.push(row);
    else groups.push({ stems, rows: [row] });
  }
  return groups.map((each) => each.rows);
}

/** What two sets share, of what they have (Jaccard). */
function likeness(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const each of a) if (b.has(each)) shared++;
  return shared / (a.size + b.size - shared || 1);
}

/** A group for each class, all of about one size. */
function dealClasses(classes: number, groups: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: classes }, (_, i) => i);
  shuffle(order, classes, random);
  const groupOfClass = new Int32Array(classes);
  order.forEach((label, at) => (groupOfClass[label] = at % groups));
  return groupOfClass;
}

function weighed(asked: readonly Asked[]): Case[] {
  const foreign = asked.filter((each) => each.foreign).length;
  const home = asked.length - foreign;
  const weight = foreign === 0 ? 1 : ((FOREIGN_SHARE / (1 - FOREIGN_SHARE)) * home) / foreign;
  return asked.map((each) => ({ ...each, weight: each.foreign ? weight : 1 }));
}
