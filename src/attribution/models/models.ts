import { creditBy, type Credits, type Splitter } from "./credit.ts";
import {
  first,
  last,
  lastNonDirect,
  linear,
  position,
  shapleyOfSets,
  timeDecay,
  type PositionWeights,
} from "./heuristics.ts";
import type { Order } from "./chain.ts";
import type { Journeys } from "./journeys.ts";
import { markov, markovChain } from "./markov.ts";
import { shapleyRate } from "./shapley-rate.ts";

/** Raised whenever a model's figures for the same journeys change, so that stored results stay what they were. */
export const MODELS_VERSION = 1;

export const MODELS = [
  ...["first", "last", "last-non-direct", "linear", "time-decay", "position"],
  ...["markov-1", "markov-2", "markov-3", "shapley", "shapley-rate"],
] as readonly Model[];

export type Model =
  | "first"
  | "last"
  | "last-non-direct"
  | "linear"
  | "time-decay"
  | "position"
  | `markov-${Order}`
  | "shapley"
  | "shapley-rate";

export interface ModelOptions {
  halfLifeDays: number;
  position: PositionWeights;
  /** Names of touches that are no touch of ours: people who came by themselves. Small letters. */
  direct: readonly string[];
  /** Journeys that a touch, and a coalition, needs in "shapley-rate". */
  minSupport: number;
  seed: number;
}

export const USUAL_OPTIONS: ModelOptions = {
  halfLifeDays: 7,
  position: { first: 0.4, last: 0.4 },
  direct: ["direct", "(direct)", "(direct) / (none)"],
  minSupport: 100,
  seed: 1,
};

export interface Solved {
  credits: Credits;
  /** What a reader must know to read the figures rightly. */
  notes: string[];
}

/** The credits of one model. @throws RangeError when there are too many touches for it. */
export function solve(journeys: Journeys, model: Model, options: ModelOptions = USUAL_OPTIONS): Solved {
  const split = splitterOf(journeys, model, options);
  if (split) return { credits: creditBy(journeys, split), notes: notesOf(journeys, model, options) };
  if (model === "shapley-rate") return solveShapleyRate(journeys, options);
  return solveMarkov(journeys, orderOf(model)!);
}

/** How the model shares out one journey, if it looks at each journey by itself. */
export function splitterOf(journeys: Journeys, model: Model, options: ModelOptions): Splitter | undefined {
  const { direct, halfLifeDays } = options;
  if (model === "first") return first;
  if (model === "last") return last;
  if (model === "last-non-direct") return lastNonDirect(journeys, (touch) => direct.includes(touch.toLowerCase()));
  if (model === "linear") return linear;
  if (model === "time-decay") return timeDecay(journeys, halfLifeDays);
  if (model === "position") return position(options.position);
  if (model === "shapley") return shapleyOfSets(journeys);
  return undefined;
}

export function orderOf(model: Model): Order | undefined {
  return model.startsWith("markov-") ? (Number(model.slice(-1)) as Order) : undefined;
}

function notesOf({ touches, daysBefore }: Journeys, model: Model, { direct, halfLifeDays }: ModelOptions): string[] {
  if (model === "last-non-direct" && !touches.some((touch) => direct.includes(touch.toLowerCase())))
    return ["last-non-direct: no touch is called direct, so it equals last."];
  if (model === "time-decay" && !daysBefore)
    return [
      `time-decay: without times, each touch counts as one day before the next; the half-life is ${halfLifeDays} days.`,
    ];
  return [];
}

function solveMarkov(journeys: Journeys, order: Order): Solved {
  const { credits, auc, converting, errorBound, states } = markov(journeys, markovChain(journeys, order));
  const name = `markov-${order}`;
  const notes = [`${name}: ${states} states; ${percent(converting)} of journeys convert; ${aucNote(auc)}`];
  if (!hasNulls(journeys))
    notes.push(
      `${name}: without journeys that did not convert, an effect is the share of journeys that meet the touch.`,
    );
  if (errorBound > 1e-6) notes.push(`${name}: the figures may be off by a part of ${errorBound.toExponential(1)}.`);
  return { credits, notes };
}

function aucNote(auc: number | null): string {
  if (auc === null) return "AUC cannot be told.";
  return `AUC ${auc.toFixed(3)} on the same journeys (0.5 is chance).`;
}

function hasNulls({ nulls }: Journeys): boolean {
  return nulls.some((count) => count > 0);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`;
}

function solveShapleyRate(journeys: Journeys, { minSupport, seed }: ModelOptions): Solved {
  const { credits, exact, samplingError, pooled } = shapleyRate(journeys, { minSupport, seed });
  const notes = ["shapley-rate: unstable for touches with few journeys, and credits may be negative."];
  if (!hasNulls(journeys)) notes.push("shapley-rate: without journeys that did not convert, every rate is 1.");
  if (!exact)
    notes.push(
      `shapley-rate: sampled; with 95 % confidence no touch is further off than ${samplingError.toPrecision(2)} conversions.`,
    );
  if (pooled.length > 0)
    notes.push(`shapley-rate: ${pooled.length} touches of fewer than ${minSupport} journeys play as one.`);
  return { credits, notes };
}
