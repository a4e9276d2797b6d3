import type { WebhookDeliveryView } from "../contract/api-notify.ts";
import type { Queryable, Transaction } from "../store/index.ts";

export interface WebhookRow {
  id: string;
  name: string;
  url: string;
  secret: Uint8Array;
  events: string[];
  enabled: boolean;
  failingSince: Date | null;
  stoppedReason: string | null;
  createdAt: Date;
}

const WEBHOOK = `
  SELECT id, name, url, secret, events, enabled, failing_since AS "failingSince", stopped_reason AS "stoppedReason",
         created_at AS "createdAt" FROM webhook`;

export const listWebhooks = (db: Queryable) => db.query<WebhookRow>(`${WEBHOOK} ORDER BY id`);

export async function lockWebhook(tx: Transaction, id: string): Promise<WebhookRow | undefined> {
  return (await tx.query<WebhookRow>(`${WEBHOOK} WHERE id = $1 FOR UPDATE`, [id]))[0];
}

const PUT = `
  INSERT INTO webhook (id, name, url, secret, events, enabled, failing_since, stopped_reason, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (id) DO UPDATE SET name = $2, url = $3, secret = $4, events = $5, enabled = $6, failing_since = $7, stopped_reason = $8`;

export async function putWebhook(db: Queryable, row: WebhookRow): Promise<void> {
  const { id, name, url, secret, events, enabled, failingSince, stoppedReason, createdAt } = row;
  await db.query(PUT, [id, name, url, secret, events, enabled, failingSince, stoppedReason, createdAt]);
}

export async function deleteWebhook(tx: Transaction, id: string): Promise<void> {
  await tx.query("DELETE FROM webhook_delivery WHERE webhook_id = $1", [id]);
  await tx.query("DELETE FROM webhook WHERE id = $1", [id]);
}

// ── The outbox ──

/** Who is told of these kinds of events. Asked within the recording's transaction: the table is small. */
export async function webhooksFor(tx: Queryable, events: readonly string[]) {
  const sql = "SELECT id, events FROM webhook WHERE enabled AND events && $1::text[]";
  return tx.query<{ id: string; events: string[] }>(sql, [events]);
}

export interface NewDelivery {
  id: string;
  webhookId: string;
  event: string;
  subjectId: string | null;
  payload: string;
}

const INSERT = `
  INSERT INTO webhook_delivery (id, webhook_id, event, subject_id, payload, due_at, created_at)
  SELECT id, webhook_id, event, subject_id, payload, $6, $6
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[]) AS t (id, webhook_id, event, subject_id, payload)`;

export async function insertDeliveries(tx: Queryable, rows: readonly NewDelivery[], now: Date): Promise<void> {
  const column = <K extends keyof NewDelivery>(name: K) => rows.map((row) => row[name]);
  const columns = [column("id"), column("webhookId"), column("event"), column("subjectId"), column("payload")];
  await tx.query(INSERT, [...columns, now]);
}

export interface DueDelivery {
  id: string;
  payload: string;
  attempts: number;
  webhookId: string;
  url: string;
  secret: Uint8Array;
  failingSince: Date | null;
}

// Claimed by putting it off: a process that dies with it leaves it to the others after the lease.
const CLAIM = `
  WITH due AS (
    SELECT d.id FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
    WHERE d.state = 'waiting' AND d.due_at <= $1 AND w.enabled ORDER BY d.due_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED
  ), claimed AS (
    UPDATE webhook_delivery d SET due_at = $2, attempts = d.attempts + 1 FROM due WHERE d.id = due.id
    RETURNING d.id, d.payload, d.attempts, d.webhook_id
  )
  SELECT c.id, c.payload, c.attempts, c.webhook_id AS "webhookId", w.url, w.secret, w.failing_since AS "failingSince"
  FROM claimed c JOIN webhook w ON w.id = c.webhook_id`;

export const claimDue = (db: Queryable, now: Date, leaseUntil: Date, limit: number) =>
  db.query<DueDelivery>(CLAIM, [now, leaseUntil, limit]);

export interface Outcome {
  state: "waiting" | "sent" | "failed";
  status: number | null;
  reason: string | null;
  dueAt: Date;
  now: Date;
}

