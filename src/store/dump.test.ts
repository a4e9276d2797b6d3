import { expect, test } from "vitest";
import { freshDatabase } from "../../tests/support/database.ts";
import { fillEverything } from "../../tests/support/fill.ts";
import { DUMP_TABLES, NOT_DUMPED } from "./dump-tables.ts";
import { exportData, importData, type Database } from "./index.ts";

const AT = new Date("2026-01-15T12:00:00Z");
const openSettings = (sealed: Uint8Array) => Buffer.from(sealed).toString("utf8");
const sealSettings = (settings: string) => Buffer.from(settings);

async function dump(db: Database, secrets = true): Promise<string[]> {
  const lines: string[] = [];
  const write = async (line: string) => void lines.push(line);
  await exportData(db, { at: AT, write, ...(secrets && { openSettings }) });
  return lines;
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

const load = (db: Database, lines: readonly string[]) => importData(db, each(lines), { sealSettings });

async function rowsIn(db: Database): Promise<number> {
  const counts = DUMP_TABLES.map(({ name }) => `(SELECT count(*) FROM "${name}")`).join(" + ");
  return (await db.query<{ n: number }>(`SELECT (${counts})::int AS n`))[0]!.n;
}

test("every table is either part of a dump or left out on purpose, and so is every column named", async () => {
  const db = await freshDatabase();
  const columns = await db.query<{ table: string; column: string }>(
    "SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = current_schema()",
  );
  const tables = [...new Set(columns.map(({ table }) => table))];
  expect([...DUMP_TABLES.map(({ name }) => name), ...NOT_DUMPED].sort()).toEqual(tables.sort());
  for (const { name, key, without = [] } of DUMP_TABLES) {
    const known = columns.filter(({ table }) => table === name).map(({ column }) => column);
    expect(known).toEqual(expect.arrayContaining([...key, ...without]));
  }
});

test("an export read into an empty database and exported again is the same, to the byte", async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  await fillEverything(one);
  const lines = await dump(one);
  expect(lines.length).toBe(1 + 3 * DUMP_TABLES.length);

  const report = await load(other, lines);
  expect(Object.values(report)).toEqual(DUMP_TABLES.map(() => ({ added: 3, known: 0 })));
  expect(await dump(other)).toEqual(lines);
});

test("reading it again, or into where it came from, changes nothing", async () => {
  const db = await freshDatabase();
  await fillEverything(db);
  const lines = await dump(db);
  const report = await load(db, lines);
  expect(Object.values(report)).toEqual(DUMP_TABLES.map(() => ({ added: 0, known: 3 })));
  expect(await dump(db)).toEqual(lines);
});

test("secrets stay behind unless they are asked for; channels then come without", async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  await fillEverything(one);
  const lines = await dump(one, false);
  expect(lines.join("\n")).not.toContain("secret 0");
  expect((await dump(one)).join("\n")).toContain("secret 0");
  await load(other, lines);
  const rows = await other.query<{ settings: Buffer }>("SELECT settings FROM channel");
  expect(rows.map(({ settings }) => settings.toString())).toEqual(["{}", "{}", "{}"]);
});

test("more rows than one batch, and rows of one moment only", async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  await one.query(
    "INSERT INTO contact (id, name) SELECT gen_random_uuid(), 'contact ' || n FROM generate_series(1, 1234) n",
  );
  const lines: string[] = [];
  await exportData(one, {
    at: AT,
    async write(line) {
      if (lines.push(line) === 1) await one.query("INSERT INTO contact (id, name) VALUES (gen_random_uuid(), 'late')");
    },
  });
  expect(lines).toHaveLength(1 + 1234);
  expect((await load(other, lines))["contact"]).toEqual({ added: 1234, known: 0 });
});

const CONTACT = { id: "0190a000-0000-7000-8000-000000000001", name: "Ana" };
const HEADER = '{"format":"tributary-export","version":1,"at":"2026-01-15T12:00:00Z"}';
const line = (table: string, row: object) => JSON.stringify({ table, row });

