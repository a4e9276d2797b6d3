import fc from "fast-check";
import { expect, test } from "vitest";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { createLimiter, networkOf } from "./limiter.ts";

test("gives so many at once, and one more whenever its share of the time is over", () => {
  const clock = manualClock();
  const limiter = createLimiter({ count: 3, perMs: 3_000, clock });
  expect([1, 2, 3, 4].map(() => limiter.take("a"))).toEqual([0, 0, 0, 1_000]);
  expect(limiter.take("b")).toBe(0);
  clock.pass(1_000);
  expect([limiter.waitMs("a"), limiter.take("a"), limiter.waitMs("a")]).toEqual([0, 0, 1_000]);
});

test("never gives more than count in a burst plus the refill, in any window", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 300 }), (pauses) => {
      const clock = manualClock();
      const limiter = createLimiter({ count: 5, perMs: 1_000, clock });
      const given: number[] = [];
      for (const pause of pauses) {
        clock.pass(pause);
        if (limiter.take("a") === 0) given.push(clock.monotonicMs());
      }
      for (const [i, first] of given.entries()) {
        const inWindow = given.slice(i).filter((at) => at < first + 1_000).length;
        expect(inWindow).toBeLessThanOrEqual(10);
      }
    }),
  );
});

test("remembers 10,000 addresses and forgets the silent ones first", () => {
  const limiter = createLimiter({ count: 1, perMs: 1e9, clock: manualClock() });
  limiter.take("first");
  limiter.take("second");
  for (let i = 0; i < 9_998; i++) limiter.take(`10.0.${i >> 8}.${i & 255}`);
  expect(limiter.take("first")).toBeGreaterThan(0);
  limiter.take("one more");
  expect(limiter.waitMs("first")).toBeGreaterThan(0);
  expect(limiter.waitMs("second")).toBe(0);
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["unknown", "unknown"],
])("%s counts as %s", (address, network) => expect(networkOf(address)).toBe(network));
