import type { OutboundMessage, Part, Rate, Referrer } from "../contract/index.ts";
import type { Database, Queryable, Transaction } from "../store/index.ts";
import { fullBucket, refill, waitForToken, type Bucket } from "./bucket.ts";
import { projectMessages, type Target } from "./projection-store.ts";
import type { OpenChannel } from "./types.ts";
import type { Setback } from "./retry.ts";

export interface ClaimedDelivery {
  id: string;
  conversationId: string;
  fence: number;
  attempts: number;
  /** How many of them ended without an answer. */
  doubts: number;
  message: OutboundMessage;
}

/** What to send now, and when to look again. */
export interface Claim {
  deliveries: ClaimedDelivery[];
  waitMs: number;
}

interface DeliveryRow {
  id: string;
  conversationId: string;
  fence: number;
  attempts: number;
  doubts: number;
  place: string;
  author: "bot" | "agent";
  parts: Part[];
  replyTo: string | null;
  idempotencyKey: string;
  referrer: { data: Referrer["data"]; expiresAt: string } | null;
}

interface BucketRow {
  tokens: number;
  refilledAt: Date;
  blockedForMs: string | null;
  now: Date;
}

// One row a channel: whoever sends on it takes turns here, which is also what keeps two hubs inside one rate.
const LOCK_BUCKET = `
  SELECT tokens, refilled_at AS "refilledAt", clock_timestamp() AS now,
         extract(epoch FROM blocked_until - clock_timestamp()) * 1000 AS "blockedForMs"
  FROM rate_bucket WHERE channel_id = $1 FOR UPDATE`;

const OPEN_BUCKET = `
  INSERT INTO rate_bucket (channel_id, tokens, refilled_at) VALUES ($1, $2, clock_timestamp()) ON CONFLICT DO NOTHING`;

const SPEND = `UPDATE rate_bucket SET tokens = $2, refilled_at = $3 WHERE channel_id = $1`;

// Only the head of its place's line may go: no earlier delivery of the conversation is waiting or on its way.
const CLAIM = `
  WITH head AS (
    SELECT d.id FROM delivery d
    LEFT JOIN place_pace p ON p.conversation_id = d.conversation_id
    WHERE d.channel_id = $1 AND d.state = 'waiting' AND d.due_at <= clock_timestamp()
      AND NOT EXISTS (SELECT 1 FROM rate_bucket b WHERE b.channel_id = $1 AND b.blocked_until > clock_timestamp())
      AND (p.free_at IS NULL OR p.free_at <= clock_timestamp())
      AND NOT EXISTS (
        SELECT 1 FROM delivery e
        WHERE e.conversation_id = d.conversation_id AND e.state IN ('waiting', 'sending') AND e.seq < d.seq)
    ORDER BY d.due_at, d.id LIMIT $2 FOR UPDATE OF d SKIP LOCKED
  ), claimed AS (
    UPDATE delivery d
    SET state = 'sending', attempts = d.attempts + 1, fence = d.fence + 1, lease_hub = $3,
        lease_until = clock_timestamp() + $4 * interval '1 ms'
    FROM head WHERE d.id = head.id
    RETURNING d.id, d.conversation_id, d.message_id, d.fence, d.attempts, d.doubts, d.idempotency_key, d.referrer
  )
  SELECT d.id, d.conversation_id AS "conversationId", d.fence, d.attempts, d.doubts, c.place, m.author, m.parts, m.reply_to AS "replyTo",
         d.idempotency_key AS "idempotencyKey", d.referrer
  FROM claimed d
  JOIN message m ON m.id = d.message_id
  JOIN conversation c ON c.id = d.conversation_id
  ORDER BY d.id`;

const PACE = `
  INSERT INTO place_pace (conversation_id, channel_id, free_at)
  SELECT id, $2, clock_timestamp() + $3 * interval '1 ms' FROM unnest($1::uuid[]) AS t (id) ORDER BY id
  ON CONFLICT (conversation_id) DO UPDATE SET free_at = greatest(place_pace.free_at, excluded.free_at)`;

const NEXT_DUE = `
  SELECT extract(epoch FROM min(greatest(d.due_at, p.free_at)) - clock_timestamp()) * 1000 AS "inMs"
  FROM (
    SELECT due_at, conversation_id FROM delivery WHERE channel_id = $1 AND state = 'waiting' ORDER BY due_at LIMIT 200
  ) d LEFT JOIN place_pace p ON p.conversation_id = d.conversation_id`;

const AT_ONCE = 0;
const LONG = 60_000;

interface Lease {
  hub: string;
  ms: number;
  limit: number;
}

/** Claims what may be sent on the channel now: heads of their lines, as many as the rate has tokens for. */
export async function claimDue(db: Database, channel: OpenChannel, lease: Lease): Promise<Claim> {
  const { channel: perChannel, place } = channel.rates;
  return perChannel || place
    ? db.transaction((tx) => claimWithinRates(tx, channel, lease))
    : claimFreely(db, channel, lease);
}

