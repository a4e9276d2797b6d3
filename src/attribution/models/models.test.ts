import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apportion } from "./apportion.ts";
import { journeysOf, type Journey } from "./journeys.ts";
import { MODELS, solve, USUAL_OPTIONS, type Model, type ModelOptions } from "./models.ts";

function credits(list: Journey[], model: Model, options: Partial<ModelOptions> = {}) {
  const journeys = journeysOf(list);
  const { conversions, value } = solve(journeys, model, { ...USUAL_OPTIONS, ...options }).credits;
  const names = [...journeys.touches, "unknown"];
  return {
    conversions: Object.fromEntries(names.map((name, at) => [name, conversions[at]!])),
    value: Object.fromEntries(names.map((name, at) => [name, value[at]!])),
  };
}

const near = (shares: Record<string, number>) =>
  Object.fromEntries(
    Object.entries({ unknown: 0, ...shares }).map(([name, share]) => [name, expect.closeTo(share, 9)]),
  );

describe("by hand", () => {
  const abc: Journey[] = [{ path: ["a", "b", "c", "d"], conversions: 10, value: 900 }];
  const cases: [string, Model, Journey[], Record<string, number>, Partial<ModelOptions>?][] = [
    ["first", "first", abc, { a: 10, b: 0, c: 0, d: 0 }],
    ["last", "last", abc, { a: 0, b: 0, c: 0, d: 10 }],
    ["linear", "linear", abc, { a: 2.5, b: 2.5, c: 2.5, d: 2.5 }],
    ["linear counts repeats", "linear", [{ path: ["a", "a", "b"], conversions: 9 }], { a: 6, b: 3 }],
    ["position", "position", abc, { a: 4, b: 1, c: 1, d: 4 }],
    ["position of two", "position", [{ path: ["a", "b"], conversions: 8 }], { a: 4, b: 4 }],
    ["position of three", "position", [{ path: ["a", "b", "c"], conversions: 10 }], { a: 4, b: 2, c: 4 }],
    ["position set", "position", abc, { a: 5, b: 1, c: 1, d: 3 }, { position: { first: 0.5, last: 0.3 } }],
    ["position set, of two", "position", [{ path: ["a", "b"], conversions: 8 }], { a: 6, b: 2 }, { position: { first: 0.6, last: 0.2 } }], // prettier-ignore
    ["position of nothing to the ends", "position", [{ path: ["a", "b"], conversions: 8 }], { a: 4, b: 4 }, { position: { first: 0, last: 0 } }], // prettier-ignore
    [
      "time decay",
      "time-decay",
      [{ path: ["a", "b", "c"], conversions: 7, daysBefore: [14, 7, 0] }],
      { a: 1, b: 2, c: 4 },
    ],
    [
      "time decay, long ago",
      "time-decay",
      [{ path: ["a", "b"], conversions: 3, daysBefore: [90_007, 90_000] }],
      { a: 1, b: 2 },
    ],
    [
      "time decay by position",
      "time-decay",
      [{ path: ["a", "b", "c"], conversions: 7 }],
      { a: 1, b: 2, c: 4 },
      { halfLifeDays: 1 },
    ],
    ["last non-direct", "last-non-direct", [{ path: ["a", "b", "Direct", "direct"], conversions: 2 }], { a: 0, b: 2, Direct: 0, direct: 0 }], // prettier-ignore
    [
      "only direct",
      "last-non-direct",
      [{ path: ["direct", "(direct)"], conversions: 2 }],
      { direct: 0, "(direct)": 2 },
    ],
    ["Shapley of sets", "shapley", [{ path: ["a", "b", "a", "c"], conversions: 9 }], { a: 3, b: 3, c: 3 }],
  ];
  test.each(cases)("%s", (_what, model, list, shares, options) => {
    expect(credits(list, model, options).conversions).toEqual(near(shares));
  });

  test("the value of a line is shared like its conversions", () => {
    expect(credits(abc, "position").value).toEqual(near({ a: 360, b: 90, c: 90, d: 360 }));
  });

  test("Shapley of rates, two players", () => {
    // v(a) = 2/10, v(b) = 1/10, v(ab) = 7/25
    const list = [
      { path: ["a"], conversions: 2, nulls: 8 },
      { path: ["b"], conversions: 1, nulls: 9 },
      { path: ["a", "b"], conversions: 4, nulls: 1 },
    ];
    const a = (0.2 + (0.28 - 0.1)) / 2;
    expect(credits(list, "shapley-rate", { minSupport: 1 }).conversions).toEqual(
      near({ a: a * 25, b: (0.28 - a) * 25 }),
    );
  });

  test("touches with few journeys play as one", () => {
    const list = [
      { path: ["a"], conversions: 20, nulls: 80 },
      { path: ["b", "c"], conversions: 1, nulls: 3 },
      { path: ["c"], conversions: 1, nulls: 1 },
    ];
    const { conversions } = credits(list, "shapley-rate", { minSupport: 10 });
    expect(conversions["c"]! / conversions["b"]!).toBeCloseTo(3, 9);
    expect(conversions["a"]! + conversions["b"]! + conversions["c"]!).toBeCloseTo(22, 9);
  });
});

