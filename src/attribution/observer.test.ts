import { expect, test } from "vitest";
import {
  attributionWorld,
  entered,
  makePerson,
  recorded,
  wrote,
  type AttributionWorld,
} from "../../tests/support/attribution.ts";
import { silentLog } from "../../tests/support/log.ts";
import type { Queryable } from "../store/index.ts";
import { newId } from "../lib/ids.ts";
import { createFacts } from "./facts.ts";
import { foldKeyword } from "./keywords.ts";
import { createObserver } from "./observer.ts";
import { createStageMoves } from "./stage-moves.ts";

const poster = (world: AttributionWorld) =>
  world.entryPoints.create({ name: "Poster", medium: "poster", channelId: world.channelId });
const touches = (world: AttributionWorld) => world.db.prisma.touch.findMany({ orderBy: { id: "asc" } });
const contact = (world: AttributionWorld, id: string) => world.db.prisma.contact.findUniqueOrThrow({ where: { id } });
const start = (code: string) => ({ code, method: "start-param" as const, raw: `/start ${code}` });

/** Changes the case of the first letter. */
const otherCase = (code: string) =>
  code.replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

test("an entry becomes a touch with its evidence, and the contact's first", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  const ana = await world.person();
  const event = entered(ana, { ...start(code), details: { utm_source: "flyer\0" } });
  await world.observe(event);

  const [touch, ...others] = await touches(world);
  expect(others).toEqual([]);
  expect(touch).toMatchObject({
    ...ana,
    entryPointId: id,
    eventId: event.id,
    method: "start-param",
    confidence: "high",
  });
  expect(touch).toMatchObject({ evidence: { raw: `/start ${code}`, code, details: { utm_source: "flyer\uFFFD" } } });
  expect(touch?.at).toEqual(event.sentAt);
  expect(await contact(world, ana.contactId)).toMatchObject({ firstTouchId: touch?.id, stage: "visitor" });
});

test("a join that may have come through several doors names them all and chooses none", async () => {
  const world = await attributionWorld();
  const [fair, shop] = [await poster(world), await poster(world)];
  for (const [alias, entryPointId] of [
    ["fair", fair.id],
    ["shop", shop.id],
  ])
    await world.db.query("INSERT INTO entry_alias (channel_id, alias, entry_point_id) VALUES ($1, $2, $3)", [
      world.channelId,
      alias,
      entryPointId,
    ]);
  const candidates = [
    { alias: "fair", weight: 2 },
    { alias: "shop", weight: 1 },
    { alias: "not ours", weight: 1 },
  ];
  const event = entered(await world.person(), { method: "invite", candidates, raw: "two joins between two looks" });
  await world.observe(event);
  await world.observe(event);

  expect(await touches(world)).toMatchObject([{ entryPointId: null, confidence: "low", method: "invite" }]);
  const rows = await world.db.prisma.touchCandidate.findMany({ orderBy: { alias: "asc" } });
  expect(rows.map(({ alias, entryPointId, weight }) => ({ alias, entryPointId, weight }))).toEqual([
    { alias: "fair", entryPointId: fair.id, weight: 0.5 },
    { alias: "not ours", entryPointId: null, weight: 0.25 },
    { alias: "shop", entryPointId: shop.id, weight: 0.25 },
  ]);
});

test("a replay makes no second touch and moves no first one", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  const ana = await world.person();
  const event = entered(ana, start(code));
  await world.observe(event);
  await world.observe(event);
  await Promise.all([world.observe(event), world.observe(event)]);
  expect(await touches(world)).toHaveLength(1);
});

test.each([
  ["unknown", "1111111111"],
  ["misspelt", "no such code; DROP TABLE touch"],
  ["hostile", `\0${"x".repeat(5_000)}\uD800`],
])("an %s code leaves a touch without an entry point, its evidence kept", async (_what, code) => {
  const world = await attributionWorld();
  await poster(world);
  await world.observe(entered(await world.person(), start(code)));
  expect(await touches(world)).toMatchObject([{ entryPointId: null, confidence: "low" }]);
});

test("a code handed over in the wrong case finds its door, a little less surely", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  await world.observe(entered(await world.person(), start(otherCase(code))));
  expect(await touches(world)).toMatchObject([{ entryPointId: id, confidence: "medium" }]);
});

test("circumstances without a code are a touch of their own", async () => {
  const world = await attributionWorld();
  await world.observe(entered(await world.person(), { method: "page", raw: "https://shop.example/?utm_source=x" }));
  expect(await touches(world)).toMatchObject([{ entryPointId: null, method: "page", confidence: "high" }]);
});

