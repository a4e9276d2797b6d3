import { expect, test } from "vitest";
import { NO_BROWSER } from "../../tests/support/call-route.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { shopArticles } from "../../tests/support/articles.ts";
import { silentLog } from "../../tests/support/log.ts";
import { plainText, type Capabilities, type Part } from "../contract/index.ts";
import type { HubAct, RecordedEvent, Turn, TurnMessage } from "../corridor/index.ts";
import { systemClock } from "../lib/clock.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import { createKnowledge } from "./index.ts";

const shop = shopArticles();
const answerTo = (slug: string, language: "en" | "zh" = "en") =>
  shop.find((article) => article.slug === slug)!.texts[language]!.answer;
const signal = new AbortController().signal;
const text = (words: string): Part => ({ type: "text", text: words });

function message(parts: Part[], more: Partial<TurnMessage> = {}): TurnMessage {
  return {
    type: "message",
    seq: 1,
    messageId: newId(),
    externalId: "1",
    parts,
    text: plainText(parts),
    pressed: null,
    addressed: true,
    authorIsBot: false,
    sentAt: new Date(0),
    ...more,
  };
}

const pressed = (id: string) => message([], { type: "pressed", pressed: id, messageId: null });

function turn(messages: TurnMessage[], more: Partial<Turn["conversation"]> = {}, locale: string | null = null): Turn {
  return {
    conversation: {
      id: newId(),
      channelId: newId(),
      place: "1",
      kind: "direct",
      owner: "bot",
      language: null,
      ...more,
    },
    contact: { id: newId(), name: "Ana", locale },
    adapter: "telegram",
    capabilities: {} as Capabilities, // nothing here depends on the platform
    messages,
  };
}

async function openShop() {
  const db = await freshDatabase();
  const knowledge = createKnowledge({ db, clock: systemClock, log: silentLog });
  await knowledge.importArticles(shop);
  const respond = (asked: Turn) => knowledge.responder.respond(asked, signal);
  return { db, knowledge, respond, say: async (asked: Turn) => plainText((await respond(asked))?.parts ?? []) };
}

/** Writes an act of the hub into the ledger, as the corridor does, and shows it to the observer. */
async function act(
  db: Database,
  conversationId: string,
  seq: number,
  event: HubAct,
  observe: (events: RecordedEvent[]) => Promise<void>,
) {
  const recorded: RecordedEvent = {
    id: newId(),
    seq,
    channelId: newId(),
    conversationId,
    placeKind: "direct",
    identityId: null,
    contactId: null,
    newContact: false,
    event,
    sentAt: new Date(seq * 1_000),
  };
  await db.query(
    "INSERT INTO event (id, conversation_id, seq, type, payload, sent_at) VALUES ($1, $2, $3, $4, $5, $6)",
    [recorded.id, conversationId, seq, event.type, JSON.stringify(event), recorded.sentAt],
  );
  await observe([recorded]);
  return recorded;
}

async function wrote(db: Database, conversationId: string, seq: number, words: string) {
  await db.query(
    `INSERT INTO message (id, conversation_id, seq, direction, author, parts, text, sent_at) VALUES ($1, $2, $3, 'in', 'contact', '[]', $4, now())`,
    [newId(), conversationId, seq, words],
  );
}

test("answers, offers, hands over or keeps silent", async () => {
  const { respond, say } = await openShop();
  expect(await say(turn([message([text("Is there parking nearby?")])]))).toBe(answerTo("getting-here"));
  expect((await respond(turn([message([text("can we move the tasting to next week")])])))?.parts[0]).toMatchObject({
    type: "choice",
  });
  expect((await respond(turn([message([text("人工客服")])])))?.handover).toBe("asked for a person");
  expect(await respond(turn([message([text("who won the football match")])]))).toBeUndefined();
});

test("without articles it leaves everything to the next one", async () => {
  const db = await freshDatabase();
  const { responder } = createKnowledge({ db, clock: systemClock, log: silentLog });
  expect(await responder.respond(turn([message([text("hello")])]), signal)).toBeUndefined();
});

