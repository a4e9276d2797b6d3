import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { expect, test } from "vitest";
import type { TelegramEmulator } from "../../adapters/telegram/emulator.ts";
import { drained, setScene } from "../support/chaos.ts";

const MESSAGES = 2_000;
const PEOPLE = 100;
const KILLS = 5;
const SENDERS = 32;

/** A Telegram full of faults. */
const TELEGRAM = {
  seed: 7,
  faults: {
    tooMany: { share: 0.01, seconds: 1, scope: "chat" as const },
    serverErrorShare: 0.02,
    dropShare: 0.005,
    duplicateShare: 0.05,
    redeliverMs: 50,
    redeliverMaxMs: 400,
  },
};
const OPENING_HOURS = {
  slug: "opening-hours",
  texts: { en: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock." } },
  phrasings: { en: ["Are you open today?", "When do you open?"] },
};

test(`${KILLS} kills -9 over ${MESSAGES} messages: nothing lost, stored twice or out of order`, async () => {
  const { emulator, database, start } = await setScene(TELEGRAM, [OPENING_HOURS]);
  let hub = await start();
  const said = talk(emulator);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(700 + kill * 300);
    hub.kill("SIGKILL");
    await hub.ended;
    hub = await start();
    expect(hub.readyMs).toBeLessThan(15_000);
  }
  await said;
  await emulator.settle();
  await drained(database, 120_000);
  const errors = [...hub.errors];
  hub.kill("SIGTERM");
  expect(await hub.ended).toBe(0);
  expect(errors.filter((line) => !line.includes("a delivery was not taken"))).toEqual([]);

  expect(await stored(database)).toEqual({
    messages: MESSAGES,
    distinct: MESSAGES,
    dead: 0,
    unanswered: 0,
    outOfOrder: 0,
  });
  await everyReplyArrivedInOrder(emulator, database);
  expect(emulator.history.insideRetryAfter).toBe(0);
}, 240_000);

/** People ask, one after the other and all at once, while hubs come and go. */
async function talk(emulator: TelegramEmulator): Promise<void> {
  const people = Array.from({ length: PEOPLE }, (_, i) => emulator.person(1_000 + i, `Person ${i}`));
  for (let n = 0; n < MESSAGES; n++) {
    people[n % PEOPLE]!.says("Are you open today?");
    if (n % 4 === 0) await sleep(10);
  }
}

async function stored(database: pg.Client) {
  const { rows } = await database.query(`
    SELECT count(*)::int AS messages, count(DISTINCT external_id)::int AS "distinct",
           (SELECT count(*)::int FROM arrival WHERE state = 'dead') AS dead,
           count(*) FILTER (WHERE answered_at IS NULL)::int AS unanswered,
           count(*) FILTER (WHERE id_now < id_before)::int AS "outOfOrder"
    FROM (
      SELECT *, split_part(external_id, ':', 2)::int AS id_now,
             lag(split_part(external_id, ':', 2)::int) OVER (PARTITION BY conversation_id ORDER BY seq) AS id_before
      FROM message WHERE direction = 'in') m`);
  return rows[0];
}

/** Each reply of the ledger reached the platform, in the ledger's order, and not more often than the bound allows. */
async function everyReplyArrivedInOrder(emulator: TelegramEmulator, database: pg.Client): Promise<void> {
  const { rows } = await database.query(`
    SELECT c.place, m.external_id AS "externalId", d.state, d.doubts
    FROM message m JOIN delivery d ON d.message_id = m.id JOIN conversation c ON c.id = m.conversation_id
    ORDER BY c.place, m.seq`);
  const replies = rows as { place: string; externalId: string; state: string; doubts: number }[];
  expect(replies.filter(({ state }) => state !== "sent")).toEqual([]);
  const lastId = new Map<string, number>();
  for (const { place, externalId } of replies) {
    const id = Number(externalId.split(":")[1]);
    expect(id).toBeGreaterThan(lastId.get(place) ?? 0);
    lastId.set(place, id);
  }
  const duplicates = emulator.history.sent.length - replies.length;
  const doubted = replies.reduce((sum, { doubts }) => sum + doubts, 0);
  console.log(`kill test: ${replies.length} replies, ${duplicates} sent twice, ${doubted} marked as maybe twice`);
  expect(duplicates).toBeGreaterThanOrEqual(0);
  expect(duplicates).toBeLessThanOrEqual(KILLS * SENDERS + doubted);
  expect(duplicates).toBeLessThanOrEqual(doubted);
}
