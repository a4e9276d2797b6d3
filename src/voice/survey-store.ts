import type { SurveyView } from "../contract/api-voice.ts";
import type { Grant } from "../corridor/index.ts";
import type { Database, Queryable, Transaction } from "../store/index.ts";
import type { SurveyKind } from "./scores.ts";

const MINUTE = 60_000;

const SURVEY = `
  SELECT id, name, kind, enabled, trigger, (after_ms / ${MINUTE})::int AS "afterMinutes", every_days AS "everyDays",
         CASE WHEN question_en IS NOT NULL THEN json_build_object('en', question_en, 'zh', question_zh) END AS question
  FROM survey`;

export function listSurveys(db: Queryable): Promise<SurveyView[]> {
  return db.query<SurveyView>(`${SURVEY} ORDER BY name, id`);
}

export async function findSurvey(db: Queryable, id: string): Promise<SurveyView | undefined> {
  return (await db.query<SurveyView>(`${SURVEY} WHERE id = $1`, [id]))[0];
}

/** Who switches a survey on asks about what happens from now on. */
export async function putSurvey(db: Queryable, survey: SurveyView, now: Date): Promise<void> {
  const { id, name, kind, enabled, trigger, afterMinutes, everyDays, question } = survey;
  await db.query(
    `INSERT INTO survey AS s (id, name, kind, enabled, trigger, after_ms, every_days, question_en, question_zh, since)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled, trigger = excluded.trigger,
       after_ms = excluded.after_ms, every_days = excluded.every_days, question_en = excluded.question_en, question_zh = excluded.question_zh,
       since = CASE WHEN s.enabled AND s.trigger = excluded.trigger THEN s.since ELSE excluded.since END`,
    [
      ...[id, name, kind, enabled, trigger, afterMinutes * MINUTE, everyDays],
      ...[question?.en ?? null, question?.zh ?? null, now],
    ],
  );
}

export async function removeSurvey(db: Database, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query("DELETE FROM survey_ask WHERE survey_id = $1", [id]);
    await tx.query("DELETE FROM survey WHERE id = $1", [id]);
  });
}

// ── Planning ──

/** What each trigger means: what happened, when, and to whom, since the survey was switched on. */
const CAUSES = {
  resolved: `
    SELECT 'conversation:' || c.id AS cause, c.last_message_at AS at, c.contact_id FROM conversation c
    WHERE c.status = 'resolved' AND c.kind = 'direct' AND c.contact_id IS NOT NULL AND c.last_message_at > s.since AND c.last_message_at > $2::timestamptz
      AND EXISTS (SELECT 1 FROM message o WHERE o.conversation_id = c.id AND o.direction = 'out')`,
  conversion: `
    SELECT 'conversion:' || v.id AS cause, v.at, v.contact_id FROM conversion v
    WHERE v.contact_id IS NOT NULL AND v.refund_of IS NULL AND v.at > s.since AND v.at > $2::timestamptz`,
  "case-closed": `
    SELECT 'case:' || k.id AS cause, k.closed_at AS at, k.contact_id FROM voice_case k
    WHERE k.state = 'closed' AND k.closed_at > s.since AND k.closed_at > $2::timestamptz`,
} as const;

