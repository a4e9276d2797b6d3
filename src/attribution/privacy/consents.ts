import type { Consent, Consents, NewConsent } from "../../contract/api-privacy.ts";
import { Invalid, NotFound, type Asker, type Clock } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Database } from "../../store/index.ts";
import { insertConsent, isContact, isTarget, listConsents, type ConsentRow } from "./consent-store.ts";

/** A form's clock may be this much ahead of ours. */
const SLACK_MS = 5 * 60_000;

/** What people allowed, for what, on what basis. Nothing is ever written over. */
export interface ConsentDesk {
  /** @throws NotFound, Invalid */
  record(contactId: string, input: NewConsent, asker: Asker): Promise<Consents>;
  /** @throws NotFound */
  list(contactId: string): Promise<Consents>;
}

export function createConsents({ db, clock }: { db: Database; clock: Clock }): ConsentDesk {
  async function list(contactId: string): Promise<Consents> {
    const rows = await listConsents(db, contactId);
    if (rows.length === 0 && !(await isContact(db, contactId))) throw new NotFound("There is no such contact.");
    return { now: whatCounts(rows), history: rows.map(present) };
  }

  return {
    list,
    async record(contactId, { targetId = null, at, ...input }, { staffId }) {
      const now = clock.now();
      const moment = at === undefined ? now : new Date(at);
      if (moment.getTime() > now.getTime() + SLACK_MS)
        throw new Invalid("Nobody has allowed anything in the future yet.", { at: "More than five minutes ahead." });
      if (targetId !== null && input.purpose !== "conversion-upload")
        throw new Invalid("Targets are of conversion-upload alone.", { targetId: "Leave it out for this purpose." });
      if (targetId !== null && !(await isTarget(db, targetId)))
        throw new Invalid("There is no such upload target.", { targetId: "Not one of GET /upload-targets." });
      const row = { ...input, id: newId(), targetId, at: moment, recordedAt: now, recordedBy: staffId };
      if (!(await insertConsent(db, contactId, row))) throw new NotFound("There is no such contact.");
      return list(contactId);
    },
  };
}

/** The latest by purpose and target; what was said of one target before something was said of all no longer counts. */
export function whatCounts(newestFirst: readonly ConsentRow[]): Consents["now"] {
  const seen = new Set<string>();
  const counts: Consents["now"] = [];
  for (const row of newestFirst) {
    const { purpose, targetId, granted, at } = present(row);
    if (seen.has(`${purpose} all`) || seen.has(`${purpose} ${targetId ?? "all"}`)) continue;
    seen.add(`${purpose} ${targetId ?? "all"}`);
    counts.push({ purpose, targetId, granted, at });
  }
  return counts;
}

function present(row: ConsentRow): Consent {
  return {
    ...row,
    purpose: row.purpose as Consent["purpose"],
    basis: row.basis as Consent["basis"],
    at: row.at.toISOString(),
    recordedAt: row.recordedAt.toISOString(),
  };
}
