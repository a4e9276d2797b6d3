import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ConfigError, type Clock, type Log } from "../src/contract/index.ts";
import { startEmbedded } from "../src/store/embedded.ts";

/** The command whose directory it is: `npm run demo`, `npm run lab`. */
type Whose = "demo" | "lab";

interface Parts {
  clock: Clock;
  log: Log;
}

/**
 * Makes an empty directory for the data of the demo, or of the lab. One that it did not make itself is never emptied.
 * @throws ConfigError when it holds something else, or another one is running on it.
 */
export async function emptyDirectory(dataDir: string, parts: Parts, whose: Whose = "demo"): Promise<void> {
  const mark = `emptied-at-each-${whose}.txt`;
  const found = await readdir(dataDir).catch(() => [] as string[]);
  if (found.length > 0 && !found.includes(mark)) {
    throw new ConfigError(
      `${dataDir} holds something that is not the ${whose}'s, and the ${whose} empties its directory at each start. ` +
        `Move it away, or set TRIBUTARY_DATA_DIR to another directory; the ${whose} uses \`${whose}\` inside it.`,
    );
  }
  if (found.includes("postgres")) await stopLeftover(dataDir, parts, whose);
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const words = `This directory belongs to \`npm run ${whose}\`, which empties it at each start.\n`;
  await writeFile(path.join(dataDir, mark), words);
}

/** One that was killed leaves its database running; a living one says no. */
async function stopLeftover(dataDir: string, { clock, log }: Parts, whose: Whose): Promise<void> {
  const running = await readdir(path.join(dataDir, "postgres")).catch(() => [] as string[]);
  if (!running.includes("postmaster.pid")) return;
  const leftover = await startEmbedded({ dataDir, clock, log, owner: true }).catch((error: unknown) => {
    if (!(error instanceof ConfigError) || !error.message.startsWith("Another hub")) throw error;
    throw new ConfigError(`A ${whose} is already running on ${dataDir}. Stop it first, with Ctrl-C where it runs.`, {
      cause: error,
    });
  });
  await leftover.stop();
}
