import { z } from "zod";
import * as api from "../contract/api-staff.ts";
import { decodeCursor, defineRoute, pageOf, PageQuery, pageSchema, type Route } from "../contract/index.ts";
import type { AuditHead } from "./audit.ts";
import { KEEPERS } from "./roles.ts";
import type { Staff } from "./staff.ts";
import { auditPage } from "./store.ts";

const Seq = z.string().regex(/^\d{1,18}$/);

/** The record of who did what. */
export function auditRoutes({ db, audit }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/audit",
      summary: "Who did what, the newest first.",
      roles: KEEPERS,
      query: PageQuery.extend(api.AuditFilter.shape),
      response: pageSchema(api.AuditView),
      async handle({ query: { cursor, limit, ...filter } }) {
        const rows = await auditPage(db, { ...filter, before: decodeCursor(cursor, Seq) }, limit + 1);
        const page = pageOf(rows, limit, (last) => last.seq);
        return { ...page, items: page.items.map((row) => ({ ...row, at: row.at.toISOString() })) };
      },
    }),
    defineRoute({
      method: "get",
      path: "/audit/verify",
      summary: "Is the record whole? Reads all of it, and checks each entry against the one before.",
      roles: KEEPERS,
      query: api.AuditSince,
      response: api.AuditVerdictView,
      async handle({ query }) {
        const verdict = await audit.verify(headOf(query.since));
        if (!verdict.ok) return { ok: false, entries: null, head: null, brokenAt: verdict.seq, reason: verdict.reason };
        const { seq, hash } = verdict.head;
        return { ok: true, entries: verdict.entries, head: `${seq}:${hash}`, brokenAt: null, reason: null };
      },
    }),
  ];
}

function headOf(since: string | undefined): AuditHead | undefined {
  const [seq, hash] = since?.split(":") ?? [];
  return seq !== undefined && hash !== undefined ? { seq, hash } : undefined;
}