test("codes in texts: alone, prepared, full-width, in the wrong case, misspelt", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  const wide = code.replace(/./g, (narrow) => String.fromCharCode(narrow.charCodeAt(0) + 0xfee0));
  const wrong = code.slice(0, 3) + (code[3] === "7" ? "8" : "7") + code.slice(4);
  const cases: [string, object | undefined][] = [
    [` ${code} `, { method: "keyword", confidence: "medium" }],
    [`Hi! [${code}] I saw your poster`, { method: "prefilled", confidence: "medium" }],
    [`我从${wide}来`, { method: "prefilled", confidence: "medium", evidence: { raw: wide } }],
    [code.toLowerCase() === code ? otherCase(code) : code.toLowerCase(), { method: "keyword", confidence: "low" }],
    [wrong, { method: "keyword", confidence: "low", evidence: { raw: wrong, corrected: true } }],
    [`${code.slice(0, 3)} ${code.slice(3, 6)} ${code.slice(6)}`, { method: "keyword", confidence: "medium" }],
    [`${wrong} please`, undefined],
    [wrong.slice(0, 7) + (wrong[7] === "z" ? "y" : "z") + wrong.slice(8), undefined],
    ["my order 7712345678 and restaurant", undefined],
  ];
  for (const [text, expected] of cases) {
    const event = wrote(await world.person(), text);
    await world.observe(event);
    const touch = await world.db.prisma.touch.findUnique({ where: { eventId: event.id } });
    if (expected) expect(touch, text).toMatchObject({ entryPointId: id, ...expected });
    else expect(touch, text).toBeNull();
  }
});

test("what members of a group say to each other, and what bots say, is neither touch nor first word", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  const [member, bot] = [await world.person(), await world.person()];
  await world.observe(wrote(member, `look: ${code}`, { placeKind: "group", addressed: false }));
  await world.observe(wrote(bot, code, { actor: { id: "8", isBot: true } }));
  await world.observe(recorded(member, { type: "handed-over", reason: "asked for a person" }));
  expect(await touches(world)).toEqual([]);
  expect(await contact(world, member.contactId)).toMatchObject({ stage: "visitor" });
  expect(await contact(world, bot.contactId)).toMatchObject({ stage: "visitor" });
});

test("an entry of nobody in particular is left to the ledger", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  await world.observe({ ...entered(await world.person(), start(code)), contactId: null, identityId: null });
  expect(await touches(world)).toEqual([]);
});

test("within a batch, a doubtful touch is first only if there is no other", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  const [ana, bo] = [await world.person(), await world.person()];
  const early = new Date("2026-03-01T08:00:00Z");
  await world.observe(
    entered(ana, start("1111111111"), early),
    entered(ana, start(code)),
    entered(bo, start("1111111111"), early),
  );
  const rows = await touches(world);
  expect(rows).toHaveLength(3);
  const first = async (contactId: string) => {
    const { firstTouchId } = await contact(world, contactId);
    return rows.find((row) => row.id === firstTouchId);
  };
  expect(await first(ana.contactId)).toMatchObject({ entryPointId: id });
  expect(await first(bo.contactId)).toMatchObject({ entryPointId: null });
});

test("of 20 observers at once, one writes the first touch, and none changes it later", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  const ana = await world.person();
  const { clock } = world;
  const observers = Array.from({ length: 20 }, () => {
    const facts = createFacts({ clock });
    return createObserver({
      log: silentLog,
      clock,
      facts,
      moves: createStageMoves({ clock, facts }),
      countTouches: async () => undefined,
    });
  });
  const seen = new Set<string | null>();
  await Promise.all(
    observers.map(async (observer) => {
      await world.db.transaction((tx) => observer.observe([entered(ana, start(code)), wrote(ana, "hello")], tx));
      seen.add((await contact(world, ana.contactId)).firstTouchId);
    }),
  );
  expect(await touches(world)).toHaveLength(20);
  expect([...seen]).toEqual([expect.any(String)]);
  expect(await world.db.prisma.stageChange.count()).toBe(1);
});

test("the first message makes a visitor a contact, once; a customer stays one", async () => {
  const world = await attributionWorld();
  const [ana, bo] = [await world.person(), await world.person()];
  await world.db.query("UPDATE contact SET stage = 'customer' WHERE id = $1", [bo.contactId]);
  const hello = wrote(ana, "hello");
  await world.observe(hello, wrote(ana, "are you open?"), wrote(bo, "hi"));
  await world.observe(wrote(ana, "still there?"));

  expect(await contact(world, ana.contactId)).toMatchObject({ stage: "contact", stageAt: hello.sentAt });
  expect(await contact(world, bo.contactId)).toMatchObject({ stage: "customer" });
  expect(await world.db.prisma.stageChange.findMany()).toMatchObject([
    { contactId: ana.contactId, fromStage: "visitor", toStage: "contact", cause: "first message", at: hello.sentAt },
  ]);
});

test("a stage move that was rolled back is made when the batch is recorded again", async () => {
  const world = await attributionWorld();
  const ana = await world.person();
  const failed = world.db.transaction(async (tx) => {
    await world.observer.observe([wrote(ana, "hello")], tx);
    await world.observer.observe([wrote(ana, "hello?")], tx);
    throw new Error("the recorder failed");
  });
  await expect(failed).rejects.toThrow("the recorder failed");
  await world.observe(wrote(ana, "hello"));
  expect(await contact(world, ana.contactId)).toMatchObject({ stage: "contact" });
});

