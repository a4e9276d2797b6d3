import { expect, test } from "vitest";
import { handoverWorld, type HandoverWorld } from "../../tests/support/handover.ts";
import type { HandoverView, QueueView, TeamView } from "../contract/api-handover.ts";
import { createHandover } from "./index.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../../tests/support/log.ts";

const HOUR_MS = 3_600_000;
const never = { timeZone: "UTC", days: Array.from({ length: 7 }, () => []), holidays: [] };

const handoverOf = async (world: HandoverWorld, id: string) =>
  (await world.call<{ handover: HandoverView }>("get", `/conversations/${id}/handover`)).handover;

async function withTeam(names: string[], capacity = 2) {
  const world = await handoverWorld();
  const people = await Promise.all(names.map((name) => world.person(name)));
  const memberIds = people.map(({ staffId }) => staffId);
  for (const staffId of memberIds) await world.call("put", `/experts/${staffId}`, { capacity });
  const team = await world.call<TeamView>("post", "/teams", { name: "Shop", isDefault: true, memberIds });
  return { world, people, team };
}

test("without teams the bot says that somebody will answer, and nobody is chosen", async () => {
  const world = await handoverWorld();
  const id = await world.hears("ana", "Can you paint it blue?");
  await world.settle();
  expect(world.said("ana")).toEqual([expect.stringMatching(/^Thank you .* a colleague will take over/)]);
  expect(await world.conversation(id)).toMatchObject({ owner: "agent", assigneeId: null });
  expect(await handoverOf(world, id)).toMatchObject({ kind: "unknown", state: "waiting", person: null });
});

test("the customer is told once, the least busy gets it, and the agent sees what it is about", async () => {
  const { world, people } = await withTeam(["Mei"]);
  const id = await world.hears("ana", "Can you paint it blue?");
  await world.settle();
  await world.hears("ana", "And green?");
  await world.settle();
  expect(world.said("ana")).toEqual([
    "Thank you for your message. I am not sure of the answer. A colleague will answer you here.",
  ]);
  expect(await world.conversation(id)).toMatchObject({ owner: "agent", assigneeId: people[0]!.staffId });
  const handover = await handoverOf(world, id);
  expect(handover).toMatchObject({
    kind: "unknown",
    state: "assigned",
    person: { name: "Mei" },
    team: { name: "Shop" },
  });
  expect(handover.summary).toMatchObject({ who: "ana", channel: "Test", language: "en" });
  expect(handover.summary.messages.map(({ text }) => text)).toContain("Can you paint it blue?");
});

test.each([
  ["are you open? no, let me talk to a person", "wish", /A colleague will answer you here/],
  ["你们几点open？算了，转人工", "wish", /同事会在这里回复您/],
  ["This is ridiculous!!! When are you open?", "anger", /^I am sorry about this/],
])("a person is asked for before the bot tries: %s", async (text, kind, words) => {
  const { world } = await withTeam(["Mei"]);
  const id = await world.hears("ana", text);
  await world.settle();
  expect(world.said("ana")).toEqual([expect.stringMatching(words)]);
  expect(await handoverOf(world, id)).toMatchObject({ kind, state: "assigned" });
});

test("what the bot knows it answers, and a group is left alone", async () => {
  const { world } = await withTeam(["Mei"]);
  await world.hears("ana", "No need to talk to a person. When are you open?");
  await world.hears("club", "@shop let me talk to a person", { group: true, addressed: true, from: "ana" });
  await world.settle();
  expect(world.said("ana")).toEqual(["From 9 to 5."]);
  expect(world.said("club")).toEqual([]);
});

test("switched off, a wish is a question like any other", async () => {
  const { world } = await withTeam(["Mei"]);
  await world.call("put", "/handover-settings", { onWish: false, onAnger: false, resumeAfterHours: null });
  const id = await world.hears("ana", "I want a human!!! This is unacceptable");
  await world.settle();
  expect(await handoverOf(world, id)).toMatchObject({ kind: "unknown" });
});

