import { createServer as createNetServer, type AddressInfo } from "node:net";
import path from "node:path";
import { adapters as allAdapters } from "../adapters/index.ts";
import { createAttribution } from "./attribution/index.ts";
import { channelRoutes, createChannelDesk, createRegistry } from "./channels/index.ts";
import type { Config } from "./config.ts";
import type { Adapter, Clock, Log } from "./contract/index.ts";
import {
  createAnsweredElsewhere,
  createConversations,
  createVouching,
  createWelcome,
  handover,
} from "./conversations/index.ts";
import { createCorridor, startLoop, type Responder } from "./corridor/index.ts";
import {
  createApp,
  createDoor,
  createLive,
  createReplies,
  createServer,
  createVisitorDoor,
  type ChangeSource,
} from "./http/index.ts";
import { articleOption, createKnowledge } from "./knowledge/index.ts";
import { createGuardedFetch } from "./lib/guarded-fetch.ts";
import { newId } from "./lib/ids.ts";
import { createMetrics } from "./lib/metrics.ts";
import { secretKey } from "./lib/secret-key.ts";
import { createVault } from "./lib/vault.ts";
import { createMedia } from "./media/index.ts";
import { createStaff, staffRoutes } from "./staff/index.ts";
import { createSignals, openStore, tidy, type Signal } from "./store/index.ts";

export const VERSION = "0.1.0";

export interface HubParts {
  config: Config;
  clock: Clock;
  log: Log;
  /** The platforms it speaks; all that this repository has, unless a test says otherwise. */
  adapters?: readonly Adapter[];
  /** Asked before the rooms' own responders. */
  responders?: readonly Responder[];
  /** False for a command that visits the database while a hub may be running on it. */
  owner?: boolean;
}

export type Hub = Awaited<ReturnType<typeof createHub>>;

type Ground = Awaited<ReturnType<typeof layGround>>;
type Rooms = ReturnType<typeof furnishRooms>;

const POOL_SIZE = 12;
const IDLE_IN_TRANSACTION_MS = 10_000;
const REFRESH_MS = 5_000;
const TIDY_MS = 600_000;
const MEDIA_MS = 1_000;
const STAGES_MS = 2_000;
const UPLOADS_MS = 5_000;
const COUNTS_MS = 30_000;
/** So many counts at once are more than half a minute's: there are others behind them. */
const MANY_COUNTS = 10_000;
const AT_ONCE = 0;
/** The sweep itself says that a day is enough; it is asked more often. */
const SWEEP_MS = 3_600_000;
const DATABASE_LOOK_MS = 2_000;
const GRACE_MS = 10_000;
const STUCK_MS = 60_000;
const CONSOLE = path.resolve(import.meta.dirname, "../dist/console");
export const MIGRATIONS = path.resolve(import.meta.dirname, "../prisma/migrations");

/**
 * The composition root: the only file that makes the parts and joins them. The database is open and migrated when it
 * resolves; `start` opens the doors and the loops, `stop` closes everything.
 * @throws ConfigError
 */
export async function createHub(parts: HubParts) {
  const { config } = parts;
  const ground = await layGround(parts);
  const rooms = furnishRooms(ground, parts.responders ?? []);
  const server = hangDoors(ground, rooms);
  const { signals, store, registry } = ground;
  const ending = new AbortController();
  let housekeeping: Promise<unknown> | undefined;

  return {
    url: ground.publicUrl,
    db: ground.db,
    store,
    desk: ground.desk,
    registry,
    vault: ground.vault,
    ...rooms,

    /** Opens the doors and the loops. @throws ConfigError when the port is taken. */
    async start(): Promise<void> {
      await registry.refresh(); // first, so that nobody knocks at a channel that is not open yet
      await server.listen(ground.port, config.host);
      signals.subscribe(({ topic }) => topic === "channels" && void registry.refresh().catch(() => undefined));
      await rooms.corridor.start();
      housekeeping = keepHouse(ground, rooms, ending.signal);
    },

    /** For a visitor that never started it: tells the others what changed, and closes the database. */
    async close(): Promise<void> {
      await signals.close();
      await store.close();
    },

    /** Takes no more, finishes what is under way, and closes the database. */
    async stop(): Promise<void> {
      ending.abort();
      await server.close(GRACE_MS);
      await rooms.corridor.stop();
      await housekeeping;
      await signals.close();
      await store.close();
    },
  };
}