test("a batch with nothing of ours costs no statement", async () => {
  const world = await attributionWorld();
  const ana = await makePerson(world.db, world.channelId);
  let statements = 0;
  const count = <Row>(run: Queryable): Queryable => ({
    query: <R = Row>(sql: string, values?: readonly unknown[]) => (statements++, run.query<R>(sql, values)),
  });
  const observe = (...events: Parameters<typeof world.observe>) =>
    world.db.transaction((tx) => world.observer.observe(events, count(tx)));

  await observe(wrote(ana, "hello"));
  await observe(wrote(ana, "hello again")); // learns that she is past it
  statements = 0;
  await observe(wrote(ana, "Are you open today? 今天开门吗？"), wrote(ana, "everything about restaurant 2026"));
  await observe(recorded(ana, { type: "given-back", staffId: null }));
  await observe();
  expect(statements).toBe(0);
});

test("the touches of an identity go along to its new contact, and come back with it", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  const [ana, account] = [await world.person(), await world.person()];
  await world.observe(entered(ana, start(code)));
  const [touch] = await touches(world);

  const move = (contactId: string) =>
    world.db.transaction((tx) => world.onIdentityMoved({ identityId: ana.identityId, contactId }, tx));
  await move(account.contactId);
  expect(await touches(world)).toMatchObject([{ contactId: account.contactId }]);
  expect(await contact(world, account.contactId)).toMatchObject({ firstTouchId: touch!.id });
  await move(ana.contactId);
  expect(await touches(world)).toMatchObject([{ contactId: ana.contactId }]);
});

const keyword = (world: AttributionWorld, word: string, more: object = {}) =>
  world.entryPoints.create({ name: word, medium: "keyword", keyword: word, ...more });

test.each([
  ["  ｓｐｒｉｎｇ　ＳＡＬＥ! ", "Spring Sale", "medium"],
  ["spring-sale, do you deliver?", "Spring Sale", "low"],
  ["春季优惠", "春季优惠", "medium"],
  ["春季优惠 还有吗？", "春季优惠", "low"],
  ["Is the spring sale on?", "Spring Sale", undefined],
])("%j says the keyword %j, in any channel: %s", async (text, word, confidence) => {
  const world = await attributionWorld();
  const { id } = await keyword(world, word);
  await world.observe(wrote(await world.person(), text));
  const expected = { entryPointId: id, method: "keyword", confidence, evidence: { keyword: foldKeyword(word) } };
  expect(await touches(world)).toMatchObject(confidence === undefined ? [] : [expected]);
});

test("a code says more than a keyword, and a keyword behind a command is one", async () => {
  const world = await attributionWorld();
  const { code, id } = await poster(world);
  const spring = await keyword(world, "SPRING");
  const ana = await world.person();
  await world.observe(wrote(ana, `spring [${code}]`));
  await world.observe(entered(ana, { code: "Spring", method: "keyword", raw: "/entry Spring" }));
  expect((await touches(world)).map(({ entryPointId }) => entryPointId)).toEqual([id, spring.id]);
});

test("an archived keyword is nobody's, and free for another", async () => {
  const world = await attributionWorld();
  const first = await keyword(world, "SPRING");
  await expect(keyword(world, "ｓｐｒｉｎｇ")).rejects.toMatchObject({
    fields: { keyword: expect.stringContaining("SPRING") },
  });
  await world.entryPoints.archive(first.id);
  await world.observe(wrote(await world.person(), "spring"));
  expect(await touches(world)).toEqual([]);
  const second = await keyword(world, "spring");
  await expect(world.entryPoints.restore(first.id)).rejects.toThrow("another entry point's by now");
  await world.observe(wrote(await world.person(), "spring"));
  expect(await touches(world)).toMatchObject([{ entryPointId: second.id }]);
});

test("between two codes that are one slip away, nobody guesses; a guess is nobody's origin", async () => {
  const world = await attributionWorld();
  const { code, id } = await poster(world);
  const other = (...letters: string[]) =>
    code.replace(/[a-z]/i, (letter) => letters.find((each) => each !== letter.toLowerCase()) ?? letter);
  const [wrong, twin] = [other("z", "y"), other("w", "v")];
  const ana = await world.person();
  await world.observe(wrote(ana, wrong));
  expect(await touches(world)).toMatchObject([{ entryPointId: id, confidence: "low" }]);
  expect(await contact(world, ana.contactId)).toMatchObject({ firstTouchId: null });
  await world.db.query("INSERT INTO entry_point (id, code, name, medium) VALUES ($1, $2, 'Twin', 'poster')", [
    newId(),
    twin,
  ]);
  await world.observe(wrote(await world.person(), wrong));
  expect(await touches(world)).toHaveLength(1);
});
