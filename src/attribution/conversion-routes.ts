import { z } from "zod";
import * as api from "../contract/api-conversions.ts";
import { IdParams } from "../contract/api-fields.ts";
import { decodeCursor, defineRoute, pageSchema, type Role, type Route, type Upload } from "../contract/index.ts";
import type { ImportConversions } from "./conversion-import.ts";
import type { Conversions } from "./conversions.ts";

const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];
const AGENTS: readonly Role[] = ["owner", "admin", "agent"];
const ROLES: readonly Role[] = ["owner", "admin", "marketer", "agent"];

const MOST_BYTES = 128 * 1024 * 1024;

export function conversionRoutes(conversions: Conversions, importConversions: ImportConversions): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/conversions/import",
      summary: "Read conversions and refunds from CSV: all or nothing, or the good lines alone, or only as a trial",
      roles: PLANNERS,
      query: api.ConversionImportQuery,
      upload: { maxBytes: MOST_BYTES },
      response: api.ConversionImportReport,
      handle: ({ query: { dryRun, partial }, body }) =>
        importConversions(once((body as Upload).bytes), { dryRun: dryRun === "true", partial: partial === "true" }),
    }),
    defineRoute({
      method: "post",
      path: "/conversations/{id}/conversions",
      summary: "Record what happened to the person of a conversation: the agent's click",
      roles: AGENTS,
      params: IdParams,
      body: api.AgentConversion,
      response: api.Conversion,
      status: 201,
      handle: ({ params: { id }, body }) => conversions.recordIn(id, body),
    }),
    defineRoute({
      method: "post",
      path: "/conversions",
      summary: "Record an order, a booking, a sign-up; the same source and externalId again is the same one",
      roles: ROLES,
      body: api.NewConversion,
      response: api.Conversion,
      status: 201,
      handle: ({ body }) => conversions.record(body),
    }),
    defineRoute({
      method: "get",
      path: "/conversions",
      summary: "List conversions, the newest first",
      roles: ROLES,
      query: api.ConversionQuery,
      response: pageSchema(api.Conversion),
      handle: ({ query: { cursor, limit, contactId } }) =>
        conversions.list({ contactId, limit, after: decodeCursor(cursor, z.uuid()) }),
    }),
    defineRoute({
      method: "post",
      path: "/conversions/{id}/refunds",
      summary: "Take back a part or the whole of a conversion",
      roles: ROLES,
      params: IdParams,
      body: api.NewRefund,
      response: api.Refund,
      status: 201,
      handle: ({ params: { id }, body }) => conversions.refund(id, body),
    }),
  ];
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const STEP = 1024 * 1024;
  for (let at = 0; at < bytes.length; at += STEP) yield bytes.subarray(at, at + STEP);
}
