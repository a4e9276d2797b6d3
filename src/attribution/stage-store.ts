import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import type { Stage, StageLine, StageMoveMade } from "./stages.ts";

/** Where a person stands, held until the transaction ends. */
export interface HeldStage {
  contactId: string;
  stage: Stage;
  stageAt: Date;
  /** Of one who has lapsed: where they stood before. */
  before: Stage | null;
  /** The one account they have; null where there are several. */
  soleIdentityId: string | null;
}

// Rows are locked in one order everywhere.
const LOCK = `
  SELECT c.id AS "contactId", c.stage, c.stage_at AS "stageAt",
         CASE WHEN c.stage = 'lapsed' THEN (
           SELECT s.from_stage FROM stage_change s WHERE s.contact_id = c.id AND s.to_stage = 'lapsed' ORDER BY s.at DESC, s.id DESC LIMIT 1
         ) END AS before,
         (SELECT min(i.id::text) FROM identity i WHERE i.contact_id = c.id HAVING count(*) = 1) AS "soleIdentityId"
  FROM contact c WHERE c.id = ANY ($1::uuid[]) ORDER BY c.id FOR UPDATE OF c`;

export function lockStages(tx: Transaction, contactIds: readonly string[]): Promise<HeldStage[]> {
  return tx.query<HeldStage>(LOCK, [contactIds]);
}

export type NewChange = StageMoveMade & { contactId: string; identityId: string | null; hasAct: boolean };

const WRITE = `
  WITH t AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::uuid[], $9::uuid[], $10::boolean[])
      WITH ORDINALITY AS t (id, contact_id, from_stage, to_stage, cause, at, trigger, rule_id, identity_id, has_act, n)
  ), acts AS (
    INSERT INTO stage_act (rule_id, contact_id, change_id, due_at)
    SELECT DISTINCT ON (rule_id, contact_id) rule_id, contact_id, id, $11::timestamptz FROM t WHERE has_act
    ON CONFLICT DO NOTHING
  ), noted AS (
    INSERT INTO stage_change (id, contact_id, from_stage, to_stage, cause, at, trigger, rule_id, identity_id)
    SELECT id, contact_id, from_stage, to_stage, cause, at, trigger, rule_id, identity_id FROM t
  )
  UPDATE contact SET stage = last.to_stage, stage_at = last.at
  FROM (SELECT DISTINCT ON (contact_id) contact_id, to_stage, at FROM t ORDER BY contact_id, n DESC) last
  WHERE contact.id = last.contact_id`;

/** Writes moves of people whose rows are held, each person's in their order. */
export async function writeChanges(tx: Transaction, changes: readonly NewChange[], now: Date): Promise<void> {
  await tx.query(WRITE, [
    changes.map(() => newId()),
    changes.map((each) => each.contactId),
    changes.map((each) => each.from),
    changes.map((each) => each.to),
    changes.map((each) => each.cause),
    changes.map((each) => each.at),
    changes.map((each) => each.trigger),
    changes.map((each) => each.ruleId),
    changes.map((each) => each.identityId),
    changes.map((each) => each.hasAct),
    now,
  ]);
}

const HAND = `
  WITH moved AS (UPDATE contact SET stage = $3, stage_at = $5 WHERE id = $1)
  INSERT INTO stage_change (id, contact_id, from_stage, to_stage, cause, at, identity_id) VALUES ($6, $1, $2, $3, $4, $5, $7)`;

/** What a person of ours decided. */
export async function writeByHand(
  tx: Transaction,
  { contactId, stage: from, soleIdentityId }: HeldStage,
  { to, cause, at }: { to: Stage; cause: string; at: Date },
): Promise<void> {
  await tx.query(HAND, [contactId, from, to, cause, at, newId(), soleIdentityId]);
}

const FORMER = `
  SELECT contact_id AS id FROM stage_change WHERE identity_id = $1
  UNION SELECT contact_id FROM touch WHERE identity_id = $1`;
const TAKE_ALONG = `UPDATE stage_change SET contact_id = $2 WHERE identity_id = $1`;
const HISTORY = `SELECT to_stage AS "to", trigger, at FROM stage_change WHERE contact_id = $1 ORDER BY at, id`;
const WROTE = `
  SELECT EXISTS (
    SELECT FROM conversation c JOIN message m ON m.conversation_id = c.id
    WHERE c.contact_id = $1 AND c.kind = 'direct' AND m.direction = 'in') AS wrote`;
const SET = `UPDATE contact SET stage = $2, stage_at = coalesce($3, stage_at) WHERE id = $1 AND stage <> $2`;

/** The contacts to whom what is known of the identity belonged until now. */
export async function formerContacts(tx: Transaction, identityId: string): Promise<string[]> {
  return (await tx.query<{ id: string }>(FORMER, [identityId])).map(({ id }) => id);
}

export async function takeStagesAlong(tx: Transaction, identityId: string, contactId: string): Promise<void> {
  await tx.query(TAKE_ALONG, [identityId, contactId]);
}

export function stageHistory(tx: Transaction, contactId: string): Promise<(StageLine & { at: Date })[]> {
  return tx.query(HISTORY, [contactId]);
}

/** Did they write to us in a chat that is theirs? */
export async function hasWritten(tx: Transaction, contactId: string): Promise<boolean> {
  return (await tx.query<{ wrote: boolean }>(WROTE, [contactId]))[0]?.wrote === true;
}

export async function setStage(tx: Transaction, contactId: string, stage: Stage, at: Date | undefined): Promise<void> {
  await tx.query(SET, [contactId, stage, at ?? null]);
}
