import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import pg from "pg";
import { readConfig } from "../src/config.ts";
import { createHub, type Hub } from "../src/hub.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startEmbedded } from "../src/store/index.ts";
import { silentLog } from "../tests/support/log.ts";
import { freePort, socketUrl, startHubProcess, type HubProcess } from "../tests/support/hub-process.ts";

export const SECRET = "a-secret-of-16-or-more";
export const TOKEN = "7000000001:AAEmulated-token-of-a-bot-0123456789";

/** A database of its own, and hubs on it, for the time of one benchmark. */
export interface Ground {
  databaseUrl: string;
  /** Rooms on the database without loops, to set things up. */
  desk: Hub;
  client: pg.Client;
  startHub(): Promise<HubProcess>;
  /** A Telegram channel with a webhook and no limits of its own; returns its id. */
  telegram(apiRoot: string): Promise<string>;
  leave(): Promise<void>;
}

export async function prepareGround(): Promise<Ground> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-bench-"));
  const embedded = await startEmbedded({ dataDir, clock: systemClock, log: silentLog, owner: true });
  const databaseUrl = socketUrl(embedded.connection as { host: string; user: string; database: string });
  const env = {
    DATABASE_URL: databaseUrl,
    TRIBUTARY_SECRET: "the secret of the benchmark",
    TRIBUTARY_DATA_DIR: dataDir,
  };
  const desk = await createHub({
    config: readConfig({ ...env, PORT: "0" }),
    clock: systemClock,
    log: silentLog,
    owner: false,
  });
  const client = new pg.Client(embedded.connection);
  await client.connect();
  const running: HubProcess[] = [];

  return {
    databaseUrl,
    desk,
    client,
    async startHub() {
      const hub = await startHubProcess({ ...env, PORT: String(await freePort()), ALLOW_PRIVATE_ADDRESSES: "true" });
      running.push(hub);
      return hub;
    },
    async telegram(apiRoot) {
      const settings = { token: TOKEN, mode: "webhook", secret: SECRET, username: "emulated_bot", apiRoot };
      return (await desk.desk.create({ adapter: "telegram", name: "Bench", settings, rates: {} })).id;
    },
    async leave() {
      for (const hub of running) hub.kill("SIGTERM");
      await Promise.all(running.map(({ ended }) => ended));
      await client.end();
      await desk.close();
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A text message as Telegram delivers it. */
export function textUpdate(updateId: number, personId: number, text: string) {
  const person = { id: personId, is_bot: false, first_name: `Person ${personId}`, language_code: "en" };
  const chat = { id: personId, type: "private", first_name: person.first_name };
  return { update_id: updateId, message: { message_id: updateId, from: person, chat, date: 1_767_225_600, text } };
}

/** A bare knowledge base, so that the bot has something to say at once. */
export async function teach(desk: Hub): Promise<void> {
  await desk.knowledge.importArticles([
    {
      slug: "opening-hours",
      texts: { en: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock." } },
      phrasings: { en: ["Are you open today?", "When do you open?", "What are your opening hours?"] },
    },
  ]);
}

export interface Figures {
  [key: string]: number;
}

/** Prints the figures, and writes them where `--json` says. */
export async function report(name: string, figures: Figures, file: string | undefined): Promise<void> {
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(5))]),
  );
  console.log(`\n${name}`);
  for (const [key, value] of Object.entries(rounded)) console.log(`  ${key.padEnd(32)} ${value}`);
  if (!file) return;
  const [cpu] = cpus();
  const machine = {
    cpu: cpu?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  await writeFile(file, `${JSON.stringify({ name, figures: rounded, machine, commit: commit() }, null, 2)}\n`);
}

function commit(): string | null {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null; // not a checkout
  }
}
