import fc from "fast-check";
import { expect, test } from "vitest";
import { attributionWorld, entered, wrote, type AttributionWorld } from "../../tests/support/attribution.ts";
import { NewConversion, type Conversion, type JourneyStep } from "../contract/api-attribution.ts";
import { Conflict, Invalid, NotFound, type Page } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";

const order = (contactId: string, more: Partial<NewConversion> = {}): NewConversion => ({
  ...{ kind: "order", source: "till", externalId: "1001", amount: 5_000, currency: "EUR", contactId },
  ...more,
});
const stageOf = async (world: AttributionWorld, id: string) =>
  (await world.db.prisma.contact.findUniqueOrThrow({ where: { id } })).stage;

test("an order makes a customer, the second one a regular", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const made = await world.call<Conversion>("post", "/conversions", order(contactId, { note: "two teapots" }));
  expect(made).toMatchObject({
    contactId,
    amount: 5_000,
    refunded: 0,
    note: "two teapots",
    at: world.clock.at.toISOString(),
  });
  expect(await stageOf(world, contactId)).toBe("customer");
  await world.conversions.record(order(contactId, { externalId: "1002" }));
  expect(await stageOf(world, contactId)).toBe("repeat");
  expect(await world.db.prisma.stageChange.findMany({ orderBy: { id: "asc" } })).toMatchObject([
    { fromStage: "visitor", toStage: "customer", cause: "order 1001 (till)" },
    { fromStage: "customer", toStage: "repeat", cause: "order 1002 (till)" },
  ]);
});

test("a sign-up without money moves no stage", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  await world.conversions.record(order(contactId, { kind: "sign-up", amount: 0 }));
  expect(await stageOf(world, contactId)).toBe("visitor");
});

test("50 posts of the same conversion at once are one row, one answer and one stage move", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const posts = Array.from({ length: 50 }, () => world.call<Conversion>("post", "/conversions", order(contactId)));
  const ids = new Set((await Promise.all(posts)).map(({ id }) => id));
  expect(ids.size).toBe(1);
  expect(await world.db.prisma.conversion.count()).toBe(1);
  expect(await world.db.prisma.stageChange.count()).toBe(1);
  expect(await stageOf(world, contactId)).toBe("customer");
});

test("two orders of one person at once make a regular, not a customer twice", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  await Promise.all(["1", "2"].map((externalId) => world.conversions.record(order(contactId, { externalId }))));
  expect(await stageOf(world, contactId)).toBe("repeat");
});

test("the same number with other words is a conflict; a time left out is not", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const other = await world.person();
  const made = await world.conversions.record(order(contactId, { at: "2026-02-01T10:00:00Z" }));
  expect(await world.conversions.record(order(contactId))).toEqual(made);
  for (const difference of [
    { amount: 5_001 },
    { currency: "USD" },
    { kind: "booking" },
    { note: "new" },
    { contactId: other.contactId },
    { at: "2026-02-01T10:00:01Z" },
  ]) {
    await expect(world.conversions.record(order(contactId, difference)), JSON.stringify(difference)).rejects.toThrow(
      Conflict,
    );
  }
  await world.conversions.record(order(contactId, { source: "web-shop" }));
  expect(await world.db.prisma.conversion.count()).toBe(2);
});

test("the person may be named by their account on a channel", async () => {
  const world = await attributionWorld();
  const { contactId, identityId } = await world.person();
  const { externalId } = await world.db.prisma.identity.findUniqueOrThrow({ where: { id: identityId } });
  const named = (id: string) =>
    order(contactId, { contactId: undefined, identity: { channelId: world.channelId, externalId: id } });
  expect(await world.call("post", "/conversions", named(externalId))).toMatchObject({ contactId });
  await expect(world.conversions.record(named("nobody"))).rejects.toThrow(NotFound);
  await expect(world.conversions.record(order(newId(), { externalId: "2" }))).rejects.toThrow(NotFound);
});

test.each<[string, object]>([
  ["nobody", { contactId: undefined }],
  ["a person named twice", { identity: { channelId: newId(), externalId: "1" } }],
  ["a currency of nowhere", { currency: "QQQ" }],
  ["a currency in small letters", { currency: "eur" }],
  ["a negative amount", { amount: -1 }],
  ["a fraction", { amount: 0.5 }],
  ["an amount beyond exact numbers", { amount: 2 ** 53 }],
  ["a number as text", { amount: "100" }],
  ["a day without a time", { at: "2026-01-01" }],
  ["an empty number", { externalId: " " }],
  ["a NUL in the number", { externalId: "1\0" }],
  ["a field we do not know", { amountCents: 1 }],
])("refuses %s", (_what, difference) => {
  const input = order(newId());
  expect(NewConversion.safeParse(input).success).toBe(true);
  expect(NewConversion.safeParse({ ...input, ...difference }).success).toBe(false);
});

test("five minutes ahead is a clock's fault, more is the future", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const ahead = (ms: number) => new Date(world.clock.at.getTime() + ms).toISOString();
  await world.conversions.record(order(contactId, { at: ahead(300_000) }));
  const later = world.conversions.record(order(contactId, { externalId: "2", at: ahead(300_001) }));
  await expect(later).rejects.toThrow(Invalid);
});

