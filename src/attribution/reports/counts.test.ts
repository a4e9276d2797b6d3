import fc from "fast-check";
import { expect, test } from "vitest";
import type { Person } from "../../../tests/support/attribution.ts";
import { BOSS, countedWorld, type CountedWorld } from "../../../tests/support/counted.ts";
import { Dimension, ReportFilter, type Figures } from "../../contract/api-reports.ts";

// What may happen, in any order: people come, late touches, words, orders, refunds, links and un-links, erasures, merges.

const nat = (max: number) => fc.nat({ max });
const hour = nat(400); // 17 days, around the change to summer time
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("arrive"), channel: nat(1) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("touch"), who: nat(7), door: fc.option(nat(3), { nil: null }), hour }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("word"), who: nat(7), hour }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("answer"), who: nat(7), hour }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hit"), door: nat(3), hour }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("order"),
      who: nat(7),
      hour,
      amount: nat(900),
      kind: fc.constantFrom("order", "sign-up"),
      source: fc.constantFrom("till", "web-shop"),
      currency: fc.constantFrom("EUR", "CNY"),
      byAccount: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("refund"), sale: nat(7), part: fc.constantFrom(0.3, 1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("link"), who: nat(7), to: nat(7) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("undo") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget"), who: nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("merge") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("zone"),
      zone: fc.constantFrom("Asia/Shanghai", "America/Sao_Paulo", "Asia/Kathmandu"),
    }),
  },
) as fc.Arbitrary<Step>;

interface Step {
  do: string;
  channel: number;
  who: number;
  door: number | null;
  hour: number;
  sale: number;
  part: number;
  to: number;
  zone: string;
}

const at = (hours: number) => new Date(Date.UTC(2026, 2, 20, hours, (hours * 7) % 60));

interface Told {
  people: Person[];
  sales: { id: string; amount: number; refunded: number }[];
  n: number;
}

type Played = Omit<Step, "who"> & { who: Person | undefined; n: string; when: Date };
type Player = (world: CountedWorld, told: Told, each: Played) => unknown;

const players: Readonly<Record<string, Player>> = {
  arrive: async (world, { people, n }, { channel }) => people.push(await world.arrive(channel, at(n))),
  touch: (world, _told, { who, door, when }) => who && world.touch(who, door, when),
  word: (world, _told, { who, when }) => who && world.word(who, when),
  answer: (world, _told, { who, when }) => who && world.answer(who, when),
  hit: (world, _told, { door, when }) => world.hit(door ?? 0, when),
  order: (world, told, { who, n, ...each }) => who && order(world, told, who, { ...each, externalId: n } as never),
  refund,
  link: (world, { people }, { who, to }) => who && link(world, people, who, to),
  undo,
  forget: (world, told, { who }) => forget(world, told, who),
  merge: (world) => world.counts.keep(),
  zone: (world, _told, { zone }) => world.reports.change({ timeZone: zone, weekStart: "monday" }),
};

async function play(world: CountedWorld, told: Told, each: Step): Promise<void> {
  const who = told.people[each.who % Math.max(1, told.people.length)];
  await players[each.do]!(world, told, { ...each, who, n: `${++told.n}`, when: at(each.hour ?? 0) });
}

async function refund(world: CountedWorld, { sales, n }: Told, each: Pick<Step, "sale" | "part">): Promise<void> {
  const sale = sales[each.sale % Math.max(1, sales.length)];
  const left = sale ? sale.amount - sale.refunded : 0;
  if (!sale || left === 0) return;
  const amount = Math.max(1, Math.floor(left * each.part));
  await world.conversions.refund(sale.id, { source: "till", externalId: `r${n}`, amount });
  sale.refunded += amount;
}

async function order(
  world: CountedWorld,
  told: Told,
  who: Person,
  each: {
    externalId: string;
    when: Date;
    amount: number;
    kind: string;
    source: string;
    currency: string;
    byAccount: boolean;
  },
) {
  const identity = await world.db.prisma.identity.findUniqueOrThrow({ where: { id: who.identityId } });
  const { kind, source, externalId, amount, currency, when } = each;
  const made = await world.conversions.record({
    ...{ kind, source, externalId, amount, currency, at: when.toISOString() },
    ...(each.byAccount
      ? { identity: { channelId: who.channelId, externalId: identity.externalId } }
      : { contactId: identity.contactId }),
  });
  told.sales.push({ id: made.id, amount, refunded: 0 });
}

async function link(world: CountedWorld, people: readonly Person[], who: Person, to: number) {
  const other = people[to % people.length]!;
  await world.people
    .link(other.contactId, { identityId: who.identityId, evidence: "same phone" }, BOSS)
    .catch(() => undefined);
}

async function undo(world: CountedWorld): Promise<void> {
  const [last] = await world.db.prisma.link.findMany({ where: { undoneAt: null }, orderBy: { id: "desc" }, take: 1 });
  if (last) await world.people.undo(last.id);
}

