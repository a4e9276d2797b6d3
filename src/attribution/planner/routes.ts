import { z } from "zod";
import { IdParams } from "../../contract/api-fields.ts";
import * as api from "../../contract/api-planner.ts";
import { decodeCursor, defineRoute, PageQuery, pageSchema, type Role, type Route } from "../../contract/index.ts";
import type { Experiments } from "./experiments.ts";
import type { Planner } from "./planner.ts";

const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];

export function plannerRoutes(planner: Planner): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/economics",
      summary: "What each entry point cost and brought by the first touch: attributed, not caused",
      roles: PLANNERS,
      query: api.EconomicsQuery,
      response: api.Economics,
      handle: ({ query }) => planner.economics(query),
    }),
    defineRoute({
      method: "post",
      path: "/planner/advice",
      summary: "Advise where the next period's money should go, and keep the advice with all that it saw",
      roles: PLANNERS,
      body: api.NewAdvice,
      response: api.Advice,
      status: 201,
      handle: ({ body, asker }) => planner.advise(body, asker),
    }),
    defineRoute({
      method: "get",
      path: "/planner/advice",
      summary: "List advice and its scores, the newest first",
      roles: PLANNERS,
      query: PageQuery,
      response: pageSchema(api.Advice),
      handle: ({ query: { cursor, limit } }) => planner.list(decodeCursor(cursor, z.uuid()), limit),
    }),
    defineRoute({
      method: "post",
      path: "/planner/advice/{id}/score",
      summary: "Hold an advice against what happened since",
      roles: PLANNERS,
      params: IdParams,
      body: api.ScoreAdvice,
      response: api.Advice,
      status: 201,
      handle: ({ params: { id }, body }) => planner.score(id, body.to),
    }),
    defineRoute({
      method: "post",
      path: "/planner/advice/{id}/decision",
      summary: "Note that an advice is followed, or is not, and why",
      roles: PLANNERS,
      params: IdParams,
      body: api.AdviceDecision,
      response: api.Advice,
      status: 201,
      handle: ({ params: { id }, body, asker }) => planner.decide(id, body, asker),
    }),
  ];
}

export function holdoutRoutes(experiments: Experiments): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/holdouts",
      summary: "Draw who is left out of a broadcast, so that what it causes can be told",
      roles: PLANNERS,
      body: api.NewHoldout,
      response: api.Holdout,
      status: 201,
      handle: ({ body }) => experiments.holdOut(body),
    }),
    defineRoute({
      method: "get",
      path: "/holdouts",
      summary: "List holdouts with their lift",
      roles: PLANNERS,
      response: z.array(api.Holdout),
      handle: () => experiments.holdouts(),
    }),
    defineRoute({
      method: "get",
      path: "/holdouts/{id}",
      summary: "A holdout with its lift and the lift's interval",
      roles: PLANNERS,
      params: IdParams,
      response: api.Holdout,
      handle: ({ params: { id } }) => experiments.holdout(id),
    }),
    defineRoute({
      method: "get",
      path: "/holdouts/{id}/people",
      summary: "Who gets it and who does not",
      roles: PLANNERS,
      params: IdParams,
      response: api.HoldoutPeople,
      handle: ({ params: { id } }) => experiments.people(id),
    }),
  ];
}

export function switchbackRoutes(experiments: Experiments): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/switchbacks",
      summary: "Draw in which of each two periods a poster hangs",
      roles: PLANNERS,
      body: api.NewSwitchback,
      response: api.Switchback,
      status: 201,
      handle: ({ body }) => experiments.switchBack(body),
    }),
    defineRoute({
      method: "get",
      path: "/switchbacks",
      summary: "List switchbacks with their lift",
      roles: PLANNERS,
      response: z.array(api.Switchback),
      handle: () => experiments.switchbacks(),
    }),
    defineRoute({
      method: "get",
      path: "/switchbacks/{id}",
      summary: "A switchback with its periods and its lift",
      roles: PLANNERS,
      params: IdParams,
      response: api.Switchback,
      handle: ({ params: { id } }) => experiments.switchback(id),
    }),
  ];
}
