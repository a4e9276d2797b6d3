import type { Role } from "../contract/index.ts";
import { LOCKS } from "../lib/locks.ts";
import type { Queryable, Transaction } from "../store/index.ts";

export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  endedAt: Date | null;
}

export interface PersonRow extends Person {
  hasPassword: boolean;
  secondFactor: boolean;
  lastSeenAt: Date | null;
}

const PERSON = `id, name, email, role, ended_at AS "endedAt"`;

/** Until the transaction ends, nobody else claims, ends or changes somebody's role: of two last owners, one stays. */
export async function lockPeople(tx: Transaction): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1::bigint)", [LOCKS.claims]);
}

export async function findPerson(db: Queryable, id: string): Promise<Person | undefined> {
  return (await db.query<Person>(`SELECT ${PERSON} FROM staff WHERE id = $1`, [id]))[0];
}

export async function findPersonByEmail(db: Queryable, email: string): Promise<Person | undefined> {
  return (await db.query<Person>(`SELECT ${PERSON} FROM staff WHERE email = $1`, [email]))[0];
}

/** Those who left come only when they are asked for. */
export function listPeople(
  db: Queryable,
  { ended, after, limit }: { ended: boolean; after: string | undefined; limit: number },
): Promise<PersonRow[]> {
  return db.query(
    `SELECT p.id, p.name, p.email, p.role, p.ended_at AS "endedAt", c.password_hash IS NOT NULL AS "hasPassword",
       c.totp_at IS NOT NULL AS "secondFactor",
       (SELECT max(s.last_used_at) FROM session s WHERE s.staff_id = p.id) AS "lastSeenAt"
     FROM staff p LEFT JOIN credential c ON c.staff_id = p.id
     WHERE ($3 OR p.ended_at IS NULL) AND ($1::uuid IS NULL OR p.id > $1) ORDER BY p.id LIMIT $2`,
    [after ?? null, limit, ended],
  );
}

export async function countOwners(tx: Transaction): Promise<number> {
  const rows = await tx.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM staff WHERE role = 'owner' AND ended_at IS NULL",
  );
  return rows[0]!.n;
}

export async function setRole(tx: Transaction, id: string, role: Role): Promise<void> {
  await tx.query("UPDATE staff SET role = $2 WHERE id = $1", [id, role]);
}

export async function setEnded(tx: Transaction, id: string, endedAt: Date | null): Promise<void> {
  await tx.query("UPDATE staff SET ended_at = $2 WHERE id = $1", [id, endedAt]);
}

export async function revokeTokensOf(tx: Transaction, staffId: string, now: Date): Promise<void> {
  await tx.query("UPDATE api_token SET revoked_at = $2 WHERE staff_id = $1 AND revoked_at IS NULL", [staffId, now]);
}

/** The one-time links that lead to this person, and those that they made. */
export async function revokeLinksOf(tx: Transaction, staffId: string, now: Date): Promise<void> {
  await tx.query(
    `UPDATE staff_link SET revoked_at = $2 WHERE used_at IS NULL AND revoked_at IS NULL
     AND (staff_id = $1 OR made_by = 'staff:' || $1::text)`,
    [staffId, now],
  );
}

// ── Oneself ──

export interface Profile {
  name: string;
  email: string;
  language: "en" | "zh" | null;
  theme: "light" | "dark" | null;
  hasPassword: boolean;
  secondFactor: boolean;
}

export async function findProfile(db: Queryable, id: string): Promise<Profile | undefined> {
  const rows = await db.query<Profile>(
    `SELECT p.name, p.email, p.language, p.theme, c.password_hash IS NOT NULL AS "hasPassword",
       c.totp_at IS NOT NULL AS "secondFactor"
     FROM staff p LEFT JOIN credential c ON c.staff_id = p.id WHERE p.id = $1 AND p.ended_at IS NULL`,
    [id],
  );
  return rows[0];
}

/** Only what is given changes. */
export async function updateProfile(
  tx: Transaction,
  id: string,
  {
    name,
    language,
    theme,
  }: { name?: string | undefined; language?: string | null | undefined; theme?: string | null | undefined },
): Promise<void> {
  await tx.query(
    `UPDATE staff SET name = coalesce($2, name), language = CASE WHEN $3 THEN $4 ELSE language END,
       theme = CASE WHEN $5 THEN $6 ELSE theme END WHERE id = $1`,
    [id, name ?? null, language !== undefined, language ?? null, theme !== undefined, theme ?? null],
  );
}
