import { expect, test } from "vitest";
import type { AdapterTools, HubEvent } from "../../src/contract/index.ts";
import { afterwards, never, serve } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { createLineEmulator, type EmulatorOptions } from "./emulator.ts";
import line from "./index.ts";

/** A LINE whose webhook is a small hub's door. */
async function meet(options: EmulatorOptions = {}, tools: Partial<AdapterTools> = {}, answer?: () => number) {
  const emulator = await createLineEmulator(options);
  afterwards(() => emulator.close());
  const { channelSecret, token: channelAccessToken, base } = emulator;
  const connection = open(line, { channelSecret, channelAccessToken, apiBase: base, dataBase: base }, tools);
  const door = await serve(connection, answer);
  emulator.attach(door.url);
  const firsts = () => [...new Map(door.arrivals.map((arrival) => [arrival.key, arrival])).values()];
  const events = (): HubEvent[] => firsts().flatMap(({ payload }) => connection.decode(payload));
  return { emulator, connection, door, events, firsts };
}

const eventually = async (holds: () => boolean) => {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};

test("hears a person: following, writing, stickers, pressing, taking back, blocking", async () => {
  const { emulator, connection, events } = await meet();
  const ana = emulator.person("Ana");
  ana.follows();
  const id = ana.says("Are you open?");
  ana.sticks("446", "1988", ["hello"]);
  const parts = [{ type: "choice" as const, prompt: "Which?", options: [{ id: "red", label: "Red" }] }];
  await connection.send({ place: ana.userId, parts, idempotencyKey: "k" }, never);
  ana.presses("Red");
  ana.unsends(id);
  ana.blocks();
  await emulator.settle();
  const order = new Map(events().map((event) => [event.type + ("parts" in event ? event.parts[0]?.type : ""), event]));
  expect([...order.keys()].sort()).toEqual(["deleted", "entered", "left", "messagefile", "messagetext", "pressed"]);
  expect(order.get("pressed")).toMatchObject({ choice: "red", place: ana.userId });
  expect(order.get("deleted")).toMatchObject({ messageId: id });
  expect(order.get("left")).toMatchObject({ blocked: true, member: { id: ana.userId } });
  expect(order.get("messagefile")).toMatchObject({ parts: [{ kind: "sticker", alt: "hello" }] });
});

test("a batch is read to its last event, the Verify button is answered and leaves nothing", async () => {
  const { emulator, events, door } = await meet();
  expect(await emulator.verifyWebhook()).toBe(200);
  expect(door.arrivals).toEqual([]);
  const ana = emulator.person("Ana", { friend: true });
  emulator.batch(() => {
    for (let i = 0; i < 50; i++) ana.says(String(i));
  });
  await emulator.settle();
  expect(emulator.history.deliveries).toBe(2);
  expect(events().map((event) => event.type === "message" && event.parts[0])).toEqual(
    Array.from({ length: 50 }, (_, i) => ({ type: "text", text: String(i) })),
  );
});

test("duplicates, shuffling and redeliveries end in the same arrivals; forged ones in none", async () => {
  let failures = 5;
  const faults = {
    duplicateShare: 0.3,
    reorderShare: 0.3,
    reorderMs: 20,
    redelivery: true,
    redeliverMs: 5,
    forgedShare: 0.1,
  };
  const { emulator, firsts, door } = await meet({ seed: 3, faults }, {}, () => (failures-- > 0 ? 503 : 200));
  const ana = emulator.person("Ana", { friend: true });
  for (let i = 0; i < 40; i++) ana.says(String(i));
  await emulator.settle();
  expect(firsts()).toHaveLength(40);
  expect(door.arrivals.length).toBeGreaterThan(40);
  expect(emulator.history.refused).toBeGreaterThan(5);
  expect(new Set(firsts().map(({ lane }) => lane))).toEqual(new Set([ana.userId]));
});

test("hears a group: being invited, members, mentions, edits, being thrown out", async () => {
  const { emulator, events } = await meet();
  const group = emulator.group("Shop friends");
  const [ana, li] = [emulator.person("Ana"), emulator.person("李雷")];
  group.invites();
  ana.joins(group);
  li.joins(group);
  const id = ana.says("See you at six", { group });
  li.says("open?", { group, mention: true });
  ana.edits(id, "See you at seven", group);
  li.leaves(group);
  group.throwsOut();
  await emulator.settle();
  const told = events().sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime() || (a.id < b.id ? -1 : 1));
  expect(told.every(({ place, placeKind }) => place === group.groupId && placeKind === "group")).toBe(true);
  expect(told.filter(({ type }) => type === "joined" || type === "left")).toHaveLength(5);
  expect(told.find(({ type }) => type === "edited")).toMatchObject({ messageId: id });
  const messages = told.filter((event) => event.type === "message");
  expect(messages.map((event) => [event.actor?.id, event.addressed])).toEqual(
    expect.arrayContaining([
      [ana.userId, false],
      [li.userId, true],
    ]),
  );
});

