import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { openSchemaEngine } from "./schema-engine.ts";
import { LOCKS } from "../lib/locks.ts";

const NO_FILTER = { externalTables: [], externalEnums: [] };

/**
 * Brings the database up to `prisma/migrations`, one hub at a time.
 * The bookkeeping is Prisma's (`_prisma_migrations`), so `prisma migrate deploy` can go on from here.
 * @returns the names of the migrations that were applied now.
 */
export async function migrate(connection: pg.ClientConfig, directory: string): Promise<string[]> {
  const pool = new pg.Pool(connection);
  const lock = new pg.Client(connection);
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock($1)", [LOCKS.migrations]);
    if ((await pendingMigrations(lock, directory)).length === 0) return [];
    const engine = await openSchemaEngine(pool);
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await readMigrations(directory),
      filters: NO_FILTER,
    });
    return appliedMigrationNames;
  } finally {
    await pool.end();
    await lock.end();
  }
}

/** The migrations on disk that the database has not had. */
export async function pendingMigrations(client: Pick<pg.Client, "query">, directory: string): Promise<string[]> {
  const known = await client.query<{ there: boolean }>("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there");
  const applied = known.rows[0]?.there
    ? (
        await client.query<{ name: string }>(
          "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL",
        )
      ).rows.map((row) => row.name)
    : [];
  return (await migrationNames(directory)).filter((name) => !applied.includes(name));
}

async function migrationNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export async function readMigrations(directory: string) {
  const names = await migrationNames(directory);
  const read = (name: string) => readFile(path.join(directory, name, "migration.sql"), "utf8");
  return {
    baseDir: directory,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(path.join(directory, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: await read(name) } },
      })),
    ),
  };
}
