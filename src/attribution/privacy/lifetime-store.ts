import type { PrivacySettings } from "../../contract/api-privacy.ts";
import type { Queryable } from "../../store/index.ts";

const USUAL_MONTHS = 13;
const READ = `SELECT touch_months AS "touchMonths" FROM privacy_setting WHERE id = 1`;
const WRITE = `
  INSERT INTO privacy_setting (id, touch_months) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET touch_months = excluded.touch_months`;

export async function readSettings(db: Queryable): Promise<PrivacySettings> {
  return (await db.query<PrivacySettings>(READ))[0] ?? { touchMonths: USUAL_MONTHS };
}

export async function writeSettings(db: Queryable, { touchMonths }: PrivacySettings): Promise<void> {
  await db.query(WRITE, [touchMonths]);
}

// When, by which way and through which door stays: that is what the counts are made of.
const FADE_TOUCHES = `
  WITH old AS (
    SELECT id FROM touch WHERE at < $1::timestamptz - make_interval(months => $2::int)
      AND (evidence <> '{}' OR identity_id IS NOT NULL OR conversation_id IS NOT NULL OR event_id IS NOT NULL) LIMIT $3
  ), faded AS (
    UPDATE touch SET evidence = '{}', identity_id = NULL, conversation_id = NULL, event_id = NULL
    FROM old WHERE touch.id = old.id RETURNING 1
  ) SELECT count(*)::int AS n FROM faded`;
const FADE_HITS = `
  WITH old AS (
    SELECT id FROM hit WHERE at < $1::timestamptz - make_interval(months => $2::int) AND (visitor_hash <> '' OR referrer IS NOT NULL) LIMIT $3
  ), faded AS (
    UPDATE hit SET visitor_hash = '', referrer = NULL FROM old WHERE hit.id = old.id RETURNING 1
  ) SELECT count(*)::int AS n FROM faded`;

/** Takes what says who it was off the oldest touches and hits; resolves with how many of each. */
export async function fadeOld(
  db: Queryable,
  { now, months, take }: { now: Date; months: number; take: number },
): Promise<{ touches: number; hits: number }> {
  const count = async (sql: string) => (await db.query<{ n: number }>(sql, [now, months, take]))[0]?.n ?? 0;
  return { touches: await count(FADE_TOUCHES), hits: await count(FADE_HITS) };
}
