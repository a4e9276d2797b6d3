import { expect, test } from "vitest";
import { attributionWorld, entered, wrote } from "../../../tests/support/attribution.ts";
import type { Advice, Economics, Holdout, HoldoutPeople, Switchback } from "../../contract/api-planner.ts";
import { newId } from "../../lib/ids.ts";
import { drawPeriods } from "./experiments.ts";

const FROM = "2026-01-01T00:00:00Z";

/** Two doors: of twelve people through the first eight bought two days later, of twelve through the second one. */
async function shop() {
  const world = await attributionWorld();
  const doors: string[] = [];
  for (const [name, buyers, cost] of [
    ["Good", 8, 4_000],
    ["Poor", 1, 9_000],
  ] as const) {
    const { id, code } = await world.entryPoints.create({ name, medium: "poster", channelId: world.channelId });
    doors.push(id);
    await world.call("post", `/entry-points/${id}/costs`, {
      amount: cost,
      currency: "EUR",
      at: "2026-01-05T00:00:00Z",
    });
    for (let i = 0; i < 12; i++) {
      const person = await world.person();
      await world.observe(entered(person, { code, method: "scene", raw: code }, new Date("2026-01-10T00:00:00Z")));
      await world.observe(wrote(person, "hello", { sentAt: new Date("2026-01-10T00:01:00Z") }));
      if (i >= buyers) continue;
      const about = { kind: "order", source: "till", externalId: `${name}-${i}`, amount: 1_000, currency: "EUR" };
      await world.conversions.record({ ...about, contactId: person.contactId, at: "2026-01-12T06:00:00Z" });
    }
  }
  return { world, good: doors[0]!, poor: doors[1]! };
}

test("costs, returns, payback and delay come from the rows, and an advice is kept and scored", async () => {
  const { world, good, poor } = await shop();
  const told = await world.call<Economics>("get", `/economics?from=${FROM}&currency=EUR&marginShare=0.6`);
  expect(told.label).toBe("attributed, not caused");
  expect(told.rows).toMatchObject([
    {
      ...{ entryPoint: { id: good, name: "Good" }, people: 12, customers: 8, cost: 4_000, revenue: 8_000 },
      ...{ cac: 500, roas: 2, marginRoas: 1.2, margin: 4_800, profit: 800, medianDays: 2 },
    },
    { entryPoint: { id: poor }, customers: 1, cac: 9_000, paybackDays: null },
  ]);
  expect(told.rows[0]!.paybackDays).toBeCloseTo((4_000 / 4_800) * 2);
  expect(told.rows[0]!.delay).toMatchObject([{ days: 2, converted: 8 / 12, atRisk: 12 }]);

  const budgets = [good, poor].map((entryPointId) => ({ entryPointId, amount: 10_000 }));
  const asked = { from: FROM, currency: "EUR", marginShare: 0.6, budgets, rules: { leastConversations: 10 } };
  const made = await world.call<Advice>("post", "/planner/advice", asked);
  expect(made.advice).toMatchObject({
    ...{ label: "attributed, not caused", marginShare: 0.6 },
    saw: [
      { id: good, conversations: 12, conversions: 8, margin: 4_800, spend: 4_000 },
      { id: poor, conversations: 12, conversions: 1 },
    ],
    arms: [{ id: good }, { id: poor, action: "stop", budget: 0 }],
  });
  await expect(world.call("post", `/planner/advice/${made.id}/score`, {})).rejects.toThrow("what happened after it");

  world.clock.at = new Date(world.clock.at.getTime() + 7 * 86_400_000);
  const at = new Date(world.clock.at.getTime() - 86_400_000).toISOString();
  await world.call("post", `/entry-points/${poor}/costs`, { amount: 1_000, currency: "EUR", at });
  const scored = await world.call<Advice>("post", `/planner/advice/${made.id}/score`, {});
  expect(scored.advice).toEqual(made.advice);
  expect(scored.scores).toMatchObject([{ score: { right: 1 } }]);
  expect(await world.call("get", "/planner/advice")).toMatchObject({ items: [{ id: made.id }], next: null });
  for (const decision of [{ taken: false, reason: "The poster is paid for" }, { taken: true }])
    await world.call("post", `/planner/advice/${made.id}/decision`, decision);
  const { items } = await world.call<{ items: Advice[] }>("get", "/planner/advice");
  expect(items[0]!.decisions).toMatchObject([
    { taken: false, reason: "The poster is paid for" },
    { taken: true, reason: null },
  ]);
  const strange = { ...asked, budgets: [{ entryPointId: newId(), amount: 1 }] };
  await expect(world.call("post", "/planner/advice", strange)).rejects.toThrow("no such entry point");
});

