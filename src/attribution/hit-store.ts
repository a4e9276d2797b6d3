import type { Queryable } from "../store/index.ts";

export interface NewHit {
  id: string;
  entryPointId: string;
  at: Date;
  device: string;
  referrer: string | null;
  visitorHash: string;
}

// Counted where it is written (reports/): one statement, so that neither is without the other.
const INSERT_HIT = `
  WITH counted AS (
    INSERT INTO people_count (merged, at, entry_point_id, channel_id, hits)
    VALUES (false, date_bin('15 minutes', $3::timestamptz, TIMESTAMPTZ '2000-01-01 00:00Z'), $2, '00000000-0000-0000-0000-000000000000', 1)
  )
  INSERT INTO hit (id, entry_point_id, at, device, referrer, visitor_hash) VALUES ($1, $2, $3::timestamptz, $4, $5, $6)`;

export async function insertHit(db: Queryable, hit: NewHit): Promise<void> {
  await db.query(INSERT_HIT, [hit.id, hit.entryPointId, hit.at, hit.device, hit.referrer, hit.visitorHash]);
}
