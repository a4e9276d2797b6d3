import fc from "fast-check";
import { expect, test } from "vitest";
import { fullBucket, refill, waitForToken } from "./bucket.ts";

/** Takes whatever the bucket gives at each moment; returns when each token was taken. */
function takeAll(rate: { count: number; perMs: number }, moments: readonly number[]): number[] {
  let bucket = fullBucket(rate, new Date(0));
  return moments.flatMap((ms) => {
    bucket = refill(bucket, rate, new Date(ms));
    const n = Math.floor(bucket.tokens);
    bucket = { ...bucket, tokens: bucket.tokens - n };
    return Array<number>(n).fill(ms);
  });
}

test("never gives more than the rate in any window", () => {
  const rates = fc.record({ count: fc.integer({ min: 10, max: 200 }), perMs: fc.integer({ min: 100, max: 60_000 }) });
  const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(rates, gaps, (rate, steps) => {
      let now = 0;
      const taken = takeAll(
        rate,
        steps.map((step) => (now += step)),
      );
      for (const from of taken) {
        expect(taken.filter((at) => at >= from && at < from + rate.perMs).length).toBeLessThanOrEqual(rate.count);
      }
    }),
  );
});

test("gives nine tenths of the rate or more over time", () => {
  const rate = { count: 30, perMs: 1_000 };
  const everyMs = Array.from({ length: 60_000 }, (_, ms) => ms);
  expect(takeAll(rate, everyMs).length).toBeGreaterThanOrEqual(60 * 30 * 0.9);
});

test("says how long until the next token", () => {
  const rate = { count: 30, perMs: 1_000 };
  expect(waitForToken({ tokens: 0, refilledAt: new Date(0) }, rate)).toBe(38);
  expect(waitForToken({ tokens: 2, refilledAt: new Date(0) }, rate)).toBe(0);
});
