import type { Role } from "../contract/index.ts";
import type { Queryable } from "../store/index.ts";

export type SessionMethod = "password" | "provider" | "link";

export interface SessionRow {
  id: string;
  staffId: string;
  method: SessionMethod;
  address: string;
  agent: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

/** A session as it is when somebody shows its cookie. */
export interface ShownSession extends SessionRow {
  name: string;
  role: Role;
}

const SESSION = `s.id, s.staff_id AS "staffId", s.method, s.address, s.agent, s.created_at AS "createdAt",
  s.last_used_at AS "lastUsedAt", s.expires_at AS "expiresAt"`;
/** $2 is now, $3 since when it must have been used. */
const GOOD = "s.ended_at IS NULL AND s.expires_at > $2 AND s.last_used_at > $3";

/** @returns false when the person is not, or no longer, one of ours. */
export async function insertSession(db: Queryable, row: SessionRow & { hash: string }): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO session (id, staff_id, hash, method, address, agent, created_at, last_used_at, expires_at)
     SELECT $1, id, $3, $4, $5, $6, $7, $8, $9 FROM staff WHERE id = $2 AND ended_at IS NULL RETURNING 1`,
    [row.id, row.staffId, row.hash, row.method, row.address, row.agent, row.createdAt, row.lastUsedAt, row.expiresAt],
  );
  return rows.length > 0;
}

export async function findShownSession(
  db: Queryable,
  hash: string,
  now: Date,
  usedSince: Date,
): Promise<ShownSession | undefined> {
  const rows = await db.query<ShownSession>(
    `SELECT ${SESSION}, p.name, p.role FROM session s JOIN staff p ON p.id = s.staff_id
     WHERE s.hash = $1 AND ${GOOD} AND p.ended_at IS NULL`,
    [hash, now, usedSince],
  );
  return rows[0];
}

export async function markSessionUsed(db: Queryable, id: string, now: Date, unlessSince: Date): Promise<void> {
  await db.query("UPDATE session SET last_used_at = $2 WHERE id = $1 AND last_used_at <= $3", [id, now, unlessSince]);
}

/** Those of the sessions that are still good. */
export async function goodSessions(
  db: Queryable,
  ids: readonly string[],
  now: Date,
  usedSince: Date,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT s.id FROM session s JOIN staff p ON p.id = s.staff_id
     WHERE s.id = ANY($1::uuid[]) AND ${GOOD} AND p.ended_at IS NULL`,
    [ids, now, usedSince],
  );
  return rows.map(({ id }) => id);
}

/** A person's open sessions, the one used last first. */
export function listSessions(db: Queryable, staffId: string, now: Date, usedSince: Date): Promise<SessionRow[]> {
  return db.query(
    `SELECT ${SESSION} FROM session s WHERE s.staff_id = $1 AND ${GOOD} ORDER BY s.last_used_at DESC, s.id DESC LIMIT 200`,
    [staffId, now, usedSince],
  );
}

/** Ends some of a person's sessions: the one, or all but one, or all. @returns how many */
export async function endSessions(
  db: Queryable,
  staffId: string,
  now: Date,
  { only, except }: { only?: string | undefined; except?: string | undefined } = {},
): Promise<number> {
  const rows = await db.query(
    `UPDATE session SET ended_at = $2 WHERE staff_id = $1 AND ended_at IS NULL
     AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id <> $4) RETURNING 1`,
    [staffId, now, only ?? null, except ?? null],
  );
  return rows.length;
}