// One question to a person at a time, in the chat where they spoke last; nobody oftener than the survey says.
const plan = (trigger: keyof typeof CAUSES) => `
  INSERT INTO survey_ask (id, survey_id, kind, conversation_id, channel_id, identity_id, contact_id, cause, due_at, created_at)
  SELECT DISTINCT ON (s.id, cause.contact_id) gen_random_uuid(), s.id, s.kind, place.id, place.channel_id,
         (SELECT i.id FROM identity i WHERE i.contact_id = cause.contact_id AND i.channel_id = place.channel_id ORDER BY i.id LIMIT 1),
         cause.contact_id, cause.cause, cause.at + s.after_ms * interval '1 ms', $1
  FROM survey s
  CROSS JOIN LATERAL (${CAUSES[trigger]}) cause
  JOIN LATERAL (
    SELECT c.id, c.channel_id FROM conversation c WHERE c.contact_id = cause.contact_id AND c.kind = 'direct'
    ORDER BY (cause.cause = 'conversation:' || c.id) DESC, c.last_message_at DESC NULLS LAST, c.id LIMIT 1
  ) place ON true
  WHERE s.enabled AND s.trigger = '${trigger}'
    AND NOT EXISTS (
      SELECT 1 FROM survey_ask a WHERE a.survey_id = s.id AND a.contact_id = cause.contact_id
        AND (a.cause = cause.cause AND a.created_at > cause.at OR a.created_at > $1::timestamptz - s.every_days * interval '1 day')
    )
  ORDER BY s.id, cause.contact_id, cause.at`;
const PLANS = (Object.keys(CAUSES) as (keyof typeof CAUSES)[]).map(plan);

/** Writes down whom to ask. One process at a time, so that nobody is asked twice. */
export async function planAsks(db: Database, lock: number, now: Date, since: Date): Promise<void> {
  const [any] = await db.query("SELECT 1 FROM survey WHERE enabled LIMIT 1");
  if (!any) return;
  await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [lock]);
    for (const sql of PLANS) await tx.query(sql, [now, since]);
  });
}

// ── Asking ──

export interface DueAsk {
  id: string;
  kind: SurveyKind;
  conversationId: string;
  contactId: string;
  enabled: boolean;
  own: { en: string | null; zh: string | null };
  language: string | null;
  locale: string | null;
  isOpen: boolean;
  blockedAt: Date | null;
  grants: Grant[] | null;
  /** Somebody waits for an answer there. */
  isWaiting: boolean;
  /** When they were last asked anything by a survey. */
  lastAskedAt: Date | null;
}

const CLAIM = `
  SELECT a.id, a.kind, a.conversation_id AS "conversationId", a.contact_id AS "contactId", s.enabled,
         json_build_object('en', s.question_en, 'zh', s.question_zh) AS own, c.language, p.locale, ch.enabled AS "isOpen", w.grants,
         c.turn_seq > c.done_seq AS "isWaiting",
         (SELECT max(i.blocked_at) FROM identity i WHERE i.contact_id = p.id AND i.channel_id = c.channel_id) AS "blockedAt",
         (SELECT max(o.asked_at) FROM survey_ask o WHERE o.contact_id = a.contact_id) AS "lastAskedAt"
  FROM survey_ask a
  JOIN survey s ON s.id = a.survey_id
  JOIN conversation c ON c.id = a.conversation_id
  JOIN contact p ON p.id = a.contact_id
  JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN reply_window w ON w.conversation_id = c.id
  WHERE a.state = 'waiting' AND a.due_at <= $1 ORDER BY a.due_at LIMIT 1 FOR UPDATE OF a SKIP LOCKED`;

/** The question that has waited longest, held until the transaction ends. */
export async function claimAsk(tx: Transaction, now: Date): Promise<DueAsk | undefined> {
  return (await tx.query<DueAsk>(CLAIM, [now]))[0];
}

export async function finishAsk(tx: Transaction, id: string, skipped: string | null, at: Date): Promise<void> {
  await tx.query(
    `UPDATE survey_ask SET state = CASE WHEN $2::text IS NULL THEN 'asked' ELSE 'skipped' END, reason = $2,
       asked_at = CASE WHEN $2::text IS NULL THEN $3::timestamptz END WHERE id = $1`,
    [id, skipped, at],
  );
}

export async function putOff(tx: Transaction, id: string, until: Date): Promise<void> {
  await tx.query("UPDATE survey_ask SET due_at = $2 WHERE id = $1", [id, until]);
}

// ── Answers ──

export interface Answered {
  id: string;
  kind: SurveyKind;
  score: number;
  conversationId: string;
  channelId: string;
  identityId: string | null;
  contactId: string;
  eventId: string;
  /** They had answered before and changed their mind. */
  isAgain: boolean;
}

