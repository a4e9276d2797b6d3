import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_RULES, ruleFaults, rulesWith } from "./stage-rules.ts";
import { isPurchase, LADDER, movesOf, rankOf, stageAfter, type Happening, type Stage } from "./stages.ts";

test.each([
  [{ kind: "order", amount: 0 }, true],
  [{ kind: "booking", amount: 100 }, true],
  [{ kind: "sign-up", amount: 0 }, false],
])("%j is a purchase: %s", (conversion, purchase) => {
  expect(isPurchase(conversion)).toBe(purchase);
});

const at = new Date("2026-03-01T10:00:00Z");
const happened = (trigger: Happening["trigger"], ms = 0): Happening => ({
  trigger,
  cause: trigger,
  at: new Date(at.getTime() + ms),
});
const moves = (stage: Stage, triggers: Happening["trigger"][], before: Stage | null = null) =>
  movesOf(
    { stage, before },
    triggers.map((each, i) => happened(each, i)),
    DEFAULT_RULES,
  ).map(({ from, to }) => `${from} > ${to}`);

test.each<[Stage, Happening["trigger"][], string[], Stage | null]>([
  ["visitor", ["message"], ["visitor > contact"], null],
  [
    "visitor",
    ["message", "price-asked", "contact-given"],
    ["visitor > contact", "contact > lead", "lead > opportunity"],
    null,
  ],
  ["visitor", ["order", "message"], ["visitor > customer"], null],
  ["customer", ["message", "price-asked"], [], null],
  ["contact", ["recommended"], ["contact > advocate"], null],
  ["lead", ["silent"], ["lead > lapsed"], null],
  ["visitor", ["silent"], [], null],
  ["lapsed", ["message"], ["lapsed > repeat"], "repeat"],
  ["lapsed", ["order"], ["lapsed > lead", "lead > customer"], "lead"],
  ["lapsed", ["recommended"], [], "lead"],
  ["customer", ["silent", "message"], ["customer > lapsed", "lapsed > customer"], null],
])("a %s: %j", (stage, triggers, expected, before) => expect(moves(stage, triggers, before)).toEqual(expected));

const trigger = fc.constantFrom(...DEFAULT_RULES.map((rule) => rule.trigger));

test("nobody goes down the ladder but to lapsed and back, and the history alone tells where they are", () => {
  fc.assert(
    fc.property(fc.array(trigger, { maxLength: 20 }), (triggers) => {
      const made = movesOf(
        { stage: "visitor", before: null },
        triggers.map((each, i) => happened(each, i)),
        DEFAULT_RULES,
      );
      let highest: Stage = "visitor";
      for (const { to } of made) {
        if (to === "lapsed") continue;
        expect(rankOf(to)).toBeGreaterThanOrEqual(rankOf(highest));
        highest = to;
      }
      expect(stageAfter(made, "visitor").stage).toBe(made.at(-1)?.to ?? "visitor");
    }),
  );
});

test("two people's histories in one lead to the higher of the two", () => {
  const step = fc.constantFrom(...LADDER.slice(1, 7));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), fc.array(step, { minLength: 1 }), (one, other) => {
      const line = (to: Stage) => ({ to, trigger: "message" });
      const rank = (history: Stage[]) => rankOf(stageAfter(history.map(line), "visitor").stage);
      expect(rank([...one, ...other])).toBe(Math.max(rank(one), rank(other)));
    }),
  );
});

test("what a person of ours decided stands, up or down", () => {
  expect(
    stageAfter(
      [
        { to: "customer", trigger: "order" },
        { to: "lead", trigger: null },
      ],
      "visitor",
    ).stage,
  ).toBe("lead");
});

test("a row takes the place of the rule with its id, and others are added in their order", () => {
  const [first] = DEFAULT_RULES;
  const off = { ...first!, enabled: false };
  const own = { ...first!, id: "0190a000-0000-7000-8000-000000000001", position: 15, to: "lead" as const };
  const rules = rulesWith([own, off]);
  expect(rules).toHaveLength(DEFAULT_RULES.length + 1);
  expect(rules.slice(0, 2)).toMatchObject([
    { enabled: false, isDefault: true },
    { id: own.id, isDefault: false },
  ]);
  expect(movesOf({ stage: "visitor", before: null }, [happened("message")], rules)).toMatchObject([
    { to: "lead", ruleId: own.id },
  ]);
});

const [base] = DEFAULT_RULES;
test.each([
  ["to a visitor", { to: "visitor" }, "to"],
  ["silence to a lead", { trigger: "silent", days: 3, to: "lead" }, "to"],
  ["a message to lapsed", { to: "lapsed" }, "to"],
  ["silence without days", { trigger: "silent", to: "lapsed" }, "days"],
  ["a price without words", { trigger: "price-asked" }, "words"],
  ["words for a message", { words: ["x"] }, "words"],
  ["from lapsed", { from: ["lapsed"] }, "from"],
] as const)("a rule %s makes no sense", (_what, difference, field) => {
  expect(Object.keys(ruleFaults({ ...base!, ...difference } as never))).toContain(field);
});

test("the hub's own rules make sense", () => {
  for (const rule of DEFAULT_RULES) expect(ruleFaults(rule)).toEqual({});
});