/** Somebody whose accounts are all their own. */
async function forget(world: CountedWorld, told: Told, who: Person | undefined): Promise<void> {
  if (!who) return;
  const { db } = world;
  const [{ contactId } = { contactId: "" }] = await db.query<{ contactId: string }>(
    `SELECT contact_id AS "contactId" FROM identity WHERE id = $1`,
    [who.identityId],
  );
  const gone = await db.query<{ id: string }>("SELECT id FROM conversion WHERE contact_id = $1", [contactId]);
  const accounts = await db.query<{ id: string }>("SELECT id FROM identity WHERE contact_id = $1", [contactId]);
  await world.forget(contactId);
  told.sales = told.sales.filter(({ id }) => !gone.some((row) => row.id === id));
  told.people = told.people.filter(
    (person) => person.contactId !== contactId && !accounts.some(({ id }) => id === person.identityId),
  );
}

const plain = (filter: object = {}) => ReportFilter.parse(filter);

function added(rows: readonly Figures[]): Record<string, number> {
  const sum: Record<string, number> = {};
  const add = (name: string, value: number) => (sum[name] = (sum[name] ?? 0) + value);
  for (const { sales, ...counts } of rows) {
    for (const [name, value] of Object.entries(counts)) if (typeof value === "number") add(name, value);
    const { gross, refunded, net, ...orders } = sales;
    for (const [name, value] of Object.entries(orders)) add(`sales ${name}`, value);
    for (const [name, money] of Object.entries({ gross, refunded, net }))
      for (const { currency, amount } of money) add(`${name} ${currency}`, amount);
  }
  return Object.fromEntries(Object.entries(sum).filter(([, value]) => value !== 0));
}

test(
  "the counts equal a recomputation from the rows, and every breakdown sums to the same total",
  { timeout: 120_000 },
  async () => {
    const world = await countedWorld();
    const period = { from: at(60).toISOString(), to: at(300).toISOString() };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 45 }), async (steps) => {
        await world.db.query(
          `TRUNCATE hit, touch, touch_candidate, conversion, conversion_line, stage_change, first_word, link, conversation, identity, contact,
                  contact_tally, conversion_tally, people_count, sale_count, erased_people, erased_sale, report_setting`,
        );
        const told: Told = { people: [await world.arrive(0, at(0)), await world.arrive(1, at(1))], sales: [], n: 0 };
        for (const each of steps) await play(world, told, each);
        expect(await world.counts.verify()).toEqual([]);

        for (const filter of [plain(), plain({ ...period, model: "last" })]) {
          const whole = added([(await world.reports.funnel("entry-point", filter)).totals!]);
          for (const by of Dimension.options)
            expect(added((await world.reports.funnel(by, filter)).rows), by).toEqual(whole);
          for (const timeZone of [undefined, "America/New_York"])
            for (const unit of ["day", "week", "month"] as const)
              expect(added((await world.reports.trend({ unit, timeZone }, filter)).rows), unit).toEqual(whole);
        }
        const { people = 0 } = added([(await world.reports.funnel("channel", plain())).totals!]);
        const behind = await world.reports.people({ step: "people", limit: 200 }, undefined);
        const erased = await world.db.query<{ n: number }>(
          "SELECT coalesce(sum(people), 0)::int AS n FROM erased_people",
        );
        expect(behind.items.length + erased[0]!.n).toBe(people);

        await world.counts.keep();
        expect(await world.counts.verify()).toEqual([]);
        await world.counts.rebuild();
        expect(await world.counts.verify()).toEqual([]);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 12) },
    );
  },
);

test("whatever happens at once to the same people, in whatever order it commits, the counts are what the rows say", async () => {
  const world = await countedWorld();
  const people = await Promise.all([0, 1, 0, 1].map((channel) => world.arrive(channel, at(0))));
  const told: Told = { people, sales: [], n: 0 };
  const any = (n: number) => Math.floor(Math.random() * n);
  const work = Array.from({ length: 120 }, (_, i) => async (): Promise<unknown> => {
    const who = people[any(4)]!;
    if (i % 6 === 0) return link(world, people, who, any(4));
    if (i % 15 === 1) return world.counts.keep();
    if (i % 30 === 2) return world.counts.rebuild();
    if (i % 3 === 0) return world.word(who, at(any(300)));
    if (i % 4 === 1) {
      const each = {
        externalId: `${i}`,
        when: at(any(300)),
        amount: 100,
        kind: "order",
        source: "till",
        currency: "EUR",
      };
      return order(world, told, who, { ...each, byAccount: true });
    }
    return world.touch(who, any(4), at(any(300)));
  });
  await Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let i = lane; i < work.length; i += 8) await work[i]!();
    }),
  );
  expect(await world.counts.verify()).toEqual([]);
});
