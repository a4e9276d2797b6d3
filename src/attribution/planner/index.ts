import type { Clock, Route } from "../../contract/index.ts";
import type { Database } from "../../store/index.ts";
import { createExperiments, type Experiments } from "./experiments.ts";
import { createPlanner, type Planner } from "./planner.ts";
import { holdoutRoutes, plannerRoutes, switchbackRoutes } from "./routes.ts";

/** Trial and error: what was attributed, what to try next, and what was caused. */
export interface Planning {
  planner: Planner;
  experiments: Experiments;
  routes: Route[];
}

export function createPlanning(parts: { db: Database; clock: Clock }): Planning {
  const [planner, experiments] = [createPlanner(parts), createExperiments(parts)];
  return {
    planner,
    experiments,
    routes: [...plannerRoutes(planner), ...holdoutRoutes(experiments), ...switchbackRoutes(experiments)],
  };
}
