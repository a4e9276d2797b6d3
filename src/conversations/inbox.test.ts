import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ConversationView, MessagesPage, MessageView, EventsPage } from "../contract/api-conversations.ts";
import { Conflict, Invalid, NotFound, type Page } from "../contract/index.ts";
import { conversationsWorld, type ConversationsWorld } from "../../tests/support/conversations.ts";
import { echo, until } from "../../tests/support/corridor.ts";
import type { Responder } from "../corridor/index.ts";

const handover: Responder = {
  name: "handover",
  respond: async () => ({
    parts: [{ type: "text", text: "同事会在这里回复您。" }],
    handover: "no answer found",
    language: "zh",
  }),
};
const NOBODY = "0190a000-0000-7000-8000-000000000001";
const texts = ({ platform }: ConversationsWorld) =>
  platform.sent.map(({ parts }) => (parts[0] as { text: string }).text);
const show = (world: ConversationsWorld, id: string) => world.call<ConversationView>("get", `/conversations/${id}`);

async function acts(world: ConversationsWorld, id: string): Promise<string[]> {
  const { items } = await world.call<EventsPage>("get", `/conversations/${id}/events?limit=200`);
  return items.map(({ type }) => type);
}

test("an agent's reply is sent, takes the conversation from the bot, and silences it", async () => {
  const world = await conversationsWorld([echo]);
  const id = await world.hears({ text: "Hello" });
  await until(() => world.platform.sent.length === 1);

  const { messages } = await world.call<{ messages: MessageView[] }>("post", `/conversations/${id}/messages`, {
    text: "Mei here.",
  });
  expect(messages).toMatchObject([
    { author: "agent", staffId: world.agent.staffId, name: "Mei", text: "Mei here.", deliveryState: "waiting" },
  ]);
  await until(() => world.platform.sent.length === 2);
  expect(texts(world)).toEqual(["Hello", "Mei here."]);
  expect(await show(world, id)).toMatchObject({
    owner: "agent",
    assigneeId: world.agent.staffId,
    assigneeName: "Mei",
    waiting: false,
  });
  expect(await acts(world, id)).toEqual(["message", "answered", "handed-over", "replied"]);
  expect(world.told).toContain(`conversation ${id}`);

  await world.hears({ text: "Still there?" });
  await world.call("post", `/conversations/${id}/messages`, { text: "Yes." });
  await until(() => world.platform.sent.length === 3);
  expect(texts(world)).toEqual(["Hello", "Mei here.", "Yes."]);
  expect((await acts(world, id)).filter((type) => type === "handed-over")).toHaveLength(1);
});

test("parts are sent as the platform can carry them; what holds nothing is refused whole", async () => {
  const world = await conversationsWorld([echo]);
  const id = await world.hears({ text: "Hello" });
  await until(() => world.platform.sent.length === 1);
  const options = [{ id: "a", label: "Roses" }];
  await world.call("post", `/conversations/${id}/messages`, {
    parts: [{ type: "choice", prompt: "Which?", options }],
    replyTo: "heard-1",
  });
  await until(() => world.platform.sent.length === 2);
  expect(world.platform.sent[1]).toMatchObject({ replyTo: "heard-1", parts: [{ type: "choice", prompt: "Which?" }] });
  for (const body of [
    {},
    { text: " " },
    { text: "a", parts: [] },
    { parts: [] },
    { parts: [{ type: "text", text: "\n" }] },
  ]) {
    await expect(world.call("post", `/conversations/${id}/messages`, body)).rejects.toThrow();
  }
  await expect(world.call("post", `/conversations/${NOBODY}/messages`, { text: "x" })).rejects.toBeInstanceOf(NotFound);
  expect(await acts(world, id)).toEqual(["message", "answered", "handed-over", "replied"]);
});

test("a conversation given back is the bot's for what comes, not for what waited", async () => {
  const world = await conversationsWorld([echo]);
  const id = await world.hears({ text: "First" });
  await until(() => world.platform.sent.length === 1);
  await world.call("post", `/conversations/${id}/take`);
  await world.hears({ text: "For the agent" });
  expect(await show(world, id)).toMatchObject({ owner: "agent", waiting: true });

  expect(await world.call("post", `/conversations/${id}/give-back`)).toMatchObject({ owner: "bot", assigneeId: null });
  await expect(world.call("post", `/conversations/${id}/give-back`)).rejects.toBeInstanceOf(Conflict);
  await sleep(300); // the bot would speak now
  await world.hears({ text: "For the bot" });
  await until(() => world.platform.sent.length === 2);
  expect(texts(world)).toEqual(["First", "For the bot"]);
  expect(await acts(world, id)).toEqual([
    "message",
    "answered",
    "handed-over",
    "message",
    "given-back",
    "message",
    "answered",
  ]);
});

test("giving back while people write loses no question and answers none twice", async () => {
  const world = await conversationsWorld([echo]);
  const id = await world.hears({ text: "start" });
  for (let round = 0; round < 5; round++) {
    await world.call("post", `/conversations/${id}/take`);
    await Promise.all([
      world.deliver({ key: `race-${round}`, place: "ana", from: "ana", text: `race-${round}` } as never),
      world.call("post", `/conversations/${id}/give-back`),
    ]);
    await world.hears({ text: `round-${round}` });
  }
  await until(() => texts(world).some((text) => text.includes("round-4")));
  const said = texts(world).join("|").split("|");
  for (let round = 0; round < 5; round++) expect(said.filter((text) => text === `round-${round}`)).toHaveLength(1);
  expect(new Set(said).size).toBe(said.length);
});

