import type { CorrectionView, GoldenView } from "../contract/api-learning.ts";
import { Conflict, NotFound } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Language } from "../lib/language.ts";
import type { Database, Queryable } from "../store/index.ts";
import { USUAL_SETTINGS, type AnswerSettings, type Mode } from "./bars.ts";
import type { Reviewed } from "./engine/index.ts";
import type { Hand } from "./versions-store.ts";

/** Changes when anything does that answers depend on besides the articles. */
export async function learningVersion(db: Queryable): Promise<{ small: string; modelId: string | null }> {
  const [row] = await db.query<{ small: string; modelId: string | null }>(
    `SELECT concat_ws(':', (SELECT xmin::text FROM answer_settings WHERE id = 1), (SELECT count(*) FROM correction),
              (SELECT count(*) FROM suggestion WHERE state IN ('confirmed', 'rejected'))) AS small,
            (SELECT id FROM model_version WHERE state = 'live') AS "modelId"`,
  );
  return row!;
}

// ── Settings ────────────────────────────────────────────────────────────────

interface StoredSettings extends AnswerSettings {
  updatedAt: Date | null;
  updatedBy: string | null;
}

interface SettingsRow {
  target: number;
  foreign_share: number;
  mode: Mode;
  floor_en: number | null;
  floor_zh: number | null;
  updated_at: Date;
  updated_by: string | null;
}

export async function readSettings(db: Queryable): Promise<StoredSettings> {
  const [row] = await db.query<SettingsRow>("SELECT * FROM answer_settings WHERE id = 1");
  if (!row) return { ...USUAL_SETTINGS, updatedAt: null, updatedBy: null };
  return {
    ...{ target: row.target, foreignShare: row.foreign_share, mode: row.mode },
    floors: { en: row.floor_en, zh: row.floor_zh },
    ...{ updatedAt: row.updated_at, updatedBy: row.updated_by },
  };
}

/** A new promise starts without what the former one had raised. */
export async function writeSettings(
  db: Queryable,
  { target, foreignShare, mode }: Omit<AnswerSettings, "floors">,
  { by, at }: Hand,
): Promise<void> {
  await db.query(
    `INSERT INTO answer_settings (id, target, foreign_share, mode, updated_at, updated_by) VALUES (1, $1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET target = $1, foreign_share = $2, mode = $3, floor_en = NULL, floor_zh = NULL,
       updated_at = $4, updated_by = $5`,
    [target, foreignShare, mode, at, by],
  );
}

export async function writeFloor(db: Queryable, language: Language, floor: number | null): Promise<void> {
  const column = language === "en" ? "floor_en" : "floor_zh";
  await db.query(
    `INSERT INTO answer_settings (id, ${column}) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET ${column} = $1`,
    [floor],
  );
}

// ── Corrections ─────────────────────────────────────────────────────────────

interface CorrectionRow {
  id: string;
  question: string;
  language: Language;
  articleId: string | null;
  slug: string | null;
  why: string | null;
  staffId: string | null;
  by: string;
  at: Date;
  eventId: string | null;
  conversationId: string | null;
  undoneBy: string | null;
}

const CORRECTION = `
  SELECT c.id, c.question, c.language, c.article_id AS "articleId", a.slug, c.why, c.staff_id AS "staffId", c.by, c.at,
         c.event_id AS "eventId", c.conversation_id AS "conversationId", u.by AS "undoneBy"
  FROM correction c LEFT JOIN article a ON a.id = c.article_id LEFT JOIN correction u ON u.undoes = c.id
  WHERE c.undoes IS NULL`;

/** What holds, oldest first: not taken back. */
export async function correctionsInForce(db: Queryable): Promise<{ text: string; articleId: string | null }[]> {
  return db.query(
    `SELECT c.question AS text, c.article_id AS "articleId" FROM correction c
     WHERE c.undoes IS NULL AND NOT EXISTS (SELECT FROM correction u WHERE u.undoes = c.id) ORDER BY c.at, c.id`,
  );
}

