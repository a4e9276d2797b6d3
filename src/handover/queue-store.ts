import type { HandoverKind, HandoverView, QueueView } from "../contract/api-handover.ts";
import { languageOf, languageOfTag } from "../lib/language.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import type { Ask } from "./decide.ts";

// ── Written with the events ──

// Nothing happens where the conversation is in people's hands already.
const OPEN = `
  INSERT INTO handover (id, conversation_id, event_id, seq, kind, reason, why, at)
  SELECT t.id, t.conversation_id, t.event_id, t.seq, t.kind, t.reason, '{}', t.at
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::timestamptz[])
    AS t (id, conversation_id, event_id, seq, kind, reason, at)
  JOIN conversation c ON c.id = t.conversation_id AND c.kind = 'direct'
  WHERE t.kind <> 'again' OR c.owner = 'agent'
  ORDER BY t.seq
  ON CONFLICT DO NOTHING`;

export interface NewHandover {
  id: string;
  conversationId: string;
  eventId: string;
  seq: number;
  kind: HandoverKind;
  reason: string;
  at: Date;
}

export async function openHandovers(tx: Transaction, rows: readonly NewHandover[]): Promise<void> {
  await tx.query(OPEN, [
    rows.map((row) => row.id),
    rows.map((row) => row.conversationId),
    rows.map((row) => row.eventId),
    rows.map((row) => row.seq),
    rows.map((row) => row.kind),
    rows.map((row) => row.reason),
    rows.map((row) => row.at),
  ]);
}

const CLOSE = `
  WITH gone AS (
    UPDATE handover SET state = 'closed', closed_at = $2 WHERE conversation_id = ANY ($1::uuid[]) AND state <> 'closed'
  )
  UPDATE bridge SET closed_at = $2 WHERE conversation_id = ANY ($1::uuid[]) AND closed_at IS NULL`;

/** With their bridges. */
export async function closeHandovers(tx: Transaction, conversationIds: readonly string[], at: Date): Promise<void> {
  await tx.query(CLOSE, [conversationIds, at]);
}

const REPLIED = `
  UPDATE handover SET first_reply_at = $2
  WHERE conversation_id = ANY ($1::uuid[]) AND state <> 'closed' AND first_reply_at IS NULL`;

export async function noteReplies(tx: Transaction, conversationIds: readonly string[], at: Date): Promise<void> {
  await tx.query(REPLIED, [conversationIds, at]);
}

// ── Deciding ──

export interface DueHandover {
  id: string;
  conversationId: string;
  kind: HandoverKind;
  seq: number;
  state: "waiting" | "assigned";
  staffId: string | null;
  /** Who has the conversation, if they are still of ours. */
  assigneeId: string | null;
}

// What waits for somebody, and what went to somebody else than we know of.
const DUE = `
  SELECT h.id, h.conversation_id AS "conversationId", h.kind, h.seq, h.state, h.staff_id AS "staffId", s.id AS "assigneeId"
  FROM handover h
  JOIN conversation c ON c.id = h.conversation_id
  LEFT JOIN staff s ON s.id = c.assignee_id AND s.ended_at IS NULL
  WHERE h.state <> 'closed' AND (h.state = 'waiting' AND ($1 OR s.id IS NOT NULL) OR h.state = 'assigned' AND h.staff_id IS DISTINCT FROM s.id)
  ORDER BY h.at, h.id LIMIT 500`;

/** @param any false where nobody could be given anything: then only what somebody took is of interest. */
export const dueHandovers = (db: Queryable, any: boolean) => db.query<DueHandover>(DUE, [any]);

const LOCK = `
  SELECT c.owner, c.assignee_id AS "assigneeId", c.status, h.state
  FROM conversation c JOIN handover h ON h.conversation_id = c.id AND h.id = $2 WHERE c.id = $1 FOR UPDATE OF c`;

export interface LockedHandover {
  owner: "bot" | "agent";
  assigneeId: string | null;
  status: string;
  state: string;
}

export async function lockHandover(
  tx: Transaction,
  { conversationId, id }: Pick<DueHandover, "conversationId" | "id">,
): Promise<LockedHandover | undefined> {
  return (await tx.query<LockedHandover>(LOCK, [conversationId, id]))[0];
}

const ASSIGN = `
  WITH c AS (UPDATE conversation SET assignee_id = $3 WHERE id = $2)
  UPDATE handover SET state = 'assigned', staff_id = $3, team_id = $4, why = $5, assigned_at = $6 WHERE id = $1`;

