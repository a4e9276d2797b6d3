import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf, findingOf, shareOf } from "./estimates.ts";

test("a share lies in its interval, which lies between none and all", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
      const { share, low, high } = shareOf(Math.min(a, b), Math.max(a, b));
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      if (Math.max(a, b) > 0) expect(low <= share + 1e-9 && share <= high + 1e-9).toBe(true);
    }),
  );
  expect(shareOf(8, 20)).toMatchObject({ share: 0.4, low: expect.closeTo(0.219, 3), high: expect.closeTo(0.613, 3) });
});

const row = (name: string, people: number, ordered: number) => ({ name, people, ordered });

test.each([
  ["nobody came", [row("a", 0, 0)], { type: "nobody" }],
  ["all are small", [row("a", 29, 10), row("b", 3, 3)], { type: "few", most: 29 }],
  ["one is large enough", [row("a", 30, 10), row("b", 3, 3)], { type: "alone", best: { name: "a" } }],
  ["one leads", [row("a", 200, 20), row("b", 200, 100)], { type: "best", best: { name: "b" }, next: { name: "a" } }],
  ["two are level", [row("a", 50, 20), row("b", 50, 22), row("c", 300, 1)], { type: "tie", names: ["b", "a"] }],
])("says what can be said where %s", (_where, rows, finding) => {
  expect(findingOf(rows)).toMatchObject(finding);
});

test("what a customer cost has an interval that shrinks with their number", () => {
  expect(costOf(1_000, 0)).toBeUndefined();
  expect(costOf(1_000, 10)).toMatchObject({ each: 100, low: expect.closeTo(54.4, 0), high: expect.closeTo(208.5, 0) });
  const few = costOf(1_000, 10)!;
  const many = costOf(100_000, 1_000)!;
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 5);
});
