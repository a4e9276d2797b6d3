/** A hub's door and recorder with channels of one platform, on a database: what a delivery goes through before it is answered. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createTools } from "../../src/channels/tools.ts";
import type { Adapter, AdapterTools, Arrival, Log } from "../../src/contract/index.ts";
import { createAnsweredElsewhere, createVouching } from "../../src/conversations/index.ts";
import { createAttribution } from "../../src/attribution/index.ts";
import { createAccept, type Accept } from "../../src/corridor/accept.ts";
import type { Channels, Observer, OpenChannel } from "../../src/corridor/index.ts";
import { recordNext } from "../../src/corridor/record.ts";
import { createWindowObserver } from "../../src/corridor/reply-windows.ts";
import { createDoor } from "../../src/http/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import { createVault } from "../../src/lib/vault.ts";
import { createMedia } from "../../src/media/index.ts";
import type { Database } from "../../src/store/index.ts";
import { freshDatabase } from "../support/database.ts";
import { silentLog } from "../support/log.ts";
import { contractTools, open } from "./tools.ts";

export interface RecordingHub {
  db: Database;
  channels: readonly OpenChannel[];
  /** Where the platform calls this channel. */
  urlOf(channel: OpenChannel): URL;
  store: Accept["store"];
  /** Works off what has arrived. */
  record(): Promise<void>;
  /** How the door took requests, by outcome. */
  readonly counted: Readonly<Record<string, number>>;
  /** What the door and the recorder complained of: faults of ours, not of the data. */
  readonly complaints: readonly string[];
}

export interface RecordingHubOptions {
  settings: unknown;
  tools?: Partial<AdapterTools> | undefined;
  /** How many channels; one without it. */
  count?: number;
  /** An arrival as it is stored; a fuzzer's need to tell one from another. */
  rename?: (arrival: Arrival) => Arrival;
}

/** Loops of the hub do not run here: what has arrived is recorded when the test says so, in the order in which it came. */
export async function openRecordingHub<Settings>(
  adapter: Adapter<Settings>,
  { settings, tools = {}, count = 1, rename = (arrival) => arrival }: RecordingHubOptions,
): Promise<RecordingHub> {
  const db = await freshDatabase();
  const complaints: string[] = [];
  const log: Log = { ...silentLog, error: complain };
  function complain(fields: { err?: unknown }, message: string): void {
    complaints.push(`${message} ${String(fields.err ?? "")}`);
  }

  const lent = { db, vault: createVault("a secret of the test"), fetch, log, clock: systemClock };
  const openOne = async (): Promise<OpenChannel> => {
    const id = newId();
    await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, $2, 'Test', '')", [id, adapter.name]);
    const own = createTools({ ...lent, publicUrl: () => new URL("https://hub.example/") }, id);
    // Examples are signed for the channel that the suite knows, and now.
    const connection = open(adapter, settings, { ...own, channelId: contractTools().channelId, ...tools });
    return { id, name: "Test", adapter: adapter as Adapter, connection, rates: {}, onUncertain: "resend" };
  };
  const list: OpenChannel[] = [];
  for (let i = 0; i < count; i++) list.push(await openOne());
  const channels: Channels = { get: (id) => list.find((channel) => channel.id === id), list: () => list };

  const accept = createAccept({ db, clock: systemClock, onStored: () => undefined });
  const store: Accept["store"] = (id, arrivals) => accept.store(id, arrivals.map(rename));
  const counted: Record<string, number> = {};
  const door = createDoor({
    channels,
    accept: { ...accept, store },
    visitors: async () => false,
    clock: systemClock,
    log,
    count: (_adapter, outcome) => void (counted[outcome] = (counted[outcome] ?? 0) + 1),
  });
  const origin = await serve((req, res) => void door(req, res));
  const recordParts = {
    db,
    channels,
    observers: observersOf(db, channels, log),
    clock: systemClock,
    log,
    doorIsBusy: () => false,
    onRecorded: () => undefined,
    count: () => undefined,
  };
  return {
    db,
    channels: list,
    urlOf: ({ id }) => new URL(`/webhooks/${id}`, origin),
    store,
    async record() {
      await accept.idle();
      while ((await recordNext(recordParts)) > 0);
    },
    counted,
    complaints,
  };
}

/** Those that look at what is recorded in a real hub, in the same order. */
function observersOf(db: Database, channels: Channels, log: Log): Observer[] {
  const clock = systemClock;
  const attribution = createAttribution({
    db,
    clock,
    log,
    publicUrl: () => new URL("https://hub.example/"),
    salt: "salt of the test",
    vault: createVault("a secret of the test's own"),
    fetch,
    audit: async () => undefined,
    entryLink: async () => {
      throw new Error("Nobody follows a link here.");
    },
  });
  return [
    createWindowObserver(channels),
    attribution.observer,
    createVouching(attribution.onIdentityMoved),
    createAnsweredElsewhere(),
    createMedia({ db, channels, clock, log, maxBytes: 1_000_000 }).observer,
  ];
}

async function serve(listener: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
