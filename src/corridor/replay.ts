import type { Queryable } from "../store/index.ts";

/** Which arrivals to try again; what is left out does not narrow. */
export interface ReplayFilter {
  /** Those that hold nothing for us, as well as the dead. */
  ignored: boolean;
  channelId?: string;
  arrivalIds?: readonly string[];
  /** Part of the reason, in any case. */
  reason?: string;
}

/** Arrivals that stopped for the same reason. */
export interface Stopped {
  channel: string;
  state: "dead" | "ignored";
  reason: string;
  arrivals: number;
  oldest: Date;
}

const CHOSEN = `
  a.state = ANY ($1::text[])
  AND ($2::uuid IS NULL OR a.channel_id = $2)
  AND ($3::uuid[] IS NULL OR a.id = ANY ($3))
  AND ($4::text IS NULL OR strpos(lower(a.reason), lower($4)) > 0)`;

const LIST = `
  SELECT coalesce(c.name, a.channel_id::text) AS channel, a.state, coalesce(a.reason, '') AS reason,
    count(*)::int AS arrivals, min(a.received_at) AS oldest
  FROM arrival a LEFT JOIN channel c ON c.id = a.channel_id
  WHERE ${CHOSEN}
  GROUP BY 1, 2, 3 ORDER BY arrivals DESC, channel, reason`;

const REPLAY = `
  WITH again AS (UPDATE arrival a SET state = 'waiting', reason = NULL, recorded_at = NULL WHERE ${CHOSEN} RETURNING 1)
  SELECT count(*)::int AS n FROM again`;

export function listStopped(db: Queryable, filter: ReplayFilter): Promise<Stopped[]> {
  return db.query<Stopped>(LIST, valuesOf(filter));
}

/** Puts stopped arrivals back into their lanes: the next round of any hub's recorder takes them. Returns how many. */
export async function replayArrivals(db: Queryable, filter: ReplayFilter): Promise<number> {
  return (await db.query<{ n: number }>(REPLAY, valuesOf(filter)))[0]!.n;
}

function valuesOf({ ignored, channelId, arrivalIds, reason }: ReplayFilter): unknown[] {
  return [ignored ? ["dead", "ignored"] : ["dead"], channelId ?? null, arrivalIds ?? null, reason ?? null];
}

// A hub that runs holds the lock that its row names; the two halves of a 64-bit lock stand apart in pg_locks.
const LIVE = `
  SELECT count(*)::int AS n FROM hub_process h
  JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((l.classid::bigint << 32) | l.objid::bigint) = h.lock_key`;

/** How many hub processes run on this database. */
export async function countLiveHubs(db: Queryable): Promise<number> {
  return (await db.query<{ n: number }>(LIVE))[0]!.n;
}