/**
 * Where no rate has to be kept, one statement does it. It needs no lock on the bucket: what it may see too late (a
 * block set this very moment, a predecessor just sent) makes it send one message less or, like any send already under
 * way, one that had left before.
 */
async function claimFreely(db: Database, channel: OpenChannel, lease: Lease): Promise<Claim> {
  const rows = await db.query<DeliveryRow>(CLAIM, [channel.id, lease.limit, lease.hub, lease.ms]);
  if (rows.length > 0) return { deliveries: rows.map(claimed), waitMs: AT_ONCE };
  return { deliveries: [], waitMs: Math.max(await nextDue(db, channel.id), await blockedFor(db, channel.id)) };
}

async function claimWithinRates(tx: Transaction, channel: OpenChannel, lease: Lease): Promise<Claim> {
  const bucketRow = await lockBucket(tx, channel);
  const blockedForMs = Number(bucketRow.blockedForMs ?? 0);
  if (blockedForMs > 0) return { deliveries: [], waitMs: Math.ceil(blockedForMs) };

  const { channel: rate, place } = channel.rates;
  const bucket = rate && refill(bucketRow, rate, bucketRow.now);
  const limit = bucket ? Math.min(lease.limit, Math.floor(bucket.tokens)) : lease.limit;
  if (limit === 0) return { deliveries: [], waitMs: waitForToken(bucket!, rate!) };

  const rows = await tx.query<DeliveryRow>(CLAIM, [channel.id, limit, lease.hub, lease.ms]);
  if (rows.length === 0) return { deliveries: [], waitMs: await nextDue(tx, channel.id) };
  if (bucket) await spend(tx, channel.id, bucket, rows.length);
  if (place) await pace(tx, channel.id, rows, place);
  return { deliveries: rows.map(claimed), waitMs: AT_ONCE };
}

const BLOCKED = `
  SELECT extract(epoch FROM blocked_until - clock_timestamp()) * 1000 AS ms FROM rate_bucket WHERE channel_id = $1`;

async function blockedFor(db: Queryable, channelId: string): Promise<number> {
  const [row] = await db.query<{ ms: string | null }>(BLOCKED, [channelId]);
  return Math.max(0, Math.ceil(Number(row?.ms ?? 0)));
}

async function lockBucket(tx: Transaction, channel: OpenChannel): Promise<BucketRow> {
  const [row] = await tx.query<BucketRow>(LOCK_BUCKET, [channel.id]);
  if (row) return row;
  const tokens = channel.rates.channel ? fullBucket(channel.rates.channel, new Date(0)).tokens : 0;
  await tx.query(OPEN_BUCKET, [channel.id, tokens]);
  return lockBucket(tx, channel);
}

async function nextDue(tx: Queryable, channelId: string): Promise<number> {
  const [row] = await tx.query<{ inMs: string | null }>(NEXT_DUE, [channelId]);
  return row?.inMs == null ? LONG : Math.max(1, Math.ceil(Number(row.inMs)));
}

async function spend(tx: Transaction, channelId: string, bucket: Bucket, tokens: number): Promise<void> {
  await tx.query(SPEND, [channelId, bucket.tokens - tokens, bucket.refilledAt]);
}

async function pace(tx: Transaction, channelId: string, rows: readonly DeliveryRow[], rate: Rate): Promise<void> {
  await tx.query(PACE, [rows.map((row) => row.conversationId), channelId, rate.perMs / rate.count]);
}

function claimed(row: DeliveryRow): ClaimedDelivery {
  const { id, conversationId, fence, attempts, doubts, place, author, parts, replyTo, idempotencyKey, referrer } = row;
  const message: OutboundMessage = { place, author, parts, idempotencyKey };
  if (replyTo) message.replyTo = replyTo;
  if (referrer) message.referrer = { data: referrer.data, expiresAt: new Date(referrer.expiresAt) };
  return { id, conversationId, fence, attempts, doubts, message };
}

const BLOCK = `
  INSERT INTO rate_bucket AS b (channel_id, tokens, refilled_at, blocked_until)
  VALUES ($1, 0, clock_timestamp(), clock_timestamp() + $2 * interval '1 ms')
  ON CONFLICT (channel_id) DO UPDATE SET blocked_until = greatest(b.blocked_until, excluded.blocked_until)`;

/** The platform said when to come back: nobody sends on the channel (or to the place) before. */
export async function block(
  db: Database,
  channelId: string,
  conversationId: string | undefined,
  ms: number,
): Promise<void> {
  if (conversationId) await db.query(PACE, [[conversationId], channelId, ms]);
  else await db.query(BLOCK, [channelId, ms]);
}

const NOTE = "UPDATE channel SET last_error = $2, last_error_at = $3 WHERE id = $1";

