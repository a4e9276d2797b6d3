export { delayCurve, delayShape, judgeCohorts, type Cohort, type DelayPoint, type DelayShape, type JudgedCohort, type Wait } from "./delay.ts"; // prettier-ignore
export { holdoutLift, switchbackLift, type Lift, type SwitchbackPair } from "./lift.ts";
export { planSpend, USUAL_RULES, type Advice, type Arm, type ArmAdvice, type PlanRules } from "./plan.ts";
export { pooledPrior, type BetaPrior } from "./prior.ts";
export { differenceInterval, rateOf, sampleSizePerGroup, wilson, type Rate } from "./proportions.ts";
export { scoreAdvice, type AdviceScore, type Outcome } from "./score-advice.ts";
export { ATTRIBUTED, paybackDays, unitCosts, type Account, type UnitCosts } from "./unit-costs.ts";
