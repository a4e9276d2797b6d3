import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { openDatabase, type Database } from "../../src/store/index.ts";

/** Makes an empty, migrated database and returns how to reach it; it is dropped when the test is over. */
export async function freshConnection(): Promise<pg.ClientConfig & { database: string }> {
  const { connection, drop } = await sharedConnection();
  onTestFinished(drop);
  return connection;
}

/** The same for several tests that share one world: whoever made it drops it. */
export async function sharedConnection() {
  const server = inject("postgres");
  const database = `t_${randomUUID().replaceAll("-", "")}`;
  const admin = async (sql: string) => {
    const client = new pg.Client({ ...server, database: "postgres" });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${database} TEMPLATE template_hub STRATEGY FILE_COPY`);
  const drop = () => admin(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  return { connection: { ...server, database }, drop };
}

/** An empty, migrated database, closed and dropped when the test is over. Call it inside a test. */
export async function freshDatabase(): Promise<Database> {
  const connection = await freshConnection();
  const database = openDatabase({ connection, poolSize: 8, idleInTransactionMs: 10_000, onError: () => undefined });
  onTestFinished(() => database.close());
  return database;
}

/** A database that cannot be reached. It costs nothing, for tests of what needs none. */
export function noDatabase(): Database {
  const connection = { host: "/nowhere", user: "nobody", database: "none" };
  const database = openDatabase({ connection, poolSize: 1, idleInTransactionMs: 1_000, onError: () => undefined });
  onTestFinished(() => database.close());
  return database;
}
