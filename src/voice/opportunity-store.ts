import type { OpportunityView } from "../contract/api-voice.ts";
import type { Grant } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import { languageOfTag } from "../lib/language.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import type { Heard } from "./heard.ts";

export interface Found {
  ruleId: string;
  heard: Heard;
  confidence: number;
}

const INSERT = `
  INSERT INTO opportunity (id, rule_id, conversation_id, channel_id, identity_id, contact_id, event_id, confidence, found_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::real[], $9::timestamptz[])
  ON CONFLICT (rule_id, identity_id) DO NOTHING`;

/** A rule finds a person once. */
export async function insertOpportunities(tx: Transaction, found: readonly Found[]): Promise<void> {
  if (found.length === 0) return;
  await tx.query(INSERT, [
    found.map(() => newId()),
    found.map(({ ruleId }) => ruleId),
    found.map(({ heard }) => heard.conversationId),
    found.map(({ heard }) => heard.channelId),
    found.map(({ heard }) => heard.identityId),
    found.map(({ heard }) => heard.contactId),
    found.map(({ heard }) => heard.eventId),
    found.map(({ confidence }) => confidence),
    found.map(({ heard }) => heard.at),
  ]);
}

const VIEW = `
  SELECT o.id, json_build_object('id', r.id, 'name', r.name) AS rule, o.conversation_id AS "conversationId",
         json_build_object('id', p.id, 'name', p.name) AS contact, o.confidence::float8 AS confidence,
         r.offer_en AS en, r.offer_zh AS zh, c.language, p.locale, r.url, o.found_at AS "foundAt", o.offered_at AS "offeredAt",
         o.offered_by AS "offeredBy", o.outcome, o.outcome_at AS "outcomeAt", o.conversion_id AS "conversionId", o.note
  FROM opportunity o
  JOIN opportunity_rule r ON r.id = o.rule_id
  JOIN contact p ON p.id = o.contact_id
  JOIN conversation c ON c.id = o.conversation_id`;

type Row = Omit<OpportunityView, "foundAt" | "offeredAt" | "outcomeAt" | "suggestion"> & {
  foundAt: Date;
  offeredAt: Date | null;
  outcomeAt: Date | null;
  en: string;
  zh: string;
  language: string | null;
  locale: string | null;
};

function shown({ en, zh, language, locale, ...row }: Row): OpportunityView {
  const spoken = languageOfTag(language) ?? languageOfTag(locale) ?? "en";
  return {
    ...row,
    suggestion: spoken === "zh" ? zh : en,
    foundAt: row.foundAt.toISOString(),
    offeredAt: row.offeredAt?.toISOString() ?? null,
    outcomeAt: row.outcomeAt?.toISOString() ?? null,
  };
}

export async function opportunitiesOf(db: Queryable, conversationId: string): Promise<OpportunityView[]> {
  const sql = `${VIEW} WHERE o.conversation_id = $1 ORDER BY (o.outcome = 'open') DESC, r.position, o.found_at DESC, o.id`;
  return (await db.query<Row>(sql, [conversationId])).map(shown);
}

export async function findOpportunity(db: Queryable, id: string): Promise<OpportunityView | undefined> {
  const [row] = await db.query<Row>(`${VIEW} WHERE o.id = $1`, [id]);
  return row && shown(row);
}

const LIST = `
  ${VIEW}
  WHERE ($1::text IS NULL OR o.outcome = $1) AND ($2::uuid IS NULL OR o.rule_id = $2)
    AND ($3::timestamptz IS NULL OR (o.found_at, o.id) < ($3, $4::uuid))
  ORDER BY o.found_at DESC, o.id DESC LIMIT $5`;

