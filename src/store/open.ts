import type { ClientConfig } from "pg";
import { ConfigError, type Clock, type Log } from "../contract/index.ts";
import { openDatabase, type Database } from "./database.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";

export interface Store {
  db: Database;
  /** How to reach the database, for a tool that needs a connection of its own. */
  connection: ClientConfig;
  embedded: boolean;
  /** Migrations that were applied by this start. */
  applied: string[];
  /** Starts the embedded database again when it has died; true when it had. A served one is its operator's. */
  revive(): Promise<boolean>;
  /** Does the database answer? */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

export interface StoreOptions {
  config: { databaseUrl: string | undefined; dataDir: string };
  clock: Clock;
  log: Log;
  owner: boolean;
  migrations: string;
  poolSize: number;
  idleInTransactionMs: number;
}

/** Opens the database, the embedded one unless DATABASE_URL names another, and brings it up to date. @throws ConfigError */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { config, clock, log, owner, poolSize, idleInTransactionMs } = options;
  const embedded =
    config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir, clock, log, owner }) : undefined;
  const connection = embedded?.connection ?? { connectionString: config.databaseUrl! };
  try {
    const applied = await migrate(connection, options.migrations).catch((error: unknown) => {
      throw embedded ? error : unreachable(error);
    });
    const onError = (error: Error) => log.warn({ err: error }, "a database connection broke");
    const db = openDatabase({ connection, poolSize, idleInTransactionMs, onError });
    return {
      db,
      connection,
      embedded: embedded !== undefined,
      applied,
      revive: async () => (await embedded?.revive()) ?? false,
      answers: async () => (await db.query<{ ok: number }>("SELECT 1 AS ok")).length === 1,
      async close() {
        await db.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await stopQuietly(embedded);
    throw error;
  }
}

async function stopQuietly(embedded: Embedded | undefined): Promise<void> {
  await embedded?.stop().catch(() => undefined);
}

const AT_CONNECTION = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ENOENT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"],
  ...["28P01", "28000", "3D000", "53300", "57P03"],
]);

/** One sentence for a database that cannot be reached; its address may hold a password and is not repeated. */
export function unreachable(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!AT_CONNECTION.has(code)) return error;
  const why: Record<string, string> = {
    "28P01": "refused the password",
    "28000": "refused the user",
    "3D000": "has no such database",
  };
  return new ConfigError(
    `The database that DATABASE_URL names ${why[code] ?? `cannot be reached (${code})`}. Is it running, and is the address right? ` +
      "Without DATABASE_URL the hub starts its own database.",
    { cause: error },
  );
}