test("a holdout is drawn once, and what the broadcast caused has its interval", async () => {
  const world = await attributionWorld();
  const ids: string[] = [];
  for (let i = 0; i < 40; i++) ids.push((await world.person()).contactId);
  const about = { name: "Spring", share: 0.5, startsAt: FROM, endsAt: "2026-03-01T00:00:00Z" };
  const { id } = await world.call<Holdout>("post", "/holdouts", { ...about, contactIds: ids });
  const people = await world.call<HoldoutPeople>("get", `/holdouts/${id}/people`);
  expect([...people.treated, ...people.control].sort()).toEqual([...ids].sort());
  expect(people.control.length).toBeGreaterThan(5);
  expect(await world.call("get", `/holdouts/${id}/people`)).toEqual(people);
  for (const contactId of people.treated)
    await world.conversions.record({
      ...{ kind: "order", source: "till", externalId: contactId, amount: 100, currency: "EUR", contactId },
      at: "2026-02-01T00:00:00Z",
    });
  const seen = await world.call<Holdout>("get", `/holdouts/${id}`);
  expect(seen).toMatchObject({
    treated: { people: people.treated.length, converted: people.treated.length },
    control: { people: people.control.length, converted: 0 },
    lift: { label: "caused, by a control group", lift: 1, isTold: true },
  });
  await expect(world.call("post", "/holdouts", { ...about, contactIds: [...ids, newId()] })).rejects.toThrow(
    "no contacts",
  );
  expect(await world.db.prisma.holdout.count()).toBe(1);
});

test("a switchback hangs in one of each two periods and is told when three pairs are over", async () => {
  const world = await attributionWorld();
  const { id: entryPointId } = await world.entryPoints.create({
    name: "P",
    medium: "poster",
    channelId: world.channelId,
  });
  const { contactId } = await world.person();
  const asked = { name: "Window", entryPointId, startsAt: FROM, periodDays: 7, pairs: 4 };
  const { id, periods } = await world.call<Switchback>("post", "/switchbacks", asked);
  expect(periods).toHaveLength(8);
  for (let at = 0; at < 8; at += 2) expect(periods[at]!.isOn).not.toBe(periods[at + 1]!.isOn);
  for (const [at, { from, isOn }] of periods.entries())
    for (let i = 0; i < (isOn ? 3 : 1); i++)
      await world.conversions.record({
        ...{
          kind: "order",
          source: "till",
          externalId: `${at}-${i}`,
          amount: 100,
          currency: "EUR",
          contactId,
          at: from,
        },
      });
  expect(await world.call("get", `/switchbacks/${id}`)).toMatchObject({
    lift: { label: "caused, by switching on and off", lift: 2, extra: 8 },
  });
  world.clock.at = new Date("2026-02-05T00:00:00Z"); // in the sixth period
  const early = await world.call<Switchback>("get", `/switchbacks/${id}`);
  expect(early.lift).toBeNull();
  expect(early.periods.filter(({ conversions }) => conversions === null)).toHaveLength(3);
  await expect(world.call("post", "/switchbacks", { ...asked, entryPointId: newId() })).rejects.toThrow(
    "no entry point",
  );
});

test("the draw of periods is the seed's alone", () => {
  const draw = (seed: string) => drawPeriods(seed, new Date(FROM), 1, 60).map(({ isOn }) => isOn);
  expect(draw("a")).toEqual(draw("a"));
  expect(draw("a")).not.toEqual(draw("b"));
  expect(draw("a").filter(Boolean)).toHaveLength(60);
});