/** Our token is no longer good: whoever looks at the channel must see it, since nothing will go out until it is mended. */
export async function noteTrouble(db: Database, channelId: string, error: string, now: Date): Promise<void> {
  await db.query(NOTE, [channelId, error, now]);
}

export type Outcome = { state: "sent"; externalId: string } | Setback;

/** How an attempt ended. */
export interface Attempted {
  id: string;
  fence: number;
  outcome: Outcome;
  /** Put back before it was sent: it does not count as an attempt. */
  unsent?: boolean;
}

// An id that the conversation knows already (an echo that came before the answer) is not written twice.
const SENT = `
  WITH t AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[]) AS t (id, fence, external_id)),
  done AS (
    UPDATE delivery d
    SET state = 'sent', sent_at = clock_timestamp(), lease_hub = NULL, lease_until = NULL, error = NULL
    FROM t WHERE d.id = t.id AND d.fence = t.fence AND d.state = 'sending'
    RETURNING d.message_id, d.conversation_id, t.external_id
  )
  UPDATE message m
  SET delivery_state = 'sent',
      external_id = CASE WHEN EXISTS (
        SELECT 1 FROM message o WHERE o.conversation_id = done.conversation_id AND o.external_id = done.external_id AND o.id <> m.id
      ) THEN NULL ELSE done.external_id END
  FROM done WHERE m.id = done.message_id
  RETURNING m.conversation_id AS "conversationId", m.external_id AS "externalId"`;

const SET_BACK = `
  WITH t AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::float8[], $5::text[], $6::boolean[], $7::boolean[])
      AS t (id, fence, state, wait_ms, error, maybe_twice, unsent)
  ), done AS (
    UPDATE delivery d
    SET state = t.state, due_at = clock_timestamp() + t.wait_ms * interval '1 ms', error = t.error,
        doubts = d.doubts + t.maybe_twice::int, attempts = d.attempts - t.unsent::int, lease_hub = NULL, lease_until = NULL
    FROM t WHERE d.id = t.id AND d.fence = t.fence AND d.state = 'sending'
    RETURNING d.message_id, d.state, d.conversation_id
  )
  UPDATE message m SET delivery_state = done.state FROM done WHERE m.id = done.message_id
  RETURNING m.conversation_id AS "conversationId"`;

/**
 * Writes down how attempts ended; one whose fence has moved on (its lease ended, another hub took it) is left alone.
 * Resolves with the conversations that changed.
 * @param receipts whether the platform reports receipts, which may have come before the answer to our send.
 */
export async function markAttempts(db: Database, attempts: readonly Attempted[], receipts: boolean): Promise<string[]> {
  const changed: string[] = [];
  const sent = attempts.flatMap((each) =>
    each.outcome.state === "sent" ? [{ ...each, externalId: each.outcome.externalId }] : [],
  );
  if (sent.length > 0) {
    const rows = await db.query<{ conversationId: string; externalId: string | null }>(SENT, [
      sent.map((each) => each.id),
      sent.map((each) => each.fence),
      sent.map((each) => each.externalId),
    ]);
    changed.push(...rows.map((row) => row.conversationId));
    const targets = rows.filter((row): row is Target => row.externalId !== null);
    if (receipts && targets.length > 0) await db.transaction((tx) => projectMessages(tx, targets));
  }
  const setBack = attempts.flatMap((each) =>
    each.outcome.state === "sent" ? [] : [{ ...each, outcome: each.outcome }],
  );
  if (setBack.length > 0) changed.push(...(await markSetBack(db, setBack)));
  return changed;
}

async function markSetBack(db: Database, rows: readonly (Attempted & { outcome: Setback })[]): Promise<string[]> {
  const waiting = ({ outcome }: { outcome: Setback }) => (outcome.state === "waiting" ? outcome : undefined);
  const changed = await db.query<{ conversationId: string }>(SET_BACK, [
    rows.map((row) => row.id),
    rows.map((row) => row.fence),
    rows.map((row) => row.outcome.state),
    rows.map((row) => waiting(row)?.waitMs ?? 0),
    rows.map((row) => row.outcome.error),
    rows.map((row) => waiting(row)?.maybeTwice ?? false),
    rows.map((row) => row.unsent ?? false),
  ]);
  return changed.map((row) => row.conversationId);
}

const ABANDONED = `
  SELECT d.id, d.fence, d.attempts, d.doubts, d.channel_id AS "channelId" FROM delivery d
  WHERE d.state = 'sending' AND (d.lease_hub = ANY ($1::uuid[]) OR d.lease_until < clock_timestamp())`;

/** Sends that nobody will finish: their hub died, or stood still longer than its lease. */
export function abandonedDeliveries(db: Database, deadHubs: readonly string[]) {
  return db.query<{ id: string; fence: number; attempts: number; doubts: number; channelId: string }>(ABANDONED, [
    deadHubs,
  ]);
}