test("a pressed option gives its article, in the language spoken before", async () => {
  const { say, respond } = await openShop();
  expect(await say(turn([pressed("article:invoice")]))).toBe(answerTo("invoice"));
  expect(await say(turn([pressed("article:invoice")], { language: "zh" }))).toBe(answerTo("invoice", "zh"));
  expect(await say(turn([pressed("article:invoice")], {}, "zh-CN"))).toBe(answerTo("invoice", "zh"));
  expect(await respond(turn([pressed("article-none")]))).toBeUndefined();
  expect(await respond(turn([pressed("article:no-longer-there")]))).toBeUndefined();
  expect(await respond(turn([pressed("survey:5")]))).toBeUndefined();
});

test("files, stickers and places ask nothing; a caption does", async () => {
  const { respond, say } = await openShop();
  const photo: Part = { type: "file", kind: "image", ref: "1", name: "parking.jpg" };
  expect(await respond(turn([message([photo])]))).toBeUndefined();
  expect(
    await respond(turn([message([{ type: "location", latitude: 1, longitude: 2, title: "Parking" }])])),
  ).toBeUndefined();
  expect(await say(turn([message([photo, text("My teapot arrived broken")])]))).toBe(answerTo("damaged"));
});

test("in a group only what is meant for us counts, and the mention is no word", async () => {
  const { say } = await openShop();
  const chat = message([text("shall we have lunch at noon")], { addressed: false });
  expect(await say(turn([chat, message([text("@lantern_bot is there parking nearby")])], { kind: "group" }))).toBe(
    answerTo("getting-here"),
  );
});

test("a number answers the last offer where there are no buttons", async () => {
  const { db, knowledge, respond, say } = await openShop();
  const asked = turn([message([text("can we move the tasting to next week")])]);
  const { id } = asked.conversation;
  const offer = await respond(asked);
  const { offered } = offer!.evidence as { offered: string[] };
  expect(offered).toContain("tasting-change");
  const observe = (events: RecordedEvent[]) => db.transaction((tx) => knowledge.observer.observe(events, tx));
  await act(
    db,
    id,
    2,
    { type: "answered", responder: "knowledge", messageIds: [], evidence: offer!.evidence! },
    observe,
  );

  const number = offered.indexOf("tasting-change") + 1;
  expect(await say(turn([message([text(`${number}`)])], { id }))).toBe(answerTo("tasting-change"));
  expect(await say(turn([message([text(`第${number}个`)])], { id, language: "zh" }))).toBe(
    answerTo("tasting-change", "zh"),
  );
  expect(await respond(turn([message([text(`${offered.length + 1}`)])], { id }))).toBeUndefined();
  expect(await respond(turn([message([text("none of these")])], { id }))).toBeUndefined();
  expect(await respond(turn([message([text("1")])]))).toBeUndefined(); // another conversation: nothing was offered
});

test("no statement is sent per turn", async () => {
  const { db, respond } = await openShop();
  await respond(turn([message([text("Is there parking?")])]));
  const before = db.roundTrips;
  for (let i = 0; i < 50; i++) await respond(turn([message([text("Is there parking?")])]));
  expect(db.roundTrips - before).toBeLessThanOrEqual(2); // a second may have passed
});

