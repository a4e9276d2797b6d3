import type { Queryable } from "../../store/index.ts";

export interface ConsentRow {
  id: string;
  purpose: string;
  targetId: string | null;
  granted: boolean;
  basis: string;
  source: string;
  at: Date;
  recordedAt: Date;
  recordedBy: string | null;
}

// Appended only while the person is there; a lock keeps them from being erased meanwhile.
const INSERT = `
  INSERT INTO consent (id, contact_id, purpose, target_id, granted, basis, source, at, recorded_at, recorded_by)
  SELECT $2, c.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM (SELECT id FROM contact WHERE id = $1 FOR SHARE) c
  RETURNING id`;
const LIST = `
  SELECT id, purpose, target_id AS "targetId", granted, basis, source, at, recorded_at AS "recordedAt", recorded_by AS "recordedBy"
  FROM consent WHERE contact_id = $1 ORDER BY at DESC, id DESC`;

/** False where there is no such contact. */
export async function insertConsent(db: Queryable, contactId: string, row: ConsentRow): Promise<boolean> {
  const { id, purpose, targetId, granted, basis, source, at, recordedAt, recordedBy } = row;
  const values = [contactId, id, purpose, targetId, granted, basis, source, at, recordedAt, recordedBy];
  return (await db.query(INSERT, values)).length > 0;
}

/** The newest first. */
export function listConsents(db: Queryable, contactId: string): Promise<ConsentRow[]> {
  return db.query<ConsentRow>(LIST, [contactId]);
}

export async function isTarget(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("SELECT 1 FROM upload_target WHERE id = $1", [id])).length > 0;
}

export async function isContact(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("SELECT 1 FROM contact WHERE id = $1", [id])).length > 0;
}
