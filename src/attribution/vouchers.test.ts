import { expect, test } from "vitest";
import { attributionWorld, wrote, type AttributionWorld } from "../../tests/support/attribution.ts";
import type { Conversion, Voucher } from "../contract/api-conversions.ts";
import { Conflict, NotFound, type Page } from "../contract/index.ts";

const sale = (externalId = "1") => ({ source: "till", externalId, amount: 2_500, currency: "EUR" });

async function door(world: AttributionWorld) {
  return world.entryPoints.create({ name: "Receipt", medium: "poster", channelId: world.channelId });
}

async function issue(world: AttributionWorld, more: object): Promise<string> {
  const [voucher] = await world.call<Voucher[]>("post", "/vouchers", more);
  return voucher!.code;
}

const agrees = async (world: AttributionWorld) => expect(await world.counts.verify()).toEqual([]);

test("typed in a chat, then shown at the till: the order is the writer's, and the voucher's door gets the credit", async () => {
  const world = await attributionWorld();
  const { id: entryPointId } = await door(world);
  const code = await issue(world, { entryPointId });
  const ana = await world.person();
  await world.observe(wrote(ana, `my code is ${code.toLowerCase()}`));
  const list = await world.call<Page<Voucher>>("get", `/vouchers?entryPointId=${entryPointId}`);
  expect(list.items).toMatchObject([{ code, state: "claimed", claimedBy: ana.contactId }]);

  const made = await world.call<Conversion>("post", `/vouchers/${code}/use`, sale());
  expect(made).toMatchObject({ contactId: ana.contactId, kind: "order", offline: true });
  expect(await world.call("post", `/vouchers/${code}/use`, sale())).toEqual(made); // once
  await expect(world.vouchers.use(code, sale("2"))).rejects.toThrow(Conflict);
  const { rows } = await world.reports.funnel("entry-point", { model: "last", shared: "false" });
  expect(rows.find(({ group }) => group?.id === entryPointId)).toMatchObject({
    people: 1,
    offline: 1,
    sales: { conversions: 1 },
  });
  await agrees(world);
});

test("shown at the till first, typed in a chat later: the stranger's order becomes theirs", async () => {
  const world = await attributionWorld();
  const { id: entryPointId } = await door(world);
  const code = await issue(world, { entryPointId });
  const made = await world.vouchers.use(code, sale());
  await agrees(world);
  const ana = await world.person();
  await world.observe(wrote(ana, code, { sentAt: new Date("2026-03-02T10:00:00Z") }));
  const [theirs] = (await world.call<Page<Conversion>>("get", `/conversions?contactId=${ana.contactId}`)).items;
  expect(theirs).toMatchObject({ id: made.id, contactId: ana.contactId });
  expect(await world.db.prisma.contact.findUniqueOrThrow({ where: { id: ana.contactId } })).toMatchObject({
    stage: "customer",
  });
  const bo = await world.person();
  await world.observe(wrote(bo, code)); // too late
  expect((await world.call<Page<Conversion>>("get", `/conversions?contactId=${bo.contactId}`)).items).toEqual([]);
  await agrees(world);
});

test("a person's own voucher is theirs, whoever types it; expired and revoked ones are refused", async () => {
  const world = await attributionWorld();
  const [ana, bo] = [await world.person(), await world.person()];
  const code = await issue(world, { contactId: ana.contactId });
  await world.observe(wrote(bo, code));
  await expect(world.vouchers.use(code, { ...sale(), contactId: bo.contactId })).rejects.toThrow(Conflict);
  expect(await world.vouchers.use(code, sale())).toMatchObject({ contactId: ana.contactId });

  const revoked = await issue(world, { contactId: ana.contactId });
  expect(await world.call("post", `/vouchers/${revoked}/revoke`)).toMatchObject({ state: "revoked" });
  await expect(world.vouchers.use(revoked, sale("2"))).rejects.toThrow("revoked");
  const old = await issue(world, { contactId: ana.contactId, expiresAt: "2026-03-01T13:00:00Z" });
  world.clock.at = new Date("2026-03-01T14:00:00Z");
  await expect(world.vouchers.use(old, sale("3"))).rejects.toThrow("expired");
  await expect(world.vouchers.use("7777777777", sale("4"))).rejects.toThrow(NotFound);
  await agrees(world);
});

test("of twenty tills at once, one takes the voucher", async () => {
  const world = await attributionWorld();
  const code = await issue(world, { entryPointId: (await door(world)).id });
  const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => world.vouchers.use(code, sale(`${i}`))));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await world.db.prisma.conversion.count()).toBe(1);
  await agrees(world);
});

test("an agent's click records what happened to the person of the conversation", async () => {
  const world = await attributionWorld();
  const ana = await world.person();
  const lines = [{ sku: "T1", name: "Teapot", quantity: 2, amount: 5_000 }];
  const body = { kind: "booking", amount: 5_000, currency: "CNY", lines };
  const made = await world.call<Conversion>("post", `/conversations/${ana.conversationId}/conversions`, body);
  expect(made).toMatchObject({ contactId: ana.contactId, source: "agent", offline: false, lines });
  const list = await world.call<Page<Conversion>>("get", "/conversions");
  expect(list.items).toEqual([made]);
  await agrees(world);
});
