import { expect, test } from "vitest";
import { TooMany } from "../contract/index.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { createPace } from "./pace.ts";

async function start() {
  const db = await freshDatabase();
  const clock = manualClock();
  return { db, clock, pace: createPace({ db, clock, salt: "salt" }) };
}

const waitOf = (error: unknown) => (error instanceof TooMany ? error.retryAfterMs : Number.NaN);

test("five tries are free, then each wait is twice the one before, up to a quarter of an hour", async () => {
  const { clock, pace } = await start();
  for (let i = 1; i <= 5; i++) expect(await pace.take("account", "ana")).toBe(i);
  const waits: number[] = [];
  for (let i = 0; i < 14; i++) {
    const waitMs = await pace.take("account", "ana").then(() => 0, waitOf);
    waits.push(waitMs / 1_000);
    clock.pass(waitMs);
    await pace.take("account", "ana");
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
});

test("waiting too short counts nothing; a day of peace, or the right password, forgets all", async () => {
  const { clock, pace } = await start();
  for (let i = 0; i < 9; i++) await pace.take("account", "ana").catch((error) => clock.pass(waitOf(error)));
  for (let i = 0; i < 50; i++) await expect(pace.take("account", "ana")).rejects.toThrow(TooMany);
  expect(await pace.take("account", "ben")).toBe(1);
  expect(await pace.take("network", "ana")).toBe(1);
  await pace.forgive("account", "ana");
  expect(await pace.take("account", "ana")).toBe(1);
  for (let i = 0; i < 4; i++) await pace.take("account", "ana");
  clock.pass(24 * 3_600_000 + 1);
  expect(await pace.take("account", "ana")).toBe(1);
});

test("of a hundred tries at once, six come through", async () => {
  const { pace } = await start();
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => pace.take("account", "ana")));
  expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(6);
});

test("what was tried cannot be read in the table", async () => {
  const { db, pace } = await start();
  await pace.take("account", "ana@shop.example");
  expect(JSON.stringify(await db.query("SELECT * FROM sign_in_pace"))).not.toContain("ana");
});