test("every currency that this Node knows is taken", () => {
  for (const currency of Intl.supportedValuesOf("currency")) {
    expect(NewConversion.safeParse(order(newId(), { currency })).success, currency).toBe(true);
  }
  for (const currency of ["", "EU", "EURO", "€", "ZZZ", "__proto__"]) {
    expect(NewConversion.safeParse(order(newId(), { currency })).success, currency).toBe(false);
  }
});

test("refunds take back in parts, are idempotent, and move nothing else", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const { id } = await world.conversions.record(order(contactId));
  const refund = (externalId: string, amount: number) =>
    world.call("post", `/conversions/${id}/refunds`, { source: "till", externalId, amount });

  const made = await refund("r1", 2_000);
  expect(made).toMatchObject({ conversionId: id, amount: 2_000, currency: "EUR" });
  expect(await refund("r1", 2_000)).toEqual(made);
  await refund("r2", 3_000);
  expect(await refund("r1", 2_000)).toEqual(made); // also when nothing is left
  await expect(refund("r1", 1_999)).rejects.toThrow(Conflict);
  await expect(refund("r3", 1)).rejects.toThrow("Only 0 (minor units of EUR) are left");
  await expect(refund("1001", 1)).rejects.toThrow(Conflict); // the order's own number
  await expect(refund("r4", 0)).rejects.toHaveProperty("issues");

  expect(await stageOf(world, contactId)).toBe("customer");
  expect(await world.call("get", `/conversions?contactId=${contactId}`)).toMatchObject({
    items: [{ id, amount: 5_000, refunded: 5_000 }],
    next: null,
  });
});

test("a refund of nothing, or of a refund, is refused", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  const { id } = await world.conversions.record(order(contactId));
  const part = { source: "till", externalId: "r1", amount: 1 };
  const refund = await world.conversions.refund(id, part);
  await expect(world.conversions.refund(newId(), { ...part, externalId: "r2" })).rejects.toThrow(NotFound);
  await expect(world.conversions.refund(refund.id, { ...part, externalId: "r3" })).rejects.toThrow(Conflict);
});

test("refunds in parallel never take back more than was paid", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), async (amounts) => {
      const name = `order-${round++}`;
      const { id } = await world.conversions.record(order(contactId, { externalId: name, amount: 100 }));
      const results = await Promise.allSettled(
        amounts.map((amount, i) =>
          world.conversions.refund(id, { source: "till", externalId: `${name}/${i}`, amount }),
        ),
      );
      const taken = results.map((result, i) => (result.status === "fulfilled" ? amounts[i]! : 0));
      const total = taken.reduce((sum, amount) => sum + amount, 0);
      expect(total).toBeLessThanOrEqual(100);
      results.forEach((result, i) => {
        if (result.status === "rejected") expect(total + amounts[i]!).toBeGreaterThan(100);
      });
      const { items } = await world.conversions.list({ contactId, after: undefined, limit: 1 });
      expect(items).toMatchObject([{ id, refunded: total }]);
    }),
    { numRuns: 15 },
  );
});

test("a journey tells touches, stages, conversions and refunds in order, page by page", async () => {
  const world = await attributionWorld();
  const { code } = await world.entryPoints.create({ name: "Poster", medium: "poster", channelId: world.channelId });
  const ana = await world.person();
  await world.observe(entered(ana, { code, method: "scene", raw: code }, new Date("2026-02-01T00:00:00Z")));
  await world.observe(wrote(ana, "hello", { sentAt: new Date("2026-02-01T00:01:00Z") }));
  const { id } = await world.conversions.record(order(ana.contactId, { at: "2026-02-02T00:00:00Z" }));
  await world.conversions.refund(id, { source: "till", externalId: "r1", amount: 100, at: "2026-02-03T00:00:00Z" });

  const steps: JourneyStep[] = [];
  for (let next: string | null = ""; next !== null;) {
    const address = `/contacts/${ana.contactId}/journey?limit=2${next && `&cursor=${next}`}`;
    const page: Page<JourneyStep> = await world.call("get", address);
    steps.push(...page.items);
    next = page.next;
  }
  const told = steps.map((step) => (step.type === "stage" ? `${step.from} -> ${step.to}` : step.type));
  expect(told.sort()).toEqual(["conversion", "contact -> customer", "refund", "touch", "visitor -> contact"].sort());
  expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort());
  expect(steps[0]).toMatchObject({ type: "touch", entryPoint: { code } });
  expect(steps.at(-1)).toMatchObject({ type: "refund", conversionId: id, amount: 100 });
  await expect(world.call("get", `/contacts/${newId()}/journey`)).rejects.toThrow(NotFound);
  await expect(world.call("get", `/contacts/${ana.contactId}/journey?cursor=WzFd`)).rejects.toThrow(Invalid);
});

test("a stage is set by hand, down too, with who and why", async () => {
  const world = await attributionWorld();
  const { contactId } = await world.person();
  await world.conversions.record(order(contactId));
  const set = (stage: string) =>
    world.call("post", `/contacts/${contactId}/stage`, { stage, cause: "asked for prices" });
  expect(await set("lead")).toMatchObject({ contactId, stage: "lead", moved: true });
  expect(await set("lead")).toMatchObject({ moved: false });
  expect(await world.db.prisma.stageChange.findMany({ where: { toStage: "lead" } })).toMatchObject([
    { fromStage: "customer", cause: "Mei: asked for prices" },
  ]);
  await expect(set("king")).rejects.toHaveProperty("issues");
  await expect(world.journeys.setStage(newId(), "lead", "why")).rejects.toThrow(NotFound);
});
