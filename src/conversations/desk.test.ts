import { expect, test } from "vitest";
import type { ConversationView } from "../contract/api-conversations.ts";
import type { FoundView, LabelView, NoteView, ScheduledView } from "../contract/api-desk.ts";
import { fillCanned } from "../contract/canned.ts";
import { Conflict, Forbidden, Invalid, NotFound, type Page } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { callRoute } from "../../tests/support/call-route.ts";
import { conversationsWorld, type ConversationsWorld } from "../../tests/support/conversations.ts";
import { until } from "../../tests/support/corridor.ts";

const idsOf = ({ items }: Page<ConversationView>) => items.map(({ id }) => id);
const list = (world: ConversationsWorld, query: string) =>
  world.call<Page<ConversationView>>("get", `/conversations?${query}`);
const find = (world: ConversationsWorld, q: string) =>
  world.call<{ items: FoundView[] }>("get", `/conversations/search?q=${encodeURIComponent(q)}`);
const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

test("finds what was said and who said it, in English and in both spellings of Chinese", async () => {
  const world = await conversationsWorld([]);
  const ana = await world.hears({ place: "ana", text: "Do you deliver roses to the Old-Town, order A-1234?" });
  const li = await world.hears({ place: "li", text: "请问今天开门吗？能用PayPal付款吗" });
  const chen = await world.hears({ place: "chen", text: "請問玫瑰花多少錢" });
  await world.db.query("UPDATE contact SET name = '陳大文' WHERE id = (SELECT contact_id FROM conversation WHERE id = $1)", [chen]); // prettier-ignore
  const found = async (q: string) => (await find(world, q)).items.map(({ conversation }) => conversation.id);
  expect(await found("rose")).toEqual([ana]);
  expect(await found("ORDER a-1234")).toEqual([ana]);
  expect(await found("old town tulips")).toEqual([]);
  expect(await found("今天开门")).toEqual([li]);
  expect(await found("今天關門")).toEqual([]);
  expect(await found("paypal付款")).toEqual([li]);
  expect(await found("玫瑰花多少钱")).toEqual([chen]);
  expect(await found("请问")).toEqual([chen, li]);
  expect(await found("门")).toEqual([li]);
  expect(await found("陈大文")).toEqual([chen]);
  for (const odd of ["'", "\\", "&|!:*", "a' | 'b", "💐", "%", "()"]) await find(world, odd);
  expect((await find(world, "roses")).items[0]).toMatchObject({ hit: { text: expect.stringContaining("roses") } });
  expect((await find(world, "陈大文")).items[0]).toMatchObject({ hit: null });
});

test("a long message and one with nothing but odd characters are recorded and found by their beginning", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: `begins ${"花束 bouquet ".repeat(90_000)}` });
  await world.hears({ place: "odd", text: "\u0001\u2028 ��   ' \\" });
  expect((await find(world, "begins")).items.map(({ conversation }) => conversation.id)).toEqual([id]);
});

test("lists by label, by who has it, by what is unread and by whom a note names", async () => {
  const world = await conversationsWorld([]);
  const ana = await world.hears({ place: "ana", text: "One" });
  const ben = await world.hears({ place: "ben", text: "Two" });
  const vip = await world.call<LabelView>("post", "/labels", { name: "VIP", nameZh: "贵宾", colour: "violet" });
  await expect(world.call("post", "/labels", { name: "VIP", colour: "red" })).rejects.toBeInstanceOf(Conflict);
  expect(await world.call("put", `/conversations/${ana}/labels`, { labelIds: [vip.id, newId()] })).toMatchObject({
    labels: [{ name: "VIP", nameZh: "贵宾", colour: "violet" }],
  });
  await world.call("post", `/conversations/${ben}/take`);

  expect(idsOf(await list(world, `labelId=${vip.id}`))).toEqual([ana]);
  expect(idsOf(await list(world, "assignee=me"))).toEqual([ben]);
  expect(idsOf(await list(world, "assignee=nobody"))).toEqual([ana]);
  expect(idsOf(await list(world, "unread=true"))).toEqual([ben, ana]);
  expect((await list(world, "unread=true&status=open&assignee=me")).items).toMatchObject([{ id: ben, unread: 1 }]);
  await world.call("post", `/conversations/${ben}/read`, { seq: 1 });
  expect(idsOf(await list(world, "unread=true"))).toEqual([ana]);
  await world.hears({ place: "ben", text: "Three" });
  expect((await list(world, "unread=true")).items[0]).toMatchObject({ id: ben, unread: 1 });

  const note = await world.call<NoteView>("post", `/conversations/${ana}/notes`, {
    text: "Mei, she is a regular.",
    mentions: [world.agent.staffId, newId()],
  });
  expect(note).toMatchObject({ name: "Mei", afterSeq: 2, mentions: [{ id: world.agent.staffId, name: "Mei" }] });
  expect(idsOf(await list(world, "mentioned=true"))).toEqual([ana]);
  expect(world.platform.sent).toEqual([]);

  await world.call("delete", `/notes/${note.id}`);
  expect(await world.call("get", `/conversations/${ana}/notes`)).toEqual({ items: [] });
  const [row] = await world.db.query("SELECT text FROM note");
  expect(row).toEqual({ text: "" });
});

