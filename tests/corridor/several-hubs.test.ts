import { expect, test } from "vitest";
import type { Responder } from "../../src/corridor/index.ts";
import { newId } from "../../src/lib/ids.ts";
import { freshConnection } from "../support/database.ts";
import { createLoopback, type LoopbackUpdate } from "../support/loopback-adapter.ts";
import { startStage, until } from "../support/corridor.ts";

const says = (n: number, place: string): LoopbackUpdate => ({ key: `k${n}`, place, from: place, text: `m${n}` });

test("two hubs that get everything twice store it once, answer it once and keep the order", async () => {
  const { adapter, platform } = createLoopback();
  const connection = await freshConnection();
  const channelId = newId();
  const one = await startStage({ connection, adapter, channelId });
  const two = await startStage({ connection, adapter, channelId });
  const updates = Array.from({ length: 300 }, (_, n) => says(n, `p${n % 20}`));
  for (const update of updates) await Promise.all([one.deliver(update), two.deliver(update)]);
  await until(async () => {
    const left = await one.db.query(
      "SELECT 1 FROM conversation WHERE turn_seq > done_seq UNION ALL SELECT 1 FROM arrival WHERE state = 'waiting' UNION ALL SELECT 1 FROM delivery WHERE state <> 'sent'",
    );
    return left.length === 0;
  });
  expect(await one.db.prisma.message.count({ where: { direction: "in" } })).toBe(300);
  expect(platform.sent).toHaveLength(await one.db.prisma.delivery.count());
  for (let p = 0; p < 20; p++) {
    const answered = platform.sent
      .filter(({ place }) => place === `p${p}`)
      .flatMap(({ parts }) => (parts[0] as { text: string }).text.split("|"));
    expect(answered).toEqual(updates.filter(({ place }) => place === `p${p}`).map(({ text }) => text));
  }
});

test("a turn that another hub has taken meanwhile is not answered twice", async () => {
  const { adapter, platform } = createLoopback();
  const connection = await freshConnection();
  const channelId = newId();
  let thinkers = 0;
  let goOn: (() => void) | undefined;
  const slow: Responder = {
    name: "slow",
    respond: async () => {
      thinkers++;
      await new Promise<void>((resolve) => (goOn = resolve));
      return { parts: [{ type: "text", text: "from the slow hub" }] };
    },
  };
  const one = await startStage({ connection, adapter, channelId, responders: [slow] });
  await one.deliver(says(1, "ana"));
  await until(() => thinkers === 1);
  // What another hub does when the lease has ended: it takes the turn, and settles it.
  await one.db.query(
    "UPDATE conversation SET fence = fence + 1, done_seq = turn_seq, lease_hub = NULL, lease_until = NULL",
  );
  goOn!();
  await one.deliver(says(2, "bo"));
  await until(() => thinkers === 2);
  goOn!();
  await until(() => platform.sent.length > 0);
  expect(platform.sent.map(({ place }) => place)).toEqual(["bo"]);
  expect(await one.db.prisma.message.count({ where: { direction: "out" } })).toBe(1);
});

test("the work of a hub that died is taken back at once, not when its leases end", async () => {
  const { adapter, platform } = createLoopback();
  const connection = await freshConnection();
  const channelId = newId();
  const { db, deliver } = await startStage({ connection, adapter, channelId });
  await deliver(says(1, "ana"));
  await until(() => platform.sent.length === 1);
  // A hub that is registered, holds leases for the next hour, and whose lock nobody holds.
  const dead = newId();
  await db.query("INSERT INTO hub_process (id, lock_key) VALUES ($1, 42)", [dead]);
  await db.query("UPDATE conversation SET lease_hub = $1, lease_until = now() + interval '1 hour'", [dead]);
  await db.query(
    "UPDATE delivery SET state = 'sending', lease_hub = $1, lease_until = now() + interval '1 hour', fence = fence + 1",
    [dead],
  );
  await deliver(says(2, "ana"));
  await until(() => platform.sent.length === 3, 15_000);
  expect(platform.sent.map(({ parts }) => (parts[0] as { text: string }).text)).toEqual(["m1", "m1", "m2"]);
  expect(await db.prisma.delivery.findFirst({ orderBy: { seq: "asc" } })).toMatchObject({
    state: "sent",
    doubts: 1,
  });
  expect(await db.prisma.hubProcess.count({ where: { id: dead } })).toBe(0);
});
