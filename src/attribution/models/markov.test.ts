import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Order } from "./chain.ts";
import { journeysOf, type Journey } from "./journeys.ts";
import { markov, markovChain } from "./markov.ts";
import { removalEffects } from "./removal.ts";
import { flowOf } from "./chain.ts";

function solved(list: Journey[], order: Order) {
  const journeys = journeysOf(list);
  const { effects, credits, converting, auc } = markov(journeys, markovChain(journeys, order));
  return {
    ...{ converting, auc },
    effects: Object.fromEntries(journeys.touches.map((touch, at) => [touch, effects[at]!])),
    conversions: [...credits.conversions],
    value: [...credits.value],
  };
}

/** The same by the definition: a dense matrix over named states, inverted by elimination, once for each removed touch. */
function independently(list: Journey[], order: Order) {
  const names: string[] = [];
  const numberOf = (state: string) => (names.includes(state) ? names.indexOf(state) : names.push(state) - 1);
  const steps: [from: number, to: number, weight: number][] = [];
  const add = (from: string, to: string, weight: number) =>
    weight > 0 && steps.push([numberOf(from), numberOf(to), weight]);
  for (const { path, conversions = 0, nulls = 0 } of list) {
    if (path.length === 0) continue;
    const states: string[] = [];
    for (let at = Math.min(order, path.length); at <= path.length; at++)
      states.push(JSON.stringify(path.slice(Math.max(0, at - order), at)));
    for (const [at, state] of states.entries()) add(states[at - 1] ?? "start", state, conversions + nulls);
    add(states.at(-1)!, "conversion", conversions);
    add(states.at(-1)!, "null", nulls);
  }
  const [start, conversion] = [numberOf("start"), numberOf("conversion")];
  numberOf("null");
  const total = names.map((_, state) =>
    steps.reduce((sum, [from, , weight]) => sum + (from === state ? weight : 0), 0),
  );
  const probability = (removed?: string) => {
    const isGone = names.map((name) => removed !== undefined && name.startsWith("[") && (JSON.parse(name) as string[]).includes(removed)); // prettier-ignore
    const matrix = names.map((_, i) => names.map((_, j) => Number(i === j)));
    const right = names.map((_, i) => Number(i === conversion));
    for (const [from, to, weight] of steps) if (!isGone[from]) matrix[from]![to]! -= weight / total[from]!;
    return eliminate(matrix, right)[start]!;
  };
  const all = probability();
  const touches = [...new Set(list.flatMap(({ path }) => path))];
  return { converting: all, effects: Object.fromEntries(touches.map((touch) => [touch, all === 0 ? 0 : 1 - probability(touch) / all])) }; // prettier-ignore
}

function eliminate(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column; row < n; row++)
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    [right[column], right[pivot]] = [right[pivot]!, right[column]!];
    for (let row = 0; row < n; row++) {
      const factor = matrix[row]![column]! / matrix[column]![column]!;
      if (row === column || factor === 0) continue;
      for (let k = column; k < n; k++) matrix[row]![k]! -= factor * matrix[column]![k]!;
      right[row]! -= factor * right[column]!;
    }
  }
  return right.map((value, row) => value / matrix[row]![row]!);
}

const orders = [1, 2, 3] as const;
const touch = fc.constantFrom("a", "b", "c", "d", "e");
const journey = fc.record({
  path: fc.array(touch, { maxLength: 7 }),
  conversions: fc.integer({ min: 0, max: 5 }),
  nulls: fc.integer({ min: 0, max: 5 }),
  value: fc.integer({ min: 0, max: 900 }),
});
const world = fc.array(journey, { minLength: 1, maxLength: 14 });

describe("by hand", () => {
  test("two paths without nulls: an effect is the share of journeys that meet the touch", () => {
    const { effects, converting } = solved(
      [
        { path: ["a", "b"], conversions: 1 },
        { path: ["a"], conversions: 1 },
      ],
      1,
    );
    expect(converting).toBeCloseTo(1, 12);
    expect(effects["a"]).toBeCloseTo(1, 12);
    expect(effects["b"]).toBeCloseTo(0.5, 12);
  });

  test("a chain with nulls", () => {
    // start > a 2/3, start > b 1/3; a > b 1/2, a > conversion 1/2; b > conversion 1/2, b > null 1/2
    const list = [
      { path: ["a"], conversions: 1, value: 10 },
      { path: ["a", "b"], conversions: 1, value: 20 },
      { path: ["b"], nulls: 1 },
    ];
    const { effects, converting, conversions, value } = solved(list, 1);
    expect(converting).toBeCloseTo(2 / 3, 12);
    expect(effects["a"]).toBeCloseTo(1 - 1 / 6 / (2 / 3), 12);
    expect(effects["b"]).toBeCloseTo(1 - 1 / 3 / (2 / 3), 12);
    expect(conversions).toEqual([expect.closeTo(1.2, 12), expect.closeTo(0.8, 12), 0]);
    expect(value).toEqual([expect.closeTo(18, 12), expect.closeTo(12, 12), 0]);
  });

  test("the AUC counts ties half", () => {
    const list = [
      { path: ["a"], conversions: 3, nulls: 1 },
      { path: ["b"], conversions: 1, nulls: 3 },
    ];
    expect(solved(list, 1).auc).toBeCloseTo((3 * (3 + 0.5) + 1 * 1.5) / 16, 12);
    expect(solved([{ path: ["a"], conversions: 3 }], 1).auc).toBeNull();
  });
});

