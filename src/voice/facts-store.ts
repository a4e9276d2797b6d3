import type { z } from "zod";
import type { OpportunityRuleFields, OpportunityRuleView, TopicFields, VoiceSettings } from "../contract/api-voice.ts";
import type { Database, Queryable } from "../store/index.ts";
import { USUAL_SETTINGS } from "./settings.ts";

export type TopicRow = z.infer<typeof TopicFields> & { id: string };

export async function readSettings(db: Queryable): Promise<VoiceSettings> {
  const [row] = await db.query<{ settings: Partial<VoiceSettings> }>("SELECT settings FROM voice_setting WHERE id = 1");
  return { ...USUAL_SETTINGS, ...row?.settings };
}

export async function writeSettings(db: Queryable, settings: VoiceSettings): Promise<void> {
  await db.query(
    "INSERT INTO voice_setting (id, settings) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings",
    [JSON.stringify(settings)],
  );
}

export function listTopics(db: Queryable): Promise<TopicRow[]> {
  return db.query<TopicRow>("SELECT id, name, keywords FROM voice_topic ORDER BY name");
}

/** Resolves `false` where another topic has the name. */
export async function putTopic(db: Queryable, { id, name, keywords }: TopicRow): Promise<boolean> {
  const taken = await db.query("SELECT 1 FROM voice_topic WHERE name = $2 AND id <> $1", [id, name]);
  if (taken.length > 0) return false;
  await db.query(
    `INSERT INTO voice_topic (id, name, keywords) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, keywords = excluded.keywords`,
    [id, name, keywords],
  );
  return true;
}

export async function removeTopic(db: Queryable, id: string): Promise<TopicRow | undefined> {
  return (await db.query<TopicRow>("DELETE FROM voice_topic WHERE id = $1 RETURNING id, name, keywords", [id]))[0];
}

const MOST_TITLES = 2_000;

/** What articles are about, in their authors' words. */
export function articleTitles(db: Queryable): Promise<{ title: string }[]> {
  return db.query<{ title: string }>(
    `SELECT t.title FROM article_text t JOIN article a ON a.id = t.article_id WHERE a.enabled ORDER BY t.title LIMIT ${MOST_TITLES}`,
  );
}

// ── Rules of opportunities ──

type RuleFields = z.infer<typeof OpportunityRuleFields>;

const RULE = `
  SELECT id, name, enabled, position, keywords, trigger, url, bot_may_offer AS "botMayOffer",
         json_build_object('en', offer_en, 'zh', offer_zh) AS offer
  FROM opportunity_rule`;

export function listRules(db: Queryable): Promise<OpportunityRuleView[]> {
  return db.query<OpportunityRuleView>(`${RULE} ORDER BY position, name, id`);
}

export async function findRule(db: Queryable, id: string): Promise<OpportunityRuleView | undefined> {
  return (await db.query<OpportunityRuleView>(`${RULE} WHERE id = $1`, [id]))[0];
}

export async function putRule(db: Queryable, id: string, rule: RuleFields): Promise<void> {
  const { name, enabled, position, keywords, trigger, offer, url, botMayOffer } = rule;
  await db.query(
    `INSERT INTO opportunity_rule (id, name, enabled, position, keywords, trigger, offer_en, offer_zh, url, bot_may_offer)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled, position = excluded.position,
       keywords = excluded.keywords, trigger = excluded.trigger, offer_en = excluded.offer_en, offer_zh = excluded.offer_zh,
       url = excluded.url, bot_may_offer = excluded.bot_may_offer`,
    [id, name, enabled, position, keywords, trigger, offer.en, offer.zh, url, botMayOffer],
  );
}

/** With everything that was found by it. */
export async function removeRule(db: Database, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query("DELETE FROM opportunity WHERE rule_id = $1", [id]);
    await tx.query("DELETE FROM opportunity_rule WHERE id = $1", [id]);
  });
}
