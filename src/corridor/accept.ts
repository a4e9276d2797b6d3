import { cleanText, Overloaded, type Arrival, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { indexKey } from "../lib/index-key.ts";
import type { Database } from "../store/index.ts";
import { createGroupCommit } from "./group-commit.ts";

export interface Accept {
  /** Resolves when the arrivals are durable; storing one a second time changes nothing. @throws Overloaded */
  store(channelId: string, arrivals: readonly Arrival[]): Promise<void>;
  /** Keeps a proven request that nobody can read, with the reason; a person sees it and can replay it after a fix. */
  storeDead(channelId: string, arrival: Arrival, reason: string): Promise<void>;
  /** Refuses what comes until called with false: the platforms deliver again later. */
  setOverloaded(overloaded: boolean): void;
  /**
   * How many times its own length a piece of other work should step back, so that the door gets its turn first:
   * 0 in quiet times, the more the more arrives.
   */
  readonly stepBack: number;
  /** The channels that something arrived on since the last call. */
  heardOf(): string[];
  idle(): Promise<void>;
}

interface Row {
  channelId: string;
  arrival: Arrival;
  reason: string | null;
}

/** Lanes are spread over so many shards; two processes record different shards side by side. */
export const SHARDS = 16;
const LARGEST_BATCH = 512;
/** More than one process answers in the long run: a burst, to be taken in first and worked off after. */
const BURST_PER_SECOND = 1_500;
/** At 1,500 a second other work keeps a quarter of the time, at 5,000 and more a tenth. */
const PER_STEP_BACK = 500;
const LONGEST_STEP_BACK = 10;
const WINDOW_MS = 100;
const MOST_WAITING = 20_000;
const RETRY_AFTER_MS = 5_000;

const INSERT = `
  INSERT INTO arrival (id, channel_id, key, lane, shard, payload, state, reason)
  SELECT id, channel_id, key, lane, shard, payload, CASE WHEN reason IS NULL THEN 'waiting' ELSE 'dead' END, reason
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[])
    AS t (id, channel_id, key, lane, shard, payload, reason)
  ON CONFLICT (channel_id, key) DO NOTHING`;

/** The first step: everything that waits is stored by one INSERT, and only then acknowledged. */
export function createAccept({ db, clock, onStored }: { db: Database; clock: Clock; onStored: () => void }): Accept {
  let overloaded = false;
  let heard = new Set<string>();
  const inflow = createInflow(clock);

  const commit = createGroupCommit<Row, void>(async (rows) => {
    inflow.add(rows.length);
    await db.query(INSERT, columns(rows));
    onStored();
    return [];
  }, LARGEST_BATCH);

  async function submit(row: Row): Promise<void> {
    if (overloaded || commit.waiting > MOST_WAITING) {
      throw new Overloaded("More has arrived than the hub has worked off. Deliver again later.", RETRY_AFTER_MS);
    }
    await commit.submit(row);
  }

  return {
    async store(channelId, arrivals) {
      heard.add(channelId);
      if (arrivals.length === 1) await submit({ channelId, arrival: arrivals[0]!, reason: null });
      else await Promise.all(arrivals.map((arrival) => submit({ channelId, arrival, reason: null })));
    },
    storeDead: (channelId, arrival, reason) => submit({ channelId, arrival, reason }),
    setOverloaded: (value) => (overloaded = value),
    get stepBack() {
      const perSecond = inflow.perSecond();
      return perSecond < BURST_PER_SECOND ? 0 : Math.min(perSecond / PER_STEP_BACK, LONGEST_STEP_BACK);
    },
    heardOf() {
      const channels = [...heard];
      heard = new Set();
      return channels;
    },
    idle: () => commit.idle(),
  };
}

/** How much arrives a second, by the fuller of this window (a burst shows at once) and the one before. */
function createInflow(clock: Clock) {
  let startMs = clock.monotonicMs();
  let now = 0;
  let before = 0;
  const turn = () => {
    const passedMs = clock.monotonicMs() - startMs;
    if (passedMs < WINDOW_MS) return;
    before = passedMs < 2 * WINDOW_MS ? now : 0;
    now = 0;
    startMs += passedMs;
  };
  return {
    add(rows: number) {
      turn();
      now += rows;
    },
    perSecond() {
      turn();
      return (Math.max(now, before) / WINDOW_MS) * 1_000;
    },
  };
}

function columns(rows: readonly Row[]): unknown[] {
  return [
    rows.map(() => newId()),
    rows.map((row) => row.channelId),
    rows.map((row) => indexKey(row.arrival.key)),
    rows.map((row) => cleanText(row.arrival.lane)),
    rows.map((row) => shardOf(row.channelId, row.arrival.lane)),
    rows.map((row) => JSON.stringify(row.arrival.payload)),
    rows.map((row) => row.reason),
  ];
}

/** FNV-1a over the lane's name: the same lane always falls into the same shard. */
export function shardOf(channelId: string, lane: string): number {
  let hash = 0x811c9dc5;
  for (const text of [channelId, lane]) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % SHARDS;
}
