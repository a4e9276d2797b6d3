import { LOCKS } from "../../lib/locks.ts";
import type { Database, Transaction } from "../../store/index.ts";
import {
  forgetRows,
  mergeCounts,
  rebuildCounts,
  verifyCounts,
  wasNeverCounted,
  type Difference,
} from "./count-store.ts";
import { recount } from "./tally-store.ts";

export { createCounting } from "./counting.ts";
export { createReports, type Reports } from "./reports.ts";
export { reportsRoutes } from "./routes.ts";
export { contactsOfIdentity, isCountedStage, recount } from "./tally-store.ts";
export type { Difference } from "./count-store.ts";

/** The counts behind the reports: kept where things happen, merged and checked from outside. */
export interface Counts {
  /** Merges what was appended; counts everything once where nobody ever did. Resolves to how many rows were merged. */
  keep(): Promise<number>;
  /** Where the counts differ from the rows; nothing when all is well. */
  verify(): Promise<Difference[]>;
  /** Makes them anew from the rows. */
  rebuild(): Promise<void>;
}

export function createCounts(db: Database): Counts {
  const rebuild = () => db.transaction((tx) => rebuildCounts(tx, LOCKS.counts));
  return {
    async keep() {
      if (await wasNeverCounted(db)) await rebuild();
      return mergeCounts(db, LOCKS.counts);
    },
    verify: () => verifyCounts(db),
    rebuild,
  };
}

/**
 * Takes a person out of all rows of this room and keeps anonymous counts. The caller removes their accounts and the
 * contact in the same transaction.
 */
export async function forgetPerson(tx: Transaction, contactId: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock_shared($1)", [LOCKS.counts]); // the zone stays what it is meanwhile
  await recount(tx, [contactId]);
  await forgetRows(tx, contactId);
}
