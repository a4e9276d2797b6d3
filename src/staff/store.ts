import type { Json, Role } from "../contract/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import { LOCKS } from "../lib/locks.ts";

export interface StaffRow {
  id: string;
  name: string;
  email: string;
  role: Role;
}

export interface TokenRow {
  id: string;
  staffId: string | null;
  name: string;
  role: Role;
  prefix: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** A token as it is when somebody shows it. */
export interface ShownToken extends TokenRow {
  staffName: string | null;
  staffRole: Role | null;
  staffEnded: boolean;
}

export interface ClaimRow {
  expiresAt: Date;
  usedAt: Date | null;
}

export interface AuditRow {
  seq: string;
  at: Date;
  asker: string;
  action: string;
  subject: string;
  detail: Json;
  hash: string;
}

const STAFF = "id, name, email, role";
const TOKEN = `t.id, t.staff_id AS "staffId", t.name, t.role, t.prefix, t.created_at AS "createdAt",
  t.last_used_at AS "lastUsedAt", t.revoked_at AS "revokedAt"`;

// ── People ──

export async function findStaff(db: Queryable, id: string): Promise<StaffRow | undefined> {
  return (await db.query<StaffRow>(`SELECT ${STAFF} FROM staff WHERE id = $1 AND ended_at IS NULL`, [id]))[0];
}

export async function hasOwner(db: Queryable): Promise<boolean> {
  const rows = await db.query<{ there: boolean }>(
    "SELECT EXISTS (SELECT FROM staff WHERE role = 'owner' AND ended_at IS NULL) AS there",
  );
  return rows[0]?.there === true;
}

export async function insertStaff(tx: Transaction, row: StaffRow & { createdAt: Date }): Promise<void> {
  await tx.query("INSERT INTO staff (id, name, email, role, created_at) VALUES ($1, $2, $3, $4, $5)", [
    row.id,
    row.name,
    row.email,
    row.role,
    row.createdAt,
  ]);
}

// ── Tokens ──

export async function insertToken(tx: Transaction, row: TokenRow & { hash: string }): Promise<void> {
  await tx.query(
    "INSERT INTO api_token (id, staff_id, name, role, prefix, hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [row.id, row.staffId, row.name, row.role, row.prefix, row.hash, row.createdAt],
  );
}

export async function findShownToken(db: Queryable, hash: string): Promise<ShownToken | undefined> {
  const rows = await db.query<ShownToken>(
    `SELECT ${TOKEN}, s.name AS "staffName", s.role AS "staffRole", s.ended_at IS NOT NULL AS "staffEnded"
     FROM api_token t LEFT JOIN staff s ON s.id = t.staff_id WHERE t.hash = $1`,
    [hash],
  );
  return rows[0];
}

export async function markTokenUsed(db: Queryable, id: string, now: Date, unlessSince: Date): Promise<void> {
  await db.query(
    "UPDATE api_token SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)",
    [id, now, unlessSince],
  );
}

/** Those of the tokens that are still good. */
export async function goodTokens(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT t.id FROM api_token t LEFT JOIN staff s ON s.id = t.staff_id
     WHERE t.id = ANY($1::uuid[]) AND t.revoked_at IS NULL AND s.ended_at IS NULL`,
    [ids],
  );
  return rows.map((row) => row.id);
}

/** The newest first. */
export function listTokens(db: Queryable, before: string | undefined, limit: number): Promise<TokenRow[]> {
  return db.query(
    `SELECT ${TOKEN} FROM api_token t WHERE ($1::uuid IS NULL OR t.id < $1) ORDER BY t.id DESC LIMIT $2`,
    [before ?? null, limit],
  );
}

export async function lockToken(tx: Transaction, id: string): Promise<TokenRow | undefined> {
  return (await tx.query<TokenRow>(`SELECT ${TOKEN} FROM api_token t WHERE t.id = $1 FOR UPDATE`, [id]))[0];
}

export async function markTokenRevoked(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query("UPDATE api_token SET revoked_at = $2 WHERE id = $1", [id, now]);
}

// ── Claims ──

export async function insertClaim(db: Queryable, hash: string, expiresAt: Date): Promise<void> {
  await db.query("INSERT INTO claim (hash, expires_at) VALUES ($1, $2)", [hash, expiresAt]);
}

export async function findClaim(db: Queryable, hash: string): Promise<ClaimRow | undefined> {
  const rows = await db.query<ClaimRow>(
    `SELECT expires_at AS "expiresAt", used_at AS "usedAt" FROM claim WHERE hash = $1`,
    [hash],
  );
  return rows[0];
}

export async function markClaimUsed(tx: Transaction, hash: string, now: Date): Promise<void> {
  await tx.query("UPDATE claim SET used_at = $2 WHERE hash = $1", [hash, now]);
}

// ── Audit ──

/** Until the transaction ends, nobody else appends. */
export async function lockAudit(tx: Transaction): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1::bigint)", [LOCKS.audit]);
}

export async function lastAudit(tx: Transaction): Promise<Pick<AuditRow, "seq" | "hash"> | undefined> {
  return (await tx.query<AuditRow>("SELECT seq::text, hash FROM audit ORDER BY audit.seq DESC LIMIT 1"))[0];
}

export async function insertAudit(tx: Transaction, row: AuditRow): Promise<void> {
  await tx.query(
    "INSERT INTO audit (seq, at, asker, action, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [row.seq, row.at, row.asker, row.action, row.subject, JSON.stringify(row.detail), row.hash],
  );
}

export function auditRows(db: Queryable, after: string, limit: number): Promise<AuditRow[]> {
  return db.query(
    `SELECT seq::text, at, asker, action, subject, detail, hash FROM audit
     WHERE seq > $1 ORDER BY audit.seq LIMIT $2`,
    [after, limit],
  );
}

/** The newest first. `action` finds what begins with it and a dot as well. */
export function auditPage(
  db: Queryable,
  filter: {
    before?: string | undefined;
    action?: string | undefined;
    subject?: string | undefined;
    asker?: string | undefined;
  },
  limit: number,
): Promise<(AuditRow & { askerName: string | null })[]> {
  return db.query(
    `SELECT a.seq::text, a.at, a.asker, a.action, a.subject, a.detail, a.hash, coalesce(p.name, t.name) AS "askerName"
     FROM (SELECT * FROM audit WHERE ($1::bigint IS NULL OR seq < $1)
       AND ($2::text IS NULL OR action = $2 OR starts_with(action, $2 || '.'))
       AND ($3::text IS NULL OR subject = $3) AND ($4::text IS NULL OR asker = $4)
       ORDER BY audit.seq DESC LIMIT $5) a
     LEFT JOIN staff p ON a.asker = 'staff:' || p.id LEFT JOIN api_token t ON a.asker = 'token:' || t.id
     ORDER BY a.seq DESC`,
    [filter.before ?? null, filter.action ?? null, filter.subject ?? null, filter.asker ?? null, limit],
  );
}
