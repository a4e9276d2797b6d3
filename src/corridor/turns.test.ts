import { expect, test } from "vitest";
import { freshDatabase } from "../../tests/support/database.ts";
import { createLoopback } from "../../tests/support/loopback-adapter.ts";
import { newId } from "../lib/ids.ts";
import { claimTurns } from "./turns.ts";
import type { OpenChannel } from "./types.ts";

const MESSAGES = 1_500;

// What recording a message does to these two tables, in one statement and so in one commit.
const RECORD = `
  WITH it AS (
    UPDATE conversation SET in_seq = in_seq + 1, turn_seq = in_seq + 1 WHERE id = $1 RETURNING in_seq
  )
  INSERT INTO event (id, conversation_id, seq, type, payload, sent_at)
  SELECT $2, $1, in_seq, 'message', '{}', now() FROM it`;

test("a message that is recorded while a turn is claimed is in that turn, or still unanswered after it", async () => {
  const db = await freshDatabase();
  const { adapter } = createLoopback();
  const channel = { id: newId(), adapter } as OpenChannel; // all that claiming looks at
  const id = newId();
  await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, 'loopback', 'Test', '')", [channel.id]);
  await db.query("INSERT INTO conversation (id, channel_id, place, kind) VALUES ($1, $2, 'ana', 'direct')", [
    id,
    channel.id,
  ]);
  const channels = { get: () => channel, list: () => [channel] };
  let writing = true;
  const write = async () => {
    for (let n = 0; n < MESSAGES; n++) await db.query(RECORD, [id, newId()]);
    writing = false;
  };
  let last = 0;
  const claimed: { upTo: number; seqs: number[]; from: number }[] = [];
  const claim = async () => {
    while (writing) {
      const [leased] = await claimTurns(db, channels, { hub: newId(), ms: 0, limit: 1 });
      if (!leased) continue;
      claimed.push({ from: last, upTo: leased.upTo, seqs: leased.turn.messages.map(({ seq }) => seq) });
      last = Math.max(last, leased.upTo);
      await db.query("UPDATE conversation SET done_seq = $2 WHERE id = $1", [id, last]);
    }
  };
  await Promise.all([write(), claim()]);
  expect(claimed.length).toBeGreaterThan(10);
  for (const { from, upTo, seqs } of claimed) {
    expect(seqs).toEqual(Array.from({ length: upTo - from }, (_, n) => from + n + 1));
  }
});