test("a rule hands over what the bot could answer, to whom it says", async () => {
  const { world } = await withTeam(["Mei"]);
  const law = await world.person("Lex");
  const to = { type: "expert", staffId: law.staffId };
  await world.call("post", "/handover-rules", { name: "Law", begins: true, words: ["contract", "合同"], to });
  await expect(world.call("post", "/handover-rules", { name: "All", begins: true, to })).rejects.toThrow(/Say which/);
  await world.settle();
  const id = await world.hears("ana", "Is my contract open?");
  await world.settle();
  expect(await handoverOf(world, id)).toMatchObject({ kind: "rule", person: { name: "Lex" }, reason: "by rule: Law" });
});

test("who waits is told their place in the line, and the line moves when somebody is done", async () => {
  const { world, people } = await withTeam(["Mei"], 1);
  const ids: string[] = [];
  for (const place of ["ana", "ben", "cla"]) {
    ids.push(await world.hears(place, "Can you paint it?"));
    await world.settle();
  }
  expect(world.said("cla")[0]).toMatch(/You are number 2 in line\.$/);
  expect(await handoverOf(world, ids[2]!)).toMatchObject({
    state: "waiting",
    queue: { position: 2, medianMinutes: null },
  });
  const { items } = await world.call<QueueView>("get", "/handovers");
  expect(items.map(({ conversationId }) => conversationId)).toEqual(ids.slice(1));

  await world.call("post", `/conversations/${ids[0]}/resolve`, undefined, people[0]);
  await world.settle();
  expect(await world.conversation(ids[1]!)).toMatchObject({ assigneeId: people[0]!.staffId });
  expect(await world.conversation(ids[2]!)).toMatchObject({ assigneeId: null });
});

test("whoever is away gets nothing, and what waits when they are back", async () => {
  const { world, people } = await withTeam(["Mei"]);
  await world.call("put", "/me/availability", { isAway: true }, people[0]);
  const id = await world.hears("ana", "Can you paint it?");
  await world.settle();
  expect(await world.conversation(id)).toMatchObject({ assigneeId: null });
  expect(world.said("ana")[0]).toMatch(/as soon as possible/); // nobody knows when
  await world.call("put", "/me/availability", { isAway: false }, people[0]);
  await world.settle();
  expect(await world.conversation(id)).toMatchObject({ assigneeId: people[0]!.staffId });
});

test("out of hours the customer is told when, and nothing where nobody knows", async () => {
  const { world, people, team } = await withTeam(["Mei"]);
  const at = new Date(Date.now() + 26 * HOUR_MS);
  const day = (at.getUTCDay() + 6) % 7;
  const days = Array.from({ length: 7 }, (_, i) => (i === day ? [{ from: "00:00", to: "24:00" }] : []));
  const memberIds = [people[0]!.staffId];
  const body = { name: "Shop", isDefault: true, memberIds };
  await world.call("put", `/teams/${team.id}`, { ...body, hours: { ...never, days } });
  await world.hears("ana", "Can you paint it?");
  await world.settle();
  expect(world.said("ana")[0]).toMatch(/We are open again (tomorrow|on \w+) at 0:00 \(UTC\)\.$/);
  await world.call("put", `/teams/${team.id}`, { ...body, hours: never });
  await world.hears("ben", "Can you paint it?");
  await world.settle();
  expect(world.said("ben")[0]).toMatch(/as soon as possible/);
});

test("how long it takes is said once it was measured", async () => {
  const { world, people } = await withTeam(["Mei"], 50);
  for (const place of ["a", "b", "c", "d", "e"]) {
    const id = await world.hears(place, "Can you paint it?");
    await world.settle();
    await world.call("post", `/conversations/${id}/messages`, { text: "Yes." }, people[0]);
  }
  await world.db.query("UPDATE handover SET first_reply_at = at + interval '7 minutes'");
  await world.hears("zoe", "Can you paint it?");
  await world.settle();
  expect(world.said("zoe")[0]).toMatch(/The first reply usually takes about 10 minutes\.$/);
});

