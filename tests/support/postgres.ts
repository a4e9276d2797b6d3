/** Vitest's global set-up: one embedded PostgreSQL for the whole run, and a migrated database to copy. */
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { systemClock } from "../../src/lib/clock.ts";
import { migrate, startEmbedded } from "../../src/store/index.ts";
import { silentLog } from "./log.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgres: { host: string; user: string };
  }
}

export default async function setup(project: TestProject) {
  const dataDir = await mkdtemp(path.join(await quickFolder(), "tributary-test-"));
  const embedded = await startEmbedded({ dataDir, clock: systemClock, log: silentLog, owner: true });
  const { host, user } = embedded.connection as { host: string; user: string };

  const admin = new pg.Client(embedded.connection);
  await admin.connect();
  // Databases come and go by the thousand here, and none outlives the run: waiting for the disk would be most of it.
  for (const setting of ["fsync = off", "synchronous_commit = off", "full_page_writes = off"])
    await admin.query(`ALTER SYSTEM SET ${setting}`);
  await admin.query("SELECT pg_reload_conf()");
  await admin.query("CREATE DATABASE template_hub");
  await admin.end();
  await migrate({ host, user, database: "template_hub" }, path.resolve("prisma/migrations"));
  project.provide("postgres", { host, user });

  return async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

const RAM = "/dev/shm";
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** Memory, where the machine lends enough of it as a folder: a database's hundreds of files are made and unmade for each test. */
async function quickFolder(): Promise<string> {
  const ram = await statfs(RAM).catch(() => undefined);
  return ram && ram.bavail * ram.bsize > ENOUGH_BYTES ? RAM : tmpdir();
}
