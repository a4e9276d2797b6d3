import { expect, test } from "vitest";
import type { EntryPointReport } from "../src/contract/api-attribution.ts";
import { widthOf } from "./columns.ts";
import { countInterval, findingOf, remarksOf } from "./finding.ts";
import { layTable } from "./table.ts";

type Row = EntryPointReport["rows"][number];

const gbp = (amount: number) => [{ currency: "GBP", amount }];
const credit = (conversions: number, revenue: number) => ({ conversions, revenue: gbp(revenue) });

function door(name: string, cost: number, first: number, last = first): Row {
  const entryPoint = { id: name, code: "K7mQ2xVb9c", name, medium: "poster", campaign: null, archivedAt: null };
  const counts = { hits: 30, people: 5, conversations: 4 };
  return {
    entryPoint,
    ...counts,
    cost: gbp(cost),
    first: credit(first, first * 1_000),
    last: credit(last, last * 1_000),
  };
}

function reportOf(...rows: Row[]): EntryPointReport {
  const stranger = {
    entryPoint: null,
    hits: 0,
    people: 1,
    conversations: 1,
    cost: [],
    first: credit(0, 0),
    last: credit(0, 0),
  };
  const totals = { hits: 60, people: 11, conversations: 9, cost: gbp(25_200), ...credit(9, 123_456) };
  return { from: null, to: null, rows: [...rows, stranger], totals };
}

const report = reportOf(door("店铺橱窗", 1_200, 8, 6), door("A poster with a very long name", 24_000, 1, 3));

test.each(["en", "zh"] as const)("all lines of the table are equally wide and fit a terminal (%s)", (language) => {
  const lines = layTable(report, "GBP", language);
  const width = widthOf(lines.at(-1)!);
  expect(width).toBeLessThanOrEqual(80);
  expect(lines.slice(1).map(widthOf)).toEqual(lines.slice(1).map(() => width));
});

test("numbers stand right-aligned below their headings", () => {
  expect(layTable(report, "GBP", "en").join("\n")).toBe(
    `
                                        by first touch     by last touch
                 hits  people  conv.  orders   revenue  orders   revenue    cost
────────────────────────────────────────────────────────────────────────────────
店铺橱窗           30       5      4       8     80.00       6     60.00   12.00
A poster with…     30       5      4       1     10.00       3     30.00  240.00
No known door       0       1      1       0      0.00       0      0.00    0.00
────────────────────────────────────────────────────────────────────────────────
All                60      11      9       9  1,234.56       9  1,234.56  252.00`.slice(1),
  );
});

test("an interval of a count is the exact one to a few per cent", () => {
  for (const [count, low, high] of [
    [0, 0, 3.69],
    [1, 0.025, 5.57],
    [4, 1.09, 10.24],
    [100, 81.4, 121.6],
  ] as const) {
    const [from, to] = countInterval(count);
    expect(Math.abs(from - low)).toBeLessThan(0.05);
    expect(Math.abs(to - high)).toBeLessThan(0.2);
  }
});

test("the finding names what can be told apart, and what cannot", () => {
  const apart = findingOf(
    reportOf(door("Window", 1_200, 4), door("Ad", 24_000, 5), door("Card", 4_500, 3)),
    "GBP",
    "en",
  );
  expect(apart).toContain("“Window” brings orders most cheaply: £3.00 each (£1.17 to £11.");
  expect(apart).toContain("That is less than Ad.");
  expect(apart).toContain("Against Card: too few to tell.");
  expect(apart).toContain("Attributed, not caused.");
  expect(findingOf(reportOf(door("Window", 1_200, 1), door("Ad", 24_000, 0)), "GBP", "en")).toContain("Too few orders");
  expect(findingOf(reportOf(door("Window", 0, 4), door("Ad", 24_000, 4)), "GBP", "zh")).toContain("暂无法判断");
});

test("the remarks explain credit that moves between touches, and people counted twice", () => {
  const [moved, twice] = remarksOf(report, "en");
  expect(moved).toContain("店铺橱窗 8 by first touch and 6 by last");
  expect(twice).toBeUndefined();
  const counted = { ...report, totals: { ...report.totals, people: 9 } };
  expect(remarksOf(counted, "en")[1]).toContain("2 more than there are");
});
