/** Hubs as processes between a Telegram emulator and one database, for tests that end or stop them as they work. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import {
  createTelegramEmulator,
  type EmulatorOptions,
  type TelegramEmulator,
} from "../../adapters/telegram/emulator.ts";
import { readConfig } from "../../src/config.ts";
import type { NewArticle } from "../../src/contract/api-knowledge.ts";
import { createHub } from "../../src/hub.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { freshConnection } from "./database.ts";
import { freePort, socketUrl, startHubProcess, type HubProcess } from "./hub-process.ts";
import { silentLog } from "./log.ts";

export interface ChaosScene {
  emulator: TelegramEmulator;
  database: pg.Client;
  /** Starts a hub: on the port that the webhook leads to, unless another is named. */
  start(port?: number): Promise<HubProcess>;
}

/** A database with one Telegram channel, whose webhook is registered. Everything is gone when the test is over. */
export async function setScene(telegram: EmulatorOptions, articles: NewArticle[] = []): Promise<ChaosScene> {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-chaos-"));
  const env = {
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the chaos tests",
    TRIBUTARY_DATA_DIR: dataDir,
    PORT: String(await freePort()),
    ALLOW_PRIVATE_ADDRESSES: "true",
  };
  const emulator = await createTelegramEmulator(telegram);
  await furnish(env, emulator, articles);

  const hubs: HubProcess[] = [];
  const database = new pg.Client({ ...inject("postgres"), ...connection });
  await database.connect();
  onTestFinished(async () => {
    for (const hub of hubs) hub.kill("SIGKILL");
    await database.end();
    await emulator.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    emulator,
    database,
    async start(port = Number(env.PORT)) {
      const hub = await startHubProcess({ ...env, PORT: String(port) });
      hubs.push(hub);
      return hub;
    },
  };
}

/** Sets the channel up, as a visitor that opens no door of its own. */
async function furnish(env: Record<string, string>, emulator: TelegramEmulator, articles: NewArticle[]): Promise<void> {
  const { token, username, apiRoot } = emulator;
  const visitor = await createHub({ config: readConfig(env), clock: systemClock, log: silentLog, owner: false });
  if (articles.length > 0) await visitor.knowledge.importArticles(articles);
  const settings = { token, username, apiRoot, mode: "webhook", secret: "a-secret-of-16-or-more" };
  const channel = await visitor.desk.create({ adapter: "telegram", name: "Chaos test", settings, rates: {} });
  await visitor.desk.register(channel.id);
  await visitor.close();
}

const LEFT = `
  SELECT (SELECT count(*) FROM arrival WHERE state = 'waiting') + (SELECT count(*) FROM conversation WHERE turn_seq > done_seq)
       + (SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')) AS n`;

/** Resolves when every arrival is recorded, every turn answered and every message delivered or given up. */
export async function drained(database: pg.Client, ms: number): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(100)) {
    if (Number((await database.query(LEFT)).rows[0].n) === 0) return;
  }
  throw new Error(`Not everything was worked off within ${ms} ms.`);
}
