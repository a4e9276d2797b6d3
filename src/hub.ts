import { setMaxListeners } from "node:events";
import path from "node:path";
import { hangDoors } from "./hub/doors.ts";
import { layGround, type HubParts } from "./hub/ground.ts";
import { keepHouse } from "./hub/housekeeping.ts";
import { furnishRooms } from "./hub/rooms.ts";

export const VERSION = "0.1.0";

export type Hub = Awaited<ReturnType<typeof createHub>>;

const MOST_LOOPS = 100;
const GRACE_MS = 10_000;
const CONSOLE = path.resolve(import.meta.dirname, "../dist/console");
const WIDGET = path.resolve(import.meta.dirname, "../dist/widget/widget.js");
export const MIGRATIONS = path.resolve(import.meta.dirname, "../prisma/migrations");

/**
 * The composition root: the only file that makes the parts and joins them. The database is open and migrated when it
 * resolves; `start` opens the doors and the loops, `stop` closes everything.
 * @throws ConfigError
 */
export async function createHub(parts: HubParts) {
  const { config } = parts;
  const ground = await layGround(parts, MIGRATIONS);
  const rooms = furnishRooms(ground, parts.responders ?? []);
  const server = hangDoors(ground, rooms, { console: CONSOLE, widget: WIDGET, version: VERSION });
  const { signals, store, registry } = ground;
  const ending = new AbortController();
  setMaxListeners(MOST_LOOPS, ending.signal); // each loop listens for the end
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
      await rooms.knowledge.warm();
      await server.listen(ground.port, config.host);
      signals.subscribe(({ topic }) => topic === "channels" && void registry.refresh().catch(() => undefined));
      signals.subscribe(({ topic }) => topic === "knowledge" && void rooms.knowledge.warm().catch(() => undefined));
      await rooms.corridor.start();
      housekeeping = keepHouse(ground, rooms, parts.learns ?? true, ending.signal);
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
