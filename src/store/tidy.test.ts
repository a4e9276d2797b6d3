import { expect, test } from "vitest";
import { firstIdAt, newId } from "../lib/ids.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { tidy } from "./tidy.ts";

test("worked-off arrivals go when their days are over; dead and waiting ones stay", async () => {
  const db = await freshDatabase();
  const channelId = newId();
  const insert =
    "INSERT INTO arrival (id, channel_id, key, lane, shard, payload, state, received_at) VALUES ($1, $2, $3, 'l', 0, '{}', $4, $5)";
  const long = new Date("2026-01-01T00:00:00Z");
  const lately = new Date("2026-02-27T00:00:00Z");
  for (const state of ["recorded", "ignored", "dead", "waiting"]) {
    await db.query(insert, [
      firstIdAt(long).slice(0, -4) + state.length + newId().slice(-3),
      channelId,
      `old ${state}`,
      state,
      long,
    ]);
    await db.query(insert, [
      firstIdAt(lately).slice(0, -4) + state.length + newId().slice(-3),
      channelId,
      `new ${state}`,
      state,
      lately,
    ]);
  }
  await tidy(db, new Date("2026-03-01T00:00:00Z"), 30);
  const left = await db.prisma.arrival.findMany({ select: { key: true }, orderBy: { key: "asc" } });
  expect(left.map(({ key }) => key)).toEqual([
    "new dead",
    "new ignored",
    "new recorded",
    "new waiting",
    "old dead",
    "old waiting",
  ]);
});
