import fc from "fast-check";
import { expect, test } from "vitest";
import {
  attributionWorld,
  entered,
  wrote,
  type AttributionWorld,
  type Person,
} from "../../tests/support/attribution.ts";
import type { EntryPointReport, Money } from "../contract/api-attribution.ts";
import { Invalid } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
const CURRENCIES = ["EUR", "CNY"] as const;

interface Story {
  hits: { door: number; hour: number }[];
  touches: { person: number; door: number | null; hour: number }[];
  messages: number[];
  costs: { door: number; amount: number; currency: string; hour: number }[];
  sales: { person: number; amount: number; currency: string; hour: number; refunds: number[] }[];
  from: number | undefined;
  to: number | undefined;
  currency: string | undefined;
}

const DOORS = 4;
const PEOPLE = 6;
const hour = fc.nat({ max: 20 });
const door = fc.nat({ max: DOORS - 1 });
const person = fc.nat({ max: PEOPLE - 1 });
const currency = fc.constantFrom(...CURRENCIES);
const story: fc.Arbitrary<Story> = fc.record({
  hits: fc.array(fc.record({ door, hour }), { maxLength: 12 }),
  touches: fc.array(fc.record({ person, door: fc.option(door, { nil: null }), hour }), { maxLength: 20 }),
  messages: fc.uniqueArray(person),
  costs: fc.array(fc.record({ door, amount: fc.integer({ min: -50, max: 10 ** 12 }), currency, hour }), {
    maxLength: 6,
  }),
  sales: fc.array(
    fc.record({
      ...{ person, amount: fc.integer({ min: 100, max: 10 ** 12 }), currency, hour },
      refunds: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
    }),
    { maxLength: 15 },
  ),
  from: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  to: fc.option(fc.integer({ min: 10, max: 20 }), { nil: undefined }),
  currency: fc.option(currency, { nil: undefined }),
});

interface Told {
  doors: string[];
  people: Person[];
  /** The index of each person's first touch among the story's. */
  first: Map<number, number>;
}

/** Writes a story into the tables, and its first touches as the observer would: in the order of recording. */
async function tell(world: AttributionWorld, { hits, touches, messages, costs, sales }: Story): Promise<Told> {
  const { prisma } = world.db;
  await world.db.query(
    "TRUNCATE hit, touch, cost, conversion, message, stage_change, conversation, identity, contact, entry_point",
  );
  const doors: string[] = [];
  for (let i = 0; i < DOORS; i++) {
    doors.push(
      (await world.entryPoints.create({ name: `Door ${i}`, medium: "poster", channelId: world.channelId })).id,
    );
  }
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => world.person()));
  await prisma.contact.updateMany({ data: { createdAt: at(5) } });

  await prisma.hit.createMany({
    data: hits.map((hit) => ({
      id: newId(),
      entryPointId: doors[hit.door]!,
      at: at(hit.hour),
      device: "phone",
      visitorHash: "x",
    })),
  });
  const rows = touches.map((touch) => ({
    ...{ id: newId(), ...people[touch.person]!, entryPointId: touch.door === null ? null : doors[touch.door]! },
    ...{ method: "scene", confidence: "high", evidence: {}, at: at(touch.hour) },
  }));
  await prisma.touch.createMany({ data: rows });
  const first = new Map<number, number>();
  touches.forEach((touch, i) => first.has(touch.person) || first.set(touch.person, i));
  for (const [who, i] of first) {
    await prisma.contact.update({ where: { id: people[who]!.contactId }, data: { firstTouchId: rows[i]!.id } });
  }
  await prisma.message.createMany({
    data: messages.map((who) => ({
      ...{ id: newId(), seq: 1, direction: "in", author: "contact", parts: [], text: "hi", sentAt: at(6) },
      ...{ conversationId: people[who]!.conversationId, identityId: people[who]!.identityId },
    })),
  });
  await prisma.cost.createMany({
    data: costs.map((cost) => ({
      ...cost,
      id: newId(),
      entryPointId: doors[cost.door]!,
      at: at(cost.hour),
      hour: undefined,
      door: undefined,
    })),
  });
  for (const [i, sale] of sales.entries()) {
    const { contactId } = people[sale.person]!;
    const made = await world.conversions.record({
      ...{ kind: "order", source: "till", externalId: `${i}`, contactId, at: at(sale.hour).toISOString() },
      ...{ amount: sale.amount, currency: sale.currency },
    });
    for (const [j, amount] of sale.refunds.entries()) {
      await world.conversions.refund(made.id, { source: "till", externalId: `${i}/${j}`, amount });
    }
  }
  return { doors, people, first };
}

