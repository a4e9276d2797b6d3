import { quantile } from "../models/intervals.ts";
import { seededRandom, type Random } from "../models/random.ts";
import { pooledPrior, type BetaPrior } from "./prior.ts";
import { rateOf, sampleSizePerGroup, wilson } from "./proportions.ts";
import { ATTRIBUTED } from "./unit-costs.ts";

/** One entry point as the planner sees it. Money in minor units of one currency. */
export interface Arm {
  id: string;
  /** Conversations that have had time to convert (`judgeCohorts` weighs them). */
  conversations: number;
  conversions: number;
  /** Margin of its conversions: sum, and sum of squares, so that their spread is known. */
  margin: number;
  marginSquares: number;
  /** What its conversations have cost. */
  spend: number;
  /** What it gets now, per period. */
  budget: number;
}

export interface PlanRules {
  /** Kept for finding out: shared evenly, of the whole budget. */
  explorationShare: number;
  /** No budget moves by more than this part of itself in one period. */
  mostChange: number;
  /** Nobody is stopped or scaled with fewer conversations. */
  leastConversations: number;
  /** What a unit of money must bring. */
  targetReturn: number;
  stopBelow: number;
  scaleAbove: number;
  draws: number;
  seed: number;
}

export const USUAL_RULES: PlanRules = {
  ...{ explorationShare: 0.1, mostChange: 0.3, leastConversations: 100, targetReturn: 1 },
  ...{ stopBelow: 0.05, scaleAbove: 0.9, draws: 4_000, seed: 1 },
};

export interface ArmAdvice {
  id: string;
  action: "stop" | "scale" | "keep" | "wait";
  budget: number;
  /** How often it was the best in the draws, and how often it brought more than the target. */
  chanceBest: number;
  chanceAboveTarget: number;
  /** Margin per unit of money, the middle of the draws and their 95 %. */
  returnPerUnit: { median: number; low: number; high: number };
  /** Conversions per conversation, with Wilson's interval: none yet does not mean never. */
  rate: { mean: number; low: number; high: number };
  /** What is still missing for a judgement; 0 when there is enough. */
  moreConversations: number;
}

/** An advice with all that it saw, to be stored, never written over, and scored later. */
export interface Advice {
  version: 1;
  label: typeof ATTRIBUTED;
  rules: PlanRules;
  saw: Arm[];
  prior: BetaPrior;
  arms: ArmAdvice[];
  notes: string[];
}

/**
 * Where the next period's money should go, by Thompson sampling: in each draw, every arm gets a rate (Beta, with a prior
 * pooled over the arms), a margin per conversion (Gamma around its mean) and so a return; its share of the budget is the
 * share of draws in which it is the best. A floor keeps every arm in play, and a cap keeps changes small.
 * @throws RangeError
 */
export function planSpend(arms: readonly Arm[], rules: PlanRules = USUAL_RULES): Advice {
  refuseNonsense(arms, rules);
  const prior = pooledPrior(
    arms.map(({ conversions, conversations }) => ({ events: conversions, count: conversations })),
  );
  const returns = drawReturns(arms, prior, rules);
  const chanceBest = bestShares(returns, rules.draws);
  const judged = arms.map((arm, at) => judge(arm, arms, returns[at]!, chanceBest[at]!, rules));
  const budgets = shareBudget(arms, judged, rules);
  return {
    ...{ version: 1, label: ATTRIBUTED, rules, saw: arms.map((arm) => ({ ...arm })), prior },
    arms: judged.map((each, at) => ({ ...each, budget: budgets[at]! })),
    notes: notesOf(arms, judged, budgets),
  };
}

/** By arm: margin per unit of money in each draw. */
function drawReturns(arms: readonly Arm[], prior: BetaPrior, { draws, seed }: PlanRules): Float64Array[] {
  const random = seededRandom(seed);
  const pooled = pooledMargin(arms);
  return arms.map((arm) => {
    const costEach = costPerConversation(arm);
    return Float64Array.from({ length: draws }, () => {
      const rate = random.beta(prior.a + arm.conversions, prior.b + Math.max(0, arm.conversations - arm.conversions));
      return (rate * drawMargin(arm, pooled, random)) / costEach;
    });
  });
}

/** An arm that never cost anything cannot be bought more of; a unit of money a conversation keeps it comparable. */
function costPerConversation({ spend, conversations }: Arm): number {
  return conversations > 0 && spend > 0 ? spend / conversations : 1;
}

interface Margin {
  mean: number;
  /** Spread of single conversions over their mean. */
  relativeVariance: number;
}

function pooledMargin(arms: readonly Arm[]): Margin {
  const conversions = arms.reduce((sum, arm) => sum + arm.conversions, 0);
  if (conversions === 0) return { mean: 0, relativeVariance: 1 };
  const mean = arms.reduce((sum, arm) => sum + arm.margin, 0) / conversions;
  const squares = arms.reduce((sum, arm) => sum + arm.marginSquares, 0) / conversions;
  return { mean, relativeVariance: mean > 0 ? Math.max(0.01, squares / mean ** 2 - 1) : 1 };
}

/** The mean margin, as sure as its conversions make it; the pooled mean counts as one conversion more. */
function drawMargin({ conversions, margin }: Arm, pooled: Margin, random: Random): number {
  const mean = (margin + pooled.mean) / (conversions + 1);
  const shape = (conversions + 1) / pooled.relativeVariance;
  return mean > 0 ? (mean * random.gamma(shape)) / shape : 0;
}

