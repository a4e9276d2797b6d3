import fc from "fast-check";
import { expect, test } from "vitest";
import { barsOf } from "./series.ts";

const group = (key: string, ...days: [string, number][]) => ({
  ...{ key, name: key, total: 0 },
  days: days.map(([day, count]) => ({ day, count })),
});

test("each day has a bar, also one on which nobody said anything", () => {
  const bars = barsOf([group("a", ["2026-03-02", 3])], "2026-03-01T05:00:00Z", "2026-03-03T05:00:00Z");
  expect(bars).toMatchObject({ width: 1, days: ["2026-03-01", "2026-03-02", "2026-03-03"] });
  expect(bars.groups[0]!.values).toEqual([0, 3, 0]);
});

test("a long time is drawn by weeks", () => {
  const bars = barsOf(
    [group("a", ["2026-01-07", 1], ["2026-01-08", 1])],
    "2026-01-01T00:00:00Z",
    "2026-12-31T00:00:00Z",
  );
  expect(bars.width).toBe(7);
  expect(bars.groups[0]!.values.slice(0, 3)).toEqual([1, 1, 0]);
});

test("of many groups the small ones are put together", () => {
  const bars = barsOf("abcdefgh".split("").map((key) => group(key, ["2026-03-01", 1])), "2026-03-01T00:00:00Z", "2026-03-01T09:00:00Z"); // prettier-ignore
  expect(bars.groups.map(({ key, isRest, values }) => [key, isRest, values[0]]).slice(-2)).toEqual([
    ["e", false, 1],
    [null, true, 3],
  ]);
});

test("nothing is lost, wherever the zone puts a day", () => {
  const day = fc
    .integer({ min: -1, max: 400 })
    .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
  const counts = fc.array(fc.tuple(day, fc.integer({ min: 1, max: 9 })), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 9 }), (groups) => {
      const given = groups.map((days, at) => group(String(at), ...days));
      const bars = barsOf(given, "2026-01-01T10:00:00Z", "2027-02-04T10:00:00Z");
      const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);
      expect(sum(bars.groups.flatMap(({ values }) => values))).toBe(sum(groups.flat().map(([, count]) => count)));
    }),
  );
});
