import { newId } from "../../lib/ids.ts";
import type { Transaction } from "../../store/index.ts";
import { NOBODY } from "./tally-store.ts";

/** A touch, as far as the counts need it. */
export interface CountedTouch {
  contactId: string;
  channelId: string | null;
  entryPointId: string | null;
  at: Date;
}

export interface Stirred {
  /** Nobody else can change them until this transaction ends. */
  held: string[];
  /** Never counted before. */
  unknown: string[];
}

const QUARTER_MS = 900_000;

// Their people's tallies are held in the same go: whatever else happens to them comes before, or waits.
const COUNT = `
  WITH counted AS (
    INSERT INTO people_count (id, merged, at, entry_point_id, channel_id, touches)
    SELECT id, false, at, entry_point_id, channel_id, touches
    FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::int[]) AS t (id, at, entry_point_id, channel_id, touches)
  )
  SELECT contact_id AS "contactId", at, entry_point_id AS "entryPointId", sold_at AS "soldAt"
  FROM contact_tally WHERE contact_id = ANY ($6::uuid[]) ORDER BY contact_id FOR NO KEY UPDATE`;

interface Tally {
  contactId: string;
  at: Date;
  entryPointId: string;
  soldAt: Date | null;
}

/**
 * Counts new touches, in the transaction that writes them. Rows are appended: nobody waits for anybody's count. Resolves
 * to the people who must be counted anew because of them.
 */
export async function countTouches(tx: Transaction, touches: readonly CountedTouch[]): Promise<Stirred> {
  if (touches.length === 0) return { held: [], unknown: [] };
  const groups = [...groupsOf(touches).values()];
  const earliest = earliestOf(touches);
  const tallies = await tx.query<Tally>(COUNT, [
    groups.map(() => newId()),
    groups.map(({ at }) => at),
    groups.map(({ entryPointId }) => entryPointId),
    groups.map(({ channelId }) => channelId),
    groups.map(({ touches: count }) => count),
    [...earliest.keys()].sort(),
  ]);
  const known = new Set(tallies.map(({ contactId }) => contactId));
  return {
    held: tallies.filter((tally) => isStirred(tally, earliest.get(tally.contactId)!)).map(({ contactId }) => contactId),
    unknown: [...earliest.keys()].filter((id) => !known.has(id)),
  };
}

/**
 * A touch changes more than its own count only where the person had no door yet, or where it comes late: before the one
 * that they are counted by, or before something that they have bought since.
 */
function isStirred(tally: Tally, at: Date): boolean {
  return tally.entryPointId === NOBODY || at < tally.at || (tally.soldAt !== null && at <= tally.soldAt);
}

function groupsOf(touches: readonly CountedTouch[]) {
  const groups = new Map<string, { at: Date; entryPointId: string; channelId: string; touches: number }>();
  for (const touch of touches) {
    const at = new Date(Math.floor(touch.at.getTime() / QUARTER_MS) * QUARTER_MS);
    const { entryPointId, channelId } = {
      entryPointId: touch.entryPointId ?? NOBODY,
      channelId: touch.channelId ?? NOBODY,
    };
    const key = `${at.getTime()} ${entryPointId} ${channelId}`;
    const group = groups.get(key);
    if (group) group.touches++;
    else groups.set(key, { at, entryPointId, channelId, touches: 1 });
  }
  return groups;
}

/** Each person's earliest touch through a door. */
function earliestOf(touches: readonly CountedTouch[]): Map<string, Date> {
  const earliest = new Map<string, Date>();
  for (const { contactId, entryPointId, at } of touches) {
    const known = earliest.get(contactId);
    if (entryPointId !== null && (!known || at < known)) earliest.set(contactId, at);
  }
  return earliest;
}
