import type { FeedbackView } from "../contract/api-voice.ts";
import type { Language } from "../lib/language.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import type { Labelled } from "./corpus.ts";
import type { Heard } from "./heard.ts";
import type { Label } from "./labels.ts";

export interface FeedbackRow {
  id: string;
  heard: Heard;
  label: Label;
  sentiment: number;
  topic: string | null;
  language: Language;
  start: number;
  end: number;
  confidence: number;
  state: "read" | "confirmed";
}

const INSERT = `
  INSERT INTO feedback (id, event_id, conversation_id, seq, channel_id, identity_id, contact_id, label, sentiment, topic, language,
                        span_start, span_end, confidence, state, at, status)
  SELECT t.*, CASE WHEN t.label IN ('suggestion', 'buying') THEN 'new' END
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::smallint[], $10::text[],
              $11::text[], $12::int[], $13::int[], $14::real[], $15::text[], $16::timestamptz[])
    AS t (id, event_id, conversation_id, seq, channel_id, identity_id, contact_id, label, sentiment, topic, language,
          span_start, span_end, confidence, state, at)
  ON CONFLICT (event_id, label) DO NOTHING`;

export async function insertFeedback(tx: Transaction, rows: readonly FeedbackRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(INSERT, [
    rows.map(({ id }) => id),
    rows.map(({ heard }) => heard.eventId),
    rows.map(({ heard }) => heard.conversationId),
    rows.map(({ heard }) => heard.seq),
    rows.map(({ heard }) => heard.channelId),
    rows.map(({ heard }) => heard.identityId),
    rows.map(({ heard }) => heard.contactId),
    rows.map(({ label }) => label),
    rows.map(({ sentiment }) => sentiment),
    rows.map(({ topic }) => topic),
    rows.map(({ language }) => language),
    rows.map(({ start }) => start),
    rows.map(({ end }) => end),
    rows.map(({ confidence }) => confidence),
    rows.map(({ state }) => state),
    rows.map(({ heard }) => heard.at),
  ]);
}

/** Messages that nothing can read yet. */
export async function letWait(tx: Transaction, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.query("INSERT INTO feedback_wait (event_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING", [eventIds]);
}

// Whose the account is now, not whose it was; a message that was deleted meanwhile is not read.
const TAKE = `
  WITH taken AS (
    DELETE FROM feedback_wait WHERE event_id IN (SELECT event_id FROM feedback_wait ORDER BY event_id LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING event_id
  )
  SELECT e.id AS "eventId", e.conversation_id AS "conversationId", e.seq, c.channel_id AS "channelId", e.identity_id AS "identityId",
         i.contact_id AS "contactId", c.kind AS "placeKind", m.parts, e.sent_at AS at
  FROM taken t JOIN event e ON e.id = t.event_id JOIN conversation c ON c.id = e.conversation_id
  JOIN identity i ON i.id = e.identity_id
  JOIN message m ON m.conversation_id = e.conversation_id AND m.seq = e.seq AND m.deleted_at IS NULL
  ORDER BY e.id`;

export type WaitingRow = Omit<Heard, "text" | "offset"> & { parts: never[] };

/** Takes some that wait; they are gone from there when the transaction commits. */
export function takeWaiting(tx: Transaction, limit: number): Promise<WaitingRow[]> {
  return tx.query<WaitingRow>(TAKE, [limit]);
}

// ── What people of ours see and say ──

const VIEW = `
  SELECT f.id, f.event_id AS "eventId", f.conversation_id AS "conversationId", f.seq, f.channel_id AS "channelId", ch.name AS "channelName",
         json_build_object('id', p.id, 'name', p.name) AS contact, f.label, f.sentiment::int, f.topic, f.language,
         CASE WHEN m.deleted_at IS NULL THEN m.text END AS text, json_build_object('start', f.span_start, 'end', f.span_end) AS span,
         f.confidence::float8 AS confidence, f.state, f.status, f.note, f.told_at AS "toldAt", f.at
  FROM feedback f
  JOIN channel ch ON ch.id = f.channel_id
  JOIN contact p ON p.id = f.contact_id
  LEFT JOIN message m ON m.conversation_id = f.conversation_id AND m.seq = f.seq`;

type Dates = { toldAt: Date | null; at: Date };
type ViewRow = Omit<FeedbackView, keyof Dates> & Dates;

function shown(row: ViewRow): FeedbackView {
  return { ...row, toldAt: row.toldAt?.toISOString() ?? null, at: row.at.toISOString() };
}