test("two hubs never give one person more than they take", { timeout: 30_000 }, async () => {
  const { world, people } = await withTeam(["Mei", "Ben"], 3);
  const ids = [];
  for (let i = 0; i < 10; i++) ids.push(await world.hears(`customer-${i}`, "Can you paint it?"));
  const parts = { db: world.db, clock: systemClock, log: silentLog, changed: () => undefined };
  const rooms = Array.from({ length: 4 }, () => createHandover(parts));
  await Promise.all(
    rooms.map(async (room) => {
      for (let i = 0; i < 12; i++) await room.assign();
    }),
  );
  await world.settle();
  const held = await world.db.query<{ id: string; n: number }>(
    "SELECT assignee_id AS id, count(*)::int AS n FROM conversation WHERE assignee_id IS NOT NULL GROUP BY 1",
  );
  expect(Object.fromEntries(held.map(({ id, n }) => [id, n]))).toEqual(
    Object.fromEntries(people.map(({ staffId }) => [staffId, 3])),
  );
});

test("given back, the bot says so in a sentence and answers; handed over again, it tells anew", async () => {
  const { world, people } = await withTeam(["Mei"]);
  const id = await world.hears("ana", "Can you paint it?");
  await world.settle();
  await world.call("post", `/conversations/${id}/give-back`, undefined, people[0]);
  await world.settle();
  await world.hears("ana", "When are you open?");
  await world.hears("ana", "Can you paint it?");
  await world.settle();
  expect(world.said("ana")).toEqual([
    expect.stringContaining("A colleague will answer"),
    expect.stringMatching(/^I am the assistant, and I am back/),
    "From 9 to 5.",
    expect.stringContaining("A colleague will answer"),
  ]);
});

test("after the hours of the setting the bot is back, and says so when it is asked", async () => {
  const { world, people } = await withTeam(["Mei"]);
  await world.call("put", "/handover-settings", { onWish: true, onAnger: true, resumeAfterHours: 12 });
  const answered = await world.hears("ana", "Can you paint it?");
  const waiting = await world.hears("ben", "Can you paint it?");
  await world.settle();
  await world.call("post", `/conversations/${answered}/messages`, { text: "Yes." }, people[0]);
  await world.room.rest(world.speakers);
  expect(await world.conversation(answered)).toMatchObject({ owner: "agent" });
  world.pass(13 * HOUR_MS);
  await world.room.rest(world.speakers);
  await world.settle();
  expect(await world.conversation(answered)).toMatchObject({ owner: "bot", assigneeId: null });
  expect(await world.conversation(waiting)).toMatchObject({ owner: "agent" }); // they still wait for a person
  expect(world.said("ana").at(-1)).toBe("Yes.");
  await world.hears("ana", "When are you open?");
  await world.settle();
  expect(world.said("ana").slice(-2)).toEqual([expect.stringMatching(/^I am the assistant/), "From 9 to 5."]);
});

test("whoever writes on after it was resolved comes to the same person again", async () => {
  const { world, people } = await withTeam(["Mei", "Ben"]);
  const id = await world.hears("ana", "Can you paint it?");
  await world.settle();
  const { assigneeId } = await world.conversation(id);
  await world.call("post", `/conversations/${id}/resolve`, undefined, people[0]);
  await world.settle();
  await world.hears("ana", "One more thing");
  await world.settle();
  expect(await world.conversation(id)).toMatchObject({ status: "open", assigneeId });
  expect(await handoverOf(world, id)).toMatchObject({ kind: "again", state: "assigned" });
});

test("a team that a rule leads to stays, and a rule leads somewhere", async () => {
  const { world, team } = await withTeam(["Mei"]);
  const rule = { name: "All", to: { type: "team", teamId: team.id } };
  const { id } = await world.call<{ id: string }>("post", "/handover-rules", rule);
  await expect(world.call("delete", `/teams/${team.id}`)).rejects.toThrow(/"All" leads to this team/);
  await world.call("delete", `/handover-rules/${id}`);
  await world.call("delete", `/teams/${team.id}`);
  await expect(world.call("post", "/handover-rules", rule)).rejects.toThrow(/leads to nobody/);
  await expect(world.call("put", `/teams/${team.id}`, { name: "Shop" })).rejects.toThrow(/no such team/);
});
