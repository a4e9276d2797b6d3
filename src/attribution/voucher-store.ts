import type { Queryable, Transaction } from "../store/index.ts";
import { newId } from "../lib/ids.ts";

export interface VoucherRow {
  code: string;
  kind: string;
  note: string | null;
  entryPointId: string | null;
  contactId: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** The account that typed it, or the one account of whom it is bound to; and whose that is by now. */
  identityId: string | null;
  owner: string | null;
  claimedAt: Date | null;
  conversionId: string | null;
  usedAt: Date | null;
}

const COLUMNS = `v.code, v.kind, v.note, v.entry_point_id AS "entryPointId", v.contact_id AS "contactId", v.created_at AS "createdAt",
  v.expires_at AS "expiresAt", v.revoked_at AS "revokedAt", v.identity_id AS "identityId", i.contact_id AS owner,
  v.claimed_at AS "claimedAt", v.conversion_id AS "conversionId", v.used_at AS "usedAt"`;
const FROM = "FROM voucher v LEFT JOIN identity i ON i.id = v.identity_id";

const INSERT = `
  INSERT INTO voucher (code, kind, note, entry_point_id, contact_id, identity_id, created_at, expires_at)
  SELECT code, $2, $3, $4, $5, (SELECT min(i.id::text)::uuid FROM identity i WHERE i.contact_id = $5 HAVING count(*) = 1), $6, $7
  FROM unnest($1::text[]) AS t (code)
  WHERE NOT EXISTS (SELECT 1 FROM entry_point e WHERE lower(e.code COLLATE "C") = lower(t.code COLLATE "C"))
  ON CONFLICT DO NOTHING RETURNING code`;

export type NewVoucher = Pick<VoucherRow, "kind" | "note" | "entryPointId" | "contactId" | "createdAt" | "expiresAt">;

/** Resolves to the codes that were free. */
export async function insertVouchers(tx: Transaction, codes: readonly string[], each: NewVoucher): Promise<string[]> {
  const { kind, note, entryPointId, contactId, createdAt, expiresAt } = each;
  const rows = await tx.query<{ code: string }>(INSERT, [
    codes,
    kind,
    note,
    entryPointId,
    contactId,
    createdAt,
    expiresAt,
  ]);
  return rows.map(({ code }) => code);
}

export async function boundExists(
  db: Queryable,
  { entryPointId, contactId }: { entryPointId: string | null; contactId: string | null },
) {
  const [row] = await db.query<{ there: boolean }>(
    "SELECT EXISTS (SELECT FROM entry_point WHERE id = $1) OR EXISTS (SELECT FROM contact WHERE id = $2) AS there",
    [entryPointId, contactId],
  );
  return row?.there ?? false;
}

const LIST = `
  SELECT ${COLUMNS} ${FROM}
  WHERE ($1::uuid IS NULL OR v.entry_point_id = $1) AND ($2::uuid IS NULL OR v.contact_id = $2 OR i.contact_id = $2)
    AND ($3::timestamptz IS NULL OR (v.created_at, v.code) < ($3, $4::text))
  ORDER BY v.created_at DESC, v.code DESC LIMIT $5`;

export function listVouchers(
  db: Queryable,
  {
    entryPointId,
    contactId,
    after,
    take,
  }: {
    entryPointId?: string | undefined;
    contactId?: string | undefined;
    after: readonly [string, string] | undefined;
    take: number;
  },
): Promise<VoucherRow[]> {
  return db.query<VoucherRow>(LIST, [
    entryPointId ?? null,
    contactId ?? null,
    after?.[0] ?? null,
    after?.[1] ?? null,
    take,
  ]);
}

const LOCK = `SELECT ${COLUMNS} ${FROM} WHERE lower(v.code COLLATE "C") = ANY ($1::text[]) ORDER BY v.code FOR UPDATE OF v`;

/** Vouchers by their folded codes, held until the transaction ends. */
export function lockVouchers(tx: Transaction, folded: readonly string[]): Promise<VoucherRow[]> {
  return tx.query<VoucherRow>(LOCK, [folded]);
}

export async function writeUse(tx: Transaction, code: string, conversionId: string, at: Date): Promise<void> {
  await tx.query("UPDATE voucher SET conversion_id = $2, used_at = $3 WHERE code = $1", [code, conversionId, at]);
}

export async function writeClaim(tx: Transaction, code: string, identityId: string, at: Date): Promise<void> {
  await tx.query("UPDATE voucher SET identity_id = $2, claimed_at = $3 WHERE code = $1", [code, identityId, at]);
}

export async function writeRevoked(tx: Transaction, code: string, at: Date): Promise<void> {
  await tx.query("UPDATE voucher SET revoked_at = $2 WHERE code = $1 AND revoked_at IS NULL", [code, at]);
}

/** Somebody of whom only the voucher is known. */
export async function makeStranger(tx: Transaction, at: Date): Promise<string> {
  const id = newId();
  await tx.query("INSERT INTO contact (id, created_at, stage_at) VALUES ($1, $2, $2)", [id, at]);
  return id;
}

const TOUCH = `
  WITH first AS (
    UPDATE contact SET first_touch_id = $1::uuid WHERE id = $2::uuid AND first_touch_id IS NULL RETURNING id
  )
  INSERT INTO touch (id, contact_id, identity_id, entry_point_id, method, confidence, evidence, at, is_origin)
  SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid, 'voucher', 'high', jsonb_build_object('voucher', $5::text), $6::timestamptz,
         EXISTS (SELECT FROM first)`;

/** Who shows the voucher came through the door that gave it out. */
export async function insertVoucherTouch(
  tx: Transaction,
  {
    contactId,
    identityId,
    entryPointId,
    code,
    at,
  }: { contactId: string; identityId: string | null; entryPointId: string; code: string; at: Date },
): Promise<void> {
  await tx.query(TOUCH, [newId(), contactId, identityId, entryPointId, code, at]);
}

const HAND_OVER = [
  "UPDATE conversion SET contact_id = $2, identity_id = $3 WHERE contact_id = $1",
  "UPDATE touch SET contact_id = $2, identity_id = $3 WHERE contact_id = $1",
  "UPDATE stage_change SET contact_id = $2, identity_id = $3 WHERE contact_id = $1",
];

/** What was known of a stranger turns out to be somebody's. */
export async function handOver(
  tx: Transaction,
  stranger: string,
  contactId: string,
  identityId: string,
): Promise<void> {
  for (const statement of HAND_OVER) await tx.query(statement, [stranger, contactId, identityId]);
  await tx.query("UPDATE contact SET first_touch_id = NULL WHERE id = $1", [stranger]);
}

/** Has nobody's account ever been this contact's? */
export async function isStranger(tx: Transaction, contactId: string): Promise<boolean> {
  const [row] = await tx.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT FROM identity WHERE contact_id = $1)
         OR EXISTS (SELECT FROM link WHERE from_contact_id = $1 OR to_contact_id = $1) AS known`,
    [contactId],
  );
  return row?.known === false;
}