/** What is done beside the corridor, each in its own loop. Resolves when all of them have ended. */
function keepHouse(ground: Ground, rooms: Rooms, signal: AbortSignal): Promise<unknown> {
  const { store, registry, clock, log, db, config } = ground;
  const { attribution, corridor, conversations, media } = rooms;
  const speakers = { outbox: corridor.outbox, assign: conversations.inbox.assign };
  const loops: [name: string, pollMs: number, step: () => Promise<number>][] = [
    ["channels", REFRESH_MS, async () => (await registry.refresh(), REFRESH_MS)],
    ["database", DATABASE_LOOK_MS, async () => (await reviveDatabase(store, log), DATABASE_LOOK_MS)],
    ["media", MEDIA_MS, () => media.fetchDue(signal)],
    ["uploads", UPLOADS_MS, () => attribution.sendUploads(signal)],
    ["touches", SWEEP_MS, attribution.sweepTouches],
    ["silence", SWEEP_MS, attribution.sweepStages],
    ["stages", STAGES_MS, () => attribution.actOnStages(speakers)],
    ["counts", COUNTS_MS, async () => ((await attribution.counts.keep()) > MANY_COUNTS ? AT_ONCE : COUNTS_MS)],
    ["tidy", TIDY_MS, async () => (await tidyUp(db, clock, config, ground.replies), TIDY_MS)],
  ];
  return Promise.all(loops.map(([name, pollMs, step]) => startLoop({ name, clock, log, pollMs, step }, signal).ended));
}

async function reviveDatabase(store: Ground["store"], log: Log): Promise<void> {
  if (await store.revive()) log.warn({}, "the embedded database had died and was started again");
}

async function tidyUp(db: Ground["db"], clock: Clock, config: Config, replies: Ground["replies"]): Promise<void> {
  await tidy(db, clock.now(), config.keepArrivalsDays);
  await replies.forgetOld();
}

/** What everything stands on: the database, the secrets, the signals, the channels. */
async function layGround({ config, clock, log, owner = true, adapters = allAdapters }: HubParts) {
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const publicUrl = config.publicUrl ?? new URL(`http://${nameOf(config.host)}:${port}/`);
  const vault = createVault(config.secret ?? (await secretKey(config.dataDir)));
  const limits = { poolSize: POOL_SIZE, idleInTransactionMs: IDLE_IN_TRANSACTION_MS };
  const store = await openStore({ config, clock, log, owner, migrations: MIGRATIONS, ...limits });
  const { db } = store;

  const hubId = newId();
  const others = { live: true };
  const signals = await createSignals({ db, clock, log, processId: hubId, othersLive: () => others.live });
  const base = { db, vault, clock, adapters, publicUrl: () => publicUrl };
  const registry = createRegistry({
    ...base,
    log,
    fetch: createGuardedFetch({ allowPrivate: config.allowPrivateAddresses }),
    onChanged: () => ["senders", "streams"].forEach((topic) => signals.send(topic)),
  });
  const desk = createChannelDesk({ ...base, registry, onChanged: () => signals.send("channels") });
  const metrics = createMetrics({ clock });
  const replies = createReplies({ db, clock });
  return {
    config,
    port,
    publicUrl,
    vault,
    store,
    db,
    hubId,
    others,
    signals,
    registry,
    desk,
    metrics,
    replies,
    adapters,
    clock,
    log,
  };
}