/** Newest first. */
export async function listCorrections(
  db: Queryable,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<Omit<CorrectionView, "conflicts">[]> {
  const rows = await db.query<CorrectionRow>(
    `${CORRECTION} AND ($1::uuid IS NULL OR c.id < $1) ORDER BY c.id DESC LIMIT $2`,
    [cursor ?? null, limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

interface NewCorrection {
  question: string;
  language: Language;
  articleId: string | null;
  /** The answer that it judges, and where that was given. */
  eventId?: string;
  conversationId?: string;
}

/** @throws NotFound when there is no such article. */
export async function addCorrection(
  db: Queryable,
  { question, language, articleId, eventId, conversationId }: NewCorrection,
  { why, staffId, by, at }: Hand,
): Promise<string> {
  if (articleId !== null) {
    const known = await db.query("SELECT FROM article WHERE id = $1", [articleId]);
    if (known.length === 0) throw new NotFound("There is no such article. Choose one from the list, or null for none.");
  }
  const id = newId();
  await db.query(
    `INSERT INTO correction (id, question, language, article_id, why, staff_id, by, at, event_id, conversation_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, question, language, articleId, why ?? null, staffId, by, at, eventId ?? null, conversationId ?? null],
  );
  return id;
}

/** Another row that takes one back. @throws NotFound, Conflict */
export async function undoCorrection(db: Database, id: string, { why, staffId, by, at }: Hand): Promise<void> {
  const [written] = await db.query(
    `INSERT INTO correction (id, question, language, article_id, why, staff_id, by, at, undoes, event_id, conversation_id)
     SELECT $2, question, language, article_id, $3, $4, $5, $6, id, event_id, conversation_id FROM correction
     WHERE id = $1 AND undoes IS NULL ON CONFLICT (undoes) DO NOTHING RETURNING id`,
    [id, newId(), why ?? null, staffId, by, at],
  );
  if (written) return;
  const known = await db.query("SELECT FROM correction WHERE id = $1 AND undoes IS NULL", [id]);
  if (known.length === 0) throw new NotFound("There is no such correction. List the corrections again.");
  throw new Conflict("This correction has been taken back already.");
}

// ── Verdicts ────────────────────────────────────────────────────────────────

/**
 * The answers that people of ours judged last: whether the article they named is the one that was answered or suggested.
 * The last verdict on an answer counts.
 */
export async function lastVerdicts(db: Queryable, language: Language, limit: number): Promise<Reviewed[]> {
  return db.query<{ probability: number; right: boolean }>(
    `SELECT score AS probability, is_right AS right FROM (
       SELECT DISTINCT ON (c.event_id) c.id, l.score,
              c.article_id IS NOT DISTINCT FROM coalesce((l.evidence -> 'suggested' ->> 'articleId')::uuid, l.article_id) AS is_right
       FROM correction c JOIN answer_log l ON l.event_id = c.event_id
       WHERE c.language = $1 AND c.undoes IS NULL AND l.score IS NOT NULL
         AND (l.outcome = 'answered' OR l.evidence ->> 'decision' = 'suggested')
         AND NOT EXISTS (SELECT FROM correction u WHERE u.undoes = c.id)
       ORDER BY c.event_id, c.id DESC
     ) last ORDER BY id DESC LIMIT $2`,
    [language, limit],
  );
}

// ── The golden set ──────────────────────────────────────────────────────────

export interface Golden {
  id: string;
  question: string;
  articleId: string | null;
}

export async function listGolden(db: Queryable): Promise<(Golden & Pick<GoldenView, "by" | "slug"> & { at: Date })[]> {
  return db.query(
    `SELECT g.id, g.question, g.article_id AS "articleId", a.slug, g.by, g.at
     FROM golden_question g LEFT JOIN article a ON a.id = g.article_id ORDER BY g.id`,
  );
}

/** @throws Conflict when the question is there already. */
export async function addGolden(db: Queryable, golden: Omit<Golden, "id">, { by, at }: Hand): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `INSERT INTO golden_question (id, question, article_id, by, at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (question) DO NOTHING RETURNING id`,
    [newId(), golden.question, golden.articleId, by, at],
  );
  if (!row)
    throw new Conflict("This question is in the golden set already. Remove it first to give it another answer.");
  return row.id;
}

/** @throws NotFound */
export async function removeGolden(db: Queryable, id: string): Promise<void> {
  const gone = await db.query("DELETE FROM golden_question WHERE id = $1 RETURNING id", [id]);
  if (gone.length === 0) throw new NotFound("There is no such question in the golden set.");
}
