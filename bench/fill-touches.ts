import type pg from "pg";
import { newCode } from "../src/attribution/codes.ts";
import { randomBytes } from "node:crypto";
import { newId } from "../src/lib/ids.ts";

/** A year of a busy shop. */
export interface Filled {
  from: string;
  /** Ninety days before the end. */
  quarter: string;
  to: string;
  /** People who come through a door just now; one in ten for the first time. */
  batch(size: number): { channelId: string; account: string; code: string }[];
}

const DOORS = 500;
const FROM = "2025-01-01T00:00:00Z";
const TO = "2026-01-01T00:00:00Z";

/** Ids of one kind, in order: what comes together lies together, as UUIDv7 makes it. */
const id = (kind: string, n: string) => `('0190${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const SECONDS = 31_536_000;
/** A number from 0 to 1 that depends on n alone. */
const chance = (n: string, salt: number) => `(abs(hashint8extended((${n})::bigint, ${salt})) % 1000003) / 1000003.0`;
/** Few doors bring most people. */
const door = (n: string, salt: number) => `(floor(${DOORS} * power(${chance(n, salt)}, 3))::int + 1)`;
const CONTACT = id("0001", "i");

const SPARE = [
  "touch_contact_id_at_idx",
  "touch_entry_point_id_idx",
  "touch_identity_id_idx",
  "touch_event_id_key",
  "touch_at_idx",
];

/** `touches` touches of a tenth as many people with three conversions to a hundred touches, written set by set. */
export async function fillTouches(client: pg.Client, touches: number): Promise<Filled> {
  const people = Math.round(touches / 10);
  const channelId = newId();
  await client.query("SET synchronous_commit = off");
  await client.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, 'web', 'Shop', '\\x00')", [
    channelId,
  ]);
  const codes = Array.from({ length: DOORS }, () => newCode(randomBytes(16)));
  await client.query(
    `INSERT INTO entry_point (id, code, name, medium, campaign, region, owner, channel_id)
     SELECT ${id("0002", "i")}, c.code, 'Door ' || i, (ARRAY['poster', 'ad', 'newsletter', 'link'])[1 + i % 4], 'Campaign ' || i % 20,
            'Region ' || i % 10, 'Owner ' || i % 8, $1 FROM unnest($2::text[]) WITH ORDINALITY AS c (code, i)`,
    [channelId, codes],
  );
  const born = `timestamptz '${FROM}' + interval '1 second' * (${SECONDS}::float8 * i / ${people})`;
  await client.query(
    `INSERT INTO contact (id, name, stage, stage_at, first_touch_id, created_at)
     SELECT ${CONTACT}, 'Person ' || i, (ARRAY['visitor', 'contact', 'contact', 'lead', 'customer'])[1 + i % 5], ${born}, ${id("0005", "i * 10")}, ${born}
     FROM generate_series(1, ${people}) i`,
  );
  await client.query(
    `INSERT INTO identity (id, channel_id, external_id, contact_id) SELECT ${id("0003", "i")}, $1, 'p' || i, ${CONTACT} FROM generate_series(1, ${people}) i`,
    [channelId],
  );
  await client.query(
    `INSERT INTO conversation (id, channel_id, place, kind, contact_id) SELECT ${id("0004", "i")}, $1, 'p' || i, 'direct', ${CONTACT} FROM generate_series(1, ${people}) i`,
    [channelId],
  );
  await client.query(
    `INSERT INTO first_word (conversation_id, identity_id, at, answered_at) SELECT ${id("0004", "i")}, ${id("0003", "i")}, ${born}, CASE WHEN i % 10 < 8 THEN ${born} END
     FROM generate_series(1, ${people}) i WHERE i % 5 <> 0`,
  );
  await client.query(
    `INSERT INTO stage_change (id, contact_id, from_stage, to_stage, cause, at) SELECT ${id("0006", "i")}, ${CONTACT}, 'visitor', 'contact', 'first message', ${born}
     FROM generate_series(1, ${people}) i WHERE i % 5 <> 0`,
  );
  await insertTouches(client, people, born);
  await insertSales(client, { touches, people, born });
  await client.query(
    "VACUUM (ANALYZE) touch, hit, contact, identity, conversion, first_word, stage_change, entry_point",
  );
  return {
    ...{ from: FROM, quarter: "2025-10-03T00:00:00Z", to: TO },
    batch: createBatches({ people, channelId, codes }),
  };
}

/** Hits, half as many as touches; and conversions, some of them taken back. */
async function insertSales(
  client: pg.Client,
  { touches, people, born }: { touches: number; people: number; born: string },
): Promise<void> {
  await client.query(
    `INSERT INTO hit (id, entry_point_id, at, device, visitor_hash)
     SELECT ${id("0007", "n")}, ${id("0002", door("n", 3))}, timestamptz '${FROM}' + interval '1 second' * (${SECONDS}::float8 * n / ${touches / 2}), 'phone', 'x'
     FROM generate_series(1, ${Math.round(touches / 2)}) n`,
  );
  const buyer = `(1 + abs(hashint8extended(n, 9)) % ${people})`;
  await client.query(
    `INSERT INTO conversion (id, contact_id, identity_id, kind, source, external_id, amount, currency, offline, at)
     SELECT ${id("0008", "n")}, ${id("0001", "i")}, ${id("0003", "i")}, CASE WHEN n % 6 = 0 THEN 'sign-up' ELSE 'order' END, 'till', n::text,
            CASE WHEN n % 6 = 0 THEN 0 ELSE 1000 + n % 9000 END, CASE WHEN n % 4 = 0 THEN 'CNY' ELSE 'EUR' END, n % 3 = 0,
            least(${born} + interval '1 hour' * (${chance("n", 4)} * 2400), timestamptz '${TO}' - interval '1 second')
     FROM (SELECT n, ${buyer}::bigint AS i FROM generate_series(1, ${Math.round(touches * 0.03)}) n) s`,
  );
  await client.query(
    `INSERT INTO conversion (id, contact_id, identity_id, kind, source, external_id, amount, currency, offline, at, refund_of)
     SELECT ${id("0009", "n")}, contact_id, identity_id, 'refund', 'till', 'r' || n, -amount / 2, currency, offline, at, id
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM conversion WHERE kind = 'order') s WHERE n % 20 = 0`,
  );
}

/** Without the indexes, which are made afterwards: that is several times as fast. */
async function insertTouches(client: pg.Client, people: number, born: string): Promise<void> {
  const { rows } = await client.query<{ name: string; sql: string }>(
    "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE tablename = 'touch' AND indexname = ANY ($1)",
    [SPARE],
  );
  for (const { name } of rows) await client.query(`DROP INDEX "${name}"`);
  await client.query(
    `INSERT INTO touch (id, contact_id, identity_id, conversation_id, channel_id, entry_point_id, event_id, method, confidence, evidence, at)
     SELECT ${id("0005", "(i * 10 + k)")}, ${CONTACT}, ${id("0003", "i")}, ${id("0004", "i")}, c.id, ${id("0002", door("(i * 10 + k)", 1))},
            ${id("0010", "(i * 10 + k)")}, 'start-param', 'high', '{}',
            least(${born} + interval '1 hour' * (k * ${chance("(i * 10 + k)", 2)} * 240), timestamptz '${TO}' - interval '1 second')
     FROM generate_series(1, ${people}) i, generate_series(0, 9) k, (SELECT id FROM channel LIMIT 1) c`,
  );
  for (const { sql } of rows) await client.query(sql);
}

function createBatches({
  people,
  channelId,
  codes,
}: {
  people: number;
  channelId: string;
  codes: readonly string[];
}): Filled["batch"] {
  const known = () => `p${1 + Math.floor(Math.random() * people)}`;
  const code = () => codes[Math.floor(codes.length * Math.random() ** 3)]!;
  return (size) =>
    Array.from({ length: size }, (_, at) => ({ channelId, account: at % 10 === 0 ? newId() : known(), code: code() }));
}
