import { expect, test } from "vitest";
import {
  attributionWorld,
  entered,
  recorded,
  wrote,
  type AttributionWorld,
  type Person,
} from "../../tests/support/attribution.ts";
import type { NewEntryPoint } from "../contract/api-attribution.ts";
import type { RecordedEvent, Turn, TurnMessage } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";

const GREETING = { en: "Welcome to the spring fair!", zh: "欢迎来到春季展！" };
const OFFER = { en: "Ten per cent off today.", zh: "今天九折。" };

const door = (world: AttributionWorld, more: Partial<NewEntryPoint> = {}) =>
  world.entryPoints.create({
    name: "Fair",
    medium: "poster",
    channelId: world.channelId,
    landing: { greeting: GREETING, offer: OFFER },
    ...more,
  });

async function makeAgent(world: AttributionWorld, name = "Mei"): Promise<string> {
  const id = newId();
  await world.db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, $2, $3, 'agent')", [
    id,
    name,
    `${id}@shop.example`,
  ]);
  return id;
}

async function makeArticle(world: AttributionWorld, slug: string, enabled = true): Promise<void> {
  await world.db.prisma.article.create({ data: { id: newId(), slug, enabled } });
}

/** The events are recorded, and asked about as the corridor would. */
async function ask(
  world: AttributionWorld,
  person: Person,
  events: RecordedEvent[],
  more: { locale?: string; language?: string } = {},
) {
  await world.observe(...events);
  const touches = await world.db.prisma.touch.findMany({ where: { eventId: { in: events.map(({ id }) => id) } } });
  const messages = events.map(({ id, event, sentAt }, seq): TurnMessage => {
    const parts = event.type === "message" ? event.parts : [];
    const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("\n");
    const base = { seq, messageId: null, externalId: null, pressed: null, addressed: true, authorIsBot: false, sentAt };
    const entryPointId = touches.find(({ eventId }) => eventId === id)?.entryPointId ?? null;
    return { ...base, type: event.type === "entered" ? "entered" : "message", parts, text, entryPointId };
  });
  const turn: Turn = {
    conversation: {
      id: person.conversationId,
      channelId: person.channelId,
      place: "1",
      kind: "direct",
      owner: "bot",
      language: more.language ?? null,
    },
    contact: { id: person.contactId, name: null, locale: more.locale ?? null, stage: "visitor" },
    ...{ adapter: "telegram", capabilities: undefined as never, messages },
  };
  return world.landing.respond(turn, new AbortController().signal);
}

/** What we said is in the ledger now. */
const said = (world: AttributionWorld, person: Person, evidence: { entryPointId: string }) =>
  world.observe({
    ...recorded(person, { type: "answered", responder: "landing", messageIds: [newId()], evidence }),
    identityId: null,
  });

const start = (person: Person, code: string) => entered(person, { code, method: "start-param", raw: `/start ${code}` });
const texts = (parts: readonly { type: string }[] = []) =>
  parts.map((part) => ("text" in part ? part.text : part.type));

test("greeting and offer are said in the person's language, once per person and entry", async () => {
  const world = await attributionWorld();
  const { id, code } = await door(world);
  const other = await door(world, { landing: { greeting: { zh: "只有中文" } } });
  const [ana, bo] = [await world.person(), await world.person()];

  const answer = await ask(world, ana, [start(ana, code)], { locale: "zh-CN" });
  expect(answer).toEqual({
    ...{ parts: [GREETING.zh, OFFER.zh].map((text) => ({ type: "text", text })), language: "zh", rest: [] },
    evidence: { entryPointId: id },
  });
  await said(world, ana, { entryPointId: id });
  expect(await ask(world, ana, [start(ana, code)], { locale: "zh-CN" })).toBeUndefined();
  expect(texts((await ask(world, bo, [start(bo, code)], { locale: "en" }))?.parts)).toEqual([GREETING.en, OFFER.en]);
  expect(texts((await ask(world, ana, [start(ana, other.code)], { locale: "en" }))?.parts)).toEqual(["只有中文"]);
});

test("where nobody knows their language, both are said", async () => {
  const world = await attributionWorld();
  const { code } = await door(world, { landing: { greeting: GREETING } });
  const ana = await world.person();
  expect(texts((await ask(world, ana, [start(ana, code)]))?.parts)).toEqual([`${GREETING.en}\n\n${GREETING.zh}`]);
});

test("a question that came with it is left to the others, without the code; courtesies are not", async () => {
  const world = await attributionWorld();
  const { code } = await door(world, { keyword: "SPRING" });
  const cases: [string, string[]][] = [
    [`Hi! [${code}] I saw your poster`, []],
    [`[${code}] Are you open on Sunday?`, ["Are you open on Sunday?"]],
    [`我从${code}来，几点开门`, ["我从 来，几点开门"]],
    ["spring", []],
    ["Spring! 还有货吗", ["还有货吗"]],
  ];
  for (const [words, rest] of cases) {
    const ana = await world.person();
    const answer = await ask(world, ana, [wrote(ana, words)]);
    expect(answer?.parts, words).not.toEqual([]);
    expect(
      answer?.rest?.map(({ text }) => text),
      words,
    ).toEqual(rest);
    expect(texts(answer?.rest?.[0]?.parts), words).toEqual(rest.slice(0, 1));
  }
});

