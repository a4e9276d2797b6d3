import { expect, test } from "vitest";
import { wrote, recorded, type Person } from "../../tests/support/attribution.ts";
import { callRoute } from "../../tests/support/call-route.ts";
import { startStage, until } from "../../tests/support/corridor.ts";
import { freshConnection } from "../../tests/support/database.ts";
import { silentLog } from "../../tests/support/log.ts";
import { createLoopback, type LoopbackUpdate } from "../../tests/support/loopback-adapter.ts";
import type {
  CaseDetail,
  CaseView,
  Digest,
  FeedbackView,
  OpportunityView,
  SurveyResults,
  SurveyView,
} from "../contract/api-voice.ts";
import type { Asker, Page, Part } from "../contract/index.ts";
import type { Responder } from "../corridor/index.ts";
import { systemClock } from "../lib/clock.ts";
import { newId } from "../lib/ids.ts";
import { createVoice, type VoiceParts } from "./index.ts";

const quiet = new AbortController().signal;
const answers: Responder = { name: "knows", respond: async () => ({ parts: [{ type: "text", text: "The answer." }] }) };

async function voiceWorld(options: { isLoaded?: boolean; train?: VoiceParts["train"]; responders?: Responder[] } = {}) {
  const { adapter, platform } = createLoopback();
  const connection = await freshConnection();
  const holder: { stage?: Awaited<ReturnType<typeof startStage>> } = {};
  let now = new Date("2026-05-04T10:00:00Z");
  const clock = { ...systemClock, now: () => now };
  const lazyDb = new Proxy({}, { get: (_, name) => Reflect.get(holder.stage!.db, name) as unknown });
  const voice = createVoice({
    ...{ clock, log: silentLog, db: lazyDb as never, outbox: () => holder.stage!.outbox, changed: () => undefined },
    ...(options.train && { train: options.train }),
  });
  const stage = await startStage({
    ...{ connection, adapter, observers: [voice.observer] },
    responders: [voice.responder, ...(options.responders ?? [answers])],
  });
  holder.stage = stage;
  const { db } = stage;
  if (options.isLoaded !== false) await voice.learn(quiet);
  const staffId = newId();
  await db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Mei', 'mei@shop.example', 'agent')", [
    staffId,
  ]);
  const agent: Asker = { staffId, name: "Mei", role: "agent" };
  let n = 0;
  return {
    ...{ voice, stage, db, platform, agent, staffId },
    setNow: (at: string) => (now = new Date(at)),
    call: <Result>(method: string, address: string, body?: unknown) =>
      callRoute<Result>(voice.routes, agent, method, address, body),
    /** Somebody writes, and it is recorded and answered. */
    async hears(text: string, more: Partial<LoopbackUpdate> = {}): Promise<void> {
      const key = `heard-${++n}`;
      await stage.deliver({
        ...{ key, place: "ana", from: "ana", at: now.getTime(), text },
        ...more,
      } as LoopbackUpdate);
      await until(
        async () =>
          (
            await db.query(
              "SELECT 1 FROM conversation c JOIN event e ON e.conversation_id = c.id WHERE e.external_id = $1 AND c.done_seq >= c.turn_seq",
              [key],
            )
          ).length > 0,
      );
    },
    said: () => platform.sent.map(({ parts }) => parts.map(textOf).join("|")),
    person: async (): Promise<Person> =>
      (
        await db.query<Person>(
          `SELECT c.id AS "conversationId", c.channel_id AS "channelId", c.contact_id AS "contactId", i.id AS "identityId"
           FROM conversation c JOIN identity i ON i.contact_id = c.contact_id LIMIT 1`,
        )
      )[0]!,
    observe: (...events: Parameters<typeof voice.observer.observe>[0]) =>
      db.transaction((tx) => voice.observer.observe(events, tx)),
  };
}

const textOf = (part: Part) => (part.type === "text" ? part.text : part.type === "choice" ? part.prompt : part.type);

