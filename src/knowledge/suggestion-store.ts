import type { SuggestionView } from "../contract/api-learning.ts";
import { Conflict, NotFound } from "../contract/index.ts";
import type { Language } from "../lib/language.ts";
import type { Queryable, Transaction } from "../store/index.ts";

export interface NewSuggestion {
  id: string;
  eventId: string;
  conversationId: string;
  question: string;
  language: Language;
  articleId: string;
  probability: number;
  at: Date;
}

/** One statement for all; an event that has its suggestion already keeps it. */
export async function addSuggestions(db: Queryable, rows: readonly NewSuggestion[]): Promise<void> {
  await db.query(
    `INSERT INTO suggestion (id, conversation_id, event_id, question, language, article_id, probability, at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::float8[], $8::timestamptz[])
     ON CONFLICT (event_id) DO NOTHING`,
    [
      rows.map(({ id }) => id),
      rows.map(({ conversationId }) => conversationId),
      rows.map(({ eventId }) => eventId),
      rows.map(({ question }) => question),
      rows.map(({ language }) => language),
      rows.map(({ articleId }) => articleId),
      rows.map(({ probability }) => probability),
      rows.map(({ at }) => at),
    ],
  );
}

interface SuggestionRow extends NewSuggestion {
  state: SuggestionView["state"];
  slug: string | null;
  decidedAt: Date | null;
  decidedBy: string | null;
}

const SUGGESTION = `
  SELECT s.id, s.event_id AS "eventId", s.conversation_id AS "conversationId", s.question, s.language, s.article_id AS "articleId",
         a.slug, s.probability, s.state, s.decided_at AS "decidedAt", s.decided_by AS "decidedBy", s.at
  FROM suggestion s LEFT JOIN article a ON a.id = s.article_id`;

/** Newest first. */
export async function listSuggestions(
  db: Queryable,
  asked: {
    state?: string | undefined;
    conversationId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<SuggestionView[]> {
  const rows = await db.query<SuggestionRow>(
    `${SUGGESTION} WHERE ($1::text IS NULL OR s.state = $1) AND ($2::uuid IS NULL OR s.conversation_id = $2) AND ($3::uuid IS NULL OR s.id < $3)
     ORDER BY s.id DESC LIMIT $4`,
    [asked.state ?? null, asked.conversationId ?? null, asked.cursor ?? null, asked.limit],
  );
  return rows.map(presentSuggestion);
}

/** Takes a waiting suggestion for one decision; the row stays locked until the transaction ends. @throws NotFound, Conflict */
export async function decideSuggestion(
  tx: Transaction,
  id: string,
  state: "confirmed" | "rejected",
  { by, at }: { by: string; at: Date },
): Promise<SuggestionRow> {
  const [taken] = await tx.query(
    "UPDATE suggestion SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'waiting' RETURNING id",
    [id, state, by, at],
  );
  const [row] = await tx.query<SuggestionRow>(`${SUGGESTION} WHERE s.id = $1`, [id]);
  if (!row) throw new NotFound("There is no such suggestion. List the suggestions again.");
  if (!taken)
    throw new Conflict(`${row.decidedBy ?? "Somebody"} has decided on this suggestion already: it is ${row.state}.`);
  return row;
}

/** By article, how often people of ours confirmed it, of how often they were asked. */
export async function confirmations(db: Queryable): Promise<Map<string, { right: number; shown: number }>> {
  const rows = await db.query<{ articleId: string; right: number; shown: number }>(
    `SELECT article_id AS "articleId", count(*) FILTER (WHERE state = 'confirmed')::int AS right, count(*)::int AS shown
     FROM suggestion WHERE state IN ('confirmed', 'rejected') GROUP BY 1`,
  );
  return new Map(rows.map(({ articleId, ...counts }) => [articleId, counts]));
}

export function presentSuggestion({ at, decidedAt, ...row }: SuggestionRow): SuggestionView {
  return { ...row, at: at.toISOString(), decidedAt: decidedAt?.toISOString() ?? null };
}
