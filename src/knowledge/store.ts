import { NewArticle, type ArticleView, type ImportReport } from "../contract/api-knowledge.ts";
import { Conflict, Invalid, NotFound } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Queryable, Transaction } from "../store/index.ts";
import { LANGUAGES } from "../lib/language.ts";
import { LOCKS } from "../lib/locks.ts";
import { exported, sameWords, type ArticleInput } from "./article.ts";
import { findVersion, keepVersions, type Change, type Hand } from "./versions-store.ts";

const ARTICLE = `SELECT a.id, a.slug, a.enabled, a.audience, a.valid_from, a.valid_to, a.created_at, a.updated_at,
  (SELECT json_object_agg(t.language, json_build_object('title', t.title, 'answer', t.answer))
     FROM article_text t WHERE t.article_id = a.id) AS texts,
  (SELECT json_agg(json_build_object('language', p.language, 'text', p.text) ORDER BY p.id)
     FROM phrasing p WHERE p.article_id = a.id) AS phrasings
  FROM article a`;

interface ArticleRow {
  id: string;
  slug: string;
  enabled: boolean;
  audience: ArticleView["audience"];
  valid_from: Date | null;
  valid_to: Date | null;
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
export async function createArticle(db: Database, input: ArticleInput, hand: Hand): Promise<ArticleView> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    await refuseTaken(tx, input.slug, null);
    const id = newId();
    await write(tx, [{ id, input, change: "created" }], hand);
    return findArticle(tx, id);
  });
}

/** @throws NotFound, Conflict */
export async function replaceArticle(db: Database, id: string, input: ArticleInput, hand: Hand): Promise<ArticleView> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    await findArticle(tx, id);
    await refuseTaken(tx, input.slug, id);
    await write(tx, [{ id, input, change: "changed" }], hand);
    return findArticle(tx, id);
  });
}

/** @throws NotFound */
export async function deleteArticle(db: Database, id: string, hand: Hand): Promise<{ id: string; slug: string }> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    const [row] = await tx.query<ArticleRow>(`${ARTICLE} WHERE a.id = $1`, [id]);
    if (!row) throw new NotFound("There is no such article. It may have been deleted already.");
    const article = exported(present(row));
    await keepVersions(tx, [{ articleId: id, change: "deleted", article }], hand);
    await tx.query("DELETE FROM article WHERE id = $1", [id]);
    return { id, slug: row.slug };
  });
}

/** Writes an article as a version has it, also where it has been deleted since. @throws NotFound, Conflict, Invalid */
export async function restoreArticle(db: Database, versionId: string, hand: Hand): Promise<ArticleView> {
  return db.transaction(async (tx) => {
    await takeTurn(tx);
    const { articleId, article } = await findVersion(tx, versionId);
    const input = NewArticle.safeParse(article).data;
    if (!input) throw new Invalid("This version was written by another release and cannot be read. Copy its words.");
    await refuseTaken(tx, input.slug, articleId);
    await write(tx, [{ id: articleId, input, change: "restored" }], hand);
    return findArticle(tx, articleId);
  });
}

/** Creates what is new and changes what differs, by slug, all or nothing. Slugs must not repeat. */
export async function upsertArticles(db: Database, inputs: readonly ArticleInput[], hand: Hand): Promise<ImportReport> {
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
      return { id: before?.id ?? newId(), input, outcome, change: "imported" as const };
    });
    await write(
      tx,
      rows.filter(({ outcome }) => outcome !== "unchanged"),
      hand,
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

/** Writers of articles take turns, so that two imports of the same slugs end as one after the other. */
async function takeTurn(tx: Transaction): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCKS.articles]);
}

async function refuseTaken(tx: Transaction, slug: string, id: string | null): Promise<void> {
  const taken = await tx.query("SELECT FROM article WHERE slug = $1 AND id IS DISTINCT FROM $2", [slug, id]);
  if (taken.length > 0)
    throw new Conflict(`There is an article "${slug}" already. Change that one, or choose another slug.`);
}

interface Written {
  id: string;
  input: ArticleInput;
  change: Change;
}

/** Writes whole articles; the row itself is always touched, since `articlesVersion` looks at it alone. */
async function write(tx: Transaction, rows: readonly Written[], hand: Hand): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  const column = <T>(read: (input: ArticleInput) => T) => rows.map(({ input }) => read(input));
  await tx.query(
    `INSERT INTO article (id, slug, enabled, audience, valid_from, valid_to, created_at, updated_at)
     SELECT id, slug, enabled, audience, valid_from, valid_to, $7, $7
     FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::timestamptz[], $6::timestamptz[])
       AS row (id, slug, enabled, audience, valid_from, valid_to)
     ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, enabled = excluded.enabled, audience = excluded.audience,
       valid_from = excluded.valid_from, valid_to = excluded.valid_to, updated_at = excluded.updated_at`,
    [
      ids,
      column(({ slug }) => slug),
      column(({ enabled }) => enabled),
      column(({ audience }) => audience),
      column(({ validFrom }) => validFrom),
      column(({ validTo }) => validTo),
      hand.at,
    ],
  );
  await keepVersions(
    tx,
    rows.map(({ id, input, change }) => ({ articleId: id, change, article: exported(input) })),
    hand,
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
    audience: row.audience,
    validFrom: row.valid_from?.toISOString() ?? null,
    validTo: row.valid_to?.toISOString() ?? null,
    texts: row.texts ?? {},
    phrasings: { en: inLanguage("en"), zh: inLanguage("zh") },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
