import type { Role } from "../contract/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";

/** A person and all by which they prove who they are. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: Role;
  passwordHash: string | null;
  totpSecret: Uint8Array | null;
  totpAt: Date | null;
  totpStep: bigint | null;
}

const ACCOUNT = `p.id, p.name, p.email, p.role, c.password_hash AS "passwordHash", c.totp_secret AS "totpSecret",
  c.totp_at AS "totpAt", c.totp_step AS "totpStep"
  FROM staff p LEFT JOIN credential c ON c.staff_id = p.id`;

export async function findAccount(db: Queryable, by: { email: string } | { id: string }): Promise<Account | undefined> {
  const rows =
    "email" in by
      ? await db.query<Account>(`SELECT ${ACCOUNT} WHERE p.email = $1 AND p.ended_at IS NULL`, [by.email])
      : await db.query<Account>(`SELECT ${ACCOUNT} WHERE p.id = $1 AND p.ended_at IS NULL`, [by.id]);
  return rows[0];
}

/** Until the transaction ends, nobody else changes how this person signs in. The row is made where there is none. */
export async function lockCredential(tx: Transaction, staffId: string): Promise<void> {
  await tx.query("INSERT INTO credential (staff_id) VALUES ($1) ON CONFLICT DO NOTHING", [staffId]);
  await tx.query("SELECT 1 FROM credential WHERE staff_id = $1 FOR UPDATE", [staffId]);
}

export async function setPassword(tx: Transaction, staffId: string, hash: string, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO credential (staff_id, password_hash, password_at) VALUES ($1, $2, $3)
     ON CONFLICT (staff_id) DO UPDATE SET password_hash = excluded.password_hash, password_at = excluded.password_at`,
    [staffId, hash, now],
  );
}

// ── The second factor ──

export async function setTotpSecret(tx: Transaction, staffId: string, sealed: Uint8Array): Promise<void> {
  await tx.query("UPDATE credential SET totp_secret = $2, totp_at = NULL, totp_step = NULL WHERE staff_id = $1", [
    staffId,
    sealed,
  ]);
}

export async function confirmTotp(tx: Transaction, staffId: string, now: Date): Promise<void> {
  await tx.query("UPDATE credential SET totp_at = $2 WHERE staff_id = $1", [staffId, now]);
}

/** @returns false when this step, or a later one, was taken before: a code that was looked at over a shoulder. */
export async function takeTotpStep(db: Queryable, staffId: string, step: number): Promise<boolean> {
  const rows = await db.query(
    `UPDATE credential SET totp_step = $2 WHERE staff_id = $1 AND totp_secret IS NOT NULL
     AND (totp_step IS NULL OR totp_step < $2) RETURNING 1`,
    [staffId, step],
  );
  return rows.length > 0;
}

export async function forgetTotp(tx: Transaction, staffId: string): Promise<void> {
  await tx.query("UPDATE credential SET totp_secret = NULL, totp_at = NULL, totp_step = NULL WHERE staff_id = $1", [
    staffId,
  ]);
  await tx.query("DELETE FROM recovery_code WHERE staff_id = $1", [staffId]);
}

/** In place of those there were. */
export async function replaceRecoveryCodes(tx: Transaction, staffId: string, hashes: readonly string[]): Promise<void> {
  await tx.query("DELETE FROM recovery_code WHERE staff_id = $1", [staffId]);
  await tx.query("INSERT INTO recovery_code (hash, staff_id) SELECT unnest($2::text[]), $1::uuid", [staffId, hashes]);
}

/** @returns false when there is no such code, or it was used. */
export async function takeRecoveryCode(db: Queryable, staffId: string, hash: string, now: Date): Promise<boolean> {
  const rows = await db.query(
    "UPDATE recovery_code SET used_at = $3 WHERE hash = $2 AND staff_id = $1 AND used_at IS NULL RETURNING 1",
    [staffId, hash, now],
  );
  return rows.length > 0;
}

// ── The identity provider's account ──

export async function findBySubject(db: Queryable, issuer: string, subject: string): Promise<string | undefined> {
  const rows = await db.query<{ id: string }>(
    "SELECT staff_id AS id FROM credential WHERE provider_issuer = $1 AND provider_subject = $2",
    [issuer, subject],
  );
  return rows[0]?.id;
}

/** @returns false when the person is known as somebody else to this provider. */
export async function pinSubject(tx: Transaction, staffId: string, issuer: string, subject: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE credential SET provider_issuer = $2, provider_subject = $3 WHERE staff_id = $1
     AND (provider_issuer IS DISTINCT FROM $2 OR provider_subject = $3) RETURNING 1`,
    [staffId, issuer, subject],
  );
  return rows.length > 0;
}

export async function forgetSubject(tx: Transaction, staffId: string): Promise<void> {
  await tx.query("UPDATE credential SET provider_issuer = NULL, provider_subject = NULL WHERE staff_id = $1", [
    staffId,
  ]);
}

/** Nothing of how they signed in remains. */
export async function forgetCredentials(tx: Transaction, staffId: string): Promise<void> {
  await tx.query("DELETE FROM recovery_code WHERE staff_id = $1", [staffId]);
  await tx.query("DELETE FROM credential WHERE staff_id = $1", [staffId]);
}
