import type { Advice, ArmAdvice } from "./plan.ts";

/** What an entry point then brought, in the period after the advice. */
export interface Outcome {
  id: string;
  margin: number;
  spend: number;
}

export interface AdviceScore {
  arms: {
    id: string;
    action: ArmAdvice["action"];
    /** Margin per unit of money that came; `null` when nothing was spent. */
    returned: number | null;
    /** Whether that lies in the interval that was foretold. */
    isWithin: boolean | null;
    /** Whether stopping or scaling was right, by the target; `null` for "keep" and "wait". */
    wasRight: boolean | null;
  }[];
  /** Of the intervals, how many held; 95 % should. */
  within: number | null;
  /** Of the decisions, how many were right. */
  right: number | null;
  /** Mean square of (foretold chance to beat the target - what came): 0 is perfect, 0.25 is what guessing 0.5 gets. */
  brier: number | null;
}

/** Holds an advice against what happened. Entry points without an outcome are left out. */
export function scoreAdvice(advice: Advice, outcomes: readonly Outcome[]): AdviceScore {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const arms = advice.arms.flatMap((arm) => {
    const outcome = byId.get(arm.id);
    return outcome ? [{ arm, ...scoreArm(arm, outcome, advice.rules.targetReturn) }] : [];
  });
  const told = arms.filter((each) => each.returned !== null);
  const surprises = told.map(
    ({ arm, returned }) => (arm.chanceAboveTarget - Number(returned! > advice.rules.targetReturn)) ** 2,
  );
  return {
    arms: arms.map(({ arm, ...score }) => ({ id: arm.id, action: arm.action, ...score })),
    within: share(told.map(({ isWithin }) => isWithin)),
    right: share(told.map(({ wasRight }) => wasRight)),
    brier: surprises.length > 0 ? surprises.reduce((sum, each) => sum + each, 0) / surprises.length : null,
  };
}

function scoreArm({ action, returnPerUnit }: ArmAdvice, { margin, spend }: Outcome, target: number) {
  if (spend === 0) return { returned: null, isWithin: null, wasRight: null };
  const returned = margin / spend;
  const isWithin = returned >= returnPerUnit.low && returned <= returnPerUnit.high;
  if (action === "keep" || action === "wait") return { returned, isWithin, wasRight: null };
  return { returned, isWithin, wasRight: action === "scale" ? returned > target : returned <= target };
}

function share(answers: readonly (boolean | null)[]): number | null {
  const told = answers.filter((answer) => answer !== null);
  return told.length > 0 ? told.filter(Boolean).length / told.length : null;
}
