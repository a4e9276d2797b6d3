import { z } from "zod";
import * as api from "../contract/api-attribution.ts";
import { decodeCursor, defineRoute, pageSchema, type Role, type Route } from "../contract/index.ts";
import type { Conversions } from "./conversions.ts";

const ROLES: readonly Role[] = ["owner", "admin", "marketer", "agent"];

export function conversionRoutes(conversions: Conversions): Route[] {
  return [
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
      params: api.IdParams,
      body: api.NewRefund,
      response: api.Refund,
      status: 201,
      handle: ({ params: { id }, body }) => conversions.refund(id, body),
    }),
  ];
}