const SETTLE = `
  WITH delivery AS (
    UPDATE webhook_delivery SET state = $2, status = $3, reason = $4, due_at = $5, done_at = CASE WHEN $2 = 'waiting' THEN NULL ELSE $6::timestamptz END
    WHERE id = $1 RETURNING webhook_id
  )
  UPDATE webhook w SET failing_since = CASE WHEN $2 = 'sent' THEN NULL ELSE coalesce(w.failing_since, $6::timestamptz) END
  FROM delivery d WHERE w.id = d.webhook_id AND ($2 <> 'sent' OR w.failing_since IS NOT NULL)`;

export async function settleDelivery(db: Queryable, id: string, outcome: Outcome): Promise<void> {
  const { state, status, reason, dueAt, now } = outcome;
  await db.query(SETTLE, [id, state, status, reason, dueAt, now]);
}

const STOP = `
  WITH stopped AS (UPDATE webhook SET enabled = false, stopped_reason = $2 WHERE id = $1 AND enabled RETURNING id)
  UPDATE webhook_delivery d SET state = 'failed', reason = $2, done_at = $3 FROM stopped s
  WHERE d.webhook_id = s.id AND d.state = 'waiting'`;

export async function stopWebhook(db: Queryable, id: string, reason: string, now: Date): Promise<void> {
  await db.query(STOP, [id, reason, now]);
}

const LOG = `
  SELECT id, event, state, attempts, status, reason, due_at AS "dueAt", created_at AS "createdAt", done_at AS "doneAt"
  FROM webhook_delivery WHERE webhook_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

type LogRow = Omit<WebhookDeliveryView, "dueAt" | "createdAt" | "doneAt"> & {
  dueAt: Date;
  createdAt: Date;
  doneAt: Date | null;
};

/** What was told, the newest first. */
export async function deliveriesOf(db: Queryable, webhookId: string, behind: string | undefined, limit: number) {
  const rows = await db.query<LogRow>(LOG, [webhookId, behind ?? null, limit]);
  return rows.map((row): WebhookDeliveryView => {
    const { dueAt, createdAt, doneAt } = row;
    const times = {
      dueAt: dueAt.toISOString(),
      createdAt: createdAt.toISOString(),
      doneAt: doneAt?.toISOString() ?? null,
    };
    return { ...row, ...times };
  });
}

const AGAIN = `
  UPDATE webhook_delivery SET state = 'waiting', attempts = 0, due_at = $3, done_at = NULL
  WHERE id = $2 AND webhook_id = $1 AND state <> 'waiting' RETURNING id`;

export async function sendAgain(db: Queryable, webhookId: string, id: string, now: Date): Promise<boolean> {
  return (await db.query(AGAIN, [webhookId, id, now])).length > 0;
}

export async function forgetOld(db: Queryable, before: Date): Promise<void> {
  await db.query("DELETE FROM webhook_delivery WHERE state <> 'waiting' AND done_at < $1", [before]);
}

/** Behind their locks, so that two hubs do not tell of the same; those that another holds are left to it. */
export async function lockWebhooksFor(tx: Transaction, event: string): Promise<string[]> {
  const sql = "SELECT id FROM webhook WHERE enabled AND $1 = ANY (events) ORDER BY id FOR UPDATE SKIP LOCKED";
  return (await tx.query<{ id: string }>(sql, [event])).map(({ id }) => id);
}

const UNTOLD = `
  SELECT w.id AS "webhookId", v.id, v.contact_id AS "contactId", v.kind, v.source, v.external_id AS "externalId",
         v.amount::text, v.currency, v.refund_of AS "refundOf", v.at
  FROM webhook w JOIN conversion v ON v.recorded_at > greatest(w.created_at, $2::timestamptz)
  WHERE w.id = ANY ($1::uuid[])
    AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.subject_id = v.id)
  ORDER BY v.recorded_at LIMIT $3`;

export interface UntoldConversion {
  webhookId: string;
  id: string;
  contactId: string;
  kind: string;
  source: string;
  externalId: string;
  amount: string;
  currency: string;
  refundOf: string | null;
  at: Date;
}

export const untoldConversions = (tx: Transaction, webhookIds: readonly string[], since: Date, limit: number) =>
  tx.query<UntoldConversion>(UNTOLD, [webhookIds, since, limit]);
