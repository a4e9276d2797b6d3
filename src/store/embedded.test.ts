import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../../tests/support/log.ts";
import { startEmbedded } from "./embedded.ts";

async function freshDirectory(): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-embedded-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

const start = (dataDir: string, owner = true) => startEmbedded({ dataDir, clock: systemClock, log: silentLog, owner });

async function ask(connection: pg.ClientConfig, sql: string): Promise<unknown> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return Object.values((rows[0] ?? {}) as object)[0];
}

test("a second hub is refused in a sentence, a visitor is let in, and the last one out stops the server", async () => {
  const dataDir = await freshDirectory();
  const hub = await start(dataDir);
  await expect(start(dataDir)).rejects.toThrow("Another hub is already running on the data directory");
  const visitor = await start(dataDir, false);
  await hub.stop();
  expect(await ask(visitor.connection, "SELECT 1")).toBe(1);
  await visitor.stop();
  await expect(ask(visitor.connection, "SELECT 1")).rejects.toThrow();
}, 60_000);

test("the server listens in a private directory and nowhere else, and syncs what it commits", async () => {
  const hub = await start(await freshDirectory());
  onTestFinished(() => hub.stop());
  expect((await stat(hub.connection.host!)).mode & 0o777).toBe(0o700);
  expect(await ask(hub.connection, "SHOW listen_addresses")).toBe("");
  expect(await ask(hub.connection, "SHOW fsync")).toBe("on");
}, 60_000);

test("a server that died is started again, with all that was committed; a living one is left alone", async () => {
  const dataDir = await freshDirectory();
  const hub = await start(dataDir);
  onTestFinished(() => hub.stop());
  expect(await hub.revive()).toBe(false);
  await ask(hub.connection, "CREATE TABLE kept AS SELECT 42 AS n");
  const [pid] = (await readFile(path.join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGQUIT"); // an immediate shutdown: recovery is left to the next start
  await expect.poll(() => ask(hub.connection, "SELECT 1").catch(() => "gone"), { timeout: 10_000 }).toBe("gone");
  expect(await hub.revive()).toBe(true);
  expect(await ask(hub.connection, "SELECT n FROM kept")).toBe(42);
  await expect(start(dataDir)).rejects.toThrow("Another hub");
}, 60_000);