const touch = fc.constantFrom("a", "b", "c", "direct", "e");
const journey = fc.record({
  path: fc.array(touch, { maxLength: 7 }),
  conversions: fc.integer({ min: 0, max: 5 }),
  nulls: fc.integer({ min: 0, max: 5 }),
  value: fc.integer({ min: 0, max: 900 }),
});
const world = fc.array(journey, { minLength: 1, maxLength: 14 });
/** Value with a touch but no conversion anywhere has no effect to follow. */
const isWhole = (list: Journey[]) => list.some(({ path, conversions = 0 }) => path.length > 0 && conversions > 0);
const sumOf = (shares: Record<string, number>) => Object.values(shares).reduce((sum, share) => sum + share, 0);

describe.each(MODELS)("%s", (model) => {
  test("credits sum to the conversions and to the value", () => {
    fc.assert(
      fc.property(world.filter(isWhole), (list) => {
        const given = credits(list, model, { minSupport: 5 });
        expect(sumOf(given.conversions)).toBeCloseTo(
          list.reduce((sum, each) => sum + each.conversions, 0),
          6,
        );
        expect(sumOf(given.value)).toBeCloseTo(
          list.reduce((sum, each) => sum + each.value, 0),
          6,
        );
      }),
    );
  });

  test("one touch gets everything, no touch is unknown, an unseen touch gets nothing", () => {
    const list = [
      { path: ["a"], conversions: 3, value: 30, nulls: 1 },
      { path: ["a", "a"], conversions: 1, value: 10 },
      { path: [], conversions: 2, value: 5 },
      { path: ["z"], conversions: 0, nulls: 0 },
    ];
    const given = credits(list, model, { minSupport: 0 });
    expect(given.conversions).toEqual({ a: expect.closeTo(4, 9), z: expect.closeTo(0, 9), unknown: 2 });
    expect(given.value).toEqual({ a: expect.closeTo(40, 9), z: expect.closeTo(0, 9), unknown: 5 });
  });

  test("nothing of nothing is nothing", () => {
    expect(credits([{ path: ["a"], nulls: 4 }], model).conversions).toEqual({ a: 0, unknown: 0 });
    expect(credits([], model).conversions).toEqual({ unknown: 0 });
  });
});

test("Shapley of sets equals the definition over all coalitions", () => {
  fc.assert(
    fc.property(world, (list) => {
      const players = [...new Set(list.flatMap(({ path }) => path))];
      const worth = (coalition: readonly string[]) =>
        list.reduce((sum, { path, conversions }) => sum + (path.length > 0 && path.every((each) => coalition.includes(each)) ? conversions : 0), 0); // prettier-ignore
      const given = credits(list, "shapley").conversions;
      for (const player of players) expect(given[player]).toBeCloseTo(shapleyValue(players, player, worth), 9);
    }),
    { numRuns: 40 },
  );
});

