import fc from "fast-check";
import { expect, test } from "vitest";
import { spreadOf, ticksOf } from "./scale.ts";

test("an axis begins at zero and ends at or above the highest value", () => {
  expect(ticksOf(7)).toEqual([0, 2, 4, 6, 8]);
  expect(ticksOf(0)).toEqual([0, 1]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (highest) => {
      const ticks = ticksOf(highest);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)!).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
});

test("of many places few are named, the ends among them", () => {
  expect(spreadOf(3, 6)).toEqual([0, 1, 2]);
  expect(spreadOf(91, 4)).toEqual([0, 30, 60, 90]);
});
