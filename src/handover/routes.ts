import { z } from "zod";
import * as api from "../contract/api-handover.ts";
import { IdParams } from "../contract/api-fields.ts";
import { defineRoute, type Role, type Route } from "../contract/index.ts";
import type { HandoverDesk } from "./desk.ts";
import { waitingHandovers } from "./queue-store.ts";
import type { Database } from "../store/index.ts";

const KEEPERS: readonly Role[] = ["owner", "admin"];
const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const TALKERS: readonly Role[] = ["owner", "admin", "agent"];
const Nothing = z.object({});

export interface RouteParts {
  db: Database;
  desk: HandoverDesk;
}

export function handoverRoutes(parts: RouteParts): Route[] {
  return [
    ...teamRoutes(parts),
    ...expertRoutes(parts),
    ...ruleRoutes(parts),
    ...settingRoutes(parts),
    ...queueRoutes(parts),
    ...ownRoutes(parts),
  ];
}

function teamRoutes({ desk }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/teams",
      summary: "List the teams that conversations are handed to",
      roles: READERS,
      response: api.TeamList,
      handle: async () => ({ items: await desk.teams() }),
    }),
    defineRoute({
      method: "post",
      path: "/teams",
      summary: "Make a team",
      roles: KEEPERS,
      body: api.TeamBody,
      response: api.TeamView,
      status: 201,
      handle: ({ body }) => desk.putTeam(undefined, body),
    }),
    defineRoute({
      method: "put",
      path: "/teams/{id}",
      summary: "Change a team, its members and hours",
      roles: KEEPERS,
      params: IdParams,
      body: api.TeamBody,
      response: api.TeamView,
      async handle({ params: { id }, body }) {
        const known = (await desk.teams()).some((team) => team.id === id);
        return desk.putTeam(known ? id : await missing(desk, id), body);
      },
    }),
    defineRoute({
      method: "delete",
      path: "/teams/{id}",
      summary: "Remove a team; what waits for it is decided on anew",
      roles: KEEPERS,
      params: IdParams,
      response: Nothing,
      handle: async ({ params: { id } }) => (await desk.removeTeam(id), {}),
    }),
  ];
}

/** Says that it is not there, as removing it would. */
async function missing(desk: HandoverDesk, id: string): Promise<never> {
  await desk.removeTeam(id);
  throw new Error("A team was made and removed within one request.");
}

function expertRoutes({ desk }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/experts",
      summary: "List who may be given conversations: what they know, how much they take, how much they have",
      roles: READERS,
      response: api.ExpertList,
      handle: async () => ({ items: await desk.experts() }),
    }),
    defineRoute({
      method: "put",
      path: "/experts/{staffId}",
      summary: "Say what somebody knows, when they answer, where, and how much they take",
      roles: KEEPERS,
      params: api.ExpertParams,
      body: api.ExpertBody,
      response: api.ExpertView,
      handle: ({ params: { staffId }, body }) => desk.putExpert(staffId, body),
    }),
    defineRoute({
      method: "delete",
      path: "/experts/{staffId}",
      summary: "Forget what was said about somebody; they stay in their teams",
      roles: KEEPERS,
      params: api.ExpertParams,
      response: api.ExpertView,
      handle: ({ params: { staffId } }) => desk.removeExpert(staffId),
    }),
  ];
}

function ruleRoutes({ desk }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/handover-rules",
      summary: "List the rules that say who gets what is handed over, in their order",
      roles: READERS,
      response: api.RuleList,
      handle: async () => ({ items: await desk.rules() }),
    }),
    defineRoute({
      method: "post",
      path: "/handover-rules",
      summary: "Make a rule: which conversations go to which team, expert or owner",
      roles: KEEPERS,
      body: api.RuleBody,
      response: api.RuleView,
      status: 201,
      handle: ({ body }) => desk.putRule(undefined, body),
    }),
    defineRoute({
      method: "put",
      path: "/handover-rules/{id}",
      summary: "Change a rule or switch it off",
      roles: KEEPERS,
      params: IdParams,
      body: api.RuleBody,
      response: api.RuleView,
      async handle({ params: { id }, body }) {
        if (!(await desk.rules()).some((rule) => rule.id === id)) await desk.removeRule(id); // says that it is not there
        return desk.putRule(id, body);
      },
    }),
    defineRoute({
      method: "delete",
      path: "/handover-rules/{id}",
      summary: "Remove a rule",
      roles: KEEPERS,
      params: IdParams,
      response: Nothing,
      handle: async ({ params: { id } }) => (await desk.removeRule(id), {}),
    }),
  ];
}

function settingRoutes({ desk }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/handover-settings",
      summary: "Tell what makes the bot hand over, and when it takes back",
      roles: READERS,
      response: api.HandoverSettings,
      handle: () => desk.settings(),
    }),
    defineRoute({
      method: "put",
      path: "/handover-settings",
      summary: "Say what makes the bot hand over, and when it takes back",
      roles: KEEPERS,
      body: api.HandoverSettings,
      response: api.HandoverSettings,
      handle: ({ body }) => desk.putSettings(body),
    }),
  ];
}

function queueRoutes({ db, desk }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/handovers",
      summary: "List the conversations that wait for somebody, the longest waiting first",
      roles: READERS,
      response: api.QueueView,
      handle: async () => ({ items: await waitingHandovers(db) }),
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}/handover",
      summary: "Tell why a conversation was handed over last, to whom, and what they must know",
      roles: READERS,
      params: IdParams,
      response: api.MaybeHandover,
      handle: async ({ params: { id } }) => ({ handover: await desk.ofConversation(id) }),
    }),
  ];
}

function ownRoutes({ desk }: RouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/me/places",
      summary: "List the places of mine from which I answer",
      roles: TALKERS,
      response: api.PlaceList,
      handle: async ({ asker }) => ({ items: await desk.places(asker) }),
    }),
    defineRoute({
      method: "post",
      path: "/me/places",
      summary: "A code that works once: sent to the hub's bot, it makes that chat a place of mine",
      roles: TALKERS,
      response: api.PlaceCode,
      status: 201,
      secret: true,
      handle: ({ asker }) => desk.newPlaceCode(asker),
    }),
    defineRoute({
      method: "delete",
      path: "/me/places/{id}",
      summary: "Answer from there no more; open conversations stay mine, in the console",
      roles: TALKERS,
      params: IdParams,
      response: Nothing,
      handle: async ({ params: { id }, asker }) => (await desk.removePlace(id, asker), {}),
    }),
    defineRoute({
      method: "get",
      path: "/me/availability",
      summary: "Am I given conversations?",
      roles: TALKERS,
      response: api.Availability,
      handle: async ({ asker }) => ({ isAway: await desk.isAway(asker) }),
    }),
    defineRoute({
      method: "put",
      path: "/me/availability",
      summary: "Be away, or there again: whoever is there is given what waits",
      roles: TALKERS,
      body: api.Availability,
      response: api.Availability,
      handle: async ({ body, asker }) => (await desk.setAway(asker, body.isAway), body),
    }),
  ];
}