test.each(orders)("order %i equals an independent dense solve", (order) => {
  fc.assert(
    fc.property(world, (list) => {
      const ours = solved(list, order);
      const other = independently(list, order);
      for (const [touch, effect] of Object.entries(other.effects)) expect(ours.effects[touch]).toBeCloseTo(effect, 9);
      if (list.some(({ path, conversions, nulls }) => path.length > 0 && conversions + nulls > 0))
        expect(ours.converting).toBeCloseTo(other.converting, 9);
    }),
    { numRuns: 150 },
  );
});

test.each(orders)("order %i: the chain converts as often as the journeys did", (order) => {
  fc.assert(
    fc.property(world, (list) => {
      const met = list.filter(({ path }) => path.length > 0);
      const conversions = met.reduce((sum, each) => sum + each.conversions, 0);
      const all = met.reduce((sum, each) => sum + each.conversions + each.nulls, 0);
      if (all > 0) expect(solved(list, order).converting).toBeCloseTo(conversions / all, 9);
    }),
  );
});

test("self-loops change no effect at order 1", () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 1, max: 4 }), (list, times) => {
      const stuttering = list.map((each) => ({
        ...each,
        path: each.path.flatMap((touch) => Array<string>(times).fill(touch)),
      }));
      const [plain, repeated] = [solved(list, 1).effects, solved(stuttering, 1).effects];
      for (const [touch, effect] of Object.entries(plain)) expect(repeated[touch]).toBeCloseTo(effect, 9);
    }),
  );
});

test("journeys that run in circles for long are solved as well", () => {
  const circle = Array.from({ length: 3_000 }, (_, at) => ["a", "b", "c"][at % 3]!);
  const list = [
    { path: circle, conversions: 1 },
    { path: ["a", "d", "b"], conversions: 2, nulls: 3 },
    { path: ["d"], nulls: 2, conversions: 1 },
  ];
  const other = independently(list, 1);
  for (const [touch, effect] of Object.entries(solved(list, 1).effects))
    expect(effect).toBeCloseTo(other.effects[touch]!, 8);
});

test("the error is never larger than its bound", () => {
  fc.assert(
    fc.property(world, fc.constantFrom(...orders), fc.constantFrom(0.3, 0.01, 1e-4), (list, order, tolerance) => {
      const journeys = journeysOf(list);
      const layout = markovChain(journeys, order);
      const flow = flowOf(layout.chain, journeys.conversions, journeys.nulls);
      const [rough, fine] = [removalEffects(layout, flow, tolerance), removalEffects(layout, flow, 1e-14)];
      for (const [at, effect] of fine.effects.entries())
        expect(Math.abs(rough.effects[at]! - effect)).toBeLessThanOrEqual(
          rough.errorBound * rough.effects[at]! + 1e-12,
        );
    }),
  );
});

test("more than one block of touches", () => {
  const names = Array.from({ length: 21 }, (_, at) => `touch ${at}`);
  const list = names.map((name, at) => ({
    path: [name, names[(at * 5 + 3) % 21]!, names[(at * 7 + 1) % 21]!, name],
    conversions: at % 4,
    nulls: (at * 3) % 5,
  }));
  for (const order of orders) {
    const other = independently(list, order);
    for (const [touch, effect] of Object.entries(solved(list, order).effects))
      expect(effect).toBeCloseTo(other.effects[touch]!, 10);
  }
});

test("refuses more touches than states can be numbered", () => {
  const list = Array.from({ length: 210_000 }, (_, at) => ({ path: [`t${at}`], conversions: 1 }));
  expect(() => markovChain(journeysOf(list), 3)).toThrow(/210000 different touches are too many/);
});