/** The same report, thought out loud. */
function naive(story: Story, { doors, first }: Told): Pick<EntryPointReport, "totals"> & { rows: object[] } {
  const inside = ({ hour }: { hour: number }) =>
    (story.from === undefined || hour >= story.from) && (story.to === undefined || hour < story.to);
  const inCurrency = (money: { currency: string }) => story.currency === undefined || money.currency === story.currency;
  const hits = story.hits.filter(inside);
  const came = story.touches.filter((touch) => touch.door !== null && inside(touch));
  const costs = story.costs.filter(inside).filter(inCurrency);
  const sales = story.sales.filter(inside).filter(inCurrency);

  const ordered = story.touches.map((touch, index) => ({ ...touch, index }));
  const before = (sale: Story["sales"][number]) =>
    ordered
      .filter((touch) => touch.person === sale.person && touch.door !== null && touch.hour <= sale.hour)
      .sort((a, b) => a.hour - b.hour || a.index - b.index);
  const firstDoor = (sale: Story["sales"][number]) => {
    const known = before(sale);
    return (known.find((touch) => touch.index === first.get(sale.person)) ?? known[0])?.door ?? null;
  };
  const lastDoor = (sale: Story["sales"][number]) => before(sale).at(-1)?.door ?? null;

  const credit = (own: Story["sales"]) => ({
    conversions: own.length,
    revenue: add(
      own.map(({ amount, currency, refunds }) => ({ currency, amount: refunds.reduce((a, b) => a - b, amount) })),
    ),
  });
  const people = (touches: typeof came) => {
    const who = [...new Set(touches.map((touch) => touch.person))];
    return { people: who.length, conversations: who.filter((one) => story.messages.includes(one)).length };
  };
  const strangers = inside({ hour: 5 })
    ? [...Array(PEOPLE).keys()].filter(
        (who) => !story.touches.some((touch) => touch.person === who && touch.door !== null),
      )
    : [];
  const unknown = {
    people: strangers.length,
    conversations: strangers.filter((who) => story.messages.includes(who)).length,
  };
  const row = (index: number | null) => ({
    hits: hits.filter((hit) => hit.door === index).length,
    ...(index === null ? unknown : people(came.filter((touch) => touch.door === index))),
    cost: add(costs.filter((cost) => cost.door === index)),
    first: credit(sales.filter((sale) => firstDoor(sale) === index)),
    last: credit(sales.filter((sale) => lastDoor(sale) === index)),
  });
  const all = people(came);
  return {
    rows: [
      ...doors.map((id, index) => ({ entryPoint: expect.objectContaining({ id }) as unknown, ...row(index) })),
      { entryPoint: null, ...row(null) },
    ],
    totals: {
      hits: hits.length,
      people: all.people + unknown.people,
      conversations: all.conversations + unknown.conversations,
      cost: add(costs),
      ...credit(sales),
    },
  };
}

function add(money: readonly { currency: string; amount: number }[]): Money[] {
  const found = [...CURRENCIES].sort().filter((currency) => money.some((one) => one.currency === currency));
  return found.map((currency) => ({
    currency,
    amount: money.filter((one) => one.currency === currency).reduce((sum, { amount }) => sum + amount, 0),
  }));
}

test(
  "equals a naive recomputation, and each model's conversions add up to all of them",
  { timeout: 60_000 },
  async () => {
    const world = await attributionWorld();
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const { from, to, currency } = told;
        const expected = naive(told, await tell(world, told));
        const window = {
          from: from === undefined ? undefined : at(from),
          to: to === undefined ? undefined : at(to),
          currency,
        };
        const report = await world.report(window);
        expect(report).toMatchObject(expected);
        expect(report.rows).toHaveLength(DOORS + 1);
        for (const model of ["first", "last"] as const) {
          const sum = report.rows.reduce((total, row) => total + row[model].conversions, 0);
          expect(sum).toBe(report.totals.conversions);
        }
      }),
      { numRuns: 15 },
    );
  },
);

test("credits the poster for what came later, by the API, and leaves the rest unknown", async () => {
  const world = await attributionWorld();
  const make = (name: string) => world.entryPoints.create({ name, medium: "poster", channelId: world.channelId });
  const [poster, advert] = [await make("Poster"), await make("Ad")];
  const [ana, bo] = [await world.person(), await world.person()];
  const scan = (code: string, hour: number) =>
    world.observe(entered(ana, { code, method: "scene", raw: code }, at(hour)));
  await scan(poster.code, 1);
  await scan(advert.code, 2);
  await world.observe(wrote(bo, "hello"));
  const order = { kind: "order", source: "till", amount: 1_000, currency: "EUR", at: at(3).toISOString() };
  await world.conversions.record({ ...order, externalId: "1", contactId: ana.contactId });
  await world.conversions.record({ ...order, externalId: "2", contactId: bo.contactId });
  await scan(poster.code, 4); // after the sale: nobody's credit

  const report = await world.call<EntryPointReport>("get", "/reports/entry-points?from=2026-01-01T00:00:00Z");
  const one = { conversions: 1, revenue: [{ amount: 1_000, currency: "EUR" }] };
  const none = { conversions: 0, revenue: [] };
  expect(report.rows).toMatchObject([
    { entryPoint: { name: "Poster" }, people: 1, first: one, last: none },
    { entryPoint: { name: "Ad" }, people: 1, first: none, last: one },
    { entryPoint: null, people: 1, first: one, last: one },
  ]);
  expect(report.totals).toMatchObject({ people: 2, conversions: 2, revenue: [{ amount: 2_000, currency: "EUR" }] });
});

test("a sum that JSON cannot carry exactly is refused, not rounded", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const order = { kind: "order", source: "till", amount: Number.MAX_SAFE_INTEGER, currency: "EUR", contactId };
  await world.conversions.record({ ...order, externalId: "1" });
  expect((await world.report({ from: undefined, to: undefined, currency: undefined })).totals.revenue).toEqual([
    { amount: Number.MAX_SAFE_INTEGER, currency: "EUR" },
  ]);
  await world.conversions.record({ ...order, externalId: "2" });
  await expect(world.report({ from: undefined, to: undefined, currency: undefined })).rejects.toThrow(Invalid);
});

test("a period that ends before it begins, or in no currency, is refused", async () => {
  const world = await attributionWorld();
  const ask = (query: string) => world.call("get", `/reports/entry-points?${query}`);
  await expect(ask("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z")).rejects.toThrow(Invalid);
  await expect(ask("currency=QQQ")).rejects.toHaveProperty("issues");
  await expect(ask("from=yesterday")).rejects.toHaveProperty("issues");
});
