import { expect, test } from "vitest";
import { createLibrary } from "../src/knowledge/library.ts";
import { planAnswer } from "../src/knowledge/plan.ts";
import { articleView, shopArticles } from "../tests/support/articles.ts";
import { CUSTOMERS, DOORS, type Customer, type CustomerKey } from "./cast.ts";
import { createStory, firstDayBefore, LAST_DAY, VISITS, type Outcome } from "./story.ts";

const library = createLibrary(shopArticles().map(articleView));
const customers: [string, Customer][] = Object.entries(CUSTOMERS);
const steps = VISITS.flatMap((visit) => visit.steps.map((step, at) => ({ visit, step, before: visit.steps[at - 1] })));

test("half of the customers speak English, half Chinese, and all of them come", () => {
  const speaking = (language: string) => customers.filter(([, customer]) => customer.language === language);
  expect(speaking("en")).toHaveLength(12);
  expect(speaking("zh")).toHaveLength(12);
  expect(new Set(VISITS.map(({ who }) => who))).toEqual(new Set(customers.map(([key]) => key)));
});

test("somebody comes through every entry point, two through two of them, and three through none", () => {
  const doorsOf = (key: string) =>
    new Set(VISITS.flatMap(({ who, through }) => (who === key && through ? [through] : [])));
  expect(new Set(VISITS.flatMap(({ through }) => through ?? []))).toEqual(new Set(DOORS.map(({ key }) => key)));
  expect(customers.filter(([key]) => doorsOf(key).size === 2)).toHaveLength(2);
  expect(customers.filter(([key]) => doorsOf(key).size === 0)).toHaveLength(3);
});

const asked = steps.flatMap(({ visit, step }) =>
  step.does === "asks" && step.outcome !== "silence"
    ? [{ ...visit, text: step.text, outcome: step.outcome as Outcome }]
    : [],
);

test.each(asked)("$who asks “$text”", ({ text, outcome }) => {
  const { evidence, handover } = planAnswer({ texts: [text], picked: [], tags: [] }, library);
  if (outcome === "colleague") expect(handover !== undefined || evidence.decision === "unknown").toBe(true);
  else if (outcome === "offer") expect(evidence.decision).toBe("offered");
  else expect(evidence).toMatchObject({ decision: "answered", slug: typeof outcome === "object" && outcome.article });
});

test("whoever presses a button was just offered it", () => {
  const presses = steps.flatMap(({ step, before }) => (step.does === "presses" ? [{ step, before }] : []));
  expect(presses.length).toBeGreaterThanOrEqual(4);
  for (const { step, before } of presses) {
    const question = before?.does === "asks" ? before.text : "";
    expect(planAnswer({ texts: [question], picked: [], tags: [] }, library).evidence.offered).toContain(step.article);
  }
});

test("there is a complaint, a second order, a refund, and a colleague who gives back what they took", () => {
  const count = (does: string) => steps.filter(({ step }) => step.does === does).length;
  const orders = new Map<CustomerKey, number>();
  for (const { visit, step } of steps)
    if (step.does === "orders") orders.set(visit.who, (orders.get(visit.who) ?? 0) + 1);
  expect([...orders.values()].filter((each) => each > 1)).toHaveLength(1);
  expect(count("refunded")).toBe(1);
  expect(count("helped")).toBe(count("given back"));
  expect(
    steps.some(
      ({ step }) => step.does === "asks" && typeof step.outcome === "object" && step.outcome.article === "damaged",
    ),
  ).toBe(true);
});

test("the same seed tells the same story, in order, on the days it is about", () => {
  const begin = firstDayBefore(new Date(2026, 4, 14, 9));
  expect([begin.getDay(), begin < new Date(2026, 4, 1)]).toEqual([1, true]);
  const story = createStory(begin);
  expect(createStory(begin)).toEqual(story);
  expect(createStory(begin, 19)).not.toEqual(story);
  expect(story.map(({ at }) => at.getTime())).toEqual(story.map(({ at }) => at.getTime()).sort((a, b) => a - b));
  const days = new Set(story.map(({ at }) => Math.floor((at.getTime() - begin.getTime()) / 86_400_000)));
  expect(days.size).toBe(LAST_DAY + 1);
});

test("the story is over whichever day it is told on", () => {
  for (let day = 1; day <= 14; day++) {
    const now = new Date(2026, 4, day, 0, 5);
    expect(createStory(firstDayBefore(now)).at(-1)!.at.getTime()).toBeLessThan(now.getTime());
  }
});
