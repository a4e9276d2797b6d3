import { expect, test } from "vitest";
import { fewOf, floorOf, pointAt } from "./curve.ts";

const CURVE = [
  { threshold: 0.9, precision: 1, coverage: 0.2 },
  { threshold: 0.7, precision: 0.97, coverage: 0.5 },
  { threshold: 0.4, precision: 0.82, coverage: 0.9 },
];

test.each([
  [0.7, 0.5],
  [0.6, 0.5],
  [0.4, 0.9],
  [0.1, 0.9],
])("a threshold of %d covers %d", (threshold, coverage) => {
  expect(pointAt(CURVE, threshold)?.coverage).toBe(coverage);
});

test("a threshold that nothing reaches has no point", () => {
  expect(pointAt(CURVE, 0.95)).toBeUndefined();
  expect(pointAt([], 0)).toBeUndefined();
});

test("the axis begins below what is lowest, the target too, and never below nothing", () => {
  expect(floorOf(CURVE, 0.95)).toBe(0.8);
  expect(floorOf([], 0.9)).toBe(0.8);
  expect(floorOf([{ threshold: 0, precision: 0, coverage: 1 }], 0.9)).toBe(0);
});

test("a long curve is read in few rows, from the first to the last", () => {
  const long = Array.from({ length: 60 }, (_, at) => ({ threshold: 1 - at / 60, precision: 1, coverage: at / 60 }));
  const few = fewOf(long, 12);
  expect([few.length, few[0], few.at(-1)]).toEqual([12, long[0], long[59]]);
  expect(fewOf(CURVE, 12)).toEqual(CURVE);
});
