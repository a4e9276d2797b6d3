export { delayCurve, delayShape, judgeCohorts,  type DelayPoint, type DelayShape,   } from "./delay.ts"; // prettier-ignore
export { holdoutLift, switchbackLift } from "./lift.ts";
export { planSpend, USUAL_RULES, type Advice, type Arm } from "./plan.ts";
export { differenceInterval, wilson } from "./proportions.ts";
export { scoreAdvice, type Outcome } from "./score-advice.ts";
export { ATTRIBUTED, paybackDays, unitCosts } from "./unit-costs.ts";
