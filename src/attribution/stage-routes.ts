import { z } from "zod";
import { IdParams } from "../contract/api-attribution.ts";
import * as api from "../contract/api-stages.ts";
import { defineRoute, type Role, type Route } from "../contract/index.ts";
import type { Journeys } from "./journeys.ts";
import type { StageDesk } from "./stage-desk.ts";

const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];
const READERS: readonly Role[] = ["owner", "admin", "agent", "marketer", "viewer"];
const WATCHERS: readonly Role[] = [...PLANNERS, "viewer"];
/** Those who may read the conversation itself. */
const BESIDE: readonly Role[] = ["owner", "admin", "agent", "moderator"];

export function stageRoutes(desk: StageDesk, journeys: Journeys): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/stage-rules",
      summary: "List the rules that move contacts through the stages, in their order",
      roles: READERS,
      response: api.StageRuleList,
      handle: async () => ({ items: await desk.list() }),
    }),
    defineRoute({
      method: "post",
      path: "/stage-rules",
      summary: "Make a rule that moves contacts, and may greet, offer and assign",
      roles: PLANNERS,
      body: api.NewStageRule,
      response: api.StageRuleView,
      status: 201,
      handle: ({ body }) => desk.create(body),
    }),
    defineRoute({
      method: "patch",
      path: "/stage-rules/{id}",
      summary: "Change a rule or switch it off, one of the hub's own as well",
      roles: PLANNERS,
      params: IdParams,
      body: api.StageRulePatch,
      response: api.StageRuleView,
      handle: ({ params: { id }, body }) => desk.change(id, body),
    }),
    defineRoute({
      method: "delete",
      path: "/stage-rules/{id}",
      summary: "Remove a rule; whom it moved stays where they are",
      roles: PLANNERS,
      params: IdParams,
      response: api.StageRuleView,
      handle: ({ params: { id } }) => desk.remove(id),
    }),
    defineRoute({
      method: "get",
      path: "/reports/stages",
      summary: "Tell how long contacts stay in which stage, and how many move on",
      roles: WATCHERS,
      query: api.StageReportQuery,
      response: api.StageReport,
      handle: ({ query: { from, to } }) => desk.report({ from, to }),
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}/journey",
      summary: "Tell where a conversation's person came from and how far they are",
      roles: BESIDE,
      params: z.object({ id: z.uuid() }),
      response: api.ConversationJourney,
      handle: ({ params: { id } }) => journeys.ofConversation(id),
    }),
  ];
}
