import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, chown, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { ConfigError, type Clock, type Log } from "../contract/index.ts";
import { LOCKS } from "../lib/locks.ts";
import { findServer, type PostgresServer } from "./postgres-binaries.ts";

const run = promisify(execFile);

export interface Embedded {
  connection: pg.ClientConfig;
  /** Starts the server again when it has died; true when it had. */
  revive(): Promise<boolean>;
  /** Stops the server, unless another process uses it as its own. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  clock: Clock;
  log: Log;
  /** A hub owns its data directory; a command beside it only visits. */
  owner: boolean;
}

/** Long enough for PostgreSQL to notice that a killed hub is gone. */
const OWNER_WAIT_MS = 3_000;
/** What a start says while another process is starting or stopping the same server. */
const IN_BETWEEN = /lock file|shutting down|starting up/;
const ATTEMPTS = 20;
const RETRY_MS = 200;
const LONGEST_SOCKET_PATH = 90;
const SETTINGS = [
  "listen_addresses=",
  "max_connections=60",
  "jit=off",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_wal_size=2GB",
];

/**
 * The database inside the data directory: started when it is not running, adopted when a killed hub left it running.
 * It listens on a Unix socket in a directory of mode 700 and nowhere else.
 * @throws ConfigError when another hub owns the directory, or it cannot be used.
 */
export async function startEmbedded({ dataDir, clock, log, owner }: EmbeddedOptions): Promise<Embedded> {
  const server = await findServer();
  const database = path.resolve(dataDir, "postgres");
  const socketDir = await prepare(path.resolve(dataDir), server);
  const connection: pg.ClientConfig = { host: socketDir, user: "tributary", database: "postgres" };

  await create(server, database);
  let lock = await enter(owner);

  /** Runs the server and takes a lock on it; others may be starting or stopping it at this very moment. */
  async function enter(owner: boolean): Promise<pg.Client> {
    for (let left = ATTEMPTS; ; left--) {
      try {
        if (await answers(connection, database)) log.info({ dataDir }, "adopted the running database");
        else await start(server, database, socketDir);
        return await (owner ? own(connection, dataDir, clock) : visit(connection));
      } catch (error) {
        if (left === 0 || (error instanceof ConfigError && !IN_BETWEEN.test(error.message))) throw error;
        await clock.sleep(RETRY_MS);
      }
    }
  }

  return {
    connection,
    async revive() {
      const held = await lock.query("SELECT 1").then(
        () => true,
        () => false,
      );
      if (held) return false;
      const died = !(await answers(connection, database));
      await lock.end().catch(() => undefined);
      lock = await enter(owner);
      return died;
    },
    async stop() {
      await lock.query("SELECT pg_advisory_unlock_all()").catch(() => undefined); // the database may be gone
      await lock.end();
      const alone = await lockOut(connection);
      if (!alone) return;
      // It fails when somebody who was waiting has started it anew: then it is theirs.
      await run(server.pgCtl, ["stop", "-D", database, "-m", "fast", "-w"], server.spawn).catch((error: unknown) =>
        log.warn({ err: error }, "the database was not stopped"),
      );
      await alone.end().catch(() => undefined);
    },
  };
}

/** Makes the directories; returns where the socket lies. */
async function prepare(dataDir: string, server: PostgresServer): Promise<string> {
  const hash = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  const inside = path.join(dataDir, "run");
  const socketDir = inside.length <= LONGEST_SOCKET_PATH ? inside : path.join(tmpdir(), `tributary-${hash}`);
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
    await mkdir(socketDir, { recursive: true, mode: 0o700 });
    await chmod(socketDir, 0o700);
    if (server.spawn.uid !== undefined) {
      await chown(dataDir, server.spawn.uid, server.spawn.gid ?? -1);
      await chown(socketDir, server.spawn.uid, server.spawn.gid ?? -1);
    }
  } catch (cause) {
    throw new ConfigError(
      `The data directory ${dataDir} cannot be written. Give this user the right to, or set TRIBUTARY_DATA_DIR to another one.`,
      { cause },
    );
  }
  return socketDir;
}