export async function listOpportunities(
  db: Queryable,
  { outcome, ruleId }: { outcome?: string | undefined; ruleId?: string | undefined },
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<OpportunityView[]> {
  const values = [outcome ?? null, ruleId ?? null, after?.[0] ?? null, after?.[1] ?? null, limit];
  return (await db.query<Row>(LIST, values)).map(shown);
}

export interface OpportunityChange {
  outcome: string | null;
  conversionId: string | null | undefined;
  note: string | null | undefined;
  offered: boolean;
  staffId: string | null;
  at: Date;
}

const CHANGE = `
  UPDATE opportunity SET outcome = coalesce($2, outcome),
    outcome_at = CASE WHEN $2 = 'open' THEN NULL WHEN $2 IS NOT NULL THEN $8::timestamptz ELSE outcome_at END,
    outcome_by = CASE WHEN $2 IS NOT NULL THEN $9::uuid ELSE outcome_by END,
    conversion_id = CASE WHEN $3 THEN $4::uuid ELSE conversion_id END, note = CASE WHEN $5 THEN $6 ELSE note END,
    offered_at = CASE WHEN $7 THEN coalesce(offered_at, $8::timestamptz) ELSE offered_at END,
    offered_by = CASE WHEN $7 THEN coalesce(offered_by, $9::uuid::text) ELSE offered_by END
  WHERE id = $1 RETURNING id`;

/** Resolves `false` where there is no such opportunity. */
export async function changeOpportunity(db: Queryable, id: string, change: OpportunityChange): Promise<boolean> {
  const { outcome, conversionId, note, offered, at, staffId } = change;
  const values = [
    ...[id, outcome, conversionId !== undefined, conversionId ?? null, note !== undefined, note ?? null],
    ...[offered, at, staffId],
  ];
  return (await db.query(CHANGE, values)).length > 0;
}

export async function isConversion(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("SELECT 1 FROM conversion WHERE id = $1", [id])).length > 0;
}

export interface DueOffer {
  id: string;
  conversationId: string;
  en: string;
  zh: string;
  url: string | null;
  language: string | null;
  locale: string | null;
  grants: Grant[] | null;
}

// Only where the bot has the word, nobody waits for an answer, and this person was never offered it on any channel.
const CLAIM = `
  SELECT o.id, o.conversation_id AS "conversationId", r.offer_en AS en, r.offer_zh AS zh, r.url, c.language, p.locale, w.grants
  FROM opportunity o
  JOIN opportunity_rule r ON r.id = o.rule_id AND r.enabled AND r.bot_may_offer
  JOIN conversation c ON c.id = o.conversation_id AND c.kind = 'direct' AND c.owner = 'bot' AND c.turn_seq <= c.done_seq
  JOIN channel ch ON ch.id = c.channel_id AND ch.enabled
  JOIN contact p ON p.id = o.contact_id
  JOIN identity i ON i.id = o.identity_id AND i.blocked_at IS NULL
  LEFT JOIN reply_window w ON w.conversation_id = c.id
  WHERE o.outcome = 'open' AND o.offered_at IS NULL AND o.found_at > $1
    AND NOT EXISTS (SELECT 1 FROM opportunity d WHERE d.rule_id = o.rule_id AND d.contact_id = o.contact_id AND d.offered_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM voice_case k WHERE k.contact_id = o.contact_id AND k.state IN ('open', 'waiting'))
  ORDER BY r.position, o.found_at LIMIT 1 FOR UPDATE OF o SKIP LOCKED`;

export async function claimOffer(tx: Transaction, since: Date): Promise<DueOffer | undefined> {
  return (await tx.query<DueOffer>(CLAIM, [since]))[0];
}

/** Said (`bot`), or let be: then it is not tried again. */
export async function noteOffered(tx: Transaction, id: string, by: "bot" | null, at: Date, note: string | null) {
  await tx.query(
    `UPDATE opportunity SET offered_at = CASE WHEN $2::text IS NULL THEN offered_at ELSE $3::timestamptz END, offered_by = coalesce($2, offered_by),
       outcome = CASE WHEN $2::text IS NULL THEN 'ignored' ELSE outcome END, note = coalesce($4, note) WHERE id = $1`,
    [id, by, at, note],
  );
}

/** By rule: how often it found somebody, and what came of it. */
export function resultsByRule(db: Queryable) {
  return db.query<
    { rule: { id: string; name: string } } & Record<"found" | "offered" | "won" | "lost" | "ignored", number>
  >(
    `SELECT json_build_object('id', r.id, 'name', r.name) AS rule, count(o.id)::int AS found, count(o.offered_at)::int AS offered,
            count(*) FILTER (WHERE o.outcome = 'won')::int AS won, count(*) FILTER (WHERE o.outcome = 'lost')::int AS lost,
            count(*) FILTER (WHERE o.outcome = 'ignored')::int AS ignored
     FROM opportunity_rule r LEFT JOIN opportunity o ON o.rule_id = r.id GROUP BY r.id ORDER BY r.position, r.name, r.id`,
  );
}
