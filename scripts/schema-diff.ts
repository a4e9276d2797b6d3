/** `npm run schema:diff` prints the SQL from the committed schema to the one in the work tree: the start of a migration. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { systemClock } from "../src/lib/clock.ts";
import { startEmbedded } from "../src/store/embedded.ts";
import { openSchemaEngine } from "../src/store/schema-engine.ts";

const SCHEMA = "prisma/schema.prisma";
const log = { debug() {}, info() {}, warn() {}, error() {} };
const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-diff-"));
const embedded = await startEmbedded({ dataDir, clock: systemClock, log, owner: true });
const pool = new pg.Pool(embedded.connection);
try {
  const engine = await openSchemaEngine(pool);
  const datamodel = (content: string) => ({ tag: "schemaDatamodel" as const, files: [{ path: SCHEMA, content }] });
  const { stdout } = await engine.diff({
    from: committed() === undefined ? { tag: "empty" } : datamodel(committed()!),
    to: datamodel(await readFile(SCHEMA, "utf8")),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  console.log(stdout);
} finally {
  await pool.end();
  await embedded.stop();
  await rm(dataDir, { recursive: true });
}

function committed(): string | undefined {
  try {
    return execFileSync("git", ["show", `HEAD:${SCHEMA}`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined; // nothing is committed yet
  }
}
