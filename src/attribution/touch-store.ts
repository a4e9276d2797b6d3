import type { Json } from "../contract/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import { foldCase } from "./codes.ts";
import type { Confidence } from "./confidence.ts";

/** An entry point, as far as finding and following it needs. */
export interface Door {
  id: string;
  code: string;
  channelId: string | null;
  /** Of one that leads to several channels; else empty. */
  channelIds: string[];
  targetUrl: string | null;
  phone: string | null;
  keyword: string | null;
  archivedAt: Date | null;
}

export interface NewTouch {
  id: string;
  contactId: string;
  identityId: string | null;
  conversationId: string;
  channelId: string;
  entryPointId: string | null;
  /** The doors that it may have been, where the platform left it open. */
  candidates: readonly { alias: string; weight: number; entryPointId: string | null }[];
  eventId: string;
  method: string;
  confidence: Confidence;
  evidence: Json;
  /** One slip was put right to find the door. */
  isCorrected: boolean;
  at: Date;
}

const FIND_DOORS = `
  SELECT id, code, channel_id AS "channelId", channel_ids AS "channelIds", target_url AS "targetUrl", phone, keyword,
         archived_at AS "archivedAt"
  FROM entry_point WHERE lower(code COLLATE "C") = ANY ($1::text[])`;

const INSERT_TOUCHES = `
  INSERT INTO touch (id, contact_id, identity_id, conversation_id, channel_id, entry_point_id, event_id,
                     method, confidence, evidence, at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[],
                       $8::text[], $9::text[], $10::jsonb[], $11::timestamptz[])
  ON CONFLICT (event_id) DO NOTHING
  RETURNING id`;

const SET_FIRST_TOUCHES = `
  WITH first AS (
    UPDATE contact SET first_touch_id = t.touch_id
    FROM unnest($1::uuid[], $2::uuid[]) AS t (contact_id, touch_id)
    WHERE contact.id = t.contact_id AND contact.first_touch_id IS NULL
    RETURNING t.touch_id
  )
  UPDATE touch SET is_origin = true FROM first WHERE touch.id = first.touch_id
  RETURNING touch.id`;

/** The doors that the codes stand for, whatever their case, by folded code. No two codes differ in case alone. */
export async function findDoors(db: Queryable, codes: readonly string[]): Promise<Map<string, Door>> {
  const doors = await db.query<Door>(FIND_DOORS, [[...new Set(codes.map(foldCase))]]);
  return new Map(doors.map((door) => [foldCase(door.code), door]));
}

const FIND_ALIASES = `
  SELECT a.channel_id AS "channelId", a.alias, a.entry_point_id AS "entryPointId"
  FROM unnest($1::uuid[], $2::text[]) AS t (channel_id, alias)
  JOIN entry_alias a ON a.channel_id = t.channel_id AND a.alias = t.alias`;

export function aliasKey(channelId: string, alias: string): string {
  return `${channelId} ${alias}`;
}

/** The entry points behind platforms' own names for doors, by `aliasKey`. */
export async function findAliases(
  db: Queryable,
  named: readonly { channelId: string; alias: string }[],
): Promise<Map<string, string>> {
  const rows = await db.query<{ channelId: string; alias: string; entryPointId: string }>(FIND_ALIASES, [
    named.map((each) => each.channelId),
    named.map((each) => each.alias),
  ]);
  return new Map(rows.map((row) => [aliasKey(row.channelId, row.alias), row.entryPointId]));
}

const INSERT_CANDIDATES = `
  INSERT INTO touch_candidate (touch_id, alias, entry_point_id, weight)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::float8[]) ON CONFLICT DO NOTHING`;

/** Writes touches; an event that has one already gets none. Resolves to those that are new. */
export async function insertTouches(tx: Transaction, touches: readonly NewTouch[]): Promise<NewTouch[]> {
  const rows = await tx.query<{ id: string }>(INSERT_TOUCHES, [
    touches.map((touch) => touch.id),
    touches.map((touch) => touch.contactId),
    touches.map((touch) => touch.identityId),
    touches.map((touch) => touch.conversationId),
    touches.map((touch) => touch.channelId),
    touches.map((touch) => touch.entryPointId),
    touches.map((touch) => touch.eventId),
    touches.map((touch) => touch.method),
    touches.map((touch) => touch.confidence),
    touches.map((touch) => JSON.stringify(touch.evidence)),
    touches.map((touch) => touch.at),
  ]);
  const inserted = new Set(rows.map((row) => row.id));
  const made = touches.filter((touch) => inserted.has(touch.id));
  await insertCandidates(tx, made);
  return made;
}

async function insertCandidates(tx: Transaction, touches: readonly NewTouch[]): Promise<void> {
  const rows = touches.flatMap(({ id, candidates }) => candidates.map((candidate) => ({ id, ...candidate })));
  if (rows.length === 0) return;
  await tx.query(INSERT_CANDIDATES, [
    rows.map((row) => row.id),
    rows.map((row) => row.alias),
    rows.map((row) => row.entryPointId),
    rows.map((row) => row.weight),
  ]);
}

/**
 * Write-once: whoever comes second, in this process or another, changes nothing. One touch per contact. Resolves to the
 * ids of those that are first now.
 */
export async function setFirstTouches(tx: Transaction, touches: readonly NewTouch[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(SET_FIRST_TOUCHES, [
    touches.map((touch) => touch.contactId),
    touches.map((touch) => touch.id),
  ]);
  return new Set(rows.map((row) => row.id));
}

const RECOMMENDERS = `
  SELECT id, contact_id AS "contactId" FROM entry_point WHERE id = ANY ($1::uuid[]) AND contact_id IS NOT NULL`;

/** Who recommends us through these entry points, by entry point. */
export async function findRecommenders(
  tx: Transaction,
  entryPointIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; contactId: string }>(RECOMMENDERS, [entryPointIds]);
  return new Map(rows.map((row) => [row.id, row.contactId]));
}

const RETHREAD = "UPDATE touch SET contact_id = $2 WHERE identity_id = $1";

// The earliest of the origins that are theirs; where nothing was an origin, the earliest that is certain.
const EARLIEST = `
  UPDATE contact SET first_touch_id = (
    SELECT id FROM touch WHERE contact_id = contact.id AND NOT coalesce((evidence ->> 'corrected')::boolean, false)
    ORDER BY is_origin DESC, (confidence = 'low' OR entry_point_id IS NULL), at, id LIMIT 1)
  WHERE id = ANY ($1::uuid[])`;

/** An identity is another contact's now: its touches go along. */
export async function takeTouchesAlong(tx: Transaction, identityId: string, contactId: string): Promise<void> {
  await tx.query(RETHREAD, [identityId, contactId]);
}

/** Sets the first touch of people whose touches came or went: by time, and nobody's own origin is forgotten. */
export async function findFirstTouches(tx: Transaction, contactIds: readonly string[]): Promise<void> {
  await tx.query(EARLIEST, [contactIds]);
}
