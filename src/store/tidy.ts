import { firstIdAt } from "../lib/ids.ts";
import type { Database } from "./database.ts";
import { LOCKS } from "../lib/locks.ts";

const DAY_MS = 86_400_000;

// Ids hold the time at which they were made, so that the primary key finds the old rows.
const ARRIVALS = `
  DELETE FROM arrival WHERE id IN (
    SELECT id FROM arrival WHERE id < $1 AND state IN ('recorded', 'ignored') ORDER BY id LIMIT 20000)`;

const OTHERS = [
  "DELETE FROM cache_entry WHERE expires_at < $1",
  "DELETE FROM place_pace WHERE free_at < $1::timestamptz - interval '1 hour'",
  "DELETE FROM claim WHERE expires_at < $1::timestamptz - interval '1 day'",
  "DELETE FROM session WHERE expires_at < $1 OR ended_at < $1::timestamptz - interval '30 days'",
  "DELETE FROM staff_link WHERE expires_at < $1::timestamptz - interval '30 days'",
  "DELETE FROM sign_in_pace WHERE at < $1::timestamptz - interval '2 days'",
];

/**
 * Removes what has served its time; one hub at a time does it, the others find it done.
 * @param keepDays how long arrivals that were worked off stay replayable; dead ones stay until somebody decides.
 */
export async function tidy(db: Database, now: Date, keepDays: number): Promise<void> {
  await db.transaction(async (tx) => {
    const [lock] = await tx.query<{ got: boolean }>("SELECT pg_try_advisory_xact_lock($1) AS got", [LOCKS.tidy]);
    if (!lock?.got) return;
    await tx.query(ARRIVALS, [firstIdAt(new Date(now.getTime() - keepDays * DAY_MS))]);
    for (const rule of OTHERS) await tx.query(rule, [now]);
  });
}
