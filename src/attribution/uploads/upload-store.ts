import type { Line } from "../../contract/api-conversions.ts";
import type { Queryable, Transaction } from "../../store/index.ts";
import { CLICK_NAMES } from "./apis.ts";
import type { Click, UploadFacts } from "./upload-api.ts";

// ── What is known of conversions ──

interface FactRow {
  uploadOf: string;
  id: string;
  kind: string;
  amount: string;
  currency: string;
  at: Date;
  offline: boolean;
  lines: Line[];
  refund: { id: string; amount: number; at: string } | null;
  kept: string;
  contactId: string;
  clicks: { name: string; value: string; at: string }[];
  accounts: { adapter: string; externalId: string; email: string | null; phone: string | null }[];
  personalised: boolean;
}

const allowed = (purpose: string, contact: string, target: string) => `coalesce((
  SELECT s.granted FROM consent s
  WHERE s.contact_id = ${contact} AND s.purpose = '${purpose}' AND (s.target_id IS NULL OR s.target_id = ${target})
  ORDER BY s.at DESC, s.id DESC LIMIT 1), false)`;

// Who forbade the page to remember them is not known by what the page told.
const FACTS = `
  SELECT given.id AS "uploadOf", c.id, c.kind, c.amount, c.currency, c.at, c.offline, c.contact_id AS "contactId",
    CASE WHEN given.refund_of IS NOT NULL THEN json_build_object('id', given.id, 'amount', -given.amount, 'at', given.at) END AS refund,
    c.amount + coalesce((SELECT sum(r.amount) FROM conversion r WHERE r.refund_of = c.id), 0) AS kept,
    coalesce((
      SELECT json_agg(json_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'amount', l.amount) ORDER BY l.position)
      FROM conversion_line l WHERE l.conversion_id = c.id), '[]') AS lines,
    coalesce((
      SELECT json_agg(json_build_object('name', k.name, 'value', k.value, 'at', k.at))
      FROM (
        SELECT DISTINCT ON (d.key) d.key AS name, d.value, t.at
        FROM touch t CROSS JOIN LATERAL jsonb_each_text(
          CASE WHEN jsonb_typeof(t.evidence -> 'details') = 'object' THEN t.evidence -> 'details' ELSE '{}' END) d
        WHERE t.contact_id = c.contact_id AND t.at <= c.at AND d.key = ANY ($2::text[]) AND d.value <> ''
          AND t.evidence -> 'details' ->> 'consent' IS DISTINCT FROM 'false'
        ORDER BY d.key, t.at DESC, t.id DESC
      ) k), '[]') AS clicks,
    coalesce((
      SELECT json_agg(json_build_object('adapter', h.adapter, 'externalId', i.external_id,
        'email', i.attributes ->> 'email', 'phone', i.attributes ->> 'phone') ORDER BY i.id)
      FROM identity i JOIN channel h ON h.id = i.channel_id WHERE i.contact_id = c.contact_id AND NOT i.is_bot), '[]') AS accounts,
    ${allowed("personalisation", "c.contact_id", "NULL")} AS personalised
  FROM conversion given JOIN conversion c ON c.id = coalesce(given.refund_of, given.id)
  WHERE given.id = ANY ($1::uuid[])`;

/** What may be said of these conversions and refunds, by their ids. */
export async function findFacts(db: Queryable, conversionIds: readonly string[]): Promise<Map<string, UploadFacts>> {
  const rows = await db.query<FactRow>(FACTS, [conversionIds, CLICK_NAMES]);
  return new Map(rows.map((row) => [row.uploadOf, factsOf(row)]));
}

function factsOf(row: FactRow): UploadFacts {
  const { id, kind, currency, at, offline, lines, accounts, refund, contactId, personalised } = row;
  const clicks = row.clicks.map(({ name, value, at }): [string, Click] => [name, { value, at: new Date(at) }]);
  const byWhatsApp = accounts.filter(
    ({ adapter, externalId }) => adapter === "whatsapp" && /^\d{8,15}$/.test(externalId),
  );
  return {
    conversion: { id, kind, amount: Number(row.amount), currency, at, offline, lines },
    refund: refund && { ...refund, at: new Date(refund.at), kept: Number(row.kept) },
    contactId,
    clicks: Object.fromEntries(clicks),
    emails: [...new Set(accounts.flatMap(({ email }) => email ?? []))],
    phones: [
      ...new Set([
        ...accounts.flatMap(({ phone }) => phone ?? []),
        ...byWhatsApp.map(({ externalId }) => `+${externalId}`),
      ]),
    ],
    accounts: accounts.map(({ adapter, externalId }) => ({ adapter, externalId })),
    personalised,
  };
}

// ── The outbox ──

const WANTED = `
  SELECT t.id AS "targetId", t.api, c.id AS "conversionId"
  FROM conversion c LEFT JOIN conversion o ON o.id = c.refund_of CROSS JOIN upload_target t
  WHERE c.id = ANY ($1::uuid[]) AND t.enabled
    AND (cardinality(t.kinds) = 0 OR coalesce(o.kind, c.kind) = ANY (t.kinds))
    AND ${allowed("conversion-upload", "c.contact_id", "t.id")}`;

