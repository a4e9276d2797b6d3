import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import { createTelegramEmulator } from "../../adapters/telegram/emulator.ts";
import { readConfig } from "../../src/config.ts";
import { createHub } from "../../src/hub.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { freshConnection } from "../support/database.ts";
import { freePort, socketUrl, startHubProcess } from "../support/hub-process.ts";
import { silentLog } from "../support/log.ts";

/** Longer than the lease of a turn (10 s) and than the database waits for a silent transaction (10 s). */
const PAUSE_MS = 13_000;
const MESSAGES = 600;
const PEOPLE = 60;

test("a hub that stands still longer than its leases is overtaken, and writes nothing late", async () => {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-pause-"));
  const base = {
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the pause test",
    TRIBUTARY_DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
  };
  const env = { ...base, PORT: String(await freePort()) };
  const emulator = await createTelegramEmulator({ seed: 3 });
  const desk = await createHub({ config: readConfig(env), clock: systemClock, log: silentLog, owner: false });
  const secret = "a-secret-of-16-or-more";
  const settings = {
    token: emulator.token,
    mode: "webhook",
    secret,
    username: emulator.username,
    apiRoot: emulator.apiRoot,
  };
  const channel = await desk.desk.create({ adapter: "telegram", name: "Pause test", settings, rates: {} });
  await desk.desk.register(channel.id);
  await desk.close();

  const paused = await startHubProcess({ ...base, PORT: String(await freePort()) });
  const other = await startHubProcess(env); // the one that the webhook leads to
  const database = new pg.Client({ ...inject("postgres"), ...connection });
  await database.connect();
  onTestFinished(async () => {
    for (const hub of [paused, other]) hub.kill("SIGKILL");
    await database.end();
    await emulator.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const people = Array.from({ length: PEOPLE }, (_, i) => emulator.person(1_000 + i, `Person ${i}`));
  for (let n = 0; n < MESSAGES; n++) {
    if (n === MESSAGES / 2) paused.kill("SIGSTOP");
    people[n % PEOPLE]!.says(`Question number ${n}?`);
    if (n % 10 === 0) await sleep(10);
  }
  await sleep(PAUSE_MS);
  paused.kill("SIGCONT");
  await emulator.settle();
  await drained(database);

  const { rows } = await database.query(`
      SELECT count(*)::int AS messages, count(DISTINCT external_id)::int AS "distinct",
             (SELECT count(*)::int FROM event WHERE type = 'handed-over') AS "handovers",
             (SELECT count(DISTINCT conversation_id)::int FROM event WHERE type = 'handed-over') AS conversations
      FROM message WHERE direction = 'in'`);
  // Nobody taught this hub anything: each conversation is handed over, once, however many hubs thought about it.
  expect(rows[0]).toEqual({ messages: MESSAGES, distinct: MESSAGES, handovers: PEOPLE, conversations: PEOPLE });
  for (const hub of [paused, other]) hub.kill("SIGTERM");
  expect(await Promise.all([paused.ended, other.ended])).toEqual([0, 0]);
}, 120_000);

async function drained(database: pg.Client): Promise<void> {
  const left = `
    SELECT (SELECT count(*) FROM arrival WHERE state = 'waiting') + (SELECT count(*) FROM conversation WHERE turn_seq > done_seq)
         + (SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')) AS n`;
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(100)) {
    if (Number((await database.query(left)).rows[0].n) === 0) return;
  }
  throw new Error("The hubs did not work off everything.");
}