test("names are learnt beside the answering, and stand in what comes after", async () => {
  const { emulator, events } = await meet();
  const ana = emulator.person("花子", { language: "ja" });
  const group = emulator.group("購物群");
  ana.follows();
  group.invites();
  ana.joins(group);
  ana.says("hi", { group });
  await eventually(
    () =>
      emulator.calls.filter(({ method, path }) => method === "GET" && /profile|member|summary/.test(path)).length === 3,
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  ana.says("Hello");
  ana.says("Hello all", { group });
  await emulator.settle();
  const known = events().filter((event) => event.type === "message" && event.actor?.name);
  expect(known).toHaveLength(2);
  expect(known.find(({ placeKind }) => placeKind === "direct")).toMatchObject({
    actor: { name: "花子", locale: "ja" },
  });
  expect(known.find(({ placeKind }) => placeKind === "group")).toMatchObject({
    actor: { name: "花子" },
    placeTitle: "購物群",
  });
});

test("a slow or failing profile keeps no webhook waiting, and is not asked for again and again", async () => {
  const { emulator, door } = await meet({ faults: { slowMs: 300 } });
  const ana = emulator.person("Ana", { friend: true });
  const from = performance.now();
  for (let i = 0; i < 20; i++) ana.says(String(i));
  await emulator.settle();
  expect(performance.now() - from).toBeLessThan(280);
  expect(door.arrivals).toHaveLength(20);
  expect(emulator.calls.length).toBe(1);
});

test("who quotes us in a group speaks to us", async () => {
  const { emulator, connection, events } = await meet();
  const group = emulator.group("Friends");
  group.invites();
  const ana = emulator.person("Ana");
  ana.joins(group);
  const parts = [{ type: "text" as const, text: "We open at nine." }];
  const { externalId } = await connection.send({ place: group.groupId, parts, idempotencyKey: "k" }, never);
  ana.says("And on Sunday?", { group, replyTo: externalId });
  await emulator.settle();
  expect(events().find(({ type }) => type === "message")).toMatchObject({ addressed: true, replyTo: externalId });
});

test("in standby nothing is said: the message is kept as unknown, with nothing to answer with", async () => {
  const { emulator, events } = await meet();
  emulator.person("Ana", { friend: true }).says("Hello", { mode: "standby" });
  await emulator.settle();
  expect(events()).toMatchObject([{ type: "unknown", reason: expect.stringContaining("standby") as string }]);
  expect(events()[0]).not.toHaveProperty("referrer");
});

test("registers its webhook, and doctor says what is wrong", async () => {
  const { emulator, connection, door } = await meet({}, { publicUrl: new URL("http://127.0.0.1:1/") });
  const findings = async () =>
    Object.fromEntries((await connection.check(never)).map(({ name, ok, detail }) => [name, `${ok} ${detail}`]));
  emulator.world.webhook = undefined;
  expect((await findings()).webhook).toMatch(/^false No webhook URL is set/);
  if (connection.inbound.type !== "webhook") throw new Error("LINE calls us.");
  await connection.inbound.register?.(door.url, never);
  expect(emulator.world.webhook).toEqual({ endpoint: door.url.href, active: true });
  expect((await findings()).webhook).toMatch(/another address/);

  const right = open(
    line,
    { channelSecret: emulator.channelSecret, channelAccessToken: emulator.token, apiBase: emulator.base },
    { publicUrl: door.url },
  );
  const checks = async () =>
    Object.fromEntries((await right.check(never)).map(({ name, ok, detail }) => [name, `${ok} ${detail}`]));
  expect(await checks()).toMatchObject({
    token: "true The token belongs to Emulated shop (@216ruzvp).",
    delivery: "true LINE called the hub just now and was answered.",
    "monthly messages": expect.stringMatching(/^true 0 pushed/) as string,
  });
  emulator.world.webhook = { endpoint: door.url.href, active: false };
  emulator.world.plan = { limit: 200, pushed: 200 };
  expect((await checks()).webhook).toMatch(/^false.*switch on Use webhook/);
  expect((await checks())["monthly messages"]).toMatch(/^false 200 of 200/);
  emulator.faults.tokenRevoked = true;
  expect((await checks()).token).toMatch(/^false LINE does not know this channel access token/);
});