export async function assignHandover(
  tx: Transaction,
  { id, conversationId }: Pick<DueHandover, "id" | "conversationId">,
  to: { staffId: string; teamId: string | null; why: readonly string[]; at: Date },
): Promise<void> {
  await tx.query(ASSIGN, [id, conversationId, to.staffId, to.teamId, to.why, to.at]);
}

const WAIT = `
  UPDATE handover SET state = 'waiting', staff_id = NULL, team_id = $2, why = $3
  WHERE id = $1 AND (state <> 'waiting' OR team_id IS DISTINCT FROM $2 OR why <> $3::text[])`;

export async function leaveWaiting(
  tx: Transaction,
  id: string,
  teamId: string | null,
  why: readonly string[],
): Promise<void> {
  await tx.query(WAIT, [id, teamId, why]);
}

export async function closeHandover(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.query("UPDATE handover SET state = 'closed', closed_at = $2 WHERE id = $1 AND state <> 'closed'", [id, at]);
}

// The door is the last one that the person came through; their question is what they wrote last.
const ASK = `
  SELECT c.id AS "conversationId", c.channel_id AS "channelId", c.language, p.locale, p.stage, came.id AS "entryPointId",
         came.owner_id AS "ownerId",
         ARRAY(SELECT l.label_id FROM conversation_label l WHERE l.conversation_id = c.id) AS "labelIds",
         coalesce((SELECT string_agg(q.text, E'\\n' ORDER BY q.seq) FROM (
           SELECT m.seq, left(m.text, 1000) AS text FROM message m
           WHERE m.conversation_id = c.id AND m.direction = 'in' AND m.deleted_at IS NULL AND m.text <> ''
           ORDER BY m.seq DESC LIMIT 3) q), '') AS text
  FROM conversation c
  LEFT JOIN contact p ON p.id = c.contact_id
  LEFT JOIN LATERAL (
    SELECT e.id, e.owner_id FROM touch t JOIN entry_point e ON e.id = t.entry_point_id
    WHERE t.contact_id = c.contact_id ORDER BY t.at DESC, t.id DESC LIMIT 1) came ON true
  WHERE c.id = ANY ($1::uuid[])`;

type AskRow = Omit<Ask, "kind" | "language"> & { language: string | null; locale: string | null };

/** What is to be decided about conversations, each with why it was handed over. */
export async function readAsks(db: Queryable, kinds: ReadonlyMap<string, HandoverKind>): Promise<Map<string, Ask>> {
  const rows = await db.query<AskRow>(ASK, [[...kinds.keys()]]);
  return new Map(
    rows.map(({ language, locale, ...rest }) => {
      const spoken = languageOf(rest.text) ?? languageOfTag(language) ?? languageOfTag(locale) ?? null;
      return [rest.conversationId, { ...rest, kind: kinds.get(rest.conversationId)!, language: spoken }];
    }),
  );
}

// ── What can be expected ──

const AHEAD = `
  SELECT count(*)::int AS n FROM handover
  WHERE state = 'waiting' AND team_id IS NOT DISTINCT FROM $1::uuid AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3::uuid))`;

/** How many wait for the same people before this one; without it, before a new one. */
export async function countAhead(
  db: Queryable,
  teamId: string | null,
  than?: { at: Date; id: string },
): Promise<number> {
  const [row] = await db.query<{ n: number }>(AHEAD, [teamId, than?.at ?? null, than?.id ?? null]);
  return row?.n ?? 0;
}

const MEDIAN = `
  SELECT count(*)::int AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_reply_at - at)) / 60 AS minutes
  FROM handover
  WHERE at > $1 AND first_reply_at IS NOT NULL AND kind <> 'person' AND ($2::uuid IS NULL OR team_id = $2)`;
const MEDIAN_DAYS = 30;
/** With fewer, a number would be an accident. */
const FEWEST_REPLIES = 5;

/** Half of the last month's handovers had their first reply within so many minutes; null where there were too few. */
export async function medianMinutes(db: Queryable, teamId: string | null, now: Date): Promise<number | null> {
  const since = new Date(now.getTime() - MEDIAN_DAYS * 86_400_000);
  const [row] = await db.query<{ n: number; minutes: number | null }>(MEDIAN, [since, teamId]);
  return row && row.n >= FEWEST_REPLIES && row.minutes !== null ? Number(row.minutes) : null;
}

// ── Giving back by time ──

