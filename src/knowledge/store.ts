import { Conflict, NotFound, type Json } from "../contract/index.ts";
import type { AnswerView, ArticleView, ImportReport } from "../contract/api-knowledge.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Queryable, Transaction } from "../store/index.ts";
import { sameWords, type ArticleInput } from "./article.ts";
import { LANGUAGES } from "../lib/language.ts";
import { LOCKS } from "../lib/locks.ts";

/** Writers of articles take turns, so that two imports of the same slugs end as one after the other. */

const ARTICLE = `SELECT a.id, a.slug, a.enabled, a.created_at, a.updated_at,
  (SELECT json_object_agg(t.language, json_build_object('title', t.title, 'answer', t.answer))
     FROM article_text t WHERE t.article_id = a.id) AS texts,
  (SELECT json_agg(json_build_object('language', p.language, 'text', p.text) ORDER BY p.id)
     FROM phrasing p WHERE p.article_id = a.id) AS phrasings
  FROM article a`;

interface ArticleRow {
  id: string;
  slug: string;
  enabled: boolean;
  created_at: Date;
  updated_at: Date;
  texts: ArticleView["texts"] | null;
  phrasings: { language: string; text: string }[] | null;
}

/** Rows are written by transactions whose ids only grow, so their sum tells of any change; times of two hubs would not. */
export async function articlesVersion(db: Queryable): Promise<string> {
  const [row] = await db.query<{ version: string }>(
    "SELECT count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) || ':' || coalesce(max(xmin::text::bigint), 0) AS version FROM article",
  );
  return row!.version;
}

export async function loadArticles(db: Queryable): Promise<ArticleView[]> {
  return (await db.query<ArticleRow>(`${ARTICLE} ORDER BY a.slug`)).map(present);
}

export async function listArticles(
  db: Queryable,
  { search, after, limit }: { search: string; after: string; limit: number },
): Promise<ArticleView[]> {
  const rows = await db.query<ArticleRow>(
    `${ARTICLE} WHERE a.slug > $1 AND ($2 = '' OR strpos(a.slug, lower($2)) > 0
       OR EXISTS (SELECT FROM article_text t WHERE t.article_id = a.id AND strpos(lower(t.title || ' ' || t.answer), lower($2)) > 0)
       OR EXISTS (SELECT FROM phrasing p WHERE p.article_id = a.id AND strpos(lower(p.text), lower($2)) > 0))
     ORDER BY a.slug LIMIT $3`,
    [after, search, limit],
  );
  return rows.map(present);
}

export async function findArticle(db: Queryable, id: string): Promise<ArticleView> {
  const [row] = await db.query<ArticleRow>(`${ARTICLE} WHERE a.id = $1`, [id]);
  if (!row) throw new NotFound("There is no such article. It may have been deleted; list the articles again.");
  return present(row);
}

/** @throws Conflict when the slug is taken. */
export async function createArticle(db: Database, input: ArticleInput, now: Date): Promise<ArticleView> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    await refuseTaken(tx, input.slug, null);
    const id = newId();
    await write(tx, [{ id, input }], now);
    return findArticle(tx, id);
  });
}

/** @throws NotFound, Conflict */
export async function replaceArticle(db: Database, id: string, input: ArticleInput, now: Date): Promise<ArticleView> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    await findArticle(tx, id);
    await refuseTaken(tx, input.slug, id);
    await write(tx, [{ id, input }], now);
    return findArticle(tx, id);
  });
}

/** @throws NotFound */
export async function deleteArticle(db: Database, id: string): Promise<{ id: string; slug: string }> {
  const [row] = await db.query<{ id: string; slug: string }>("DELETE FROM article WHERE id = $1 RETURNING id, slug", [
    id,
  ]);
  if (!row) throw new NotFound("There is no such article. It may have been deleted already.");
  return row;
}