/** Makes an empty database beside its final name first, so that a kill in the middle leaves nothing half made. */
async function create(server: PostgresServer, database: string): Promise<void> {
  if (await exists(path.join(database, "PG_VERSION"))) return;
  if (server.spawn.uid !== undefined) await mayBeEntered(path.dirname(database));
  const fresh = `${database}.new`;
  await rm(fresh, { recursive: true, force: true });
  const flags = [
    "--username=tributary",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
  ];
  await run(server.initdb, ["-D", fresh, ...flags], server.spawn).catch((error: unknown) => {
    throw new ConfigError(`The database could not be created in ${database}: ${lastLine(error)}`, { cause: error });
  });
  await rename(fresh, database);
}

/** Under root PostgreSQL runs as another user, who must be let into every directory above. */
async function mayBeEntered(directory: string): Promise<void> {
  for (let above = path.dirname(directory); above !== path.dirname(above); above = path.dirname(above)) {
    const others = (await stat(above)).mode & 0o001;
    if (others) continue;
    throw new ConfigError(
      `PostgreSQL does not run as root, and its user may not enter ${above}. Start the hub as an ordinary user, or set ` +
        "TRIBUTARY_DATA_DIR to a directory outside of it.",
    );
  }
}

async function start(server: PostgresServer, database: string, socketDir: string): Promise<void> {
  const log = path.join(database, "server.log");
  const options = [`-k '${socketDir}'`, ...SETTINGS.map((setting) => `-c ${setting.replace(/=$/, "=''")}`)].join(" ");
  const flags = ["-D", database, "-l", log, "-w", "-t", "60", "-o", options];
  await run(server.pgCtl, ["start", ...flags], server.spawn).catch(async (error: unknown) => {
    throw new ConfigError(`The database in ${database} did not start: ${await reason(log)}`, { cause: error });
  });
}

/** Is there a server behind the socket, and is it the one of our directory? */
async function answers(connection: pg.ClientConfig, database: string): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
    return rows[0]?.data_directory === database;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function own(connection: pg.ClientConfig, dataDir: string, clock: Clock): Promise<pg.Client> {
  const client = new pg.Client(connection);
  client.on("error", () => undefined); // the pool reports a lost database
  await client.connect();
  for (const end = clock.monotonicMs() + OWNER_WAIT_MS; ; await clock.sleep(100)) {
    const { rows } = await client.query<{ got: boolean }>("SELECT pg_try_advisory_lock($1) AS got", [LOCKS.owner]);
    if (rows[0]?.got) return client;
    if (clock.monotonicMs() < end) continue;
    await client.end();
    throw new ConfigError(
      `Another hub is already running on the data directory ${dataDir}. Stop it first, set TRIBUTARY_DATA_DIR to another ` +
        "directory, or let several hubs share one database by setting DATABASE_URL.",
    );
  }
}

async function visit(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(connection);
  client.on("error", () => undefined); // the pool reports a lost database
  await client.connect();
  await client.query("SELECT pg_advisory_lock_shared($1)", [LOCKS.visitors]);
  return client;
}

/** Keeps everybody else from entering as long as the connection lives; undefined when somebody is in. */
async function lockOut(connection: pg.ClientConfig): Promise<pg.Client | undefined> {
  const client = new pg.Client(connection);
  client.on("error", () => undefined); // it ends with the server
  await client.connect();
  const { rows } = await client.query<{ got: boolean }>(
    "SELECT pg_try_advisory_lock($1) AND pg_try_advisory_lock($2) AS got",
    [LOCKS.owner, LOCKS.visitors],
  );
  if (rows[0]?.got) return client;
  await client.end();
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** The last complaint in the server's log. */
async function reason(log: string): Promise<string> {
  const text = await readTail(log).catch(() => "");
  const lines = text.split("\n").filter((line) => /FATAL|PANIC|ERROR/.test(line));
  return lines.at(-1) ?? `see ${log}`;
}

async function readTail(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size < 16_384) return readFile(file, "utf8");
  await using handle = await open(file);
  const { buffer } = await handle.read({ buffer: Buffer.alloc(16_384), position: size - 16_384 });
  return buffer.toString("utf8");
}

function lastLine(error: unknown): string {
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return text.trim().split("\n").at(-1) ?? "";
}
