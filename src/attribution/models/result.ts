import { apportion } from "./apportion.ts";
import { drawCredits, type Draws } from "./draws.ts";
import { percentileInterval, type Interval } from "./intervals.ts";
import { hashOf, totalsOf, type Journeys, type Totals } from "./journeys.ts";
import { MODELS_VERSION, solve, USUAL_OPTIONS, type Model, type ModelOptions } from "./models.ts";
import { tiesOf, type Tie } from "./ties.ts";

/** What one touch gets, with the interval that 95 % of other draws of people would give it. */
export interface TouchCredit {
  /** `null`: conversions whose origin nobody knows. */
  touch: string | null;
  /** To a millionth; all of them sum to the conversions exactly. */
  conversions: number;
  low: number;
  high: number;
  /** In whole minor units; all of them sum to the value exactly. */
  value: number;
  valueLow: number;
  valueHigh: number;
}

/** A model's figures with all that made them, to be stored and never written over. */
export interface ModelResult {
  model: Model;
  version: number;
  options: ModelOptions;
  inputs: Totals & { hash: string };
  draws: { count: number; method: Draws["method"] };
  credits: TouchCredit[];
  /** Touches that cannot be told apart by their conversions. */
  ties: Tie[];
  notes: string[];
}

const LEAST_DRAWS = 500;
/** With 97.5 % confidence, whoever saw no event at all has fewer than this many to expect. */
const RULE_OF_NONE = 3.689;
const MILLIONTH = 1e6;

/**
 * One model's credits with intervals. Value must be whole minor units of one currency.
 * @throws RangeError for values that are not whole, fewer than 500 draws, or more touches than the model can take.
 */
export function attribute(
  journeys: Journeys,
  model: Model,
  { options = USUAL_OPTIONS, draws: count = LEAST_DRAWS }: { options?: ModelOptions; draws?: number } = {},
): ModelResult {
  if (count < LEAST_DRAWS) throw new RangeError(`Intervals need at least ${LEAST_DRAWS} draws.`);
  const totals = totalsOf(journeys);
  const { credits, notes } = solve(journeys, model, options);
  const draws = drawCredits(journeys, model, options, count);
  const columns = [...credits.conversions.keys()].map((touch) => columnsOf(draws, credits.conversions.length, touch));
  const conversions = apportion(credits.conversions, Math.round(totals.conversions * MILLIONTH));
  const value = apportion(credits.value, totals.value);
  const worth = totals.conversions > 0 ? totals.value / totals.conversions : 0;
  const all = columns.map((column, touch) => ({
    touch: journeys.touches[touch] ?? null,
    conversions: conversions[touch]! / MILLIONTH,
    ...intervalOf(column.conversions, conversions[touch] === 0, RULE_OF_NONE),
    value: value[touch]!,
    ...valued(intervalOf(column.value, conversions[touch] === 0, RULE_OF_NONE * worth)),
  }));
  const known = all.slice(0, -1);
  const ranked = known.map((credit, at) => ({
    ...{ name: credit.touch!, estimate: credit.conversions, low: credit.low, high: credit.high },
    draws: columns[at]!.conversions,
  }));
  return {
    ...{ model, version: MODELS_VERSION, options, inputs: { ...totals, hash: hashOf(journeys) } },
    draws: { count, method: draws.method },
    credits: totals.unknown > 0 ? all : known,
    ties: tiesOf(ranked, totals.conversions + totals.nulls),
    notes:
      draws.method === "bootstrap"
        ? notes
        : [...notes, `${model}: intervals by leaving out 40 groups of people in turn.`],
  };
}

function columnsOf(draws: Draws, width: number, touch: number) {
  const pick = (all: Float64Array) =>
    Float64Array.from({ length: draws.count }, (_, draw) => all[draw * width + touch]!);
  return { conversions: pick(draws.conversions), value: pick(draws.value) };
}

/** Nothing seen is not nothing to expect: drawing anew from nothing would always give nothing. */
function intervalOf(draws: Float64Array, isNothing: boolean, mostOfNothing: number): Interval {
  const interval = percentileInterval(draws);
  return isNothing ? { ...interval, high: Math.max(interval.high, mostOfNothing) } : interval;
}

function valued({ low, high }: Interval) {
  return { valueLow: Math.round(low), valueHigh: Math.round(high) };
}