/** Creates what is new and changes what differs, by slug, all or nothing. Slugs must not repeat. */
export async function upsertArticles(db: Database, inputs: readonly ArticleInput[], now: Date): Promise<ImportReport> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    const known = await tx.query<ArticleRow>(`${ARTICLE} WHERE a.slug = ANY($1)`, [inputs.map(({ slug }) => slug)]);
    const bySlug = new Map(known.map((row) => [row.slug, present(row)]));
    const rows = inputs.map((input) => {
      const before = bySlug.get(input.slug);
      const outcome = !before
        ? ("created" as const)
        : sameWords(before, input)
          ? ("unchanged" as const)
          : ("changed" as const);
      return { id: before?.id ?? newId(), input, outcome };
    });
    await write(
      tx,
      rows.filter(({ outcome }) => outcome !== "unchanged"),
      now,
    );
    const count = (wanted: string) => rows.filter(({ outcome }) => outcome === wanted).length;
    return {
      created: count("created"),
      changed: count("changed"),
      unchanged: count("unchanged"),
      rows: rows.map(({ input: { slug }, outcome }) => ({ slug, outcome })),
    };
  });
}

async function takeTurn(tx: Transaction): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCKS.articles]);
}

async function refuseTaken(tx: Transaction, slug: string, id: string | null): Promise<void> {
  const taken = await tx.query("SELECT FROM article WHERE slug = $1 AND id IS DISTINCT FROM $2", [slug, id]);
  if (taken.length > 0)
    throw new Conflict(`There is an article "${slug}" already. Change that one, or choose another slug.`);
}

/** Writes whole articles; the row itself is always touched, since `articlesVersion` looks at it alone. */
async function write(tx: Transaction, rows: readonly { id: string; input: ArticleInput }[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await tx.query(
    `INSERT INTO article (id, slug, enabled, created_at, updated_at)
     SELECT id, slug, enabled, $4, $4 FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS row (id, slug, enabled)
     ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, enabled = excluded.enabled, updated_at = excluded.updated_at`,
    [ids, rows.map(({ input }) => input.slug), rows.map(({ input }) => input.enabled), now],
  );
  await tx.query("DELETE FROM article_text WHERE article_id = ANY($1)", [ids]);
  await tx.query("DELETE FROM phrasing WHERE article_id = ANY($1)", [ids]);
  const texts = rows.flatMap(({ id, input }) =>
    LANGUAGES.flatMap((language) => {
      const words = input.texts[language];
      return words ? [{ id, language, ...words }] : [];
    }),
  );
  await tx.query(
    "INSERT INTO article_text (article_id, language, title, answer) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])",
    [
      texts.map(({ id }) => id),
      texts.map(({ language }) => language),
      texts.map(({ title }) => title),
      texts.map(({ answer }) => answer),
    ],
  );
  const phrasings = rows.flatMap(({ id, input }) =>
    LANGUAGES.flatMap((language) => (input.phrasings[language] ?? []).map((text) => ({ id, language, text }))),
  );
  await tx.query(
    "INSERT INTO phrasing (id, article_id, language, text) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])",
    [
      phrasings.map(newId),
      phrasings.map(({ id }) => id),
      phrasings.map(({ language }) => language),
      phrasings.map(({ text }) => text),
    ],
  );
}

function present(row: ArticleRow): ArticleView {
  const inLanguage = (wanted: string) =>
    (row.phrasings ?? []).filter(({ language }) => language === wanted).map(({ text }) => text);
  return {
    id: row.id,
    slug: row.slug,
    enabled: row.enabled,
    texts: row.texts ?? {},
    phrasings: { en: inLanguage("en"), zh: inLanguage("zh") },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

// ── The answer log ──────────────────────────────────────────────────────────

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
}

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
    `SELECT * FROM answer_log
     WHERE ($1::text IS NULL OR outcome = $1) AND ($2::uuid IS NULL OR conversation_id = $2) AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
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
  }));
}
