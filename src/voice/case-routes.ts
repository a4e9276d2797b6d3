import { z } from "zod";
import { IdParams } from "../contract/api-fields.ts";
import * as api from "../contract/api-voice.ts";
import { decodeCursor, defineRoute, pageOf, pageSchema, type Clock, type Role, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { listCases } from "./case-store.ts";
import type { Cases } from "./cases.ts";
import { rankOf } from "./severity.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const TALKERS: readonly Role[] = ["owner", "admin", "agent"];
const Key = z.tuple([z.iso.datetime(), z.uuid()]);

export function caseRoutes({ db, clock, cases }: { db: Database; clock: Clock; cases: Cases }): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/voice/cases",
      summary: "List complaints' cases, the latest first; overdue ones alone if you like",
      roles: READERS,
      query: api.CasesQuery,
      response: pageSchema(api.CaseView),
      async handle({ query: { cursor, limit, severity, overdue, ...filter } }) {
        const rank = severity && rankOf(severity);
        const all = { ...filter, rank, overdue: overdue === "true" };
        const rows = await listCases(db, clock.now(), all, decodeCursor(cursor, Key), limit + 1);
        return pageOf(rows, limit, (last) => [last.openedAt, last.id]);
      },
    }),
    defineRoute({
      method: "get",
      path: "/voice/cases/{id}",
      summary: "Get a case, and who changed what",
      roles: READERS,
      params: IdParams,
      response: api.CaseDetail,
      handle: ({ params: { id } }) => cases.get(id),
    }),
    defineRoute({
      method: "post",
      path: "/voice/cases",
      summary: "Open a case about a conversation",
      roles: TALKERS,
      body: api.NewCase,
      response: api.CaseDetail,
      status: 201,
      handle: ({ body, asker }) => cases.open(body, asker),
    }),
    defineRoute({
      method: "patch",
      path: "/voice/cases/{id}",
      summary: "Change a case's state, severity, owner or due time; closed only when the customer was told",
      roles: TALKERS,
      params: IdParams,
      body: api.CasePatch,
      response: api.CaseDetail,
      handle: ({ params: { id }, body, asker }) => cases.change(id, body, asker),
    }),
    defineRoute({
      method: "post",
      path: "/voice/cases/{id}/close",
      summary: "Tell the customer that it is solved, and close the case",
      roles: TALKERS,
      params: IdParams,
      body: api.CaseClosing,
      response: api.CaseDetail,
      handle: ({ params: { id }, body, asker }) => cases.close(id, body.text, asker),
    }),
  ];
}
