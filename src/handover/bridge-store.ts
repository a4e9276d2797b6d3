import type { PlaceView } from "../contract/api-handover.ts";
import type { Part } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Queryable, Transaction } from "../store/index.ts";

// ── Where experts answer ──

const NEW_CODE = `
  WITH old AS (DELETE FROM place_code WHERE staff_id = $2 OR expires_at < $4)
  INSERT INTO place_code (hash, staff_id, expires_at) VALUES ($1, $2, $3)`;

/** A person has one code at a time. */
export async function addCode(
  db: Queryable,
  code: { hash: string; staffId: string; expiresAt: Date; now: Date },
): Promise<void> {
  await db.query(NEW_CODE, [code.hash, code.staffId, code.expiresAt, code.now]);
}

const TAKE_CODE = `
  UPDATE place_code c SET used_at = $2 FROM staff s
  WHERE c.hash = $1 AND c.used_at IS NULL AND c.expires_at > $2
    AND s.id = c.staff_id AND s.ended_at IS NULL AND s.role IN ('owner', 'admin', 'agent')
  RETURNING c.staff_id AS "staffId"`;

/** Whose code it is; it works once. */
export async function takeCode(tx: Transaction, hash: string, now: Date): Promise<string | undefined> {
  return (await tx.query<{ staffId: string }>(TAKE_CODE, [hash, now]))[0]?.staffId;
}

// The customer that this account may have been until now is not waited for any more.
const MAKE_ROOM = `
  WITH before AS (
    UPDATE staff_place SET ended_at = $3 WHERE conversation_id = $1 AND ended_at IS NULL AND staff_id <> $2 RETURNING id
  ), bridges AS (
    UPDATE bridge SET closed_at = $3 WHERE place_id IN (SELECT id FROM before) AND closed_at IS NULL
  )
  UPDATE handover SET state = 'closed', closed_at = $3 WHERE conversation_id = $1 AND state <> 'closed'`;