export interface GivenScore {
  conversationId: string;
  contactId: string;
  eventId: string;
  seq: number;
  score: number;
  at: Date;
  /** Of a pressed button; a typed number belongs to what was last asked there. */
  askId: string | null;
}

const SCALE = "CASE a.kind WHEN 'csat' THEN int4range(1, 6) WHEN 'nps' THEN int4range(0, 11) ELSE int4range(1, 8) END";

// A button can be pressed again and changes the answer. A typed number answers only what is open and was asked lately,
// and only while it is the last thing that was said there.
const PRESSED = `
  UPDATE survey_ask a SET state = 'answered', score = $4, answered_at = $5, answer_seq = $6
  FROM survey_ask o
  WHERE o.id = a.id AND a.id = $1 AND a.conversation_id = $2 AND a.contact_id = $3 AND a.state IN ('asked', 'answered') AND ${SCALE} @> $4::int
  RETURNING a.id, a.kind, a.channel_id AS "channelId", a.identity_id AS "identityId", o.state = 'answered' AS "isAgain"`;
const TYPED = `
  UPDATE survey_ask a SET state = 'answered', score = $4, answered_at = $5, answer_seq = $6
  WHERE a.id = (
    SELECT o.id FROM survey_ask o WHERE o.conversation_id = $2 AND o.contact_id = $3 AND o.state = 'asked' AND o.asked_at > $1
      AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = o.conversation_id AND m.direction = 'out' AND m.sent_at > o.asked_at + interval '1 second')
    ORDER BY o.asked_at DESC LIMIT 1
  ) AND ${SCALE} @> $4::int
  RETURNING a.id, a.kind, a.channel_id AS "channelId", a.identity_id AS "identityId", false AS "isAgain"`;

/** Writes an answer down, if it is one. */
export async function takeAnswer(tx: Transaction, given: GivenScore, since: Date): Promise<Answered | undefined> {
  const { askId, conversationId, contactId, score, at, seq, eventId } = given;
  const values = [askId ?? since, conversationId, contactId, score, at, seq];
  const [row] = await tx.query<Omit<Answered, "score" | "conversationId" | "contactId" | "eventId">>(
    askId === null ? TYPED : PRESSED,
    values,
  );
  return row && { ...row, score, conversationId, contactId, eventId };
}

/** Which of these messages answered a survey, and what. */
export function answersAmong(
  db: Queryable,
  conversationId: string,
  seqs: readonly number[],
): Promise<{ seq: number; kind: SurveyKind; score: number }[]> {
  return db.query(
    "SELECT answer_seq AS seq, kind, score::int FROM survey_ask WHERE conversation_id = $1 AND answer_seq = ANY ($2::int[])",
    [conversationId, seqs],
  );
}

// ── Results ──

export interface SurveyCounts {
  asked: number;
  scores: { score: number; count: number }[];
  skipped: { reason: string; count: number }[];
}

export async function countAnswers(
  db: Queryable,
  id: string,
  from: string | undefined,
  to: string | undefined,
): Promise<SurveyCounts> {
  const within =
    "survey_id = $1 AND ($2::timestamptz IS NULL OR created_at >= $2) AND ($3::timestamptz IS NULL OR created_at < $3)";
  const values = [id, from ?? null, to ?? null];
  const [asked] = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM survey_ask WHERE ${within} AND asked_at IS NOT NULL`,
    values,
  );
  const scores = await db.query<{ score: number; count: number }>(
    `SELECT score::int, count(*)::int FROM survey_ask WHERE ${within} AND state = 'answered' GROUP BY 1 ORDER BY 1`,
    values,
  );
  const skipped = await db.query<{ reason: string; count: number }>(
    `SELECT reason, count(*)::int FROM survey_ask WHERE ${within} AND state = 'skipped' GROUP BY 1 ORDER BY 2 DESC`,
    values,
  );
  return { asked: asked!.n, scores, skipped };
}
