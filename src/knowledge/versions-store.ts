import type { ArticleVersionView } from "../contract/api-knowledge.ts";
import { NotFound, type Asker } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import type { ArticleInput } from "./article.ts";

export type Change = ArticleVersionView["change"];

/** Who writes, when, and why. */
export interface Hand {
  staffId: string | null;
  by: string;
  why?: string | undefined;
  at: Date;
}

export function handOf({ staffId, name }: Asker, at: Date, why?: string): Hand {
  return { staffId, by: name, why, at };
}

interface Kept {
  articleId: string;
  change: Change;
  article: ArticleInput;
}

/** Appends what articles became; nothing of it is ever changed. */
export async function keepVersions(tx: Transaction, kept: readonly Kept[], hand: Hand): Promise<void> {
  await tx.query(
    `INSERT INTO article_version (id, article_id, slug, change, article, why, staff_id, by, at)
     SELECT id, article_id, slug, change, article, $6, $7, $8, $9
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[]) AS row (id, article_id, slug, change, article)`,
    [
      kept.map(newId),
      kept.map(({ articleId }) => articleId),
      kept.map(({ article }) => article.slug),
      kept.map(({ change }) => change),
      kept.map(({ article }) => JSON.stringify(article)),
      hand.why ?? null,
      hand.staffId,
      hand.by,
      hand.at,
    ],
  );
}

interface VersionRow {
  id: string;
  article_id: string;
  slug: string;
  change: Change;
  article: ArticleVersionView["article"];
  why: string | null;
  staff_id: string | null;
  by: string;
  at: Date;
}

/** @throws NotFound */
export async function findVersion(db: Queryable, id: string): Promise<ArticleVersionView> {
  const [row] = await db.query<VersionRow>("SELECT * FROM article_version WHERE id = $1", [id]);
  if (!row) throw new NotFound("There is no such version. List the article's versions again.");
  return present(row);
}

/** Newest first. */
export async function listVersions(
  db: Queryable,
  asked: { articleId?: string | undefined; change?: Change | undefined; cursor?: string | undefined; limit: number },
): Promise<ArticleVersionView[]> {
  const rows = await db.query<VersionRow>(
    `SELECT * FROM article_version
     WHERE ($1::uuid IS NULL OR article_id = $1) AND ($2::text IS NULL OR change = $2) AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [asked.articleId ?? null, asked.change ?? null, asked.cursor ?? null, asked.limit],
  );
  return rows.map(present);
}

function present({ article_id: articleId, staff_id: staffId, at, ...row }: VersionRow): ArticleVersionView {
  return { ...row, articleId, staffId, at: at.toISOString() };
}
