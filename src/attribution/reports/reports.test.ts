import fc from "fast-check";
import { expect, test } from "vitest";
import { countedWorld } from "../../../tests/support/counted.ts";
import { ExportQuery, ReportFilter } from "../../contract/api-reports.ts";
import { csvCell } from "./csv.ts";
import { concealed, LEAST } from "./figures.ts";
import { datesBetween } from "./funnel.ts";

const all = ReportFilter.parse({});

test("a day begins where the reports' time zone says, also where the clock is put forward", async () => {
  const world = await countedWorld();
  await world.reports.change({ timeZone: "Asia/Shanghai", weekStart: "monday" });
  await world.hit(0, new Date("2026-03-01T15:59:00Z")); // 23:59 on the first
  await world.hit(0, new Date("2026-03-01T16:00:00Z")); // 00:00 on the second
  await world.counts.keep();
  const days = async (timeZone?: string) =>
    (await world.reports.trend({ unit: "day", timeZone }, all)).rows.map(({ date, hits }) => [date, hits]);
  expect(await days()).toEqual([
    ["2026-03-01", 1],
    ["2026-03-02", 1],
  ]);
  expect(await days("UTC")).toEqual([["2026-03-01", 2]]);
  await world.reports.change({ timeZone: "America/Sao_Paulo", weekStart: "monday" });
  await world.hit(0, new Date("2018-11-04T02:59:00Z")); // the third, a minute before a midnight that is left out
  await world.hit(0, new Date("2018-11-04T03:00:00Z"));
  await world.counts.keep();
  expect((await days()).filter(([, hits]) => hits !== 0).slice(0, 2)).toEqual([
    ["2018-11-03", 1],
    ["2018-11-04", 1],
  ]);
  expect(await world.counts.verify()).toEqual([]);
});

test("an entry point's pulse is its last days, today the last of them, in the reports' zone", async () => {
  const world = await countedWorld();
  world.clock.at = new Date("2026-06-10T18:00:00Z"); // the eleventh in Shanghai
  for (const day of [1, 9, 10]) await world.hit(0, new Date(Date.UTC(2026, 5, day, 17)));
  await world.touch(await world.arrive(0, new Date("2026-06-10T15:00:00Z")), 1, new Date("2026-06-10T15:00:00Z"));
  await world.reports.change({ timeZone: "Asia/Shanghai", weekStart: "monday" });
  for (const merged of [false, true]) {
    if (merged) await world.counts.keep();
    const { dates, rows } = await world.reports.pulse(7);
    expect([dates[0], dates.at(-1)]).toEqual(["2026-06-05", "2026-06-11"]);
    const door = (at: number) => rows.find(({ entryPointId }) => entryPointId === world.doors[at]);
    expect(door(0)).toMatchObject({ hits: [0, 0, 0, 0, 0, 1, 1] });
    expect(door(1)).toMatchObject({ people: [0, 0, 0, 0, 0, 1, 0] });
    expect(door(2)).toBeUndefined();
  }
});

test.each([
  ["monday", "2026-02-23", "2026-03-02"],
  ["sunday", "2026-03-01", "2026-03-01"],
  ["saturday", "2026-02-28", "2026-02-28"],
] as const)("weeks that begin on %s", async (weekStart, sunday, monday) => {
  const world = await countedWorld();
  await world.hit(0, new Date("2026-03-01T12:00:00Z")); // a Sunday
  await world.hit(0, new Date("2026-03-02T12:00:00Z"));
  const { rows } = await world.reports.trend({ unit: "week", weekStart }, all);
  const dates = rows.flatMap(({ date, hits }) => Array.from({ length: hits }, () => date));
  expect(dates).toEqual([sunday, monday]);
});

test("a period that cuts through days counts what is in it, merged or not", async () => {
  const world = await countedWorld();
  for (const hour of [1, 5, 9, 30, 50, 55]) await world.hit(1, new Date(Date.UTC(2026, 2, 1, hour)));
  const period = ReportFilter.parse({ from: "2026-03-01T05:00:00Z", to: "2026-03-03T03:00:00+01:00" });
  for (const merged of [false, true]) {
    if (merged) await world.counts.keep();
    expect((await world.reports.funnel("entry-point", period)).totals?.hits).toBe(3);
  }
});

