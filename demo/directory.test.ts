import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../src/contract/index.ts";
import { systemClock } from "../src/lib/clock.ts";
import { silentLog } from "../tests/support/log.ts";
import { emptyDirectory } from "./directory.ts";

const parts = { clock: systemClock, log: silentLog };

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "demo-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test("the demo empties what it made itself", async () => {
  const directory = path.join(await newDirectory(), "demo");
  await emptyDirectory(directory, parts);
  const fresh = await readdir(directory);
  await writeFile(path.join(directory, "left over"), "");
  await emptyDirectory(directory, parts);
  expect(await readdir(directory)).toEqual(fresh);
});

test("the demo touches nothing that is somebody else's", async () => {
  const directory = await newDirectory();
  await writeFile(path.join(directory, "secret.key"), "precious");
  await expect(emptyDirectory(directory, parts)).rejects.toThrow(ConfigError);
  expect(await readdir(directory)).toEqual(["secret.key"]);
});
