import type { Role } from "../contract/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";

export interface LinkRow {
  id: string;
  kind: "invitation" | "reset";
  email: string;
  role: Role | null;
  staffId: string | null;
  forgetFactor: boolean;
  madeBy: string;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
  revokedAt: Date | null;
}

const LINK = `id, kind, email, role, staff_id AS "staffId", forget_factor AS "forgetFactor", made_by AS "madeBy",
  created_at AS "createdAt", expires_at AS "expiresAt", used_at AS "usedAt", revoked_at AS "revokedAt"`;
const OPEN = "used_at IS NULL AND revoked_at IS NULL";

export async function insertLink(
  tx: Transaction,
  row: Omit<LinkRow, "usedAt" | "revokedAt"> & { hash: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO staff_link (id, hash, kind, email, role, staff_id, forget_factor, made_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      row.id,
      row.hash,
      row.kind,
      row.email,
      row.role,
      row.staffId,
      row.forgetFactor,
      row.madeBy,
      row.createdAt,
      row.expiresAt,
    ],
  );
}

export async function findLink(db: Queryable, kind: LinkRow["kind"], hash: string): Promise<LinkRow | undefined> {
  return (await db.query<LinkRow>(`SELECT ${LINK} FROM staff_link WHERE hash = $2 AND kind = $1`, [kind, hash]))[0];
}

/** Until the transaction ends, nobody else uses or revokes it. */
export async function lockLink(tx: Transaction, kind: LinkRow["kind"], hash: string): Promise<LinkRow | undefined> {
  const rows = await tx.query<LinkRow>(`SELECT ${LINK} FROM staff_link WHERE hash = $2 AND kind = $1 FOR UPDATE`, [
    kind,
    hash,
  ]);
  return rows[0];
}

export async function lockInvitation(tx: Transaction, id: string): Promise<LinkRow | undefined> {
  const sql = `SELECT ${LINK} FROM staff_link WHERE id = $1 AND kind = 'invitation' FOR UPDATE`;
  return (await tx.query<LinkRow>(sql, [id]))[0];
}

/** An address's invitation that may be accepted, the newest. */
export async function lockInvitationTo(tx: Transaction, email: string, now: Date): Promise<LinkRow | undefined> {
  const rows = await tx.query<LinkRow>(
    `SELECT ${LINK} FROM staff_link WHERE email = $1 AND kind = 'invitation' AND ${OPEN} AND expires_at > $2
     ORDER BY id DESC LIMIT 1 FOR UPDATE`,
    [email, now],
  );
  return rows[0];
}

export async function markLinkUsed(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query("UPDATE staff_link SET used_at = $2 WHERE id = $1", [id, now]);
}

export async function markLinkRevoked(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query("UPDATE staff_link SET revoked_at = $2 WHERE id = $1", [id, now]);
}

/** The newest link to somebody is the only one that works. */
export async function revokeLinksTo(tx: Transaction, kind: LinkRow["kind"], email: string, now: Date): Promise<void> {
  await tx.query(`UPDATE staff_link SET revoked_at = $3 WHERE kind = $1 AND email = $2 AND ${OPEN}`, [
    kind,
    email,
    now,
  ]);
}

/** Invitations that nobody has accepted yet, the newest first. */
export function listInvitations(
  db: Queryable,
  { before, limit, now }: { before: string | undefined; limit: number; now: Date },
): Promise<LinkRow[]> {
  return db.query(
    `SELECT ${LINK} FROM staff_link WHERE kind = 'invitation' AND ${OPEN} AND expires_at > $3
     AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
    [before ?? null, limit, now],
  );
}
