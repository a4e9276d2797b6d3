import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../models/random.ts";
import { planSpend, USUAL_RULES, type Arm } from "./plan.ts";
import { scoreAdvice } from "./score-advice.ts";

const arm = (id: string, conversations: number, conversions: number, more: Partial<Arm> = {}): Arm => ({
  ...{ id, conversations, conversions, margin: conversions * 100, marginSquares: conversions * 20_000 },
  ...{ spend: conversations * 5, budget: 1_000, ...more },
});

test("scales what earns, stops what does not, and waits for what is young", () => {
  const { arms, notes, label, saw } = planSpend([arm("good", 2_000, 200), arm("bad", 2_000, 40), arm("new", 30, 3)]);
  expect(label).toBe("attributed, not caused");
  expect(arms.map(({ id, action }) => [id, action])).toEqual([["good", "scale"], ["bad", "stop"], ["new", "wait"]]); // prettier-ignore
  expect(arms[1]!.budget).toBe(0);
  expect(arms[0]!.budget).toBe(1_300);
  expect(arms[2]).toMatchObject({ moreConversations: 70 });
  expect(notes).toContain("1 of 3 have too few conversations to be stopped or scaled.");
  expect(notes.join()).toMatch(/400 of the budget finds no place/);
  expect(saw[0]).toEqual(arm("good", 2_000, 200));
});

test("ten conversations are never enough to act on", () => {
  const { arms } = planSpend([arm("a", 10, 9), arm("b", 10, 0)]);
  expect(arms.map(({ action }) => action)).toEqual(["wait", "wait"]);
  expect(arms[1]!.rate).toMatchObject({ mean: 0, low: 0, high: expect.closeTo(0.2775, 4) as number });
});

test("the same seed gives the same advice; it can be stored", () => {
  const arms = [arm("a", 500, 30), arm("b", 500, 35)];
  expect(planSpend(arms)).toEqual(planSpend(arms));
  expect(planSpend(arms, { ...USUAL_RULES, seed: 2 }).arms).not.toEqual(planSpend(arms).arms);
  expect(JSON.parse(JSON.stringify(planSpend(arms)))).toEqual(planSpend(arms));
});

test("budgets stay whole, within the caps, and sum to no more than there was", () => {
  const some = fc.record({
    conversations: fc.integer({ min: 0, max: 3_000 }),
    rate: fc.double({ min: 0, max: 1, noNaN: true }),
    budget: fc.integer({ min: 0, max: 100_000 }),
  });
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 7 }), (list) => {
      const arms = list.map(({ conversations, rate, budget }, at) =>
        arm(`a${at}`, conversations, Math.floor(conversations * rate), { budget }),
      );
      const total = arms.reduce((sum, { budget }) => sum + budget, 0);
      const advice = planSpend(arms, { ...USUAL_RULES, draws: 200 });
      const given = advice.arms.reduce((sum, { budget }) => sum + budget, 0);
      expect(given).toBeLessThanOrEqual(total);
      const explored = total * USUAL_RULES.explorationShare;
      for (const [at, { budget, action }] of advice.arms.entries()) {
        expect(Number.isInteger(budget)).toBe(true);
        expect(budget).toBeLessThanOrEqual(Math.max(arms[at]!.budget * 1.3, explored));
        expect(budget).toBeGreaterThanOrEqual(action === "stop" ? 0 : Math.floor(arms[at]!.budget * 0.7));
      }
      if (advice.arms.every(({ action }) => action !== "stop")) expect(given).toBe(total);
    }),
    { numRuns: 60 },
  );
});

test("refuses nonsense", () => {
  expect(() => planSpend([])).toThrow("no entry point");
  expect(() => planSpend([arm("a", -1, 0)])).toThrow("conversations of a cannot be -1");
  expect(() => planSpend([arm("a", 1, 0)], { ...USUAL_RULES, mostChange: 3 })).toThrow(
    "mostChange lies between 0 and 1",
  );
});

describe("scoring", () => {
  test("by what came", () => {
    const advice = planSpend([arm("good", 2_000, 200), arm("bad", 2_000, 40), arm("new", 30, 3)]);
    const score = scoreAdvice(advice, [
      { id: "good", margin: 2_050, spend: 1_000 },
      { id: "bad", margin: 3_000, spend: 1_000 },
      { id: "new", margin: 0, spend: 0 },
    ]);
    expect(score.arms).toEqual([
      { id: "good", action: "scale", returned: 2.05, isWithin: true, wasRight: true },
      { id: "bad", action: "stop", returned: 3, isWithin: false, wasRight: false },
      { id: "new", action: "wait", returned: null, isWithin: null, wasRight: null },
    ]);
    expect(score).toMatchObject({ within: 0.5, right: 0.5, brier: expect.closeTo(0.5, 2) as number });
    expect(scoreAdvice(advice, [])).toEqual({ arms: [], within: null, right: null, brier: null });
  });

  test("over simulated seasons, the planner beats an even split", () => {
    const random = seededRandom(11);
    const rates = [0.02, 0.04, 0.06, 0.1];
    let arms = rates.map((_, at) => arm(String(at), 0, 0, { margin: 0, marginSquares: 0, spend: 0 }));
    let [planned, even] = [0, 0];
    for (let week = 0; week < 20; week++) {
      arms = arms.map((each, at) => {
        const conversations = Math.floor(each.budget / 5);
        const conversions = Array.from({ length: conversations }).filter(() => random.uniform() < rates[at]!).length;
        planned += conversions;
        even += (4_000 / 4 / 5) * rates[at]!;
        return {
          ...each,
          ...{ conversations: each.conversations + conversations, conversions: each.conversions + conversions },
          ...{ margin: each.margin + conversions * 100, marginSquares: each.marginSquares + conversions * 20_000 },
          spend: each.spend + each.budget,
        };
      });
      const budgets = planSpend(arms, { ...USUAL_RULES, draws: 500, seed: week }).arms;
      arms = arms.map((each, at) => ({ ...each, budget: budgets[at]!.budget }));
    }
    expect(planned / even).toBeGreaterThan(1.1);
  });
});