function bestShares(returns: readonly Float64Array[], draws: number): number[] {
  const wins = returns.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    let best = 0;
    for (let arm = 1; arm < returns.length; arm++) if (returns[arm]![draw]! > returns[best]![draw]!) best = arm;
    wins[best]!++;
  }
  return wins.map((count) => count / draws);
}

function judge(arm: Arm, all: readonly Arm[], returns: Float64Array, chanceBest: number, rules: PlanRules): ArmAdvice {
  const sorted = returns.toSorted();
  const above = returns.reduce((count, each) => count + Number(each > rules.targetReturn), 0) / returns.length;
  const seen = { events: arm.conversions, count: Math.max(arm.conversations, arm.conversions) };
  const isEnough = arm.conversations >= rules.leastConversations;
  return {
    ...{ id: arm.id, action: isEnough ? actionFor(above, rules) : "wait", budget: arm.budget, chanceBest },
    chanceAboveTarget: above,
    returnPerUnit: { median: quantile(sorted, 0.5), low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) },
    rate: { mean: rateOf(seen), ...wilson(seen) },
    moreConversations: isEnough ? moreToTell(arm, all) : Math.ceil(rules.leastConversations - arm.conversations),
  };
}

function actionFor(above: number, { stopBelow, scaleAbove }: PlanRules): ArmAdvice["action"] {
  if (above < stopBelow) return "stop";
  return above > scaleAbove ? "scale" : "keep";
}

/** Until its rate is told from the best other's, if it ever is. */
function moreToTell(arm: Arm, all: readonly Arm[]): number {
  const own = arm.conversions / arm.conversations;
  const others = all.filter(({ id, conversations }) => id !== arm.id && conversations > 0);
  const best = Math.max(...others.map((other) => other.conversions / other.conversations));
  const needed = others.length > 0 ? sampleSizePerGroup(Math.min(1, own), Math.min(1, best)) : 0;
  return Number.isFinite(needed) ? Math.max(0, Math.ceil(needed - arm.conversations)) : 0;
}

/**
 * A stopped arm gets nothing. Of the rest: exploration evenly, what is left by the chance to be the best; nobody above or
 * below the cap on change, though a new arm may get its part of exploration; and what the caps leave over goes to those
 * with room. Whole units that sum to the old total, unless the caps leave some of it unplaced.
 */
function shareBudget(
  arms: readonly Arm[],
  judged: readonly ArmAdvice[],
  { explorationShare, mostChange }: PlanRules,
): number[] {
  const total = arms.reduce((sum, { budget }) => sum + budget, 0);
  const goesOn = judged.map(({ action }) => action !== "stop");
  const explored = (total * explorationShare) / Math.max(1, goesOn.filter(Boolean).length);
  const wishes = judged.reduce((sum, { chanceBest }, at) => sum + (goesOn[at] ? chanceBest : 0), 0);
  const limits = arms.map(({ budget }, at) => {
    if (!goesOn[at]) return { floor: 0, cap: 0 };
    const cap = Math.floor(Math.max(budget * (1 + mostChange), explored));
    return { floor: Math.min(cap, Math.ceil(budget * (1 - mostChange))), cap };
  });
  const budgets = judged.map(({ chanceBest }, at) => {
    const wanted = explored + (wishes > 0 ? (total * (1 - explorationShare) * chanceBest) / wishes : 0);
    return Math.round(Math.min(limits[at]!.cap, Math.max(limits[at]!.floor, wanted)));
  });
  let rest = total - budgets.reduce((sum, each) => sum + each, 0);
  const byWish = [...budgets.keys()].sort((a, b) => judged[b]!.chanceBest - judged[a]!.chanceBest);
  for (const at of rest > 0 ? byWish : byWish.toReversed()) {
    const { floor, cap } = limits[at]!;
    const moved = rest > 0 ? Math.min(rest, cap - budgets[at]!) : Math.max(rest, floor - budgets[at]!);
    budgets[at]! += moved;
    rest -= moved;
  }
  return budgets;
}

function notesOf(arms: readonly Arm[], judged: readonly ArmAdvice[], budgets: readonly number[]): string[] {
  const notes: string[] = [];
  const unplaced = arms.reduce((sum, { budget }, at) => sum + budget - budgets[at]!, 0);
  if (unplaced > 0) notes.push(`${unplaced} of the budget finds no place within the cap on change.`);
  const waiting = judged.filter(({ action }) => action === "wait").length;
  if (waiting > 0) notes.push(`${waiting} of ${arms.length} have too few conversations to be stopped or scaled.`);
  const none = arms.filter(({ conversions, conversations }) => conversions === 0 && conversations > 0).length;
  if (none > 0) notes.push(`${none} have no conversion yet; that is not a rate of zero.`);
  const free = arms.filter(({ spend }) => spend === 0).length;
  if (free > 0) notes.push(`${free} have no cost: they are compared as if a conversation cost one minor unit.`);
  return notes;
}

function refuseNonsense(arms: readonly Arm[], rules: PlanRules): void {
  if (arms.length === 0) throw new RangeError("There is no entry point to plan for.");
  for (const { id, ...figures } of arms)
    for (const [name, figure] of Object.entries(figures))
      if (!(figure >= 0 && Number.isFinite(figure))) throw new RangeError(`${name} of ${id} cannot be ${figure}.`);
  for (const name of ["explorationShare", "mostChange", "stopBelow", "scaleAbove"] as const)
    if (!(rules[name] >= 0 && rules[name] <= 1)) throw new RangeError(`${name} lies between 0 and 1.`);
}
