import { expect, test } from "vitest";
import {
  attributionWorld,
  entered,
  recorded,
  wrote,
  type AttributionWorld,
  type Person,
} from "../../tests/support/attribution.ts";
import { newId } from "../lib/ids.ts";

const poster = (world: AttributionWorld) =>
  world.entryPoints.create({ name: "Poster", medium: "poster", channelId: world.channelId });
const touches = (world: AttributionWorld) => world.db.prisma.touch.findMany({ orderBy: { id: "asc" } });
const contact = (world: AttributionWorld, id: string) => world.db.prisma.contact.findUniqueOrThrow({ where: { id } });
const start = (code: string) => ({ code, method: "start-param" as const, raw: `/start ${code}` });
const stageOf = async (world: AttributionWorld, { contactId }: Person) => (await contact(world, contactId)).stage;
const later = (minutes: number) => ({ sentAt: new Date(Date.parse("2026-03-01T10:00:00Z") + minutes * 60_000) });

test("people move by what they say, each move with its cause, never down", async () => {
  const world = await attributionWorld();
  const ana = await world.person();
  await world.observe(wrote(ana, "hello"), wrote(ana, "这个多少钱？", later(1)));
  await world.observe(wrote(ana, "my mail is ana@shop.example", later(2)));
  await world.observe(wrote(ana, "how much is the other?", later(3)));
  expect(await world.db.prisma.stageChange.findMany({ orderBy: [{ at: "asc" }, { id: "asc" }] })).toMatchObject([
    {
      fromStage: "visitor",
      toStage: "contact",
      cause: "first message",
      trigger: "message",
      identityId: ana.identityId,
    },
    { fromStage: "contact", toStage: "lead", cause: "asked for the price", trigger: "price-asked" },
    { fromStage: "lead", toStage: "opportunity", cause: "said how to reach them", trigger: "contact-given" },
  ]);
  expect(await stageOf(world, ana)).toBe("opportunity");
});

test("an answer with an article of the rule says that they asked for the price", async () => {
  const world = await attributionWorld();
  const ana = await world.person();
  const articleId = newId();
  const { items } = await world.call<{ items: { id: string; trigger: string }[] }>("get", "/stage-rules");
  const { id } = items.find(({ trigger }) => trigger === "price-asked")!;
  await world.call("patch", `/stage-rules/${id}`, { words: [], articleIds: [articleId] });
  await world.observe(wrote(ana, "how much?"));
  expect(await stageOf(world, ana)).toBe("contact");
  await world.observe(
    recorded(ana, { type: "answered", responder: "knowledge", messageIds: [], evidence: { articleId } }),
  );
  expect(await stageOf(world, ana)).toBe("lead");
});

test("whoever brings somebody new has recommended us; bringing oneself or somebody known is nothing", async () => {
  const world = await attributionWorld();
  const [ana, bo] = [await world.person(), await world.person()];
  const invite = await world.entryPoints.create({
    name: "Ana's",
    medium: "referral",
    channelId: world.channelId,
    contactId: ana.contactId,
  });
  const other = await poster(world);
  await world.observe(entered(ana, start(invite.code)));
  await world.observe(entered(bo, start(other.code)), entered(bo, start(invite.code), later(1).sentAt));
  expect(await stageOf(world, ana)).toBe("visitor");
  await world.observe(entered(await world.person(), start(invite.code)));
  expect(await stageOf(world, ana)).toBe("advocate");
});

test("who has fallen silent lapses, once, and is back where they stood when they write", async () => {
  const world = await attributionWorld();
  const [ana, bo] = [await world.person(), await world.person()];
  await world.observe(wrote(ana, "how much?"), wrote(bo, "hi"));
  await world.db.query("UPDATE contact SET created_at = '2026-03-01'");
  world.clock.at = new Date("2026-05-29T00:00:00Z"); // 88 days
  await world.sweepStages();
  expect(await stageOf(world, ana)).toBe("lead");

  await world.db.query("UPDATE contact SET stage_at = '2026-03-10' WHERE id = $1", [bo.contactId]);
  world.clock.at = new Date("2026-06-01T00:00:00Z");
  expect(await world.sweepStages()).toBeGreaterThan(0); // only once a day
  expect(await stageOf(world, ana)).toBe("lead");
  world.clock.elapsedMs += 86_400_000;
  await world.sweepStages();
  expect([await stageOf(world, ana), await stageOf(world, bo)]).toEqual(["lapsed", "contact"]);
  world.clock.elapsedMs += 86_400_000;
  await world.sweepStages();
  await world.observe(wrote(ana, "are you still there?", { sentAt: new Date("2026-06-02T00:00:00Z") }));
  expect(await stageOf(world, ana)).toBe("lead");
  const changes = await world.db.prisma.stageChange.findMany({
    where: { contactId: ana.contactId },
    orderBy: { at: "asc" },
  });
  expect(changes.slice(-2)).toMatchObject([
    { fromStage: "lead", toStage: "lapsed", cause: "silent for 90 days", trigger: "silent" },
    { fromStage: "lapsed", toStage: "lead", cause: "back: first message" },
  ]);
});