test("Shapley of rates equals the definition over all coalitions", () => {
  fc.assert(
    fc.property(world.filter(isWhole), (list) => {
      const players = [...new Set(list.flatMap(({ path }) => path))];
      const inside = (coalition: readonly string[]) =>
        list.filter(({ path }) => path.length > 0 && path.every((each) => coalition.includes(each)));
      const all = inside(players).reduce((sum, { conversions, nulls }) => sum + conversions + nulls, 0);
      const worth = (coalition: readonly string[]) => {
        const journeys = inside(coalition).reduce((sum, { conversions, nulls }) => sum + conversions + nulls, 0);
        return journeys === 0 ? 0 : inside(coalition).reduce((sum, { conversions }) => sum + conversions, 0) / journeys;
      };
      const given = credits(list, "shapley-rate", { minSupport: 0 }).conversions;
      for (const player of players) expect(given[player]).toBeCloseTo(shapleyValue(players, player, worth) * all, 9);
    }),
    { numRuns: 40 },
  );
});

function shapleyValue(players: string[], player: string, worth: (coalition: string[]) => number): number {
  const others = players.filter((each) => each !== player);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let sum = 0;
  for (let mask = 0; mask < 2 ** others.length; mask++) {
    const coalition = others.filter((_, at) => mask & (1 << at));
    const weight =
      (factorial(coalition.length) * factorial(others.length - coalition.length)) / factorial(players.length);
    sum += weight * (worth([...coalition, player]) - worth(coalition));
  }
  return sum;
}

test("sampled Shapley lies within its error of the exact one, and sums as exactly", () => {
  const names = Array.from({ length: 22 }, (_, at) => `t${at}`);
  const list = names.flatMap((name, at) => [
    { path: [name], conversions: 10 + at, nulls: 90 },
    { path: [name, names[(at + 7) % 22]!], conversions: 30, nulls: 70 + at },
  ]);
  const journeys = journeysOf(list);
  const { credits: given, notes } = solve(journeys, "shapley-rate", { ...USUAL_OPTIONS, minSupport: 1 });
  expect(given.conversions.reduce((sum, each) => sum + each, 0)).toBeCloseTo(list.reduce((sum, each) => sum + each.conversions, 0), 6); // prettier-ignore
  expect(notes.join()).toMatch(/sampled; with 95 % confidence no touch is further off than/);
  const again = solve(journeys, "shapley-rate", { ...USUAL_OPTIONS, minSupport: 1 });
  expect(again.credits).toEqual(given);
});

test("equal paths are one row, and rows may be told apart by time", () => {
  const twice = [
    { path: ["a", "b"], conversions: 1 },
    { path: ["a", "b"], conversions: 2, nulls: 1 },
  ];
  expect([...journeysOf(twice).conversions]).toEqual([3]);
  expect([...journeysOf(twice.map((each) => ({ ...each, daysBefore: [1, 0] }))).conversions]).toEqual([1, 2]);
  expect(() => journeysOf([{ path: ["a", "b"], daysBefore: [1] }])).toThrow(TypeError);
});

test("shares are whole and sum to the total", () => {
  expect(apportion([1, 1, 1], 100)).toEqual([34, 33, 33]);
  expect(apportion([0, 0], 5)).toEqual([0, 0]);
  expect(() => apportion([1], 0.5)).toThrow(RangeError);
  const parts = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(parts, fc.integer({ min: 0, max: 1e9 }), (parts, total) => {
      fc.pre(parts.some((part) => part > 1e-6));
      const shares = apportion(parts, total);
      const sum = parts.reduce((all, part) => all + part, 0);
      expect(shares.reduce((all, share) => all + share, 0)).toBe(total);
      for (const [at, share] of shares.entries())
        expect(Math.abs(share - (parts[at]! / sum) * total)).toBeLessThan(1.001);
    }),
  );
});

test("a million small parts lose nothing", () => {
  const list = Array.from({ length: 1_000 }, (_, at) => ({
    path: ["a", "b", "c", `walk ${at}`, "d", "e", `walk ${at}`],
    conversions: 1_001,
    value: 70_007,
  }));
  expect(Math.abs(credits(list, "linear").conversions["a"]! - 143_000)).toBeLessThan(1e-9);
  expect(Math.abs(credits(list, "linear").value["a"]! - 10_001_000)).toBeLessThan(1e-9);
});