test("the log keeps what was answered, offered and handed over, with its evidence, once", async () => {
  const { db, knowledge, respond } = await openShop();
  const observe = (events: RecordedEvent[]) => db.transaction((tx) => knowledge.observer.observe(events, tx));
  const { conversation } = turn([]);
  const { id } = conversation;
  const answer = await respond(turn([message([text("Is there parking nearby?")])], { id }));
  await wrote(db, id, 1, "Is there parking nearby?");
  const recorded = await act(
    db,
    id,
    2,
    { type: "answered", responder: "knowledge", messageIds: [], evidence: answer!.evidence! },
    observe,
  );
  await observe([recorded]);
  await wrote(db, id, 3, "who won");
  await wrote(db, id, 4, "the football match?");
  await act(db, id, 5, { type: "handed-over", reason: "no answer" }, observe);
  await act(db, id, 6, { type: "handed-over", reason: "taken by hand" }, observe);

  const list = knowledge.routes.find(({ path }) => path === "/answers")!;
  const ask = async (query: object) =>
    list.response.parse(
      await list.handle({
        params: {},
        query: { limit: 50, ...query },
        body: undefined,
        asker: { staffId: null, name: "", role: "agent" },
        caller: NO_BROWSER,
        signal,
      }),
    ) as {
      items: Record<string, unknown>[];
      next: string | null;
    };
  const { items } = await ask({});
  expect(items).toMatchObject([
    {
      outcome: "handed-over",
      question: "who won\nthe football match?",
      articleId: null,
      seq: 5,
      evidence: { decision: "unknown", reason: "no answer" },
    },
    {
      outcome: "answered",
      question: "Is there parking nearby?",
      score: 1,
      seq: 2,
      verdict: null,
      evidence: { slug: "getting-here", matchedPhrasing: "Is there parking nearby?" },
    },
  ]);
  expect(await ask({ outcome: "answered" })).toMatchObject({ items: [items[1]], next: null });
  const page = await ask({ limit: 1 });
  expect(await ask({ cursor: page.next })).toMatchObject({ items: [items[1]] });
  expect((await ask({ conversationId: newId() })).items).toEqual([]);
});

const base = {
  channelId: newId(),
  placeKind: "direct" as const,
  identityId: null,
  contactId: null,
  newContact: false,
  sentAt: new Date(0),
};

test("many acts are two statements, other events none, and another responder's evidence is kept as it is", async () => {
  const { db, knowledge } = await openShop();
  const acts = Array.from({ length: 20 }, (_, at): RecordedEvent => {
    const event: HubAct = { type: "answered", responder: "model", messageIds: [], evidence: { model: "x", at } };
    return { ...base, id: newId(), seq: 5, conversationId: newId(), event };
  });
  for (const { conversationId } of acts.slice(1)) await wrote(db, conversationId, 4, "really?");
  const replied: RecordedEvent = { ...acts[0]!, event: { type: "replied", staffId: null, messageIds: [] } };
  await db.transaction(async (tx) => {
    const before = db.roundTrips;
    await knowledge.observer.observe([replied], tx);
    expect(db.roundTrips - before).toBe(0);
    await knowledge.observer.observe(acts, tx);
    expect(db.roundTrips - before).toBe(2);
  });
  const logged = await db.prisma.answerLog.findMany({
    where: { outcome: "answered", question: "really?", score: null },
  });
  expect(logged.length).toBe(19); // the first asked nothing: a welcome
  expect(logged.map(({ evidence }) => evidence)).toContainEqual({ model: "x", at: 7 });
});

test("a handover with another responder's parting words is one line, with our reasons", async () => {
  const { db, knowledge, respond } = await openShop();
  await respond(turn([message([text("hello")])]));
  const conversationId = newId();
  await wrote(db, conversationId, 1, "are you hiring at the moment?");
  const parting: RecordedEvent = {
    ...base,
    id: newId(),
    seq: 3,
    conversationId,
    event: { type: "answered", responder: "handover", messageIds: [] },
  };
  const over: RecordedEvent = {
    ...parting,
    id: newId(),
    seq: 4,
    event: { type: "handed-over", reason: "no answer found" },
  };
  await db.transaction((tx) => knowledge.observer.observe([parting, over], tx));
  const logged = await db.prisma.answerLog.findMany();
  expect(logged).toMatchObject([
    { eventId: over.id, outcome: "handed-over", question: "are you hiring at the moment?", articleId: null },
  ]);
  expect(logged[0]!.evidence).toMatchObject({
    reason: "no answer found",
    candidates: [{ slug: expect.any(String) }, {}, {}, {}, {}],
  });
});