test("two lines in one turn: the door is greeted, the question goes on", async () => {
  const world = await attributionWorld();
  const { code } = await door(world);
  const ana = await world.person();
  const answer = await ask(world, ana, [start(ana, code), wrote(ana, "How much is delivery?")]);
  expect(texts(answer?.parts)).toEqual([GREETING.en, OFFER.en]);
  expect(answer?.rest).toMatchObject([{ type: "message", text: "How much is delivery?" }]);
});

test("without words of its own, a keyword alone counts as coming in, so that the usual welcome is said", async () => {
  const world = await attributionWorld();
  await door(world, { keyword: "SPRING", landing: {} });
  const ana = await world.person();
  expect(await ask(world, ana, [wrote(ana, "spring")])).toMatchObject({
    parts: [],
    rest: [{ type: "entered", text: "" }],
  });
  expect(await ask(world, ana, [wrote(ana, "hello there")])).toBeUndefined();
});

test("before its start, after its end and once archived it says nothing", async () => {
  const world = await attributionWorld();
  const early = await door(world, { startsAt: "2026-03-02T00:00:00Z" });
  const late = await door(world, { endsAt: "2026-03-01T12:00:00Z" });
  const gone = await door(world);
  await world.entryPoints.archive(gone.id);
  const ana = await world.person();
  for (const { code } of [early, late, gone]) expect(await ask(world, ana, [start(ana, code)])).toBeUndefined();
  expect(await world.db.prisma.touch.count()).toBe(3);
});

test("an article answers as though they had picked it, while there is such", async () => {
  const world = await attributionWorld();
  await makeArticle(world, "opening-hours");
  const { id, code } = await door(world, { landing: { article: "opening-hours" } });
  const ana = await world.person();
  expect(await ask(world, ana, [start(ana, code)])).toMatchObject({
    ...{ parts: [], evidence: { entryPointId: id } },
    rest: [{ type: "pressed", pressed: "article:opening-hours", text: "" }],
  });
  await world.db.prisma.article.updateMany({ data: { enabled: false } });
  expect(await ask(world, ana, [start(ana, code)])).toBeUndefined();
  await expect(door(world, { landing: { article: "opening-hours" } })).rejects.toMatchObject({
    fields: { "landing.article": expect.any(String) },
  });
});

test("an owner gets the conversation, and the bot keeps silent or goes on", async () => {
  const world = await attributionWorld();
  const [mei, li] = [await makeAgent(world), await makeAgent(world, "Li")];
  const owned = await door(world, { ownerId: mei, landing: {} });
  expect(owned).toMatchObject({ ownerId: mei, owner: "Mei" });
  const ana = await world.person();
  const question = wrote(ana, "How much is it?");
  const answer = await ask(world, ana, [start(ana, owned.code), question], { locale: "en" });
  expect(answer).toMatchObject({ assigneeId: mei, handover: "came to their account manager", rest: [] });
  expect(texts(answer?.parts)).toEqual(["Hello, and welcome! Your personal contact will answer you here."]);

  const helped = await door(world, { ownerId: mei, landing: { assignTo: li, bot: "answers", greeting: GREETING } });
  const other = await ask(world, ana, [start(ana, helped.code), question]);
  expect(other).toMatchObject({ assigneeId: li, rest: [{ text: "How much is it?" }] });
  expect(other?.handover).toBeUndefined();

  await world.db.query("UPDATE staff SET ended_at = now() WHERE id = $1", [mei]);
  expect(await ask(world, ana, [start(ana, owned.code)])).toBeUndefined();
  await expect(door(world, { ownerId: mei })).rejects.toMatchObject({ fields: { ownerId: expect.any(String) } });
});

test("a code with one slip in it is read back, so that they can say no", async () => {
  const world = await attributionWorld();
  const { code } = await door(world, { landing: {} });
  const ana = await world.person();
  const typed = code.replace(/[a-z]/i, (letter) => (letter.toLowerCase() === "z" ? "y" : "z"));
  expect(texts((await ask(world, ana, [wrote(ana, typed)], { language: "zh" }))?.parts)).toEqual([
    expect.stringContaining(`我识别为 ${code}`),
  ]);
});

test("in a group, and for who came through no door, there is nothing to say", async () => {
  const world = await attributionWorld();
  const ana = await world.person();
  expect(await ask(world, ana, [wrote(ana, "hello")])).toBeUndefined();
});
