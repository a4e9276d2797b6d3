import { channelRoutes } from "../channels/index.ts";
import {
  createApp,
  createDoor,
  createLive,
  createServer,
  createVisitorDoor,
  type ChangeSource,
} from "../http/index.ts";
import { staffRoutes } from "../staff/index.ts";
import type { Signal } from "../store/index.ts";
import type { Ground } from "./ground.ts";
import type { Rooms } from "./rooms.ts";

const STUCK_MS = 60_000;

/** Where the built pages lie, and what this hub calls itself. */
export interface Built {
  console: string;
  widget: string;
  version: string;
}

/** What the world knocks at: the webhook door, the API and the pages. */
export function hangDoors(ground: Ground, rooms: Rooms, built: Built) {
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
      ...rooms.notify.routes,
      ...rooms.organisation.routes,
      ...rooms.media.routes,
      ...rooms.knowledge.routes,
      ...rooms.voice.routes,
      ...rooms.handover.routes,
      ...rooms.attribution.routes,
    ],
    entrance: rooms.attribution,
    ready: { database: ground.store.answers, loops: () => corridor.stuck(STUCK_MS).length === 0 },
    replies: ground.replies,
    trustProxy: config.trustProxy,
    consoleDir: built.console,
    widget: { file: built.widget, channels: registry },
    version: built.version,
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
