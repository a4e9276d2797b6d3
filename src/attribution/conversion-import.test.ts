import { expect, test } from "vitest";
import { attributionWorld, type AttributionWorld } from "../../tests/support/attribution.ts";
import { Invalid } from "../contract/index.ts";
import type { ImportOptions } from "./conversion-import.ts";

const ALL: ImportOptions = { dryRun: false, partial: false };
const HEAD = "source,external_id,kind,amount,currency,at,contact_id,refund_of,note";

async function* bytes(...parts: (string | Uint8Array)[]) {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}

const send = (world: AttributionWorld, lines: readonly string[], options = ALL) =>
  world.importConversions(bytes([HEAD, ...lines].join("\n")), options);
const count = (world: AttributionWorld) => world.db.prisma.conversion.count();

test("orders and refunds of a list are taken once, however often it is sent, and the counts agree", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const lines = [
    `till,1,order,12.50,EUR,2026-02-01T10:00:00Z,${contactId},,"two, ""good"" teapots"`,
    `till,2,order,1250,JPY,2026-02-02T10:00:00+01:00,${contactId},,`,
    `till,r1,,2.5,EUR,2026-02-03T10:00:00Z,,1,`,
  ];
  expect(await send(world, lines, { dryRun: true, partial: false })).toMatchObject({ added: 3, written: false });
  expect(await count(world)).toBe(0);
  expect(await send(world, lines)).toEqual({ lines: 3, added: 3, known: 0, refused: 0, faults: [], written: true });
  expect(await send(world, lines)).toMatchObject({ added: 0, known: 3, refused: 0, written: false });
  expect(await world.db.prisma.conversion.findMany({ orderBy: { externalId: "asc" } })).toMatchObject([
    { amount: 1_250n, currency: "EUR", offline: true, note: 'two, "good" teapots' },
    { amount: 1_250n, currency: "JPY" },
    { amount: -250n, refundOf: expect.any(String), contactId },
  ]);
  expect(await world.db.prisma.contact.findUniqueOrThrow({ where: { id: contactId } })).toMatchObject({
    stage: "repeat",
  });
  expect(await world.counts.verify()).toEqual([]);
});

test("every line that cannot be taken is named with its reason, and nothing is written by halves", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const good = `till,1,order,12.50,EUR,2026-02-01T10:00:00Z,${contactId},,`;
  const bad: [string, string][] = [
    [`till,2,order,12.50,QQQ,2026-02-01T10:00:00Z,${contactId},,`, "currency"],
    [`till,3,order,-1,EUR,2026-02-01T10:00:00Z,${contactId},,`, "amount"],
    [`till,4,order,"1,234.50",EUR,2026-02-01T10:00:00Z,${contactId},,`, "amount"],
    [`till,5,order,1.234,EUR,2026-02-01T10:00:00Z,${contactId},,`, "amount"],
    [`till,6,order,1,EUR,2027-02-01T10:00:00Z,${contactId},,`, "at"],
    [`till,7,order,1,EUR,yesterday,${contactId},,`, "at"],
    [`till,8,order,1,EUR,2026-02-01T10:00:00Z,0190a000-0000-7000-8000-000000000001,,`, "contact_id"],
    [`till,9,order,1,EUR,2026-02-01T10:00:00Z,,,`, "contact_id"],
    [`till,r1,,1,EUR,2026-02-01T10:00:00Z,,nowhere,`, "refund_of"],
    [`till,r2,,99,EUR,2026-02-01T10:00:00Z,,1,`, "amount"],
    [`till,1,order,13,EUR,2026-02-01T10:00:00Z,${contactId},,`, "external_id"],
    [`till,10,order,1,EUR,2026-02-01T10:00:00Z,${contactId}`, "null"],
    [`,11,order,1,EUR,2026-02-01T10:00:00Z,${contactId},,`, "source"],
  ];
  const lines = [good, ...bad.map(([line]) => line)];
  const report = await send(world, lines);
  expect(report).toMatchObject({ lines: 14, added: 1, refused: bad.length, written: false });
  const named = report.faults.sort((a, b) => a.line - b.line).map(({ line, column }) => [line, String(column)]);
  expect(named).toEqual(bad.map(([, column], i) => [i + 3, column]));
  expect(await count(world)).toBe(0);
  expect(await send(world, lines, { dryRun: false, partial: true })).toMatchObject({
    added: 1,
    refused: bad.length,
    written: true,
  });
  expect(await count(world)).toBe(1);
  expect(await world.counts.verify()).toEqual([]);
});

test.each<[string, (string | Uint8Array)[]]>([
  ["GBK", [`${HEAD}\ntill,1,order,1,EUR,`, Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0x0a)]],
  ["UTF-16", [Buffer.from(`\uFEFF${HEAD}\n`, "utf16le")]],
  ["nothing", []],
  ["a head without the amount", ["source,external_id,currency,at\n"]],
  ["a column that we do not know", [`${HEAD},secret\n`]],
  ["a quote that never ends", [`${HEAD}\n"till,1`]],
])("refuses %s as a whole, in words", async (_what, parts) => {
  const world = await attributionWorld();
  await expect(world.importConversions(bytes(...parts), { dryRun: false, partial: true })).rejects.toThrow(Invalid);
});

test("a long list is read as it comes", { timeout: 60_000 }, async () => {
  const world = await attributionWorld();
  const people = await Promise.all(Array.from({ length: 20 }, () => world.person()));
  const lines = Number(process.env["LINES"] ?? 4_000);
  async function* list() {
    yield Buffer.from(`\uFEFF${HEAD}\r\n`);
    for (let n = 0; n < lines; n++) {
      const { contactId } = people[n % people.length]!;
      yield Buffer.from(`shop,${n},order,${n % 100}.5,EUR,2026-02-01T10:00:00Z,${contactId},,\r\n`);
    }
  }
  expect(await world.importConversions(list(), ALL)).toMatchObject({ lines, added: lines, refused: 0, written: true });
  expect(await world.counts.verify()).toEqual([]);
});
