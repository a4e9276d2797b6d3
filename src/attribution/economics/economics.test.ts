import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { delayCurve, delayShape, judgeCohorts } from "./delay.ts";
import { holdoutLift, student95, switchbackLift } from "./lift.ts";
import { pooledPrior } from "./prior.ts";
import { differenceInterval, sampleSizePerGroup, wilson } from "./proportions.ts";
import { ATTRIBUTED, paybackDays, unitCosts } from "./unit-costs.ts";

describe("proportions", () => {
  test.each([
    [10, 100, 0.05522914, 0.17436566],
    [0, 10, 0, 0.2775328],
    [10, 10, 0.7224672, 1],
    [1, 1, 0.2065493, 1],
    [0, 0, 0, 1],
  ])("Wilson of %i in %i", (events, count, low, high) => {
    expect(wilson({ events, count })).toEqual({ low: expect.closeTo(low, 6), high: expect.closeTo(high, 6) });
  });

  test("Newcombe's own example: 56 of 70 against 48 of 80", () => {
    const { low, high } = differenceInterval({ events: 56, count: 70 }, { events: 48, count: 80 });
    expect([low, high]).toEqual([expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)]);
  });

  test("how many are needed: thousands, at rates of a few percent", () => {
    expect(sampleSizePerGroup(0.02, 0.03)).toBe(3_826);
    expect(sampleSizePerGroup(0.5, 0.6)).toBe(388);
    expect(sampleSizePerGroup(0.1, 0.1)).toBe(Infinity);
  });

  test("refuses what is no rate", () => {
    expect(() => wilson({ events: 3, count: 2 })).toThrow("3 of 2 is no rate");
    expect(() => sampleSizePerGroup(1.2, 0.1)).toThrow(RangeError);
  });

  test("an interval holds its rate, and narrows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 300 }), (events, more) => {
        const count = events + more;
        const { low, high } = wilson({ events, count });
        expect(low).toBeLessThanOrEqual(events / count);
        expect(high).toBeGreaterThanOrEqual(events / count);
        const wide = high - low;
        const tenfold = wilson({ events: events * 10, count: count * 10 });
        expect(tenfold.high - tenfold.low).toBeLessThan(wide);
      }),
    );
  });
});

describe("unit costs", () => {
  const account = {
    cost: 900_00,
    customers: 45,
    revenue: 5_000_00,
    marginShare: 0.4,
    refunded: 500_00,
    rewards: 100_00,
  };

  test("by hand", () => {
    expect(unitCosts(account)).toEqual({
      label: ATTRIBUTED,
      cac: 1_000_00 / 45,
      roas: 4.5,
      marginRoas: expect.closeTo(1.8, 12) as number,
      margin: 1_700_00,
      profit: 800_00,
    });
    expect(unitCosts({ ...account, cost: 0, rewards: 0, customers: 0 })).toMatchObject({ cac: null, roas: null });
    expect(() => unitCosts({ ...account, cost: -1 })).toThrow("cost cannot be -1");
    expect(() => unitCosts({ ...account, marginShare: 40 })).toThrow(RangeError);
  });

  test("payback falls between the days that reach it", () => {
    const margins = [
      { day: 30, margin: 40 },
      { day: 10, margin: 30 },
      { day: 60, margin: 100 },
    ];
    expect(paybackDays(50, margins)).toBe(20);
    expect(paybackDays(0, margins)).toBe(0);
    expect(paybackDays(171, margins)).toBeNull();
  });
});