/** The rooms, and the corridor that runs through them. */
function furnishRooms(ground: Ground, responders: readonly Responder[]) {
  const { config, db, clock, log, signals, registry, metrics, publicUrl } = ground;
  const knowledge = createKnowledge({ db, clock, log });
  const media = createMedia({ db, channels: registry, clock, log, maxBytes: config.maxFileBytes });
  const fetch = createGuardedFetch({ allowPrivate: config.allowPrivateAddresses });
  const staff = createStaff({ db, clock, vault: ground.vault, publicUrl, fetch });
  const attribution = createAttribution({
    db,
    clock,
    log,
    vault: ground.vault,
    fetch,
    audit: staff.audit.append,
    publicUrl: () => publicUrl,
    salt: ground.vault.derive("visitor hashes"),
    entryLink: ground.desk.entryLink,
    entryMethods: (channelId) => registry.get(channelId)?.adapter.capabilities.entry ?? [],
    articleOption,
  });
  const corridor = createCorridor({
    db,
    signals,
    clock,
    log,
    metrics,
    channels: registry,
    hubId: ground.hubId,
    observers: [
      attribution.observer,
      createVouching(attribution.onIdentityMoved),
      createAnsweredElsewhere(),
      media.observer,
      knowledge.observer,
    ],
    responders: [attribution.landing, createWelcome({ db, clock }), ...responders, knowledge.responder, handover],
    onOthers: (live) => (ground.others.live = live),
    mostWaiting: config.mostWaiting,
  });
  const conversations = createConversations({
    db,
    clock,
    log,
    outbox: corridor.outbox,
    onMoved: attribution.onIdentityMoved,
    live: { changed: (topic, id) => signals.send(topic, id) },
  });
  const { audit, tokens, claims } = staff;
  return { knowledge, media, attribution, corridor, conversations, staff, audit, tokens, claims };
}

/** What the world knocks at: the webhook door, the API and the pages. */
function hangDoors(ground: Ground, rooms: Rooms) {
  const { config, clock, log, signals, metrics, registry, publicUrl } = ground;
  const { corridor, conversations, staff } = rooms;
  const changes: ChangeSource = {
    subscribe: (listener) => signals.subscribe((signal) => isForPeople(signal) && listener(signal)),
  };
  const live = createLive({ source: changes, ...staff, clock });
  const visitors = createVisitorDoor({
    ...{ history: conversations.history, record: rooms.attribution.recordOnPage },
    ...{ live: changes, clock, log },
  });
  const door = createDoor({
    channels: registry,
    accept: corridor.accept,
    visitors,
    clock,
    log,
    count: metrics.arrived,
  });
  watchQueues(ground);
  const app = createApp({
    routes: [
      ...staffRoutes(staff),
      ...channelRoutes(ground.desk, ground.adapters),
      ...conversations.routes,
      ...rooms.media.routes,
      ...rooms.knowledge.routes,
      ...rooms.attribution.routes,
    ],
    entrance: rooms.attribution,
    ready: { database: ground.store.answers, loops: () => corridor.stuck(STUCK_MS).length === 0 },
    replies: ground.replies,
    trustProxy: config.trustProxy,
    consoleDir: CONSOLE,
    version: VERSION,
    live,
    staff,
    metrics,
    publicUrl,
    clock,
    log,
  });
  return createServer({
    door,
    app,
    clock,
    log,
    beforeClose: () => [live, visitors].forEach((streams) => streams.close()),
  });
}

/** How much waits, for whoever watches the hub. */
function watchQueues({ db, metrics }: Ground): void {
  const byState = (table: "arrival" | "delivery", states: string) => async () => {
    const sql = `SELECT state AS name, count(*)::int AS n FROM ${table} WHERE state IN (${states}) GROUP BY 1`;
    return Object.fromEntries((await db.query<{ name: string; n: number }>(sql)).map(({ name, n }) => [name, n]));
  };
  metrics.gauge("arrivals_now", "Arrivals that wait or are dead.", "state", byState("arrival", "'waiting', 'dead'"));
  metrics.gauge("database_round_trips", "Statements sent to the database since the start.", "process", async () => ({
    hub: db.roundTrips,
  }));
  metrics.gauge(
    "deliveries_now",
    "Deliveries that are not done.",
    "state",
    byState("delivery", "'waiting', 'sending'"),
  );
}

/** Signals between the loops are the hub's own business. */
function isForPeople(signal: Signal): signal is Signal & { id: string } {
  return signal.id !== undefined;
}

/** How this machine itself reaches a server on the address; "all addresses" is nobody's name. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createNetServer().once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
