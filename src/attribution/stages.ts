import { StageName } from "../contract/api-attribution.ts";
import type { StageTrigger } from "../contract/api-stages.ts";
import type { StageRule } from "./stage-rules.ts";

/** How far a contact has come; all but the last are rungs of one ladder. */
export type Stage = (typeof LADDER)[number];

export const LADDER = StageName.options;

/** Something that rules may ask about. */
export interface Happening {
  trigger: StageTrigger;
  /** For people of ours to read. */
  cause: string;
  at: Date;
  /** The one rule that it is about (silence of so many days); without it, every rule of the trigger. */
  ruleId?: string;
}

export interface StageState {
  stage: Stage;
  /** Of one who has lapsed: where they stood before. */
  before: Stage | null;
}

export interface StageMoveMade {
  from: Stage;
  to: Stage;
  trigger: StageTrigger;
  cause: string;
  at: Date;
  ruleId: string | null;
}

export function rankOf(stage: Stage): number {
  return stage === "lapsed" ? -1 : LADDER.indexOf(stage);
}

/**
 * Where the happenings lead, in the order of time, by the rules in their order. Never down the ladder, except to lapsed;
 * and who had lapsed and does something is back where they stood.
 */
export function movesOf(
  state: StageState,
  happenings: readonly Happening[],
  rules: readonly StageRule[],
): StageMoveMade[] {
  const moves: StageMoveMade[] = [];
  let { stage, before } = state;
  const go = (to: Stage, { trigger, at }: Happening, cause: string, ruleId: string | null) => {
    moves.push({ from: stage, to, trigger, cause, at, ruleId });
    before = to === "lapsed" ? stage : null;
    stage = to;
  };
  for (const happening of [...happenings].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const { trigger, cause } = happening;
    if (stage === "lapsed" && trigger !== "silent" && trigger !== "recommended") {
      go(before ?? "contact", happening, `back: ${cause}`, null);
    }
    for (const rule of rules) if (applies(rule, happening, stage)) go(rule.to, happening, cause, rule.id);
  }
  return moves;
}

function applies(rule: StageRule, { trigger, ruleId }: Happening, stage: Stage): boolean {
  if (!rule.enabled || rule.trigger !== trigger || (ruleId !== undefined && rule.id !== ruleId)) return false;
  if (rule.from.length > 0 && !rule.from.includes(stage)) return false;
  if (rule.to === "lapsed") return stage !== "lapsed" && stage !== "visitor";
  return stage !== "lapsed" && rankOf(rule.to) > rankOf(stage);
}

/** A line of a person's stage history. Without a trigger, a person of ours decided it. */
export interface StageLine {
  to: Stage;
  trigger: string | null;
}

/** Where a history leads, whoever's lines it was put together from. The oldest first. */
export function stageAfter(history: readonly StageLine[], base: Stage): StageState {
  let state: StageState = { stage: base, before: null };
  for (const { to, trigger } of history) {
    const { stage, before } = state;
    if (to === "lapsed") state = { stage: to, before: stage === "lapsed" ? before : stage };
    else if (trigger === null) state = { stage: to, before: null };
    else if (stage === "lapsed") state = { stage: higher(before ?? to, to), before: null };
    else state = { stage: higher(stage, to), before: null };
  }
  return state;
}

function higher(one: Stage, other: Stage): Stage {
  return rankOf(other) > rankOf(one) ? other : one;
}

/** Is this conversion a purchase? Bookings and sign-ups are, once money changes hands. */
export function isPurchase(conversion: { kind: string; amount: number }): boolean {
  return conversion.kind === "order" || conversion.amount > 0;
}
