import { z } from "zod";
import * as api from "../contract/api-conversions.ts";
import { decodeCursor, defineRoute, pageSchema, type Role, type Route } from "../contract/index.ts";
import type { Vouchers } from "./vouchers.ts";

const ROLES: readonly Role[] = ["owner", "admin", "marketer", "agent"];
const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];
const Key = z.tuple([z.iso.datetime(), z.string()]);

export function voucherRoutes(vouchers: Vouchers): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/vouchers",
      summary: "Issue codes that are used once, bound to an entry point or to a person",
      roles: ROLES,
      body: api.NewVouchers,
      response: z.array(api.Voucher),
      status: 201,
      handle: ({ body }) => vouchers.issue(body),
    }),
    defineRoute({
      method: "get",
      path: "/vouchers",
      summary: "List vouchers, the newest first",
      roles: ROLES,
      query: api.VoucherQuery,
      response: pageSchema(api.Voucher),
      handle: ({ query: { cursor, ...request } }) => vouchers.list({ ...request, after: decodeCursor(cursor, Key) }),
    }),
    defineRoute({
      method: "post",
      path: "/vouchers/{code}/use",
      summary: "Record the order that a voucher was shown for: the code says whose it is",
      roles: ROLES,
      params: api.VoucherParams,
      body: api.VoucherUse,
      response: api.Conversion,
      status: 201,
      handle: ({ params: { code }, body }) => vouchers.use(code, body),
    }),
    defineRoute({
      method: "post",
      path: "/vouchers/{code}/revoke",
      summary: "Make a voucher worth nothing",
      roles: PLANNERS,
      params: api.VoucherParams,
      response: api.Voucher,
      handle: ({ params: { code } }) => vouchers.revoke(code),
    }),
  ];
}
