import type { Clock, Log } from "../contract/index.ts";
import { sqlState, type Database, type Transaction } from "../store/index.ts";
import { claimArrivals, dead, finishArrivals, readArrival, type Reading, type StoredArrival } from "./arrivals.ts";
import { appendEvents } from "./ledger.ts";
import type { Channels, Observer, RecordedEvent } from "./types.ts";

export interface RecordParts {
  db: Database;
  channels: Channels;
  observers: readonly Observer[];
  clock: Clock;
  log: Log;
  doorIsBusy(): boolean;
  /** Called after the commit. */
  onRecorded(events: readonly RecordedEvent[]): void;
  count(state: Reading["state"], n: number): void;
}

/** PostgreSQL's classes of errors that are the data's fault: the same arrival will fail again. */
const OF_THE_DATA = new Set(["22", "23", "54"]);

/**
 * The second step: arrivals become events. Everything about a batch, and that it is done, is one transaction.
 * Resolves with how many arrivals were worked off.
 */
export async function recordNext(parts: RecordParts): Promise<number> {
  try {
    return await recordBatch(parts);
  } catch (error) {
    if (!blamesTheData(error)) throw error;
    parts.log.warn({ err: error }, "a batch could not be recorded; its arrivals are tried one by one");
    return recordOneByOne(parts);
  }
}

async function recordBatch(parts: RecordParts): Promise<number> {
  const done = await parts.db.transaction(async (tx) => {
    const arrivals = await claimArrivals(tx, parts.doorIsBusy());
    if (arrivals.length === 0) return undefined;
    const readings = arrivals.map((arrival) => readArrival(arrival, parts.channels));
    return { readings, events: await write(tx, parts, readings) };
  });
  if (!done) return 0;
  report(parts, done.readings, done.events);
  return done.readings.length;
}

async function write(tx: Transaction, parts: RecordParts, readings: readonly Reading[]): Promise<RecordedEvent[]> {
  const incoming = readings.flatMap((reading) =>
    reading.state === "recorded"
      ? reading.events.map((event) => ({ channelId: reading.arrival.channelId, arrivalId: reading.arrival.id, event }))
      : [],
  );
  const events = incoming.length > 0 ? await appendEvents(tx, incoming) : [];
  if (events.length > 0) {
    for (const observer of parts.observers) await observer.observe(events, tx);
  }
  await finishArrivals(tx, readings);
  return events;
}

/** One poisonous arrival must not stop its lane: it is set aside as dead, the others go on. */
async function recordOneByOne(parts: RecordParts): Promise<number> {
  const done = await parts.db.transaction(async (tx) => {
    const outcomes: { reading: Reading; events: RecordedEvent[] }[] = [];
    for (const arrival of await claimArrivals(tx, parts.doorIsBusy())) outcomes.push(await attempt(tx, parts, arrival));
    return outcomes;
  });
  report(
    parts,
    done.map(({ reading }) => reading),
    done.flatMap(({ events }) => events),
  );
  return done.length;
}

/** Tries one arrival inside a savepoint; what cannot be stored becomes dead. */
async function attempt(tx: Transaction, parts: RecordParts, arrival: StoredArrival) {
  const reading = readArrival(arrival, parts.channels);
  await tx.query("SAVEPOINT arrival");
  try {
    return { reading, events: await write(tx, parts, [reading]) };
  } catch (error) {
    if (!blamesTheData(error)) throw error;
    await tx.query("ROLLBACK TO SAVEPOINT arrival");
    const unstorable = dead(arrival, `It could not be stored: ${String(error)}`);
    await finishArrivals(tx, [unstorable]);
    return { reading: unstorable, events: [] };
  }
}

function report(parts: RecordParts, readings: readonly Reading[], events: readonly RecordedEvent[]): void {
  for (const state of ["recorded", "ignored", "dead"] as const) {
    const n = readings.filter((reading) => reading.state === state).length;
    if (n > 0) parts.count(state, n);
  }
  for (const reading of readings) {
    if (reading.state !== "dead") continue;
    parts.log.warn({ arrivalId: reading.arrival.id, channelId: reading.arrival.channelId }, "an arrival is dead");
  }
  parts.onRecorded(events);
}

/** True for an error that will come again with the same data: theirs, or a fault in our own code that they provoke. */
function blamesTheData(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined)
    return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  return state.length === 5 && OF_THE_DATA.has(state.slice(0, 2));
}
