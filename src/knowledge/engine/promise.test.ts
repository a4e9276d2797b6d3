import fc from "fast-check";
import { expect, test } from "vitest";
import { isSurely, lowerBound, upperBound } from "./interval.ts";
import { barFor, curveOf, isUnlocked, measure, type Tested } from "./promise.ts";

const share = { target: 0.95, foreignShare: 0.2 };
const right = (probability: number): Tested => ({ probability, right: true, foreign: false });
const wrong = (probability: number): Tested => ({ probability, right: false, foreign: false });
const foreign = (probability: number): Tested => ({ probability, right: false, foreign: true });
const times = (count: number, make: (at: number) => Tested) => Array.from({ length: count }, (_, at) => make(at));

test.each([
  // Clopper-Pearson by its closed forms: all right is 0.05^(1/n), and tables.
  [10, 10, 0.7411],
  [59, 59, 0.9505],
  [95, 100, 0.8977],
  [0, 10, 0],
])("%i right of %i have a lower bound of %f", (good, total, bound) => {
  expect(lowerBound(good, total)).toBeCloseTo(bound, 3);
});

test("an upper bound is a lower bound of the opposite", () => {
  expect(upperBound(3, 40)).toBeCloseTo(1 - lowerBound(37, 40), 6);
  expect(upperBound(40, 40)).toBe(1);
});

test("asking whether a bound holds agrees with the bound", () => {
  const counts = fc.integer({ min: 1, max: 300 }).chain((total) => fc.tuple(fc.nat(total), fc.constant(total)));
  fc.assert(
    fc.property(counts, fc.double({ min: 0.5, max: 0.99, noNaN: true }), ([good, total], target) => {
      const bound = lowerBound(good, total);
      fc.pre(Math.abs(bound - target) > 1e-6);
      expect(isSurely(target, good, total)).toBe(bound >= target);
    }),
  );
});

test("takes the lowest threshold that keeps the promise", () => {
  const tested = [...times(400, (at) => right(0.5 + at / 1_000)), ...times(100, (at) => wrong(0.3 + at / 1_000))];
  const { threshold, mode, precision } = barFor(tested, { ...share, foreignShare: 0.01 });
  expect(mode).toBe("auto");
  expect(threshold).toBeGreaterThan(0.38);
  expect(threshold).toBeLessThan(0.5);
  expect(precision).toBeGreaterThan(0.95);
});

test("a larger share of foreign questions raises the threshold", () => {
  const tested = [...times(500, (at) => right(at / 500)), ...times(500, (at) => foreign(at / 1_000))];
  const at = (foreignShare: number) => barFor(tested, { target: 0.95, foreignShare }).threshold;
  expect(at(0.05)).toBeLessThan(at(0.2));
  expect(at(0.2)).toBeLessThan(at(0.5));
});

test("with too little evidence an agent confirms", () => {
  expect(barFor(times(40, right), share)).toMatchObject({ mode: "suggest", precision: 1 });
  expect(barFor([], share)).toMatchObject({ mode: "suggest", threshold: 1.01 });
  expect(
    barFor(
      times(100, () => wrong(0.9)),
      share,
    ),
  ).toMatchObject({ mode: "suggest", threshold: 1.01 });
});

const anyTested = fc.array(
  fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean(), foreign: fc.boolean() }),
  { maxLength: 120 },
);

test("coverage falls as the threshold rises, and a stricter promise never answers more", () => {
  fc.assert(
    fc.property(anyTested, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (tested, foreignShare) => {
      const curve = curveOf(tested, foreignShare);
      for (const [at, point] of curve.entries()) {
        if (at === 0) continue;
        expect(point.threshold).toBeLessThan(curve[at - 1]!.threshold);
        expect(point.coverage).toBeGreaterThanOrEqual(curve[at - 1]!.coverage);
      }
      const [lenient, strict] = [0.6, 0.9].map((target) => barFor(tested, { target, foreignShare }));
      if (lenient!.mode === strict!.mode) expect(strict!.threshold).toBeGreaterThanOrEqual(lenient!.threshold);
    }),
  );
});

test("the threshold rises when the promise is surely broken, and only then", () => {
  const good = Array.from({ length: 100 }, () => ({ probability: 0.97, right: true }));
  const bad = Array.from({ length: 40 }, (_, at) => ({ probability: 0.8, right: at % 2 === 0 }));
  expect(measure([...good, ...bad], 0.75, 0.95)).toMatchObject({ isBroken: true, threshold: 0.97 });
  expect(measure([...good, ...bad.slice(0, 8)], 0.75, 0.95)).toMatchObject({ isBroken: false, threshold: 0.75 });
  expect(measure(bad, 0.75, 0.95).threshold).toBeGreaterThan(1); // nothing kept it: no more answers by itself
  expect(measure([], 0.75, 0.95)).toMatchObject({ answers: 0, isBroken: false, lower: 0, upper: 1 });
});

test("an article answers by itself after enough confirmations", () => {
  expect(isUnlocked({ right: 58, shown: 58 }, 0.95)).toBe(false);
  expect(isUnlocked({ right: 59, shown: 59 }, 0.95)).toBe(true);
  expect(isUnlocked({ right: 59, shown: 61 }, 0.95)).toBe(false);
});