export interface FeedbackFilter {
  label?: string | undefined;
  status?: string | undefined;
  topic?: string | undefined;
  channelId?: string | undefined;
  contactId?: string | undefined;
  conversationId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const LIST = `
  ${VIEW}
  WHERE f.state <> 'wrong' AND ($1::text IS NULL OR f.label = $1) AND ($2::text IS NULL OR f.status = $2) AND ($3::text IS NULL OR f.topic = $3)
    AND ($4::uuid IS NULL OR f.channel_id = $4) AND ($5::uuid IS NULL OR f.contact_id = $5) AND ($6::uuid IS NULL OR f.conversation_id = $6)
    AND ($7::timestamptz IS NULL OR f.at >= $7) AND ($8::timestamptz IS NULL OR f.at < $8)
    AND ($9::timestamptz IS NULL OR (f.at, f.id) < ($9, $10::uuid))
  ORDER BY f.at DESC, f.id DESC LIMIT $11`;

export async function listFeedback(
  db: Queryable,
  filter: FeedbackFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<FeedbackView[]> {
  const { label, status, topic, channelId, contactId, conversationId, from, to } = filter;
  const filters = [label, status, topic, channelId, contactId, conversationId, from, to].map((each) => each ?? null);
  return (await db.query<ViewRow>(LIST, [...filters, after?.[0] ?? null, after?.[1] ?? null, limit])).map(shown);
}

export async function findFeedback(db: Queryable, id: string): Promise<FeedbackView | undefined> {
  const [row] = await db.query<ViewRow>(`${VIEW} WHERE f.id = $1`, [id]);
  return row && shown(row);
}

export async function feedbackOfEvent(db: Queryable, eventId: string): Promise<FeedbackView[]> {
  return (await db.query<ViewRow>(`${VIEW} WHERE f.event_id = $1 ORDER BY f.label`, [eventId])).map(shown);
}

const HEARD = `
  SELECT e.id AS "eventId", e.conversation_id AS "conversationId", e.seq, c.channel_id AS "channelId", e.identity_id AS "identityId",
         i.contact_id AS "contactId", c.kind AS "placeKind", m.parts, e.sent_at AS at
  FROM event e JOIN conversation c ON c.id = e.conversation_id JOIN identity i ON i.id = e.identity_id
  JOIN message m ON m.conversation_id = e.conversation_id AND m.seq = e.seq AND m.direction = 'in' AND m.deleted_at IS NULL
  WHERE e.id = $1 AND e.type = 'message'`;

/** A message that somebody sent us. */
export async function heardEvent(tx: Queryable, eventId: string): Promise<WaitingRow | undefined> {
  return (await tx.query<WaitingRow>(HEARD, [eventId]))[0];
}

export interface CorrectionRow {
  id: string;
  heard: Heard;
  language: Language;
  labels: readonly Label[];
  sentiment: number;
  staffId: string;
  at: Date;
}

export async function insertCorrection(tx: Transaction, row: CorrectionRow): Promise<void> {
  const { heard } = row;
  await tx.query(
    `INSERT INTO feedback_correction (id, conversation_id, event_id, contact_id, identity_id, text, language, labels, sentiment, staff_id, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[row.id, heard.conversationId, heard.eventId, heard.contactId, heard.identityId, heard.text, row.language],
      ...[row.labels, row.sentiment, row.staffId, row.at],
    ],
  );
}

/** A message's labels are what people say: what they left out is wrong, what they kept is confirmed. */
export async function settleLabels(tx: Transaction, eventId: string, labels: readonly Label[], sentiment: number) {
  await tx.query(
    `UPDATE feedback SET state = CASE WHEN label = ANY ($2::text[]) THEN CASE WHEN state IN ('added') THEN state ELSE 'confirmed' END ELSE 'wrong' END,
       sentiment = $3 WHERE event_id = $1`,
    [eventId, labels, sentiment],
  );
}

export async function markAdded(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query("UPDATE feedback SET state = 'added' WHERE id = ANY ($1::uuid[])", [ids]);
}

export function readCorrections(db: Queryable): Promise<Labelled[]> {
  return db.query<Labelled>("SELECT text, labels, sentiment::int FROM feedback_correction ORDER BY at, id");
}

export async function setStatus(
  tx: Transaction,
  id: string,
  to: { status: string; note: string | null; staffId: string | null; at: Date; toldAt: Date | null },
): Promise<void> {
  await tx.query(
    `UPDATE feedback SET status = $2, note = coalesce($3, note), status_by = $4, status_at = $5, told_at = coalesce($6, told_at) WHERE id = $1`,
    [id, to.status, to.note, to.staffId, to.at, to.toldAt],
  );
}

/** Everything of this room that is known from an account goes along with it. */
export async function takeAlong(tx: Transaction, identityId: string, contactId: string): Promise<void> {
  for (const table of ["feedback", "feedback_correction", "voice_case", "opportunity", "survey_ask"]) {
    await tx.query(`UPDATE ${table} SET contact_id = $2 WHERE identity_id = $1`, [identityId, contactId]);
  }
}
