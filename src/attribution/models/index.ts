export { apportion } from "./apportion.ts";
export { UNKNOWN, type Credits } from "./credit.ts";
export { createJourneyBuilder,  journeysOf,   type JourneyBuilder, type Journeys } from "./journeys.ts"; // prettier-ignore
export { MODELS, solve, USUAL_OPTIONS, type Model, type ModelOptions } from "./models.ts";
export { attribute, type ModelResult } from "./result.ts";