test("linking two people makes one history by time; taking it back restores both", async () => {
  const world = await attributionWorld();
  const [old, young] = [await poster(world), await poster(world)];
  const [ana, account] = [await world.person(), await world.person()];
  await world.observe(entered(ana, start(old.code), new Date("2026-01-01T00:00:00Z")), wrote(ana, "how much?"));
  await world.observe(entered(account, start(young.code)), wrote(account, "hello", later(5)));
  await world.observe(wrote(account, "call +49 170 1234567", later(6)));
  const state = async () => {
    const people = await Promise.all([ana, account].map(({ contactId }) => contact(world, contactId)));
    const changes = await world.db.prisma.stageChange.findMany({ orderBy: { id: "asc" } });
    return [people, await touches(world), changes];
  };
  const before = await state();
  const move = (contactId: string) =>
    world.db.transaction(async (tx) => {
      await tx.query("UPDATE identity SET contact_id = $2 WHERE id = $1", [ana.identityId, contactId]);
      await world.onIdentityMoved({ identityId: ana.identityId, contactId }, tx);
    });
  await move(account.contactId);
  const linked = await contact(world, account.contactId);
  const first = (await touches(world)).find(({ id }) => id === linked.firstTouchId);
  expect(first).toMatchObject({ entryPointId: old.id, contactId: account.contactId });
  expect(linked.stage).toBe("opportunity");
  expect(await contact(world, ana.contactId)).toMatchObject({ firstTouchId: null, stage: "visitor" });
  await move(ana.contactId);
  expect(await state()).toEqual(before);
});

test("time in stage counts stays that ended, and those that last", async () => {
  const world = await attributionWorld();
  const [ana, bo] = [await world.person(), await world.person()];
  await world.db.query("UPDATE contact SET created_at = '2026-02-27T10:00:00Z'");
  await world.observe(wrote(ana, "hello"), wrote(bo, "hello"));
  world.clock.at = new Date("2026-03-05T10:00:00Z");
  await world.observe(wrote(ana, "how much?", { sentAt: new Date("2026-03-03T10:00:00Z") }));
  const { stages } = await world.call<{ stages: object[] }>("get", "/reports/stages");
  expect(stages.slice(0, 3)).toMatchObject([
    { stage: "visitor", entered: 2, movedOn: 2, still: 0, medianDays: 2 },
    { stage: "contact", entered: 2, movedOn: 1, still: 1, medianDays: 2, stillMedianDays: 4 },
    { stage: "lead", entered: 1, movedOn: 0, still: 1, medianDays: null },
  ]);
});

test("beside a conversation stands where its person came from and how far they are", async () => {
  const world = await attributionWorld();
  const [one, two] = [await poster(world), await poster(world)];
  const ana = await world.person();
  await world.observe(
    entered(ana, start(one.code)),
    wrote(ana, "hello", later(1)),
    entered(ana, start(two.code), later(2).sentAt),
  );
  expect(await world.call("get", `/conversations/${ana.conversationId}/journey`)).toMatchObject({
    ...{ contactId: ana.contactId, stage: "contact", touches: 2 },
    first: { entryPoint: { id: one.id }, medium: "poster", confidence: "high" },
    last: { entryPoint: { id: two.id } },
    steps: [{ type: "touch" }, { type: "stage", to: "contact", trigger: "message" }, { type: "touch" }],
  });
  await expect(world.call("get", `/conversations/${newId()}/journey`)).rejects.toThrow("no such conversation");
});
