import { z } from "zod";
import * as api from "../contract/api-attribution.ts";
import { decodeCursor, defineRoute, pageSchema, PageQuery, type Role, type Route } from "../contract/index.ts";
import type { Journeys } from "./journeys.ts";

const ROLES: readonly Role[] = ["owner", "admin", "marketer", "agent"];
const StepKey = z.tuple([z.iso.datetime(), z.uuid()]);

export function journeyRoutes(journeys: Journeys): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/touches",
      summary: "List who came through which entry point, the newest first",
      roles: ROLES,
      query: api.TouchQuery,
      response: pageSchema(api.Touch),
      handle: ({ query: { cursor, limit, contactId } }) =>
        journeys.touches({ contactId, limit, after: decodeCursor(cursor, z.uuid()) }),
    }),
    defineRoute({
      method: "get",
      path: "/contacts/{id}/journey",
      summary: "Tell a contact's way: touches, stages, conversions and refunds, the oldest first",
      roles: ROLES,
      params: api.IdParams,
      query: PageQuery,
      response: pageSchema(api.JourneyStep),
      handle: ({ params: { id }, query: { cursor, limit } }) =>
        journeys.steps(id, { limit, after: decodeCursor(cursor, StepKey) }),
    }),
    defineRoute({
      method: "post",
      path: "/contacts/{id}/stage",
      summary: "Set a contact's stage by hand, and say why",
      roles: ROLES,
      params: api.IdParams,
      body: api.NewStage,
      response: api.StageMove,
      handle: ({ params: { id }, body, asker }) => journeys.setStage(id, body.stage, `${asker.name}: ${body.cause}`),
    }),
  ];
}