test("a complaint is heard, opens a case, is answered in its language, and is handed over", async () => {
  const world = await voiceWorld();
  await world.hears("你们太差劲了！等了两个小时都没人理，必须退款！");
  const { items } = await world.call<Page<FeedbackView>>("get", "/voice/feedback?label=complaint");
  expect(items).toMatchObject([{ label: "complaint", sentiment: -1, language: "zh", state: "read" }]);
  const cases = await world.call<Page<CaseView>>("get", "/voice/cases");
  expect(cases.items).toMatchObject([{ source: "complaint", state: "open", overdue: null, messages: 1 }]);
  expect(["high", "urgent"]).toContain(cases.items[0]!.severity);
  await until(() => world.said().length > 0);
  expect(world.said()[0]).toContain("抱歉");
  expect(world.said()[0]).toMatch(/分钟|小时/);
  expect(await world.db.query("SELECT owner FROM conversation")).toEqual([{ owner: "agent" }]);
  expect((await world.call<Page<CaseView>>("get", "/voice/cases")).items[0]!.acknowledgedAt).not.toBeNull();

  await world.hears("还没有人回复我，太过分了！");
  const again = (await world.call<Page<CaseView>>("get", "/voice/cases")).items;
  expect(again).toHaveLength(1);
  expect(again[0]).toMatchObject({ messages: 2 });
  expect(again[0]!.reasons).toContain("repeated");
});

test("a case is closed only when the customer was told", async () => {
  const world = await voiceWorld();
  await world.hears("The lamp arrived broken and nobody answers my mails!!");
  const [one] = (await world.call<Page<CaseView>>("get", "/voice/cases")).items;
  await expect(world.call("patch", `/voice/cases/${one!.id}`, { state: "closed" })).rejects.toThrow(
    "has not been told",
  );
  await world.call("patch", `/voice/cases/${one!.id}`, { state: "solved", ownerId: world.staffId });
  await expect(world.call("patch", `/voice/cases/${one!.id}`, { state: "closed" })).rejects.toThrow(
    "has not been told",
  );
  const closed = await world.call<CaseDetail>("post", `/voice/cases/${one!.id}/close`, {
    text: "A new lamp is on its way.",
  });
  expect(closed).toMatchObject({ state: "closed", owner: { name: "Mei" } });
  expect(closed.toldAt).not.toBeNull();
  expect(closed.changes).toHaveLength(2);
  await until(() => world.said().includes("A new lamp is on its way."));
});

test("what is not answered in time is overdue", async () => {
  const world = await voiceWorld();
  await world.hears("My parcel is lost, this is the worst service ever");
  world.setNow("2026-05-06T10:00:00Z");
  const late = await world.call<Page<CaseView>>("get", "/voice/cases?overdue=true");
  expect(late.items).toMatchObject([{ overdue: "first-reply" }]);
  world.setNow("2026-06-04T10:00:00Z");
  expect((await world.call<Page<CaseView>>("get", "/voice/cases")).items[0]!.overdue).toBe("resolve");
});

test("groups are heard, and nobody is answered there for a complaint", async () => {
  const world = await voiceWorld();
  await world.hears("this shop is terrible, my order never arrived", { place: "g", group: true });
  expect((await world.call<Page<FeedbackView>>("get", "/voice/feedback?label=complaint")).items).toHaveLength(1);
  expect(world.said()).toEqual([]);
  expect(await world.db.query("SELECT owner FROM conversation")).toEqual([{ owner: "bot" }]);
});

test("what comes before the models is read when they are there", async () => {
  const world = await voiceWorld({ isLoaded: false });
  await world.hears("Please add a dark mode to the app");
  expect((await world.call<Page<FeedbackView>>("get", "/voice/feedback")).items).toEqual([]);
  expect(await world.db.query("SELECT count(*)::int AS n FROM feedback_wait")).toEqual([{ n: 1 }]);
  await world.voice.learn(quiet);
  await world.voice.act();
  const { items } = await world.call<Page<FeedbackView>>("get", "/voice/feedback");
  expect(items).toMatchObject([{ label: "suggestion", status: "new", text: "Please add a dark mode to the app" }]);
  expect(await world.db.query("SELECT count(*)::int AS n FROM feedback_wait")).toEqual([{ n: 0 }]);
});

test("a correction counts at once for the same words, and only people of ours can make one", async () => {
  const world = await voiceWorld();
  await world.hears("the blue one again");
  const [row] = await world.db.query<{ id: string }>("SELECT id FROM event WHERE type = 'message'");
  const fix = { labels: ["complaint"], sentiment: -1 };
  const token: Asker = { staffId: null, name: "A till", role: "agent" };
  const byToken = callRoute(world.voice.routes, token, "post", `/events/${row!.id}/feedback`, fix);
  await expect(byToken).rejects.toThrow("Only a member of staff");
  const fixed = await world.call<{ items: FeedbackView[] }>("post", `/events/${row!.id}/feedback`, fix);
  expect(fixed.items.find(({ label }) => label === "complaint")).toMatchObject({ state: "added", sentiment: -1 });
  expect(fixed.items.filter(({ label }) => label !== "complaint").every(({ state }) => state === "wrong")).toBe(true);
  expect((await world.call<Page<CaseView>>("get", "/voice/cases")).items).toHaveLength(1);

  await world.hears("The blue one, AGAIN!", { place: "bob", from: "bob" });
  const { items } = await world.call<Page<FeedbackView>>("get", "/voice/feedback?label=complaint");
  expect(items.map(({ state }) => state).sort()).toEqual(["added", "confirmed"]);
});

