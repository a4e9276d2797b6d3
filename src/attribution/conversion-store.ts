import type { Queryable, Transaction } from "../store/index.ts";
import type { Stage } from "./stages.ts";

export interface ConversionRow {
  id: string;
  contactId: string;
  kind: string;
  source: string;
  externalId: string;
  /** bigint, as the database writes it: negative for a refund. */
  amount: string;
  currency: string;
  refundOf: string | null;
  note: string | null;
  at: Date;
}

export interface PersonRow {
  id: string;
  stage: Stage;
  stageAt: Date;
}

/** A conversion and the sum of what was taken back of it: zero or less. */
export type ConversionSum = ConversionRow & { refunded: string };

const COLUMNS = `c.id, c.contact_id AS "contactId", c.kind, c.source, c.external_id AS "externalId", c.amount, c.currency,
  c.refund_of AS "refundOf", c.note, c.at`;
const REFUNDED = `coalesce((SELECT sum(r.amount) FROM conversion r WHERE r.refund_of = c.id), 0) AS refunded`;

const LOCK_PERSON = `SELECT id, stage, stage_at AS "stageAt" FROM contact WHERE id = $1 FOR UPDATE`;
const FIND_PERSON = `SELECT contact_id AS id FROM identity WHERE channel_id = $1 AND external_id = $2`;
const INSERT = `
  INSERT INTO conversion AS c (id, contact_id, kind, source, external_id, amount, currency, refund_of, note, at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (source, external_id) DO NOTHING
  RETURNING ${COLUMNS}`;
const FIND = `SELECT ${COLUMNS}, ${REFUNDED} FROM conversion c WHERE c.source = $1 AND c.external_id = $2`;
const LOCK = `SELECT ${COLUMNS} FROM conversion c WHERE c.id = $1 FOR UPDATE`;
const SUM_REFUNDS = `SELECT coalesce(sum(amount), 0) AS refunded FROM conversion WHERE refund_of = $1`;
const LIST = `
  SELECT ${COLUMNS}, ${REFUNDED} FROM conversion c
  WHERE c.refund_of IS NULL AND ($1::uuid IS NULL OR c.contact_id = $1) AND ($2::uuid IS NULL OR c.id < $2)
  ORDER BY c.id DESC LIMIT $3`;
const COUNT_PURCHASES = `
  SELECT count(*)::int AS count FROM conversion
  WHERE contact_id = $1 AND id <> $2 AND refund_of IS NULL AND (kind = 'order' OR amount > 0)`;
const SET_STAGE = `
  WITH moved AS (UPDATE contact SET stage = $3, stage_at = $5 WHERE id = $1)
  INSERT INTO stage_change (id, contact_id, from_stage, to_stage, cause, at) VALUES ($6, $1, $2, $3, $4, $5)`;

/** The person's row, held until the transaction ends, so that one thing at a time happens to them. */
export async function lockPerson(tx: Transaction, id: string): Promise<PersonRow | undefined> {
  return (await tx.query<PersonRow>(LOCK_PERSON, [id]))[0];
}

export async function findPerson(tx: Transaction, channelId: string, externalId: string): Promise<string | undefined> {
  return (await tx.query<{ id: string }>(FIND_PERSON, [channelId, externalId]))[0]?.id;
}

/** `undefined` when the source has used this number before. */
export async function insertConversion(
  tx: Transaction,
  row: Omit<ConversionRow, "amount"> & { amount: number },
): Promise<ConversionRow | undefined> {
  const { id, contactId, kind, source, externalId, amount, currency, refundOf, note, at } = row;
  const values = [id, contactId, kind, source, externalId, amount, currency, refundOf, note, at];
  return (await tx.query<ConversionRow>(INSERT, values))[0];
}

export async function findConversion(
  db: Queryable,
  source: string,
  externalId: string,
): Promise<ConversionSum | undefined> {
  return (await db.query<ConversionSum>(FIND, [source, externalId]))[0];
}

/** A conversion, held until the transaction ends, with the sum of its refunds as it is once it is held. */
export async function lockConversion(tx: Transaction, id: string): Promise<ConversionSum | undefined> {
  const row = (await tx.query<ConversionRow>(LOCK, [id]))[0];
  if (!row) return undefined;
  const sum = (await tx.query<{ refunded: string }>(SUM_REFUNDS, [id]))[0]; // a statement of its own sees what the lock waited for
  return { ...row, refunded: sum?.refunded ?? "0" };
}

export function listConversions(
  db: Queryable,
  { contactId, after, take }: { contactId: string | undefined; after: string | undefined; take: number },
): Promise<ConversionSum[]> {
  return db.query<ConversionSum>(LIST, [contactId ?? null, after ?? null, take]);
}

/** How often they had bought, this conversion left out. */
export async function countPurchases(tx: Transaction, contactId: string, besides: string): Promise<number> {
  return (await tx.query<{ count: number }>(COUNT_PURCHASES, [contactId, besides]))[0]?.count ?? 0;
}

export interface StageChange {
  id: string;
  contactId: string;
  from: Stage;
  to: Stage;
  cause: string;
  at: Date;
}

export async function writeStage(tx: Transaction, { id, contactId, from, to, cause, at }: StageChange): Promise<void> {
  await tx.query(SET_STAGE, [contactId, from, to, cause, at, id]);
}