test("cohorts, delays and ways tell how people came to buy", async () => {
  const world = await countedWorld();
  const at = (day: number) => new Date(Date.UTC(2026, 0, day));
  const [ana, bo] = [await world.arrive(0, at(1)), await world.arrive(0, at(2))];
  for (const [door, day] of [
    [0, 3],
    [0, 4],
    [1, 5],
  ] as const)
    await world.touch(ana, door, at(day));
  await world.touch(bo, 2, at(6));
  const sale = {
    kind: "order",
    source: "till",
    externalId: "1",
    amount: 500,
    currency: "EUR",
    contactId: ana.contactId,
  };
  await world.conversions.record({ ...sale, at: at(40).toISOString() });
  const { rows } = await world.reports.cohorts({ unit: "month" }, all);
  expect(rows).toMatchObject([{ date: "2026-01-01", people: 2 }]);
  expect(rows[0]!.buyers.slice(0, 3).map(({ people }) => people)).toEqual([0, 1, 1]);
  expect(rows[0]!.buyers.at(-1)?.complete).toBe(false);
  expect(await world.reports.delays(all)).toMatchObject({ conversions: 1, unknown: 0, quantiles: { p50: 37 } });
  expect(await world.reports.paths("entry-point", 10, all)).toMatchObject({
    conversions: 1,
    paths: [{ steps: ["Door 0", "Door 1"], conversions: 1, net: [{ amount: 500, currency: "EUR" }] }],
    sankey: { links: [{ value: 1 }, { target: "conversion", value: 1 }] },
  });
  expect((await world.reports.paths("campaign", 10, all)).paths).toMatchObject([{ steps: ["spring"] }]); // both are of it
  const behind = await world.reports.people({ step: "ordered", limit: 10, by: "campaign", group: "spring" }, undefined);
  expect(behind.items).toMatchObject([
    {
      contactId: ana.contactId,
      steps: expect.arrayContaining(["ordered", "offline"]),
      conversations: [ana.conversationId],
    },
  ]);
  const sold = await world.reports.sales(
    { limit: 10, model: "last", by: "entry-point", group: world.doors[1]! },
    undefined,
  );
  expect(sold.items).toMatchObject([{ amount: 500, turn: "first" }]);
  const short = ReportFilter.parse({ windowDays: "36", model: "first" });
  const windowed = await world.reports.funnel("entry-point", short);
  expect(windowed.rows.find(({ sales }) => sales.conversions === 1)?.group?.name).toBe("Door 0"); // on the fourth
});

test("a spreadsheet runs no cell of an export", async () => {
  for (const evil of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
    expect(csvCell(evil).replaceAll('"', "")).toBe(`'${evil}`);
  expect([csvCell(-5), csvCell('say "hi", then'), csvCell(null), csvCell("plain")]).toEqual([
    "-5",
    '"say ""hi"", then"',
    "",
    "plain",
  ]);
  const world = await countedWorld();
  await world.db.query("UPDATE entry_point SET name = '=HYPERLINK(\"http://x\")'");
  await world.hit(0, new Date("2026-03-01T12:00:00Z"));
  for (const report of ["funnel", "trend", "cohorts", "delays", "paths"] as const) {
    const { bytes, name } = await world.reports.export(ExportQuery.parse({ report }));
    expect(name).toBe(`${report}.csv`);
    expect(Buffer.from(bytes).toString()).not.toMatch(/(^|[,\r\n"])=/);
  }
});

test("groups of fewer than five are never shown by themselves, nor to be found by subtraction", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 12 }), (sizes) => {
      const groups = new Map(sizes.map((size, i) => [i, size]));
      const hidden = concealed(groups);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (total < LEAST) return hidden === undefined;
      const together = [...hidden!].reduce((sum, i) => sum + sizes[i]!, 0);
      return sizes.every((size, i) => hidden!.has(i) || size >= LEAST) && (together === 0 || together >= LEAST);
    }),
  );
});

test("a shared report keeps its sums", async () => {
  const world = await countedWorld();
  for (let i = 0; i < 9; i++) {
    const person = await world.arrive(0, new Date("2026-03-01T12:00:00Z"));
    await world.touch(person, i < 7 ? 0 : 2, new Date("2026-03-01T13:00:00Z"));
  }
  const { rows, totals } = await world.reports.funnel("entry-point", ReportFilter.parse({ shared: "true" }));
  expect(rows.map(({ group, people }) => [group?.name, people])).toEqual([["fewer than five each", 9]]);
  expect(totals?.people).toBe(9);
});

test("dates go on over the end of a year and of summer time", () => {
  expect(datesBetween(["2025-12-30", "2026-01-01"], "day")).toHaveLength(3);
  expect(datesBetween(["2025-11-01", "2026-02-01"], "month")).toEqual([
    "2025-11-01",
    "2025-12-01",
    "2026-01-01",
    "2026-02-01",
  ]);
  expect(datesBetween(["2026-03-23", "2026-04-06"], "week")).toEqual(["2026-03-23", "2026-03-30", "2026-04-06"]);
});
