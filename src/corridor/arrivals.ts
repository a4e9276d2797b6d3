import { BadPayload, type HubEvent, type Json } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";
import { SHARDS } from "./accept.ts";
import type { Channels } from "./types.ts";
import { LOCKS } from "../lib/locks.ts";

export interface StoredArrival {
  id: string;
  channelId: string;
  payload: string;
}

/** What an arrival turned out to be. */
export type Reading =
  | { arrival: StoredArrival; state: "recorded"; events: HubEvent[] }
  | { arrival: StoredArrival; state: "ignored" | "dead"; reason: string };

const ALL_SHARDS = Array.from({ length: SHARDS }, (_, shard) => shard);
/** The larger, the less each costs; the smaller, the less the door has to wait for the event loop. */
const PER_SHARD = { quiet: 24, busy: 4 };
const LONGEST_REASON = 500;

const LOCK_SHARDS = `
  SELECT shard FROM unnest($2::int[]) AS t (shard)
  WHERE EXISTS (SELECT 1 FROM arrival a WHERE a.shard = t.shard AND a.state = 'waiting')
    AND pg_try_advisory_xact_lock($1, shard)`;

const WAITING = `
  SELECT a.id, a.channel_id AS "channelId", a.payload
  FROM unnest($1::int[]) AS t (shard)
  CROSS JOIN LATERAL (
    SELECT id, channel_id, payload FROM arrival
    WHERE shard = t.shard AND state = 'waiting' ORDER BY id LIMIT $2
  ) a`;

/**
 * Claims the oldest waiting arrivals, in order within each lane. A lane lies in one shard, and a shard's lock lasts as
 * long as the transaction: two processes never record the same lane at once, and one that stands still loses its
 * transaction (idle_in_transaction_session_timeout) and with it the lock and all it wrote. The lock is taken by a
 * statement of its own, so that the next one sees what the last holder committed.
 */
export async function claimArrivals(tx: Transaction, doorIsBusy: boolean): Promise<StoredArrival[]> {
  const locked = await tx.query<{ shard: number }>(LOCK_SHARDS, [LOCKS.shards, ALL_SHARDS]);
  if (locked.length === 0) return [];
  const shards = locked.map((row) => row.shard);
  return tx.query<StoredArrival>(WAITING, [shards, doorIsBusy ? PER_SHARD.busy : PER_SHARD.quiet]);
}

/** Asks the arrival's adapter what it means. Never throws: what cannot be read is dead, with the reason. */
export function readArrival(arrival: StoredArrival, channels: Channels): Reading {
  const channel = channels.get(arrival.channelId);
  if (!channel) return dead(arrival, "Its channel is closed. Enable the channel and replay.");
  try {
    const events = channel.connection.decode(JSON.parse(arrival.payload) as Json);
    const unknown = events.length > 0 && events.every((event) => event.type === "unknown" && !event.placeBefore);
    if (events.length === 0) return { arrival, state: "ignored", reason: "It holds no event." };
    if (unknown) return { arrival, state: "ignored", reason: short(reasonOf(events[0]!)) };
    return { arrival, state: "recorded", events };
  } catch (error) {
    const reason = error instanceof BadPayload ? error.message : `The adapter failed on it: ${String(error)}`;
    return dead(arrival, reason);
  }
}

export function dead(arrival: StoredArrival, reason: string): Reading {
  return { arrival, state: "dead", reason: short(reason) };
}

const FINISH = `
  UPDATE arrival SET state = t.state, reason = t.reason, recorded_at = clock_timestamp()
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, state, reason)
  WHERE arrival.id = t.id`;

export async function finishArrivals(tx: Transaction, readings: readonly Reading[]): Promise<void> {
  await tx.query(FINISH, [
    readings.map((reading) => reading.arrival.id),
    readings.map((reading) => reading.state),
    readings.map((reading) => (reading.state === "recorded" ? null : reading.reason)),
  ]);
}

function reasonOf(event: HubEvent): string {
  return event.type === "unknown" ? event.reason : event.type;
}

function short(text: string): string {
  return text.toWellFormed().replaceAll("\0", "").slice(0, LONGEST_REASON);
}
