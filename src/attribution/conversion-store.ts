import type { Line } from "../contract/api-conversions.ts";
import type { Queryable, Transaction } from "../store/index.ts";

export interface ConversionRow {
  id: string;
  contactId: string;
  /** The account that it is known from. */
  identityId: string | null;
  kind: string;
  source: string;
  externalId: string;
  /** bigint, as the database writes it: negative for a refund. */
  amount: string;
  currency: string;
  refundOf: string | null;
  offline: boolean;
  note: string | null;
  at: Date;
}

export interface PersonRow {
  id: string;
  /** The one account they have; null where there are several, or none. */
  soleIdentityId: string | null;
}

/** A conversion and the sum of what was taken back of it: zero or less. */
export type ConversionSum = ConversionRow & { refunded: string; lines: Line[] };

const COLUMNS = `c.id, c.contact_id AS "contactId", c.identity_id AS "identityId", c.kind, c.source, c.external_id AS "externalId",
  c.amount, c.currency, c.refund_of AS "refundOf", c.offline, c.note, c.at`;
const REFUNDED = `coalesce((SELECT sum(r.amount) FROM conversion r WHERE r.refund_of = c.id), 0) AS refunded`;
const LINES = `coalesce((
  SELECT json_agg(json_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'amount', l.amount) ORDER BY l.position)
  FROM conversion_line l WHERE l.conversion_id = c.id), '[]') AS lines`;

const LOCK_PERSON = `
  SELECT c.id, (SELECT min(i.id::text) FROM identity i WHERE i.contact_id = c.id HAVING count(*) = 1) AS "soleIdentityId"
  FROM contact c WHERE c.id = $1 FOR UPDATE OF c`;
const FIND_PERSON = `SELECT id AS "identityId", contact_id AS "contactId" FROM identity WHERE channel_id = $1 AND external_id = $2`;
const INSERT = `
  INSERT INTO conversion AS c (id, contact_id, identity_id, kind, source, external_id, amount, currency, refund_of, offline, note, at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (source, external_id) DO NOTHING
  RETURNING ${COLUMNS}`;
const INSERT_LINES = `
  INSERT INTO conversion_line (conversion_id, position, sku, name, quantity, amount)
  SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::float8[], $6::bigint[])`;
const FIND = `SELECT ${COLUMNS}, ${REFUNDED}, ${LINES} FROM conversion c WHERE c.source = $1 AND c.external_id = $2`;
const LOCK = `SELECT ${COLUMNS}, ${LINES} FROM conversion c WHERE c.id = $1 FOR UPDATE`;
const SUM_REFUNDS = `SELECT coalesce(sum(amount), 0) AS refunded FROM conversion WHERE refund_of = $1`;
const LIST = `
  SELECT ${COLUMNS}, ${REFUNDED}, ${LINES} FROM conversion c
  WHERE c.refund_of IS NULL AND ($1::uuid IS NULL OR c.contact_id = $1) AND ($2::uuid IS NULL OR c.id < $2)
  ORDER BY c.id DESC LIMIT $3`;
const COUNT_PURCHASES = `
  SELECT count(*)::int AS count FROM conversion
  WHERE contact_id = $1 AND id <> $2 AND refund_of IS NULL AND (kind = 'order' OR amount > 0)`;

/** The person's row, held until the transaction ends, so that one thing at a time happens to them. */
export async function lockPerson(tx: Transaction, id: string): Promise<PersonRow | undefined> {
  return (await tx.query<PersonRow>(LOCK_PERSON, [id]))[0];
}

export async function findPerson(
  tx: Transaction,
  channelId: string,
  externalId: string,
): Promise<{ contactId: string; identityId: string } | undefined> {
  return (await tx.query<{ contactId: string; identityId: string }>(FIND_PERSON, [channelId, externalId]))[0];
}

export type NewRow = Omit<ConversionRow, "amount"> & { amount: number };

/** `undefined` when the source has used this number before. */
export async function insertConversion(tx: Transaction, row: NewRow): Promise<ConversionRow | undefined> {
  const { id, contactId, identityId, kind, source, externalId, amount, currency, refundOf, offline, note, at } = row;
  const values = [id, contactId, identityId, kind, source, externalId, amount, currency, refundOf, offline, note, at];
  return (await tx.query<ConversionRow>(INSERT, values))[0];
}

export async function insertLines(tx: Transaction, conversionId: string, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(INSERT_LINES, [
    conversionId,
    lines.map((_, i) => i + 1),
    lines.map(({ sku }) => sku),
    lines.map(({ name }) => name),
    lines.map(({ quantity }) => quantity),
    lines.map(({ amount }) => amount),
  ]);
}

export async function findConversion(
  db: Queryable,
  source: string,
  externalId: string,
): Promise<ConversionSum | undefined> {
  return (await db.query<ConversionSum>(FIND, [source, externalId]))[0];
}

/** Whose a conversion is just now; hold the person, then look again. */
export async function ownerOf(db: Queryable, conversionId: string): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>("SELECT contact_id AS id FROM conversion WHERE id = $1", [conversionId]);
  return row?.id;
}

/** A conversion, held until the transaction ends, with the sum of its refunds as it is once it is held. */
export async function lockConversion(tx: Transaction, id: string): Promise<ConversionSum | undefined> {
  const row = (await tx.query<ConversionRow & { lines: Line[] }>(LOCK, [id]))[0];
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

const RETHREAD = `
  UPDATE conversion SET contact_id = $2 WHERE identity_id = $1
     OR refund_of IN (SELECT id FROM conversion WHERE identity_id = $1)`;

/** An identity is another contact's now: what is known to have been bought from it goes along, and its refunds. */
export async function rethreadConversions(tx: Transaction, identityId: string, contactId: string): Promise<void> {
  await tx.query(RETHREAD, [identityId, contactId]);
}

const CONTACT_OF_CONVERSATION = `
  SELECT c.contact_id AS "contactId", (
    SELECT w.identity_id FROM first_word w JOIN identity i ON i.id = w.identity_id
    WHERE w.conversation_id = c.id AND i.contact_id = c.contact_id ORDER BY w.at DESC LIMIT 1) AS "identityId"
  FROM conversation c WHERE c.id = $1`;

/** Whose conversation it is, and the account they wrote from. */
export async function personOfConversation(
  tx: Transaction,
  conversationId: string,
): Promise<{ contactId: string | null; identityId: string | null } | undefined> {
  return (
    await tx.query<{ contactId: string | null; identityId: string | null }>(CONTACT_OF_CONVERSATION, [conversationId])
  )[0];
}

const PERSON_AT = `
  SELECT i.contact_id AS "contactId", i.id AS "identityId" FROM conversation c
  JOIN event e ON e.conversation_id = c.id AND e.identity_id IS NOT NULL
  JOIN identity i ON i.id = e.identity_id
  WHERE c.channel_id = $1 AND c.place = $2 AND c.kind = 'direct' ORDER BY e.seq DESC LIMIT 1`;

/** Whose direct conversation a place is, by the account that spoke there last. */
export async function personAt(
  tx: Transaction,
  channelId: string,
  place: string,
): Promise<{ contactId: string; identityId: string } | undefined> {
  return (await tx.query<{ contactId: string; identityId: string }>(PERSON_AT, [channelId, place]))[0];
}
