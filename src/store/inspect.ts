import { stat } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import type { Clock } from "../contract/index.ts";
import type { Queryable } from "./database.ts";
import { startEmbedded } from "./embedded.ts";
import { pendingMigrations } from "./migrate.ts";
import { unreachable, type StoreOptions } from "./open.ts";

/** A database as it is found, before anything is done to it. */
export interface StoreState {
  embedded: boolean;
  /** 14.2 */
  version: string;
  /** 140002 */
  versionNumber: number;
  /** Migrations it has not had. */
  pending: string[];
  /** How far its clock is ahead of ours, give or take half the way there. */
  skewMs: number;
  /** Keeps the embedded database running until it is called. */
  release(): Promise<void>;
}

/**
 * Looks at the database and changes nothing in it; an embedded one that does not run is started for it.
 * @returns undefined when there is none yet: the first start of the hub makes it.
 * @throws ConfigError when it cannot be reached.
 */
export async function inspectStore(
  options: Omit<StoreOptions, "poolSize" | "idleInTransactionMs">,
): Promise<StoreState | undefined> {
  const { config, clock, log, owner, migrations } = options;
  const embedded = config.databaseUrl === undefined;
  if (embedded && !(await exists(path.resolve(config.dataDir, "postgres", "PG_VERSION")))) return undefined;
  const server = embedded ? await startEmbedded({ dataDir: config.dataDir, clock, log, owner }) : undefined;
  const connection = server?.connection ?? { connectionString: config.databaseUrl! };
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; number: string }>(
      "SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number",
    );
    return {
      embedded,
      version: rows[0]!.version.split(" ")[0]!,
      versionNumber: Number(rows[0]!.number),
      pending: await pendingMigrations(client, migrations),
      skewMs: await skew(client, clock),
      release: async () => server?.stop(),
    };
  } catch (error) {
    await server?.stop();
    throw embedded ? error : unreachable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What the hub has set aside or holds, as far as a person should know. */
export interface WorkState {
  waiting: number;
  dead: number;
  failed: number;
  maybeSent: number;
  /** The oldest delivery that is due and not sent, in ms; 0 where there is none. */
  lateMs: number;
}

const WORK = `
  SELECT (SELECT count(*)::int FROM arrival WHERE state = 'waiting') AS waiting,
    (SELECT count(*)::int FROM arrival WHERE state = 'dead') AS dead,
    (SELECT count(*)::int FROM delivery WHERE state = 'failed') AS failed,
    (SELECT count(*)::int FROM delivery WHERE state = 'maybe-sent') AS "maybeSent",
    (SELECT coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(due_at)) * 1000), 0)::float FROM delivery WHERE state = 'waiting') AS "lateMs"`;

export async function inspectWork(db: Queryable): Promise<WorkState> {
  return (await db.query<WorkState>(WORK))[0]!;
}

/** A channel's row, its settings still sealed. */
export interface SealedChannel {
  id: string;
  name: string;
  adapter: string;
  enabled: boolean;
  settings: Uint8Array;
}

export function sealedChannels(db: Queryable): Promise<SealedChannel[]> {
  return db.query<SealedChannel>("SELECT id, name, adapter, enabled, settings FROM channel ORDER BY id");
}

async function skew(client: pg.Client, clock: Clock): Promise<number> {
  const before = clock.now().getTime();
  const { rows } = await client.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  const after = clock.now().getTime();
  return rows[0]!.now.getTime() - (before + after) / 2;
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
