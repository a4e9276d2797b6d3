export { apportion } from "./apportion.ts";
export { UNKNOWN, type Credits } from "./credit.ts";
export { createJourneyBuilder, hashOf, journeysOf, totalsOf, type Journey, type JourneyBuilder, type Journeys } from "./journeys.ts"; // prettier-ignore
export { MODELS, MODELS_VERSION, solve, USUAL_OPTIONS, type Model, type ModelOptions, type Solved } from "./models.ts";
export { attribute, type ModelResult, type TouchCredit } from "./result.ts";
export type { Tie } from "./ties.ts";
