import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { drained, setScene } from "../support/chaos.ts";
import { freePort } from "../support/hub-process.ts";

/** Longer than the lease of a turn (10 s) and than the database waits for a silent transaction (10 s). */
const PAUSE_MS = 13_000;
const MESSAGES = 600;
const PEOPLE = 60;

test("a hub that stands still longer than its leases is overtaken, and writes nothing late", async () => {
  const { emulator, database, start } = await setScene({ seed: 3 });
  const paused = await start(await freePort());
  const other = await start(); // the one that the webhook leads to

  const people = Array.from({ length: PEOPLE }, (_, i) => emulator.person(1_000 + i, `Person ${i}`));
  for (let n = 0; n < MESSAGES; n++) {
    if (n === MESSAGES / 2) paused.kill("SIGSTOP");
    people[n % PEOPLE]!.says(`Question number ${n}?`);
    if (n % 10 === 0) await sleep(10);
  }
  await sleep(PAUSE_MS);
  paused.kill("SIGCONT");
  await emulator.settle();
  await drained(database, 60_000);

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
