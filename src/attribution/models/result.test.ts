import fc from "fast-check";
import { expect, test } from "vitest";
import { journeysOf } from "./journeys.ts";
import { MODELS, USUAL_OPTIONS } from "./models.ts";
import { seededRandom } from "./random.ts";
import { attribute } from "./result.ts";
import { overlap, tiesOf } from "./ties.ts";

const SHOP = [
  { path: ["poster"], conversions: 40, value: 400_01, nulls: 300 },
  { path: ["ad"], conversions: 8, value: 80_00, nulls: 90 },
  { path: ["poster", "newsletter"], conversions: 9, value: 100_01, nulls: 30 },
  { path: ["ad", "poster", "newsletter"], conversions: 7, value: 70_01, nulls: 20 },
  { path: ["flyer"], nulls: 25 },
  { path: [], conversions: 3, value: 9_99 },
];

test.each(MODELS)("%s: whole figures that sum exactly, inside their intervals, the same every time", (model) => {
  const options = { ...USUAL_OPTIONS, minSupport: 5 };
  const result = attribute(journeysOf(SHOP), model, { options });
  const sum = (of: "conversions" | "value") => result.credits.reduce((all, each) => all + each[of], 0);
  expect(Math.round(sum("conversions") * 1e6)).toBe(67_000_000);
  expect(sum("value")).toBe(660_02);
  for (const { conversions, low, high, value, valueLow, valueHigh } of result.credits) {
    expect(Number.isInteger(value)).toBe(true);
    expect(low).toBeLessThanOrEqual(conversions + 1e-6);
    expect(high).toBeGreaterThanOrEqual(conversions);
    expect(valueLow).toBeLessThanOrEqual(value);
    expect(valueHigh).toBeGreaterThanOrEqual(value);
  }
  expect(result.inputs).toMatchObject({ conversions: 67, value: 660_02, nulls: 465, unknown: 3, rows: 6 });
  expect(attribute(journeysOf(SHOP), model, { options })).toEqual(result);
  expect(JSON.parse(JSON.stringify(result))).toEqual(result); // ready to be stored
});

test("what never converted may still do so", () => {
  const { credits } = attribute(journeysOf(SHOP), "last");
  expect(credits.find(({ touch }) => touch === "flyer")).toMatchObject({ conversions: 0, low: 0, high: 3.689 });
});

test("the inputs' hash tells other journeys", () => {
  const hashes = [SHOP, SHOP.slice(1), SHOP.map((each) => ({ ...each, nulls: 1 }))].map(
    (list) => attribute(journeysOf(list), "first").inputs.hash,
  );
  expect(new Set(hashes).size).toBe(3);
});

test("refuses half cents and too few draws", () => {
  expect(() => attribute(journeysOf([{ path: ["a"], conversions: 1, value: 0.5 }]), "first")).toThrow(RangeError);
  expect(() => attribute(journeysOf(SHOP), "first", { draws: 100 })).toThrow("at least 500 draws");
});

test("a person with many journeys widens the interval", () => {
  const many = Array.from({ length: 200 }, (_, at) => ({
    path: ["a", "b"],
    conversions: 1,
    value: 100,
    person: `p${at}`,
  }));
  const few = many.map((each, at) => ({ ...each, person: `p${at % 8}` }));
  const width = (list: typeof many) => {
    const [credit] = attribute(journeysOf(list), "linear").credits;
    return credit!.high - credit!.low;
  };
  expect(width(many) / (2 * 1.96 * Math.sqrt(200) * 0.5)).toBeCloseTo(1, 0);
  expect(width(few) / width(many)).toBeGreaterThan(3); // 25 conversions come and go together
});

test("many people are drawn in groups with the same spread", () => {
  const random = seededRandom(5);
  const list = Array.from({ length: 9_000 }, (_, at) => ({
    path: [`door ${random.below(3)}`, `walk ${at % 900}`, `door ${random.below(3)}`].slice(random.below(2)),
    conversions: 1,
    value: 100,
  }));
  const journeys = journeysOf(list);
  expect(journeys.conversions.length).toBeGreaterThan(5_000);
  const { credits } = attribute(journeys, "first");
  expect(credits.filter(({ conversions }) => conversions > 500)).toHaveLength(3);
  for (const { conversions, low, high } of credits)
    if (conversions > 500) expect((high - low) / (2 * 1.96 * Math.sqrt(conversions))).toBeCloseTo(1, 0.6);
});

test("says who cannot be told apart, and how much more it takes", () => {
  const close = [
    { path: ["a"], conversions: 52, nulls: 500 },
    { path: ["b"], conversions: 48, nulls: 500 },
    { path: ["c"], conversions: 400, nulls: 500 },
  ];
  const { ties } = attribute(journeysOf(close), "first");
  expect(ties).toEqual([{ touches: ["a", "b"], moreJourneys: expect.any(Number) as number }]);
  // the difference 4 has the spread 10: (2.8 * 10 / 4)^2 = 49 times as many journeys
  expect(ties[0]!.moreJourneys! / (48 * 2_000)).toBeCloseTo(1, 0);
  const same = [
    { path: ["a"], conversions: 50 },
    { path: ["b"], conversions: 50 },
  ];
  expect(attribute(journeysOf(same), "first").ties).toEqual([{ touches: ["a", "b"], moreJourneys: null }]);
});

test("overlap is measured against the shorter interval", () => {
  expect(overlap({ low: 0, high: 10 }, { low: 4, high: 20 })).toBe(true);
  expect(overlap({ low: 0, high: 10 }, { low: 5, high: 20 })).toBe(false);
  expect(overlap({ low: 0, high: 0 }, { low: 0, high: 4 })).toBe(true);
});

test("every member of a tie overlaps with every other", () => {
  const figure = fc.record({
    estimate: fc.double({ min: 0, max: 50, noNaN: true }),
    half: fc.double({ min: 0, max: 9, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(figure, { maxLength: 12 }), (figures) => {
      const ranked = figures.map(({ estimate, half }, at) => ({
        ...{ name: String(at), estimate, low: estimate - half, high: estimate + half, draws: new Float64Array(3) },
      }));
      for (const { touches } of tiesOf(ranked, 100))
        for (const a of touches)
          for (const b of touches) expect(overlap(ranked[Number(a)]!, ranked[Number(b)]!)).toBe(true);
    }),
  );
});