const IDLE = `
  SELECT c.id FROM conversation c
  WHERE c.owner = 'agent' AND c.kind = 'direct' AND c.last_message_at < $1
    AND EXISTS (SELECT FROM handover h WHERE h.conversation_id = c.id AND h.first_reply_at IS NOT NULL)
    AND NOT coalesce((SELECT m.direction = 'in' AND m.answered_at IS NULL FROM message m
                      WHERE m.conversation_id = c.id AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1), false)
  ORDER BY c.last_message_at LIMIT 20`;

/** Conversations that people have answered and in which nobody has written since. */
export async function idleSince(db: Queryable, moment: Date): Promise<string[]> {
  return (await db.query<{ id: string }>(IDLE, [moment])).map(({ id }) => id);
}

const LOCK_IDLE = "SELECT 1 FROM conversation WHERE id = $1 AND owner = 'agent' AND last_message_at < $2 FOR UPDATE";
const BACK = `
  WITH h AS (
    UPDATE handover SET resume_due = true WHERE id = (
      SELECT id FROM handover WHERE conversation_id = $1 ORDER BY seq DESC LIMIT 1)
  )
  UPDATE conversation SET owner = 'bot', assignee_id = NULL, done_seq = in_seq WHERE id = $1`;

export async function lockIdle(tx: Transaction, id: string, moment: Date): Promise<boolean> {
  return (await tx.query(LOCK_IDLE, [id, moment])).length > 0;
}

const BACK_NOW = "UPDATE conversation SET owner = 'bot', assignee_id = NULL, done_seq = in_seq WHERE id = $1";

/** What is asked from now on is the bot's. */
export async function giveBack(tx: Transaction, id: string): Promise<void> {
  await tx.query(BACK_NOW, [id]);
}

/** The bot has it again, and says so when it speaks next. */
export async function giveBackQuietly(tx: Transaction, id: string): Promise<void> {
  await tx.query(BACK, [id]);
}

export async function resumeDue(db: Queryable): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    "SELECT conversation_id AS id FROM handover WHERE resume_due LIMIT 10000",
  );
  return new Set(rows.map(({ id }) => id));
}

export async function resumed(tx: Transaction, conversationIds: readonly string[]): Promise<void> {
  await tx.query("UPDATE handover SET resume_due = false WHERE resume_due AND conversation_id = ANY ($1::uuid[])", [
    conversationIds,
  ]);
}

// ── To be shown ──

type Row = Omit<HandoverView, "queue" | "summary" | "at" | "assignedAt" | "firstReplyAt" | "closedAt"> & {
  seq: number;
  at: Date;
  assignedAt: Date | null;
  firstReplyAt: Date | null;
  closedAt: Date | null;
};

const LATEST = `
  SELECT h.id, h.conversation_id AS "conversationId", h.kind, h.reason, h.state, h.why, h.seq, h.at,
         h.assigned_at AS "assignedAt", h.first_reply_at AS "firstReplyAt", h.closed_at AS "closedAt",
         CASE WHEN t.id IS NULL THEN NULL ELSE jsonb_build_object('id', t.id, 'name', t.name) END AS team,
         CASE WHEN s.id IS NULL THEN NULL ELSE jsonb_build_object('id', s.id, 'name', s.name) END AS person,
         (SELECT jsonb_build_object('number', b.number, 'channel', ch.name)
          FROM bridge b JOIN staff_place p ON p.id = b.place_id JOIN conversation pc ON pc.id = p.conversation_id
          JOIN channel ch ON ch.id = pc.channel_id WHERE b.conversation_id = h.conversation_id AND b.closed_at IS NULL) AS bridge
  FROM handover h LEFT JOIN team t ON t.id = h.team_id LEFT JOIN staff s ON s.id = h.staff_id
  WHERE h.conversation_id = $1 ORDER BY h.seq DESC LIMIT 1`;

export async function latestHandover(db: Queryable, conversationId: string): Promise<Row | undefined> {
  return (await db.query<Row>(LATEST, [conversationId]))[0];
}

const WAITING = `
  SELECT h.id, h.conversation_id AS "conversationId", p.name AS who, h.kind, h.reason, h.at,
         CASE WHEN t.id IS NULL THEN NULL ELSE jsonb_build_object('id', t.id, 'name', t.name) END AS team
  FROM handover h JOIN conversation c ON c.id = h.conversation_id LEFT JOIN contact p ON p.id = c.contact_id
  LEFT JOIN team t ON t.id = h.team_id
  WHERE h.state = 'waiting' ORDER BY h.at, h.id LIMIT 200`;

export async function waitingHandovers(db: Queryable): Promise<QueueView["items"]> {
  const rows = await db.query<Omit<QueueView["items"][number], "at"> & { at: Date }>(WAITING);
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
