import { z } from "zod";
import { IdParams } from "../contract/api-fields.ts";
import * as api from "../contract/api-voice.ts";
import { decodeCursor, defineRoute, NotFound, pageOf, pageSchema, type Role, type Route } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import type { Desk } from "./desk.ts";
import type { FactsKeeper } from "./facts.ts";
import { findRule, listRules, putRule, removeRule } from "./facts-store.ts";
import { listOpportunities, opportunitiesOf, resultsByRule } from "./opportunity-store.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "marketer"];
const BESIDE: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const TALKERS: readonly Role[] = ["owner", "admin", "agent"];
const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];
const Key = z.tuple([z.iso.datetime(), z.uuid()]);

export interface OpportunityRouteParts {
  db: Database;
  desk: Desk;
  facts: FactsKeeper;
}

export function opportunityRoutes(parts: OpportunityRouteParts): Route[] {
  return [...chanceRoutes(parts), ...ruleRoutes(parts)];
}

function chanceRoutes({ db, desk }: OpportunityRouteParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/conversations/{id}/opportunities",
      summary: "Tell what could be offered in a conversation, with a sentence to say",
      roles: BESIDE,
      params: IdParams,
      response: api.ConversationOpportunities,
      handle: async ({ params: { id } }) => ({ items: await opportunitiesOf(db, id) }),
    }),
    defineRoute({
      method: "get",
      path: "/voice/opportunities",
      summary: "List the sales chances that were found",
      roles: READERS,
      query: api.OpportunitiesQuery,
      response: pageSchema(api.OpportunityView),
      async handle({ query: { cursor, limit, ...filter } }) {
        const rows = await listOpportunities(db, filter, decodeCursor(cursor, Key), limit + 1);
        return pageOf(rows, limit, (last) => [last.foundAt, last.id]);
      },
    }),
    defineRoute({
      method: "patch",
      path: "/voice/opportunities/{id}",
      summary: "Say that it was offered, what came of it, and by which sale",
      roles: TALKERS,
      params: IdParams,
      body: api.OpportunityPatch,
      response: api.OpportunityView,
      handle: ({ params: { id }, body, asker }) => desk.changeOpportunity(id, body, asker),
    }),
    defineRoute({
      method: "get",
      path: "/voice/opportunities/results",
      summary: "Tell by rule how often it found somebody and what came of it",
      roles: READERS,
      response: api.OpportunityResults,
      handle: async () => ({ items: await resultsByRule(db) }),
    }),
  ];
}

function ruleRoutes({ db, facts }: OpportunityRouteParts): Route[] {
  const save = async (id: string, fields: z.infer<typeof api.OpportunityRuleFields>) => {
    await putRule(db, id, fields);
    facts.forget();
    return (await findRule(db, id))!;
  };
  const find = async (id: string) => {
    const found = await findRule(db, id);
    if (!found) throw new NotFound("There is no such rule.");
    return found;
  };
  return [
    defineRoute({
      method: "get",
      path: "/voice/opportunity-rules",
      summary: "List the rules that find sales chances",
      roles: READERS,
      response: api.OpportunityRules,
      handle: async () => ({ items: await listRules(db) }),
    }),
    defineRoute({
      method: "post",
      path: "/voice/opportunity-rules",
      summary: "Make a rule: what to listen for, and what to offer",
      roles: PLANNERS,
      body: api.NewOpportunityRule,
      response: api.OpportunityRuleView,
      status: 201,
      handle: ({ body }) => save(newId(), body),
    }),
    defineRoute({
      method: "put",
      path: "/voice/opportunity-rules/{id}",
      summary: "Change a rule",
      roles: PLANNERS,
      params: IdParams,
      body: api.NewOpportunityRule,
      response: api.OpportunityRuleView,
      handle: ({ params: { id }, body }) => find(id).then(() => save(id, body)),
    }),
    defineRoute({
      method: "delete",
      path: "/voice/opportunity-rules/{id}",
      summary: "Remove a rule and what it found; switching it off keeps that",
      roles: PLANNERS,
      params: IdParams,
      response: api.OpportunityRuleView,
      async handle({ params: { id } }) {
        const found = await find(id);
        await removeRule(db, id);
        facts.forget();
        return found;
      },
    }),
  ];
}