describe("delay", () => {
  test("Kaplan-Meier by hand: the censored count while they are watched", () => {
    const waits = [
      { days: 1, converted: true },
      { days: 2, converted: false },
      { days: 3, converted: true },
      { days: 3, converted: true },
      { days: 5, converted: false },
    ];
    const curve = delayCurve(waits);
    expect(curve.map(({ days, converted, atRisk }) => [days, converted, atRisk])).toEqual([
      [1, expect.closeTo(0.2, 12), 5],
      [3, expect.closeTo(1 - 0.8 / 3, 12), 3],
    ]);
    for (const { low, converted, high } of curve) expect(low <= converted && converted <= high).toBe(true);
    expect(curve[0]).toMatchObject({
      low: expect.closeTo(0.0308, 3) as number,
      high: expect.closeTo(0.7962, 3) as number,
    }); // 1 - (0.9692, 0.2038)
    const shape = delayShape(curve);
    expect(shape.medianDays).toBe(3);
    expect(shape.shareBy(2)).toBeCloseTo(0.2 / (1 - 0.8 / 3), 12);
  });

  test("young cohorts are not judged", () => {
    const shape = delayShape(delayCurve([1, 2, 3, 4].map((days) => ({ days, converted: true }))));
    const [young, ripe] = judgeCohorts([{ ageDays: 1, people: 100, conversions: 5 }, { ageDays: 9, people: 100, conversions: 20 }], shape); // prettier-ignore
    expect(young).toMatchObject({ isRipe: false, ripePeople: 25 });
    expect(ripe).toMatchObject({ isRipe: true, ripePeople: 100 });
    const nothing = delayShape(delayCurve([{ days: 4, converted: false }]));
    expect(judgeCohorts([{ ageDays: 50, people: 9, conversions: 0 }], nothing)[0]).toMatchObject({
      isRipe: false,
      ripePeople: 0,
    });
  });

  test("without censoring, it is the plain share", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }), (days) => {
        for (const point of delayCurve(days.map((each) => ({ days: each, converted: true }))))
          expect(point.converted).toBeCloseTo(days.filter((each) => each <= point.days).length / days.length, 9);
      }),
    );
  });
});

describe("lift", () => {
  test("a holdout", () => {
    const lift = holdoutLift({ events: 56, count: 70 }, { events: 48, count: 80 });
    expect(lift).toMatchObject({ label: "caused, by a control group", isTold: true });
    expect(lift.lift).toBeCloseTo(0.2, 12);
    expect(lift.extra).toBeCloseTo(14, 9);
    expect(lift.extraLow).toBeCloseTo(0.0524 * 70, 2);
    expect(holdoutLift({ events: 5, count: 50 }, { events: 5, count: 50 })).toMatchObject({
      isTold: false,
      peopleNeeded: null,
    });
    expect(() => holdoutLift({ events: 0, count: 0 }, { events: 1, count: 2 })).toThrow("people on both sides");
  });

  test("a switchback", () => {
    const lift = switchbackLift([
      { on: 12, off: 8 },
      { on: 15, off: 9 },
      { on: 11, off: 9 },
      { on: 14, off: 10 },
    ]);
    const half = (3.18245 * Math.sqrt(8 / 3)) / 2;
    expect(lift).toMatchObject({ lift: 4, extra: 16, isTold: true });
    expect([lift.low, lift.high]).toEqual([expect.closeTo(4 - half, 6), expect.closeTo(4 + half, 6)]);
    expect(() => switchbackLift([{ on: 1, off: 0 }])).toThrow("at least three pairs");
  });

  test.each([
    [1, 12.7062],
    [11, 2.20099],
    [20, 2.08596],
    [30, 2.04227],
    [120, 1.97993],
  ])("Student's t with %i degrees of freedom", (freedom, t) => {
    expect(student95(freedom)).toBeCloseTo(t, 3);
  });
});

describe("the pooled prior", () => {
  test("entries that are alike make it strong, ones that differ weak", () => {
    const alike = pooledPrior([50, 51, 49, 52].map((events) => ({ events, count: 1_000 })));
    const differ = pooledPrior([5, 150, 20, 400].map((events) => ({ events, count: 1_000 })));
    expect(alike.a / (alike.a + alike.b)).toBeCloseTo(0.0505, 3);
    expect(alike.a + alike.b).toBe(10_000);
    expect(differ.a + differ.b).toBeLessThan(20);
  });

  test("nothing seen is a weak prior, and never of 0 or 1", () => {
    expect(pooledPrior([])).toEqual({ a: 1, b: 1 });
    const { a, b } = pooledPrior([{ events: 0, count: 40 }]);
    expect(a).toBeGreaterThan(0);
    expect(a + b).toBe(2);
  });
});
