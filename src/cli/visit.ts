import type { Hub } from "../hub.ts";
import type { Io } from "./io.ts";

/**
 * Opens the hub's rooms without starting it, beside a running hub or without one, and closes them afterwards.
 * The hub is loaded only here: commands that need no database start at once.
 */
export async function visitHub<T>(io: Io, work: (hub: Hub) => Promise<T>): Promise<T> {
  const config = io.config();
  const [{ createHub }, { createLog }] = await Promise.all([import("../hub.ts"), import("../lib/log.ts")]);
  const hub = await createHub({ config, clock: io.clock, log: createLog(config.logLevel), owner: false });
  try {
    return await work(hub);
  } finally {
    await hub.close();
  }
}
