import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ConfigError, type Clock, type Log } from "../src/contract/index.ts";
import { startEmbedded } from "../src/store/embedded.ts";

const MARK = "emptied-at-each-demo.txt";
const MARK_TEXT = "This directory belongs to `npm run demo`, which empties it at each start.\n";

/**
 * Makes an empty directory for the demo's data. One that the demo did not make itself is never emptied.
 * @throws ConfigError when it holds something else, or another demo is running on it.
 */
export async function emptyDirectory(dataDir: string, parts: { clock: Clock; log: Log }): Promise<void> {
  const found = await readdir(dataDir).catch(() => [] as string[]);
  if (found.length > 0 && !found.includes(MARK)) {
    throw new ConfigError(
      `${dataDir} holds something that is not the demo's, and the demo empties its directory at each start. ` +
        "Move it away, or set TRIBUTARY_DATA_DIR to another directory; the demo uses `demo` inside it.",
    );
  }
  if (found.includes("postgres")) await stopLeftover(dataDir, parts);
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await writeFile(path.join(dataDir, MARK), MARK_TEXT);
}

/** A killed demo leaves its database running; a living one says no. */
async function stopLeftover(dataDir: string, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  const running = await readdir(path.join(dataDir, "postgres")).catch(() => [] as string[]);
  if (!running.includes("postmaster.pid")) return;
  const leftover = await startEmbedded({ dataDir, clock, log, owner: true }).catch((error: unknown) => {
    if (!(error instanceof ConfigError) || !error.message.startsWith("Another hub")) throw error;
    throw new ConfigError(
      `A demo is already running on ${dataDir}. Stop it first, with /quit or Ctrl-C where it runs.`,
      {
        cause: error,
      },
    );
  });
  await leftover.stop();
}