/** Which targets are to be told of which of these, as far as people allowed it. */
export function findWanted(
  tx: Transaction,
  conversionIds: readonly string[],
): Promise<{ targetId: string; api: string; conversionId: string }[]> {
  return tx.query(WANTED, [conversionIds]);
}

// Due since it happened, so that it is sent at once.
const INSERT = `
  INSERT INTO upload (id, target_id, conversion_id, due_at)
  SELECT t.id, t.target_id, t.conversion_id, c.at
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS t (id, target_id, conversion_id)
  JOIN conversion c ON c.id = t.conversion_id
  ON CONFLICT (target_id, conversion_id) DO NOTHING`;

export async function insertUploads(
  tx: Transaction,
  rows: readonly { id: string; targetId: string; conversionId: string }[],
): Promise<void> {
  const column = (name: "id" | "targetId" | "conversionId") => rows.map((row) => row[name]);
  await tx.query(INSERT, [column("id"), column("targetId"), column("conversionId")]);
}

export interface UploadRow {
  id: string;
  targetId: string;
  conversionId: string;
  state: string;
  attempts: number;
  reason: string | null;
  fields: string[];
  dueAt: Date;
  createdAt: Date;
  sentAt: Date | null;
}

export interface TargetRow {
  id: string;
  api: string;
  name: string;
  settings: Uint8Array;
  enabled: boolean;
  kinds: string[];
  createdAt: Date;
}

const COLUMNS = `u.id, u.target_id AS "targetId", u.conversion_id AS "conversionId", u.state, u.attempts, u.reason, u.fields,
  u.due_at AS "dueAt", u.created_at AS "createdAt", u.sent_at AS "sentAt"`;

// The lease is the time of the next attempt: a process that dies leaves the row due again.
const CLAIM = `
  UPDATE upload u SET attempts = u.attempts + 1, due_at = $1::timestamptz + $2 * interval '1 ms'
  FROM (
    SELECT w.id FROM upload w JOIN upload_target t ON t.id = w.target_id AND t.enabled
    WHERE w.state = 'waiting' AND w.due_at <= $1 ORDER BY w.due_at, w.id LIMIT $3 FOR UPDATE OF w SKIP LOCKED
  ) due WHERE u.id = due.id
  RETURNING ${COLUMNS}`;

export function claimUploads(db: Queryable, now: Date, leaseMs: number, limit: number): Promise<UploadRow[]> {
  return db.query<UploadRow>(CLAIM, [now, leaseMs, limit]);
}

const FINISH = `
  UPDATE upload SET state = $2, reason = $3, fields = $4, sent_at = $5, due_at = coalesce($6, due_at)
  WHERE id = $1 AND state = 'waiting'`;

export async function finishUpload(
  db: Queryable,
  id: string,
  as: { state: string; reason: string | null; fields: readonly string[]; sentAt: Date | null; dueAt: Date | null },
): Promise<void> {
  await db.query(FINISH, [id, as.state, as.reason, as.fields, as.sentAt, as.dueAt]);
}

const ALLOWED = `SELECT ${allowed("conversion-upload", "$1::uuid", "$2::uuid")} AS allowed`;

export async function isAllowed(db: Queryable, contactId: string, targetId: string): Promise<boolean> {
  return (await db.query<{ allowed: boolean }>(ALLOWED, [contactId, targetId]))[0]?.allowed ?? false;
}

const OF_CONVERSION = `SELECT ${COLUMNS} FROM upload u WHERE u.conversion_id = $1`;

export function uploadsOf(db: Queryable, conversionId: string): Promise<UploadRow[]> {
  return db.query<UploadRow>(OF_CONVERSION, [conversionId]);
}

const LIST = `
  SELECT ${COLUMNS} FROM upload u
  WHERE ($1::uuid IS NULL OR u.target_id = $1) AND ($2::text IS NULL OR u.state = $2) AND ($3::uuid IS NULL OR u.id < $3)
  ORDER BY u.id DESC LIMIT $4`;

export function listUploads(
  db: Queryable,
  { targetId, state, after, take }: { targetId?: string; state?: string; after?: string; take: number },
): Promise<UploadRow[]> {
  return db.query<UploadRow>(LIST, [targetId ?? null, state ?? null, after ?? null, take]);
}

const AGAIN = `
  UPDATE upload u SET state = 'waiting', attempts = 0, reason = NULL, due_at = $2
  WHERE u.id = $1 AND u.state IN ('withheld', 'refused') RETURNING ${COLUMNS}`;

/** `undefined` where there is none that was withheld or refused. */
export async function retryUpload(db: Queryable, id: string, now: Date): Promise<UploadRow | undefined> {
  return (await db.query<UploadRow>(AGAIN, [id, now]))[0];
}
