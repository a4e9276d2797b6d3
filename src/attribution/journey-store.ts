import type { JourneyStep, Touch } from "../contract/api-attribution.ts";
import type { ConversationJourney } from "../contract/api-stages.ts";
import type { Queryable } from "../store/index.ts";
import type { Stage } from "./stages.ts";

export type TouchRow = Omit<Touch, "at"> & { at: Date };
export interface StepRow {
  id: string;
  at: Date;
  /** The rest of the step, written by the database. */
  step: JourneyStep;
}

const DOOR = `CASE WHEN e.id IS NOT NULL THEN jsonb_build_object('id', e.id, 'code', e.code, 'name', e.name) END`;

const TOUCHES = `
  SELECT t.id, t.contact_id AS "contactId", t.conversation_id AS "conversationId", t.channel_id AS "channelId",
         ${DOOR} AS "entryPoint", t.method, t.confidence, t.evidence, t.at,
         coalesce(c.first_touch_id = t.id, false) AS "isFirst"
  FROM touch t LEFT JOIN entry_point e ON e.id = t.entry_point_id LEFT JOIN contact c ON c.id = t.contact_id
  WHERE ($1::uuid IS NULL OR t.contact_id = $1) AND ($2::uuid IS NULL OR t.id < $2)
  ORDER BY t.id DESC LIMIT $3`;

// Three ledgers as one story. Amounts of refunds are stored negative and told positive.
const STEPS = `
  SELECT id, at, step FROM (
    SELECT t.id, t.at, jsonb_build_object('type', 'touch', 'entryPoint', ${DOOR}, 'method', t.method, 'confidence', t.confidence) AS step
    FROM touch t LEFT JOIN entry_point e ON e.id = t.entry_point_id WHERE t.contact_id = $1
    UNION ALL
    SELECT s.id, s.at, jsonb_build_object('type', 'stage', 'from', s.from_stage, 'to', s.to_stage, 'cause', s.cause,
           'trigger', s.trigger)
    FROM stage_change s WHERE s.contact_id = $1
    UNION ALL
    SELECT c.id, c.at, jsonb_build_object('source', c.source, 'amount', abs(c.amount), 'currency', c.currency) ||
           CASE WHEN c.refund_of IS NULL THEN jsonb_build_object('type', 'conversion', 'kind', c.kind)
                ELSE jsonb_build_object('type', 'refund', 'conversionId', c.refund_of) END
    FROM conversion c WHERE c.contact_id = $1
  ) steps
  WHERE $2::timestamptz IS NULL OR (at, id) > ($2, $3::uuid)`;

const STEPS_ON = `${STEPS} ORDER BY at, id LIMIT $4`;
const LAST_STEPS = `${STEPS} ORDER BY at DESC, id DESC LIMIT $4`;

export function listTouches(
  db: Queryable,
  { contactId, after, take }: { contactId: string | undefined; after: string | undefined; take: number },
): Promise<TouchRow[]> {
  return db.query<TouchRow>(TOUCHES, [contactId ?? null, after ?? null, take]);
}

/** What happened between this person and us, the oldest first. */
export function listSteps(
  db: Queryable,
  { contactId, after, take }: { contactId: string; after: readonly [string, string] | undefined; take: number },
): Promise<StepRow[]> {
  return db.query<StepRow>(STEPS_ON, [contactId, after?.[0] ?? null, after?.[1] ?? null, take]);
}

export async function hasContact(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("SELECT 1 FROM contact WHERE id = $1", [id])).length > 0;
}

/** The latest steps, the oldest of them first. */
export async function lastSteps(db: Queryable, contactId: string, take: number): Promise<StepRow[]> {
  return (await db.query<StepRow>(LAST_STEPS, [contactId, null, null, take])).reverse();
}

const WHOSE = `
  SELECT p.id AS "contactId", p.stage, p.stage_at AS "stageAt", p.first_touch_id AS "firstTouchId",
         (SELECT count(*)::int FROM touch t WHERE t.contact_id = p.id) AS touches
  FROM conversation c JOIN contact p ON p.id = c.contact_id WHERE c.id = $1`;

export interface WhoseRow {
  contactId: string;
  stage: Stage;
  stageAt: Date;
  firstTouchId: string | null;
  touches: number;
}

export async function whoseConversation(db: Queryable, id: string): Promise<WhoseRow | undefined> {
  return (await db.query<WhoseRow>(WHOSE, [id]))[0];
}

const SOURCE = `
  SELECT ${DOOR} AS "entryPoint", e.medium, e.campaign, t.method, t.confidence, t.at
  FROM touch t LEFT JOIN entry_point e ON e.id = t.entry_point_id
  WHERE t.contact_id = $1 AND ($2::uuid IS NULL OR t.id = $2) ORDER BY t.at DESC, t.id DESC LIMIT 1`;

export type SourceRow = Omit<NonNullable<ConversationJourney["first"]>, "at"> & { at: Date };

/** That touch of theirs, or without one the last. */
export async function readSource(
  db: Queryable,
  { contactId, touchId }: { contactId: string; touchId: string | null },
): Promise<SourceRow | null> {
  return (await db.query<SourceRow>(SOURCE, [contactId, touchId]))[0] ?? null;
}