test("nobody found an answer: polite words, and the conversation is an agent's", async () => {
  const world = await conversationsWorld([handover]);
  const id = await world.hears({ text: "你们收旧花盆吗？" });
  await until(() => world.platform.sent.length === 1);
  expect(texts(world)[0]).toMatch(/同事/);
  expect(await show(world, id)).toMatchObject({ owner: "agent", language: "zh", assigneeId: null });
});

test("resolved, reopened, assigned, and by a new message opened again", async () => {
  const world = await conversationsWorld([echo]);
  const id = await world.hears({ text: "Hello" });
  expect(await world.call("post", `/conversations/${id}/resolve`)).toMatchObject({ status: "resolved" });
  expect(await world.call("post", `/conversations/${id}/reopen`)).toMatchObject({ status: "open" });
  await world.call("post", `/conversations/${id}/resolve`);
  await world.hears({ text: "One more thing" });
  expect(await show(world, id)).toMatchObject({ status: "open", owner: "bot" });

  const { staffId } = world.agent;
  expect(await world.call("post", `/conversations/${id}/assign`, { staffId })).toMatchObject({
    owner: "agent",
    assigneeId: staffId,
  });
  expect(await world.call("post", `/conversations/${id}/assign`, { staffId: null })).toMatchObject({
    owner: "agent",
    assigneeId: null,
  });
  await expect(world.call("post", `/conversations/${id}/assign`, { staffId: NOBODY })).rejects.toBeInstanceOf(Invalid);
  for (const operation of ["take", "give-back", "resolve", "reopen"]) {
    await expect(world.call("post", `/conversations/${NOBODY}/${operation}`)).rejects.toBeInstanceOf(NotFound);
  }
});

test("the list is by the last message, filtered, and its pages meet without gap or overlap", async () => {
  const world = await conversationsWorld();
  const ids = new Map<string, string>();
  for (let i = 0; i < 7; i++)
    ids.set(`p${i}`, await world.hears({ place: `p${i}`, text: `m${i}`, at: Date.UTC(2026, 0, 1 + (i >> 1)) }));
  const seen: ConversationView[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: Page<ConversationView> = await world.call("get", `/conversations?limit=2${query}`);
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items);
    cursor = page.next;
  }
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ids.values()));
  expect(seen).toHaveLength(7);
  const at = seen.map(({ lastMessageAt }) => lastMessageAt!);
  expect(at).toEqual([...at].sort().reverse());
  expect(seen[0]).toMatchObject({
    adapter: "loopback",
    channelName: "Test",
    kind: "direct",
    contact: { name: "p6", stage: "visitor" },
  });

  // nobody answers here, so all have been handed over
  const list = async (filter: string) =>
    (await world.call<Page<ConversationView>>("get", `/conversations?${filter}`)).items.map(({ id }) => id);
  await world.call("post", `/conversations/${ids.get("p3")}/give-back`);
  await world.call("post", `/conversations/${ids.get("p4")}/resolve`);
  await world.call("post", `/conversations/${ids.get("p5")}/take`);
  expect(await list("owner=bot")).toEqual([ids.get("p3")]);
  expect(await list("status=resolved")).toEqual([ids.get("p4")]);
  expect(await list(`assigneeId=${world.agent.staffId}`)).toEqual([ids.get("p5")]);
  expect(await list(`contactId=${seen[0]!.contact!.id}`)).toEqual([seen[0]!.id]);
  expect(await list(`channelId=${NOBODY}`)).toEqual([]);
  await expect(list("cursor=nonsense")).rejects.toBeInstanceOf(Invalid);
  await expect(list("owner=cat")).rejects.toThrow();
});

test("messages and events are read in both directions", async () => {
  const world = await conversationsWorld();
  let id = "";
  for (let i = 0; i < 5; i++) id = await world.hears({ text: `m${i}`, key: `k${i}` });
  const read = (query: string) => world.call<MessagesPage>("get", `/conversations/${id}/messages?${query}`);
  const last = await read("limit=2");
  expect(last.items.map(({ text }) => text)).toEqual(["m3", "m4"]);
  const before = await read(`limit=2&before=${last.next}`);
  expect(before.items.map(({ text }) => text)).toEqual(["m1", "m2"]);
  const first = await read(`limit=2&before=${before.next}`);
  expect(first).toMatchObject({ items: [{ text: "m0" }], next: null });
  const on = await read(`limit=3&after=${first.items[0]!.seq}`);
  expect(on.items.map(({ text }) => text)).toEqual(["m1", "m2", "m3"]);
  expect(await read(`limit=3&after=${on.next}`)).toMatchObject({ items: [{ text: "m4" }], next: null });
  await expect(read("before=3&after=1")).rejects.toThrow();

  const events = await world.call<EventsPage>("get", `/conversations/${id}/events?limit=3`);
  const rest = await world.call<EventsPage>("get", `/conversations/${id}/events?after=${events.next}`);
  const seqs = [...events.items, ...rest.items].map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_seq, i) => i + 1));
  await expect(world.call("get", `/conversations/${NOBODY}/messages`)).rejects.toBeInstanceOf(NotFound);
});

test("what was taken back is not shown again", async () => {
  const world = await conversationsWorld();
  const id = await world.hears({ text: "my secret", key: "k1" });
  await world.hears({ text: "", key: "k2", remove: "k1" });
  const { items } = await world.call<MessagesPage>("get", `/conversations/${id}/messages`);
  expect(items).toMatchObject([{ text: "", parts: [], externalId: "k1" }]);
  expect(items[0]!.deletedAt).not.toBeNull();
});
