import type { Queryable } from "../store/index.ts";
import type { StageRule } from "./stage-rules.ts";

const KEYWORDS = `
  SELECT keyword_folded AS folded, id FROM entry_point WHERE keyword_folded IS NOT NULL AND archived_at IS NULL`;

const RULES = `
  SELECT id, position, enabled, trigger, from_stages AS "from", to_stage AS "to", words, article_ids AS "articleIds", days, act
  FROM stage_rule ORDER BY id`;

const PUT_RULE = `
  INSERT INTO stage_rule (id, position, enabled, trigger, from_stages, to_stage, words, article_ids, days, act, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE SET position = excluded.position, enabled = excluded.enabled, trigger = excluded.trigger,
    from_stages = excluded.from_stages, to_stage = excluded.to_stage, words = excluded.words,
    article_ids = excluded.article_ids, days = excluded.days, act = excluded.act, updated_at = excluded.updated_at`;

export function listKeywords(db: Queryable): Promise<{ folded: string; id: string }[]> {
  return db.query(KEYWORDS);
}

/** The rules that somebody made or changed. */
export function listRules(db: Queryable): Promise<Omit<StageRule, "isDefault">[]> {
  return db.query(RULES);
}

export async function putRule(db: Queryable, rule: Omit<StageRule, "isDefault">, at: Date): Promise<void> {
  const { id, position, enabled, trigger, from, to, words, articleIds, days, act } = rule;
  await db.query(PUT_RULE, [
    id,
    position,
    enabled,
    trigger,
    from,
    to,
    words,
    articleIds,
    days,
    JSON.stringify(act),
    at,
  ]);
}

/** Resolves to whether there was one. */
export async function deleteRule(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("DELETE FROM stage_rule WHERE id = $1 RETURNING id", [id])).length > 0;
}