test("a suggestion has a status, and the customer is told that it was adopted", async () => {
  const world = await voiceWorld();
  await world.hears("You should add a wish list to the shop");
  const [idea] = (await world.call<Page<FeedbackView>>("get", "/voice/feedback?status=new")).items;
  await expect(world.call("post", `/voice/feedback/${idea!.id}/status`, { status: "won" })).rejects.toThrow(
    "cannot be",
  );
  const tell = "Good news: the wish list is there.";
  const told = await world.call<FeedbackView>("post", `/voice/feedback/${idea!.id}/status`, {
    status: "adopted",
    tell,
  });
  expect(told).toMatchObject({ status: "adopted" });
  expect(told.toldAt).not.toBeNull();
  await until(() => world.said().includes(tell));
});

test("a rule finds a chance, the bot offers it once, and the outcome is recorded", async () => {
  const world = await voiceWorld();
  const offer = { en: "Would you like a hotel with that?", zh: "需要帮您看看酒店吗？" };
  const rule = { name: "Hotel", keywords: ["flight", "机票"], trigger: "keywords", offer, botMayOffer: true };
  await world.call("post", "/voice/opportunity-rules", rule);
  await world.hears("I booked a flight to Palma");
  await world.voice.act();
  await until(() => world.said().includes(offer.en));
  await world.hears("the flight is on friday");
  await world.voice.act();
  const { conversationId } = await world.person();
  const path = `/conversations/${conversationId}/opportunities`;
  const [chance] = (await world.call<{ items: OpportunityView[] }>("get", path)).items;
  expect(chance).toMatchObject({ rule: { name: "Hotel" }, suggestion: offer.en, offeredBy: "bot", outcome: "open" });
  const won = await world.call<OpportunityView>("patch", `/voice/opportunities/${chance!.id}`, { outcome: "won" });
  expect(won.outcome).toBe("won");
  const results = await world.call("get", "/voice/opportunities/results");
  expect(results).toMatchObject({ items: [{ found: 1, offered: 1, won: 1, lost: 0 }] });
  expect(world.said().filter((text) => text === offer.en)).toHaveLength(1);
});

const CSAT = { name: "After help", kind: "csat", trigger: "resolved" };

test("a survey asks once after a solved conversation, takes a button or a number, and a low score opens a case", async () => {
  const world = await voiceWorld();
  world.setNow("2026-05-04T09:59:00Z");
  const survey = await world.call<SurveyView>("post", "/voice/surveys", CSAT);
  world.setNow("2026-05-04T10:00:00Z");
  await world.hears("where is your shop?");
  await world.db.query("UPDATE conversation SET status = 'resolved', last_message_at = '2026-05-04T10:00:10Z'");
  world.setNow("2026-05-04T10:01:00Z");
  await world.voice.act();
  await until(() => world.said().some((text) => text.includes("How satisfied")));
  const asked = world.platform.sent.at(-1)!.parts[0]!;
  expect(asked.type === "choice" && asked.options.map(({ label }) => label)).toEqual(["1", "2", "3", "4", "5"]);

  const person = await world.person();
  const choice = asked.type === "choice" ? asked.options[1]!.id : "";
  const at = new Date("2026-05-04T10:02:00Z");
  const pressed = {
    place: "ana",
    placeKind: "direct" as const,
    id: "p1",
    type: "pressed" as const,
    choice,
    sentAt: at,
  };
  await world.observe({ ...recorded(person, pressed), seq: 90 });
  const cases = await world.call<Page<CaseView>>("get", "/voice/cases");
  expect(cases.items).toMatchObject([{ source: "survey", reasons: ["low-score"], severity: "normal" }]);
  const results = await world.call<SurveyResults>("get", `/voice/surveys/${survey.id}/results`);
  expect(results).toMatchObject({ asked: 1, answered: 1, score: null, low: null });
  expect(results.reason).toContain("1 answers");

  await world.voice.act();
  expect(world.said().filter((text) => text.includes("How satisfied"))).toHaveLength(1);
});

