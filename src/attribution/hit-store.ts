import type { Queryable } from "../store/index.ts";

export interface NewHit {
  id: string;
  entryPointId: string;
  at: Date;
  device: string;
  referrer: string | null;
  visitorHash: string;
}

const INSERT_HIT = `
  INSERT INTO hit (id, entry_point_id, at, device, referrer, visitor_hash) VALUES ($1, $2, $3, $4, $5, $6)`;

export async function insertHit(db: Queryable, hit: NewHit): Promise<void> {
  await db.query(INSERT_HIT, [hit.id, hit.entryPointId, hit.at, hit.device, hit.referrer, hit.visitorHash]);
}
