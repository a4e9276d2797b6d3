import type { AnswerView } from "../contract/api-knowledge.ts";
import { NotFound, type Json } from "../contract/index.ts";
import type { Queryable } from "../store/index.ts";

/** One line of the answer log. */
export interface AnswerRow {
  id: string;
  conversationId: string;
  eventId: string;
  outcome: AnswerView["outcome"];
  question: string;
  articleId: string | null;
  score: number | null;
  threshold: number | null;
  evidence: Json;
  at: Date;
}

/** Writes all of them in one statement; an event that has its line already keeps it. */
export async function logAnswers(db: Queryable, rows: readonly AnswerRow[]): Promise<void> {
  await db.query(
    `INSERT INTO answer_log (id, conversation_id, event_id, outcome, question, article_id, score, threshold, evidence, at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::float8[], $8::float8[],
       $9::jsonb[], $10::timestamptz[])
     ON CONFLICT (event_id) DO NOTHING`,
    [
      rows.map(({ id }) => id),
      rows.map(({ conversationId }) => conversationId),
      rows.map(({ eventId }) => eventId),
      rows.map(({ outcome }) => outcome),
      rows.map(({ question }) => question),
      rows.map(({ articleId }) => articleId),
      rows.map(({ score }) => score),
      rows.map(({ threshold }) => threshold),
      rows.map(({ evidence }) => JSON.stringify(evidence)),
      rows.map(({ at }) => at),
    ],
  );
}

/**
 * What was asked before each of these events and since the last act of ours: one question per event, or an empty one
 * where nobody asked anything (an agent took the conversation over by hand, or the answer has its own line).
 */
export async function questionsBefore(
  db: Queryable,
  events: readonly { conversationId: string; seq: number }[],
): Promise<string[]> {
  const rows = await db.query<{ question: string }>(
    `SELECT coalesce(string_agg(m.text, E'\\n' ORDER BY m.seq), '') AS question
     FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS asked (conversation_id, seq, at)
     LEFT JOIN LATERAL (
       SELECT message.seq, left(message.text, 1000) AS text FROM message
       WHERE message.conversation_id = asked.conversation_id AND message.direction = 'in' AND message.author = 'contact'
         AND message.deleted_at IS NULL AND message.seq < asked.seq
         AND message.seq > coalesce((
           SELECT max(event.seq) FROM event
           WHERE event.conversation_id = asked.conversation_id AND event.seq < asked.seq
             AND event.type IN ('answered', 'replied', 'handed-over', 'given-back')), 0)
       ORDER BY message.seq DESC LIMIT 10
     ) m ON true
     GROUP BY asked.at ORDER BY asked.at`,
    [events.map(({ conversationId }) => conversationId), events.map(({ seq }) => seq)],
  );
  return rows.map(({ question }) => question);
}

/** The slugs offered last, if an offer was the last thing that the bot decided in this conversation. */
export async function lastOffer(db: Queryable, conversationId: string): Promise<string[]> {
  const [row] = await db.query<{ offered: string[] | null }>(
    "SELECT evidence -> 'offered' AS offered FROM answer_log WHERE conversation_id = $1 ORDER BY at DESC, id DESC LIMIT 1",
    [conversationId],
  );
  return row?.offered ?? [];
}

interface LogRow {
  id: string;
  conversation_id: string;
  event_id: string;
  outcome: AnswerView["outcome"];
  question: string;
  article_id: string | null;
  score: number | null;
  threshold: number | null;
  evidence: AnswerView["evidence"];
  at: Date;
  seq: number | null;
  verdict: AnswerView["verdict"];
}

const LOG = `
  SELECT l.*, e.seq, v.verdict FROM answer_log l LEFT JOIN event e ON e.id = l.event_id
  LEFT JOIN LATERAL (
    SELECT json_build_object('correctionId', c.id, 'articleId', c.article_id, 'slug', a.slug, 'by', c.by) AS verdict
    FROM correction c LEFT JOIN article a ON a.id = c.article_id
    WHERE c.event_id = l.event_id AND c.undoes IS NULL AND NOT EXISTS (SELECT FROM correction u WHERE u.undoes = c.id)
    ORDER BY c.id DESC LIMIT 1
  ) v ON true`;

/** Newest first. */
export async function listAnswers(
  db: Queryable,
  asked: {
    outcome?: string | undefined;
    conversationId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<AnswerView[]> {
  const rows = await db.query<LogRow>(
    `${LOG}
     WHERE ($1::text IS NULL OR l.outcome = $1) AND ($2::uuid IS NULL OR l.conversation_id = $2) AND ($3::uuid IS NULL OR l.id < $3)
     ORDER BY l.id DESC LIMIT $4`,
    [asked.outcome ?? null, asked.conversationId ?? null, asked.cursor ?? null, asked.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    conversationId: row.conversation_id,
    eventId: row.event_id,
    outcome: row.outcome,
    question: row.question,
    articleId: row.article_id,
    score: row.score,
    threshold: row.threshold,
    evidence: row.evidence,
    at: row.at.toISOString(),
    seq: row.seq,
    verdict: row.verdict,
  }));
}

/** What was asked in an answered or unanswered turn. @throws NotFound */
export async function findAnswer(
  db: Queryable,
  id: string,
): Promise<{ question: string; eventId: string; conversationId: string; language: string | null }> {
  const [row] = await db.query<{
    question: string;
    eventId: string;
    conversationId: string;
    language: string | null;
  }>(
    `SELECT question, event_id AS "eventId", conversation_id AS "conversationId", evidence ->> 'language' AS language
     FROM answer_log WHERE id = $1`,
    [id],
  );
  if (!row) throw new NotFound("There is no such answer in the log. List the answers again.");
  return row;
}
