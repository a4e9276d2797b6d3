import type { Queryable, Transaction } from "../store/index.ts";
import type { ConversionRow, NewRow } from "./conversion-store.ts";

export interface FoundPerson {
  contactId: string;
  /** The account that was named, or their only one. */
  identityId: string | null;
}

const PEOPLE = `
  SELECT t.n::int AS n, c.id AS "contactId", coalesce(i.id::text, (SELECT min(o.id::text) FROM identity o WHERE o.contact_id = c.id HAVING count(*) = 1)) AS "identityId"
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS t (contact_id, channel_id, account, n)
  LEFT JOIN identity i ON i.channel_id = t.channel_id AND i.external_id = t.account
  JOIN contact c ON c.id = coalesce(t.contact_id, i.contact_id)`;

/** Who is meant, by the place in the list; who is nobody is left out. */
export async function findPeople(
  db: Queryable,
  people: readonly { contactId: string | null; channelId: string | null; account: string | null }[],
): Promise<Map<number, FoundPerson>> {
  const rows = await db.query<FoundPerson & { n: number }>(PEOPLE, [
    people.map((each) => each.contactId),
    people.map((each) => each.channelId),
    people.map((each) => each.account),
  ]);
  return new Map(rows.map(({ n, contactId, identityId }) => [n - 1, { contactId, identityId }]));
}

export async function holdPeople(tx: Transaction, contactIds: readonly string[]): Promise<void> {
  await tx.query("SELECT FROM contact WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE", [contactIds]);
}

const INSERT = `
  INSERT INTO conversion (id, contact_id, identity_id, kind, source, external_id, amount, currency, refund_of, offline, note, at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::uuid[], $10::boolean[], $11::text[], $12::timestamptz[])
  ON CONFLICT (source, external_id) DO NOTHING RETURNING id`;

/** Resolves to the ids of those that are new. */
export async function insertRows(tx: Transaction, rows: readonly NewRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const made = await tx.query<{ id: string }>(INSERT, [
    rows.map((row) => row.id),
    rows.map((row) => row.contactId),
    rows.map((row) => row.identityId),
    rows.map((row) => row.kind),
    rows.map((row) => row.source),
    rows.map((row) => row.externalId),
    rows.map((row) => row.amount),
    rows.map((row) => row.currency),
    rows.map((row) => row.refundOf),
    rows.map((row) => row.offline),
    rows.map((row) => row.note),
    rows.map((row) => row.at),
  ]);
  return new Set(made.map(({ id }) => id));
}

const FIND = `
  SELECT c.id, c.contact_id AS "contactId", c.identity_id AS "identityId", c.kind, c.source, c.external_id AS "externalId", c.amount, c.currency,
         c.refund_of AS "refundOf", c.offline, c.note, c.at,
         coalesce((SELECT -sum(r.amount) FROM conversion r WHERE r.refund_of = c.id), 0) AS refunded
  FROM unnest($1::text[], $2::text[]) AS t (source, external_id)
  JOIN conversion c ON c.source = t.source AND c.external_id = t.external_id`;

/** Conversions and refunds by what their sources call them. */
export async function findRows(
  db: Queryable,
  names: readonly { source: string; externalId: string }[],
): Promise<Map<string, ConversionRow & { refunded: string }>> {
  if (names.length === 0) return new Map();
  const rows = await db.query<ConversionRow & { refunded: string }>(FIND, [
    names.map(({ source }) => source),
    names.map(({ externalId }) => externalId),
  ]);
  return new Map(rows.map((row) => [nameOf(row), row]));
}

export function nameOf({ source, externalId }: { source: string; externalId: string }): string {
  return JSON.stringify([source, externalId]);
}

const PURCHASES = `
  SELECT contact_id AS "contactId", count(*)::int AS purchases FROM conversion
  WHERE contact_id = ANY ($1::uuid[]) AND refund_of IS NULL AND (kind = 'order' OR amount > 0) GROUP BY 1`;

export async function countPurchasesOf(db: Queryable, contactIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ contactId: string; purchases: number }>(PURCHASES, [contactIds]);
  return new Map(rows.map(({ contactId, purchases }) => [contactId, purchases]));
}