test("a note is its writer's to remove; a view is its maker's, and seen by others only when shared", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: "One" });
  const note = await world.call<NoteView>("post", `/conversations/${id}/notes`, { text: "Mine" });
  const other = { staffId: newId(), name: "Li", role: "agent" as const };
  const asOther = (method: string, path: string) => callRoute<{ items: unknown[] }>(world.routes, other, method, path, undefined); // prettier-ignore
  await expect(asOther("delete", `/notes/${note.id}`)).rejects.toBeInstanceOf(Forbidden);

  const own = await world.call<{ id: string }>("post", "/saved-views", { name: "Own", filter: { status: "open" } });
  const shared = await world.call<{ id: string }>("post", "/saved-views", { name: "All", isShared: true, filter: { unread: true } }); // prettier-ignore
  expect((await asOther("get", "/saved-views")).items).toEqual([
    { id: shared.id, name: "All", isShared: true, mine: false, filter: { unread: true } },
  ]);
  await expect(asOther("delete", `/saved-views/${own.id}`)).rejects.toBeInstanceOf(NotFound);
  await expect(asOther("delete", `/saved-views/${shared.id}`)).rejects.toBeInstanceOf(Forbidden);
  await world.call("delete", `/saved-views/${own.id}`);
});

test("what is snoozed opens at its time, or when they write", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: "Later, please" });
  await expect(world.call("post", `/conversations/${id}/snooze`, { until: soon(-1) })).rejects.toBeInstanceOf(Invalid);
  expect(await world.call("post", `/conversations/${id}/snooze`, { until: soon(3_600_000) })).toMatchObject({
    status: "snoozed",
  });
  await world.hears({ text: "Now" });
  expect(await world.call("get", `/conversations/${id}`)).toMatchObject({ status: "open", snoozedUntil: null });

  await world.call("post", `/conversations/${id}/snooze`, { until: soon(40) });
  await until(async () => {
    await world.later.step();
    return (await world.call<ConversationView>("get", `/conversations/${id}`)).status === "open";
  });
});

test("what is written for later goes out once at its time, unless it is cancelled", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: "Remind me" });
  const write = (text: string, dueAt: string) =>
    world.call<ScheduledView>("post", `/conversations/${id}/scheduled`, { reply: { text }, dueAt });
  const gone = await write("Never mind", soon(60));
  expect(await world.call("delete", `/scheduled-messages/${gone.id}`)).toMatchObject({ state: "cancelled" });
  const made = await write("Here we are", soon(60));
  expect(await world.call("get", `/conversations/${id}/scheduled`)).toMatchObject({ items: [{ text: "Here we are" }] });
  await until(async () => {
    await Promise.all([world.later.step(), world.later.step()]);
    return world.platform.sent.length > 0;
  });
  await world.later.step();
  expect(world.platform.sent.map(({ parts }) => parts)).toEqual([[{ type: "text", text: "Here we are" }]]);
  await expect(world.call("delete", `/scheduled-messages/${made.id}`)).rejects.toBeInstanceOf(Conflict);
  expect(await world.call("get", `/conversations/${id}/scheduled`)).toEqual({ items: [] });
});

test("says who else is there, until they leave or fall silent", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: "Hello" });
  const li = { staffId: newId(), name: "Li", role: "agent" as const };
  await world.db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Li', 'li@shop.example', 'agent')", [li.staffId]); // prettier-ignore
  const asLi = (doing: string) =>
    callRoute<{ items: unknown[] }>(world.routes, li, "post", `/conversations/${id}/presence`, { doing });
  await world.call("post", `/conversations/${id}/presence`, { doing: "writing" });
  expect(await asLi("looking")).toEqual({ items: [{ staffId: world.agent.staffId, name: "Mei", doing: "writing" }] });
  expect(world.told).toContain(`presence ${id}`);
  await world.db.query("UPDATE desk_presence SET until = now() - interval '1 s' WHERE staff_id = $1", [world.agent.staffId]); // prettier-ignore
  expect(await asLi("gone")).toEqual({ items: [] });
});

test("a canned reply is kept under its shortcut, and what nobody knows is left to be seen", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: "Hello" });
  const body = { shortcut: "Hours", title: "Opening hours", textEn: "Dear {{name}}, we open at 9. {{ agent }}" };
  const made = await world.call<{ id: string }>("post", "/canned-replies", body);
  expect(made).toMatchObject({ shortcut: "hours", textZh: null });
  await expect(world.call("post", "/canned-replies", body)).rejects.toBeInstanceOf(Conflict);
  await expect(world.call("post", "/canned-replies", { shortcut: "x", title: "x" })).rejects.toThrow();
  await world.call("put", `/canned-replies/${made.id}`, { ...body, textZh: "{{name}}您好，九点开门。" });
  const values = await world.call<Record<string, string>>("get", `/conversations/${id}/canned-values`);
  expect(values).toMatchObject({ agent: "Mei", channel: "Test" });
  expect(fillCanned("{{agent}} about {{order}}", values)).toEqual({ text: "Mei about {{order}}", missing: ["order"] });
});

test("resolving and reopening stand in the ledger, once each", async () => {
  const world = await conversationsWorld([]);
  const id = await world.hears({ text: "Hello" });
  for (const name of ["resolve", "resolve", "reopen", "reopen"])
    await world.call("post", `/conversations/${id}/${name}`);
  const { items } = await world.call<{ items: { type: string }[] }>("get", `/conversations/${id}/events`);
  expect(items.map(({ type }) => type)).toEqual(["message", "handed-over", "resolved", "reopened"]);
});