test("a typed number answers the question that was just asked, is thanked for, and is no message to be read", async () => {
  const world = await voiceWorld();
  await world.hears("hello there");
  const person = await world.person();
  const askId = newId();
  const surveyId = newId();
  await world.db.query(
    `INSERT INTO survey (id, name, kind, trigger, after_ms, every_days, since) VALUES ($1, 'N', 'nps', 'resolved', 0, 30, now())`,
    [surveyId],
  );
  await world.db.query(
    `INSERT INTO survey_ask (id, survey_id, kind, conversation_id, channel_id, contact_id, cause, due_at, created_at, state, asked_at)
     VALUES ($1, $2, 'nps', $3, $4, $5, 'x', now(), now(), 'asked', now())`,
    [askId, surveyId, person.conversationId, person.channelId, person.contactId],
  );
  const before = (await world.db.query("SELECT 1 FROM feedback")).length;
  await world.hears("9", { at: Date.now() });
  await until(() => world.said().some((text) => text.includes("Thank you for your answer")));
  expect(await world.db.query("SELECT state, score::int FROM survey_ask")).toEqual([{ state: "answered", score: 9 }]);
  expect(await world.db.query("SELECT 1 FROM feedback")).toHaveLength(before);
  await world.hears("9", { at: Date.now() });
  await until(() => world.said().at(-1) === "The answer.");
});

test("nobody is asked by two surveys within the gap", async () => {
  const world = await voiceWorld();
  world.setNow("2026-05-04T09:59:00Z");
  await world.call("post", "/voice/surveys", CSAT);
  await world.call("post", "/voice/surveys", { ...CSAT, name: "Ease", kind: "ces" });
  world.setNow("2026-05-04T10:00:00Z");
  await world.hears("where is your shop?");
  await world.db.query("UPDATE conversation SET status = 'resolved', last_message_at = '2026-05-04T10:00:10Z'");
  world.setNow("2026-05-04T10:01:00Z");
  await world.voice.act();
  await world.voice.act();
  const states = await world.db.query("SELECT state, reason FROM survey_ask ORDER BY state");
  expect(states).toEqual([
    { state: "asked", reason: null },
    { state: "skipped", reason: "they were asked lately" },
  ]);
});

test("the digest counts by theme and by door, shows examples, and its file runs no formula", async () => {
  const world = await voiceWorld();
  await world.call("post", "/voice/topics", { name: "=Delivery", keywords: ["delivery", "parcel"] });
  await world.hears("the delivery was late again and my parcel is damaged");
  await world.hears("I love the new app, great work!", { place: "bob", from: "bob" });
  const range = "from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z";
  const digest = await world.call<Digest>("get", `/voice/digest?${range}&by=theme`);
  expect(digest.messages).toBe(2);
  const theme = digest.groups.find(({ name }) => name === "=Delivery");
  expect(theme).toMatchObject({ people: 1, complaint: 1, days: [{ day: "2026-05-04" }] });
  expect(theme!.examples[0]!.text).toContain("parcel");
  for (const by of ["label", "channel", "entryPoint"]) {
    const each = await world.call<Digest>("get", `/voice/digest?${range}&by=${by}`);
    expect(each.groups.reduce((sum, { total }) => sum + total, 0)).toBeGreaterThanOrEqual(2);
  }
  const file = await world.call<{ bytes: Uint8Array }>("get", `/voice/digest/export?${range}&by=theme`);
  expect(new TextDecoder().decode(file.bytes)).toContain("'=Delivery");
});

test("what is known from an account goes along when the account becomes another person's", async () => {
  const world = await voiceWorld();
  await world.hears("The lamp arrived broken and nobody answers my mails!!");
  const { identityId } = await world.person();
  const other = newId();
  await world.db.query("INSERT INTO contact (id, name) VALUES ($1, 'Ana of old')", [other]);
  await world.db.transaction((tx) => world.voice.onIdentityMoved({ identityId, contactId: other }, tx));
  const [row] = (await world.call<Page<CaseView>>("get", "/voice/cases")).items;
  expect(row!.contact.id).toBe(other);
});

test("recording a batch costs one statement more, whatever its size", async () => {
  const world = await voiceWorld();
  await world.hears("hello");
  const person = await world.person();
  const events = Array.from({ length: 50 }, (_, at) => ({
    ...wrote(person, `the tea number ${at + 20} is green`),
    seq: at + 100,
  }));
  let statements = 0;
  await world.db.transaction(async (tx) => {
    await world.voice.observer.observe(events, {
      query: (sql, values) => {
        statements++;
        return tx.query(sql, values);
      },
    });
  });
  expect(statements).toBeLessThanOrEqual(6); // with what the organisation has set, once in some seconds
});