const INSERT_PLACE = `
  INSERT INTO staff_place (id, staff_id, conversation_id, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

export async function addPlace(tx: Transaction, staffId: string, conversationId: string, at: Date): Promise<void> {
  await tx.query(MAKE_ROOM, [conversationId, staffId, at]);
  await tx.query(INSERT_PLACE, [newId(), staffId, conversationId, at]);
}

const PLACES = `
  SELECT p.id, ch.id AS "channelId", ch.name AS channel, ch.adapter, k.name, p.since
  FROM staff_place p JOIN conversation c ON c.id = p.conversation_id JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN contact k ON k.id = c.contact_id
  WHERE p.staff_id = $1 AND p.ended_at IS NULL ORDER BY p.since DESC`;

export async function placesOf(db: Queryable, staffId: string): Promise<PlaceView[]> {
  const rows = await db.query<Omit<PlaceView, "since"> & { since: Date }>(PLACES, [staffId]);
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}

const END_PLACE = `
  WITH gone AS (
    UPDATE staff_place SET ended_at = $3 WHERE id = $1 AND staff_id = $2 AND ended_at IS NULL RETURNING id
  ), bridges AS (
    UPDATE bridge SET closed_at = $3 WHERE place_id IN (SELECT id FROM gone) AND closed_at IS NULL
  )
  SELECT id FROM gone`;

/** Its conversations stay theirs, in the console. */
export async function endPlace(db: Queryable, id: string, staffId: string, at: Date): Promise<boolean> {
  return (await db.query(END_PLACE, [id, staffId, at])).length > 0;
}

// ── With the events ──

export interface Standing {
  conversationId: string;
  isPlace: boolean;
  bridgeId: string | null;
  /** People have it, and no handover says so. */
  isAlone: boolean;
}

const STANDING = `
  SELECT c.id AS "conversationId", s.id IS NOT NULL AS "isPlace", b.id AS "bridgeId",
         c.owner = 'agent' AND h.id IS NULL AS "isAlone"
  FROM conversation c
  LEFT JOIN staff_place p ON p.conversation_id = c.id AND p.ended_at IS NULL
  LEFT JOIN staff s ON s.id = p.staff_id AND s.ended_at IS NULL
  LEFT JOIN bridge b ON b.conversation_id = c.id AND b.closed_at IS NULL
  LEFT JOIN handover h ON h.conversation_id = c.id AND h.state <> 'closed'
  WHERE c.id = ANY ($1::uuid[])`;

export async function standingOf(tx: Transaction, conversationIds: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await tx.query<Standing>(STANDING, [conversationIds]);
  return new Map(rows.map((row) => [row.conversationId, row]));
}

const THREADS = `
  SELECT t.conversation_id AS "threadId", p.conversation_id AS "placeId"
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (conversation_id, channel_id, reply_to)
  JOIN conversation c ON c.channel_id = t.channel_id
  JOIN staff_place p ON p.conversation_id = c.id AND p.ended_at IS NULL
  JOIN staff s ON s.id = p.staff_id AND s.ended_at IS NULL
  JOIN message m ON m.conversation_id = c.id AND m.external_id = t.reply_to`;

/** Threads under a message in somebody's place (Slack's way to quote), each with the place's conversation. */
export async function threadsInPlaces(
  tx: Transaction,
  threads: readonly { conversationId: string; channelId: string; replyTo: string }[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ threadId: string; placeId: string }>(THREADS, [
    threads.map(({ conversationId }) => conversationId),
    threads.map(({ channelId }) => channelId),
    threads.map(({ replyTo }) => replyTo),
  ]);
  return new Map(rows.map(({ threadId, placeId }) => [threadId, placeId]));
}

// The turn is over before it began: nobody answers our own people, and they do not wait in the inbox.
const HUSH = `
  WITH c AS (
    UPDATE conversation SET done_seq = in_seq, status = 'resolved' WHERE id = ANY ($1::uuid[])
  )
  UPDATE message SET answered_at = clock_timestamp()
  WHERE conversation_id = ANY ($1::uuid[]) AND direction = 'in' AND answered_at IS NULL`;

export async function hush(tx: Transaction, placeConversations: readonly string[]): Promise<void> {
  await tx.query(HUSH, [placeConversations]);
}

export interface NewRelay {
  causeId: string;
  conversationId: string;
  kind: Relay["kind"];
  bridgeId: string | null;
  at: Date;
}

const ADD_RELAYS = `
  INSERT INTO relay (cause_id, conversation_id, kind, bridge_id, at)
  SELECT cause_id, conversation_id, kind, bridge_id, at
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[])
    WITH ORDINALITY AS t (cause_id, conversation_id, kind, bridge_id, at, n)
  ORDER BY n ON CONFLICT (cause_id) DO NOTHING`;

/** In this order; a cause is carried once. */
export async function addRelays(tx: Transaction, relays: readonly NewRelay[]): Promise<void> {
  await tx.query(ADD_RELAYS, [
    relays.map((relay) => relay.causeId),
    relays.map((relay) => relay.conversationId),
    relays.map((relay) => relay.kind),
    relays.map((relay) => relay.bridgeId),
    relays.map((relay) => relay.at),
  ]);
}

// ── Bridges ──

export interface BridgeEnd {
  id: string;
  number: number;
  staffId: string;
  placeConversationId: string;
  /** The customer's. */
  conversationId: string;
  name: string | null;
  channel: string;
  language: string | null;
  isOpen: boolean;
}

const BRIDGE = `
  SELECT b.id, b.number, b.staff_id AS "staffId", p.conversation_id AS "placeConversationId",
         b.conversation_id AS "conversationId", k.name, ch.name AS channel, s.language,
         b.closed_at IS NULL AND p.ended_at IS NULL AND s.ended_at IS NULL AS "isOpen"
  FROM bridge b
  JOIN staff_place p ON p.id = b.place_id
  JOIN staff s ON s.id = b.staff_id
  JOIN conversation c ON c.id = b.conversation_id
  JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN contact k ON k.id = c.contact_id`;

export async function findBridge(db: Queryable, id: string): Promise<BridgeEnd | undefined> {
  return (await db.query<BridgeEnd>(`${BRIDGE} WHERE b.id = $1`, [id]))[0];
}

export const openBridges = (db: Queryable, staffId: string) =>
  db.query<BridgeEnd>(`${BRIDGE} WHERE b.staff_id = $1 AND b.closed_at IS NULL ORDER BY b.number`, [staffId]);

const OPEN_BRIDGE = `
  INSERT INTO bridge (id, number, staff_id, place_id, conversation_id, handover_id, opened_at)
  SELECT $1, coalesce((SELECT max(number) FROM bridge WHERE staff_id = $2), 0) + 1, $2, p.id, $3, $4, $5
  FROM staff_place p JOIN conversation c ON c.id = p.conversation_id JOIN channel ch ON ch.id = c.channel_id AND ch.enabled
  WHERE p.staff_id = $2 AND p.ended_at IS NULL AND p.conversation_id <> $3 ORDER BY p.since DESC LIMIT 1
  RETURNING id`;

/** From where they answer last chosen; undefined where they have no such place. Numbers are given under the handover's lock. */
export async function openBridge(
  tx: Transaction,
  bridge: { staffId: string; conversationId: string; handoverId: string; at: Date },
): Promise<string | undefined> {
  const { staffId, conversationId, handoverId, at } = bridge;
  return (await tx.query<{ id: string }>(OPEN_BRIDGE, [newId(), staffId, conversationId, handoverId, at]))[0]?.id;
}

const CLOSE_BRIDGES = `
  UPDATE bridge SET closed_at = $2 WHERE conversation_id = $1 AND closed_at IS NULL AND staff_id IS DISTINCT FROM $3
  RETURNING id`;

/** All but this person's; resolves with which. */
export async function closeOthersBridges(
  tx: Transaction,
  conversationId: string,
  staffId: string | null,
  at: Date,
): Promise<string[]> {
  return (await tx.query<{ id: string }>(CLOSE_BRIDGES, [conversationId, at, staffId])).map(({ id }) => id);
}

export async function hasBridge(tx: Transaction, conversationId: string): Promise<boolean> {
  return (
    (await tx.query("SELECT 1 FROM bridge WHERE conversation_id = $1 AND closed_at IS NULL", [conversationId])).length >
    0
  );
}

// ── Carrying ──

export interface Relay {
  n: string;
  causeId: string;
  conversationId: string;
  kind: "customer" | "expert" | "registered" | "given-back" | "opened" | "moved";
  bridgeId: string | null;
}

const NEXT = `
  SELECT n::text AS n, cause_id AS "causeId", conversation_id AS "conversationId", kind, bridge_id AS "bridgeId"
  FROM relay WHERE state = 'waiting' ORDER BY relay.n LIMIT 1`;

export async function nextRelay(db: Queryable): Promise<Relay | undefined> {
  return (await db.query<Relay>(NEXT))[0];
}

const FINISH = "UPDATE relay SET state = $2, reason = $3, done_at = $4 WHERE n = $1::bigint AND state = 'waiting'";

export async function finishRelay(
  tx: Queryable,
  n: string,
  outcome: { state: "done" | "failed"; reason: string | null; at: Date },
): Promise<void> {
  await tx.query(FINISH, [n, outcome.state, outcome.reason, outcome.at]);
}

export interface Said {
  parts: Part[];
  isEdited: boolean;
  /** Of an expert's: which bridge the message is about that they quote. */
  quoted: number | null;
  staffId: string | null;
  language: string | null;
}

const SAID = `
  SELECT coalesce(e.payload -> 'parts', '[]') AS parts, e.type = 'edited' AS "isEdited", s.id AS "staffId", s.language,
         (SELECT b.number FROM message q JOIN bridge_message bm ON bm.message_id = q.id JOIN bridge b ON b.id = bm.bridge_id
          WHERE q.conversation_id = $2 AND q.external_id = e.payload ->> 'replyTo'
            AND b.staff_id = p.staff_id) AS quoted
  FROM event e
  LEFT JOIN staff_place p ON p.conversation_id = $2 AND p.ended_at IS NULL
  LEFT JOIN staff s ON s.id = p.staff_id AND s.ended_at IS NULL
  WHERE e.id = $1 AND NOT EXISTS (
    SELECT 1 FROM message d WHERE d.conversation_id = e.conversation_id AND d.seq = e.seq AND d.deleted_at IS NOT NULL)`;

/** What a relay's event said, and in whose place it said it; undefined when it was deleted since. */
export async function readSaid(
  db: Queryable,
  { causeId, conversationId }: Pick<Relay, "causeId" | "conversationId">,
): Promise<Said | undefined> {
  return (await db.query<Said>(SAID, [causeId, conversationId]))[0];
}

export async function noteBridgeMessages(
  tx: Transaction,
  bridgeId: string,
  messageIds: readonly string[],
): Promise<void> {
  await tx.query("INSERT INTO bridge_message (message_id, bridge_id) SELECT m, $1 FROM unnest($2::uuid[]) AS m", [
    bridgeId,
    messageIds,
  ]);
}
