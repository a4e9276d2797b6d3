import { randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";

interface Waiting {
  update: { update_id: number; message: { chat: { id: number } } };
  done: () => void;
}

/**
 * The floor under `accept`: a bare node:http server that proves the secret, parses the body and commits in groups, by
 * the hub's own statement into a table like the hub's, with no hub around it. A process of its own.
 */
export async function runFloor(databaseUrl: string, port: number, secret: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  await pool.query("CREATE TABLE IF NOT EXISTS floor_arrival (LIKE arrival INCLUDING ALL)");
  const channelId = randomUUID();
  const expected = Buffer.from(secret);
  let waiting: Waiting[] = [];
  let flushing = false;

  async function flush(): Promise<void> {
    flushing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await pool.query({ name: "floor", text: INSERT, values: columns(channelId, batch) });
      for (const each of batch) each.done();
    }
    flushing = false;
  }

  createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const given = Buffer.from(String(req.headers["x-telegram-bot-api-secret-token"]));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return res.writeHead(401).end();
      const update = JSON.parse(Buffer.concat(chunks).toString()) as Waiting["update"];
      waiting.push({ update, done: () => res.writeHead(200, { "content-length": 0 }).end() });
      if (!flushing) void flush();
    });
  }).listen(port, "127.0.0.1", () => console.log("floor is ready"));
}

const INSERT = `
  INSERT INTO floor_arrival (id, channel_id, key, lane, shard, payload, state)
  SELECT id, channel_id, key, lane, shard, payload, 'waiting'
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[])
    AS t (id, channel_id, key, lane, shard, payload)
  ON CONFLICT (channel_id, key) DO NOTHING`;

function columns(channelId: string, batch: readonly Waiting[]): unknown[] {
  return [
    batch.map(() => newestId()),
    batch.map(() => channelId),
    batch.map(({ update }) => String(update.update_id)),
    batch.map(({ update }) => String(update.message.chat.id)),
    batch.map(({ update }) => update.message.chat.id % 16),
    batch.map(({ update }) => JSON.stringify(update)),
  ];
}

let made = 0;

/** Ids that grow, as the hub's do: they are cheap for an index. */
function newestId(): string {
  return `${(++made).toString(16).padStart(8, "0")}-0000-7000-8000-000000000000`;
}
