import { randomBytes } from "node:crypto";
import type { Clock, Log } from "../contract/index.ts";
import type { Database, Signals } from "../store/index.ts";
import { recoverDeliveries } from "./deliver.ts";
import { startLoop, type Loop } from "./loop.ts";
import type { Channels } from "./types.ts";

/** This process among the hubs on the database. */
export interface HubProcess {
  /** Registers this process; call it once the signals are up and before any lease is taken. */
  join(): Promise<void>;
  /** Watches the others until aborted: takes back what a dead one had leased. */
  watch(signal: AbortSignal): Loop;
  leave(): Promise<void>;
}

export interface HubProcessParts {
  db: Database;
  signals: Signals;
  channels: Channels;
  clock: Clock;
  log: Log;
  hubId: string;
  onOthers(live: boolean): void;
  /** Leases came free. */
  onRecovered(): void;
}

const WATCH_MS = 2_000;

const RELEASE = `
  UPDATE conversation SET lease_hub = NULL, lease_until = NULL
  WHERE turn_seq > done_seq AND lease_hub = ANY ($1::uuid[])`;

/** A random lock name: never a host's name, which two processes could share. */
export function newLockKey(): bigint {
  return randomBytes(8).readBigInt64BE();
}

/**
 * Every hub holds an advisory lock on its signals connection. When the process dies its connection ends and the lock is
 * free: whoever can take it knows, at once and without waiting for a lease to end, that the hub is gone.
 */
export function createHubProcess(parts: HubProcessParts): HubProcess {
  const { db, signals, channels, clock, log, hubId } = parts;
  const lockKey = newLockKey();

  async function join(): Promise<void> {
    await signals.tryLock(lockKey);
    await db.query("INSERT INTO hub_process (id, lock_key) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", [
      hubId,
      lockKey,
    ]);
  }

  async function deadHubs(others: readonly { id: string; lockKey: string }[]): Promise<string[]> {
    const dead: string[] = [];
    for (const other of others) {
      if (!(await signals.tryLock(BigInt(other.lockKey)))) continue;
      await signals.unlock(BigInt(other.lockKey));
      dead.push(other.id);
    }
    return dead;
  }

  async function look(): Promise<number> {
    const others = await db.query<{ id: string; lockKey: string }>(
      'SELECT id, lock_key::text AS "lockKey" FROM hub_process WHERE id <> $1',
      [hubId],
    );
    const dead = await deadHubs(others);
    parts.onOthers(others.length > dead.length);
    if (dead.length > 0) await db.query(RELEASE, [dead]);
    const sends = await recoverDeliveries(db, channels, dead);
    if (dead.length > 0) {
      await db.query("DELETE FROM hub_process WHERE id = ANY ($1::uuid[])", [dead]);
      log.info({ dead, sends }, "took back the work of a hub that is gone");
    }
    if (dead.length > 0 || sends > 0) parts.onRecovered();
    return WATCH_MS;
  }

  signals.onConnection((connected) => {
    if (connected) join().catch((error: unknown) => log.error({ err: error }, "could not register again"));
  });

  return {
    join,
    watch: (signal) => startLoop({ name: "processes", clock, log, pollMs: WATCH_MS, step: look }, signal),
    async leave() {
      await db.query(RELEASE, [[hubId]]); // so that nobody has to wait for the leases of turns that were broken off
      await db.query("DELETE FROM hub_process WHERE id = $1", [hubId]);
    },
  };
}
