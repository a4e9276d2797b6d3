import { expect, test } from "vitest";
import type { ArrivalView, DeliveryView } from "../contract/api-conversations.ts";
import { ChannelError, Conflict, NotFound, type Page } from "../contract/index.ts";
import { conversationsWorld } from "../../tests/support/conversations.ts";
import { echo, until } from "../../tests/support/corridor.ts";
import type { LoopbackUpdate } from "../../tests/support/loopback-adapter.ts";

const NOBODY = "0190a000-0000-7000-8000-000000000001";

test("a failed delivery is shown with its reason, and sent again under the same key", async () => {
  const world = await conversationsWorld([echo]);
  world.platform.onSend = () => Promise.reject(new ChannelError("refused", "The platform did not like it."));
  await world.hears({ text: "Hello" });
  const list = (state: string) => world.call<Page<DeliveryView>>("get", `/deliveries?state=${state}`);
  await until(async () => (await list("failed")).items.length === 1);
  const [failed] = (await list("failed")).items;
  expect(failed).toMatchObject({
    state: "failed",
    text: "Hello",
    channelName: "Test",
    error: "The platform did not like it.",
  });
  const keyOf = async () =>
    (await world.db.prisma.delivery.findUniqueOrThrow({ where: { id: failed!.id } })).idempotencyKey;
  const key = await keyOf();

  world.platform.onSend = () => undefined;
  const retried = await world.call<DeliveryView>("post", `/deliveries/${failed!.id}/retry`);
  expect(retried).toMatchObject({ state: "waiting", attempts: 0, error: null });
  await until(() => world.platform.sent.length === 1);
  expect(world.platform.sent[0]!.idempotencyKey).toBe(key);
  await until(async () => (await world.db.prisma.delivery.count({ where: { state: "sent" } })) === 1);
  expect(await list("failed")).toEqual({ items: [], next: null });
  await expect(world.call("post", `/deliveries/${failed!.id}/retry`)).rejects.toBeInstanceOf(Conflict);
  await expect(world.call("post", `/deliveries/${NOBODY}/retry`)).rejects.toBeInstanceOf(NotFound);
});

test("a delivery that may have been sent can be sent again, and stays marked", async () => {
  const world = await conversationsWorld([echo]);
  world.channel.onUncertain = "hold";
  world.platform.onSend = () => Promise.reject(new ChannelError("maybe-sent", "No answer came."));
  await world.hears({ text: "Hello" });
  const list = () => world.call<Page<DeliveryView>>("get", "/deliveries?state=maybe-sent");
  await until(async () => (await list()).items.length === 1);
  world.platform.onSend = () => undefined;
  await world.call("post", `/deliveries/${(await list()).items[0]!.id}/retry`);
  await until(async () => (await world.db.prisma.message.count({ where: { deliveryState: "sent" } })) === 1);
});

test("dead arrivals are shown as they came, in pages, and can be read once more", async () => {
  const world = await conversationsWorld([echo]);
  for (let i = 0; i < 3; i++) {
    await world.deliver({
      key: `dead-${i}`,
      place: "ana",
      from: "ana",
      text: `x${i}`,
      poison: "decode",
    } as LoopbackUpdate);
  }
  const list = (query = "") => world.call<Page<ArrivalView>>("get", `/arrivals?${query}`);
  await until(async () => (await list()).items.length === 3);
  const first = await list("limit=2");
  const rest = await list(`limit=2&cursor=${first.next}`);
  expect([...first.items, ...rest.items].map(({ key }) => key).sort()).toEqual(["dead-0", "dead-1", "dead-2"]);
  const arrival = first.items[0]!;
  expect(arrival).toMatchObject({ state: "dead", reason: "It cannot be read.", channelName: "Test" });
  expect(JSON.parse(arrival.payload)).toMatchObject({ key: arrival.key, poison: "decode" });

  await world.db.query("UPDATE arrival SET payload = $2 WHERE id = $1", [
    arrival.id,
    arrival.payload.replace("decode", ""),
  ]);
  expect(await world.call("post", `/arrivals/${arrival.id}/replay`)).toMatchObject({ state: "waiting", reason: null });
  await until(() => world.platform.sent.length === 1);
  expect((await list()).items).toHaveLength(2);
  await expect(world.call("post", `/arrivals/${arrival.id}/replay`)).rejects.toBeInstanceOf(Conflict);
  await expect(world.call("post", `/arrivals/${NOBODY}/replay`)).rejects.toBeInstanceOf(NotFound);
});