test.each<[string, string[], RegExp]>([
  ["an empty file", [], /^The file is empty/],
  ["another file", ["hello"], /^Line 1 is no header/],
  ["another version", ['{"format":"tributary-export","version":2}'], /version 2, this hub reads version 1/],
  ["broken JSON", [HEADER, line("contact", CONTACT), "{"], /^Line 3 is not/],
  ["an unknown table", [HEADER, line("api_token", {})], /^Line 2 names a table that is not part/],
  ["an unknown column", [HEADER, line("contact", { ...CONTACT, 'x" , y': 1 })], /^Line 2 has a column/],
  ["a missing key", [HEADER, line("contact", { name: "Ana" })], /^Line 2 \(contact\) lacks id/],
  ["a missing value", [HEADER, line("entry_point", { id: CONTACT.id })], /^Line 2 \(entry_point\) lacks code/],
  [
    "a wrong value",
    [HEADER, line("contact", CONTACT), line("contact", { id: "pl4nted" })],
    /^Line 3 \(contact\) holds a value.*22P02/,
  ],
  ["NUL in a text", [HEADER, line("contact", { ...CONTACT, name: "a\u0000b" })], /^Line 2 \(contact\) holds a value/],
  [
    "a row of nobody",
    [HEADER, line("identity", { ...identity(), contact_id: CONTACT.id })],
    /^Line 2 \(identity\) refers to a row/,
  ],
  [
    "a broken rule",
    [HEADER, line("conversation", { ...conversation(), owner: "cat" })],
    /breaks the rule conversation_owner/,
  ],
  [
    "settings that are no object",
    [HEADER, line("channel", { id: CONTACT.id, settings: "x" })],
    /^Line 2 \(channel\) has settings/,
  ],
  [
    "a file that was cut off",
    [HEADER.replace("}", ',"rows":{"contact":2}}'), line("contact", CONTACT)],
    /not whole: its header says 2 rows of contact, it holds 1/,
  ],
])("refuses %s, says where, and imports nothing", async (_what, lines, reason) => {
  const db = await freshDatabase();
  const fault = await load(db, lines).catch((error: Error) => error);
  expect(fault).toBeInstanceOf(Error);
  expect((fault as Error).message).toMatch(reason);
  expect((fault as Error).message).not.toContain("pl4nted");
  expect(await rowsIn(db)).toBe(0);
});

function identity() {
  return { id: CONTACT.id, channel_id: CONTACT.id, external_id: "1", is_bot: false, attributes: {} };
}

function conversation() {
  return { id: CONTACT.id, channel_id: CONTACT.id, place: "1", kind: "direct", status: "open" };
}

test("refuses rows that collide with others here, which would be lost", async () => {
  const db = await freshDatabase();
  await load(db, [HEADER, line("staff", { id: CONTACT.id, name: "Ana", email: "ana@shop.example", role: "owner" })]);
  const same = { id: "0190a000-0000-7000-8000-000000000002", name: "Ana", email: "ana@shop.example", role: "owner" };
  await expect(load(db, [HEADER, line("contact", CONTACT), line("staff", same)])).rejects.toThrow(
    /^Line 3 \(staff\) contradicts/,
  );
  expect(await rowsIn(db)).toBe(1);
});

test("refuses the audit record of another hub, which would break the chain", async () => {
  const db = await freshDatabase();
  const entry = { seq: 1, at: AT, asker: "cli", action: "a", subject: "s", detail: {}, hash: "one" };
  await load(db, [HEADER, line("audit", entry)]);
  await load(db, [HEADER, line("audit", entry)]);
  await expect(load(db, [HEADER, line("audit", { ...entry, hash: "two" })])).rejects.toThrow(
    /^Line 2 \(audit\) contradicts/,
  );
});
