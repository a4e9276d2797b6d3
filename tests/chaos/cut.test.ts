import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { drained } from "../support/chaos.ts";
import { freshConnection } from "../support/database.ts";
import { createLoopback, type LoopbackUpdate } from "../support/loopback-adapter.ts";
import { startStage } from "../support/corridor.ts";

const MESSAGES = 400;
const CUTS = 6;
const CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";

test("when every database connection is cut again and again, the hub goes on by itself and loses nothing", async () => {
  const { adapter, platform } = createLoopback();
  const connection = await freshConnection();
  const { deliver } = await startStage({ connection, adapter });
  const knife = new pg.Client({ ...connection, database: "postgres" });
  await knife.connect();
  onTestFinished(() => knife.end());

  // The platform's part: what was not acknowledged is delivered again.
  const insist = async (update: LoopbackUpdate) => {
    for (;;) {
      if (
        await deliver(update).then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const talking = (async () => {
    for (let n = 0; n < MESSAGES; n++)
      await insist({ key: `k${n}`, place: `p${n % 20}`, from: `p${n % 20}`, text: `m${n}` });
  })();
  for (let cut = 0; cut < CUTS; cut++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    await knife.query(CUT, [connection.database]);
  }
  await talking;
  const client = new pg.Client(connection);
  await client.connect();
  onTestFinished(() => client.end());
  await drained(client, 60_000);

  const { rows } = await client.query("SELECT count(*)::int AS n FROM message WHERE direction = 'in'");
  expect(rows[0].n).toBe(MESSAGES);
  const { rows: out } = await client.query(`
      SELECT c.place, string_agg(m.text, '|' ORDER BY m.seq) AS texts FROM message m JOIN conversation c ON c.id = m.conversation_id
      WHERE m.direction = 'out' GROUP BY 1`);
  for (const { place, texts } of out) {
    const expected = Array.from({ length: MESSAGES }, (_, n) => n)
      .filter((n) => `p${n % 20}` === place)
      .map((n) => `m${n}`);
    expect(texts.split("|")).toEqual(expected); // each answered once, in order
  }
  // The send itself may repeat when its mark was cut off; it is then marked, and never out of order.
  const { rows: doubted } = await client.query("SELECT coalesce(sum(doubts), 0)::int AS n FROM delivery");
  const { rows: deliveries } = await client.query("SELECT count(*)::int AS n FROM delivery");
  expect(platform.sent.length - deliveries[0].n).toBeLessThanOrEqual(doubted[0].n);
}, 120_000);
