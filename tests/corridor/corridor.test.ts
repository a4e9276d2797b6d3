import { expect, test } from "vitest";
import { ChannelError } from "../../src/contract/index.ts";
import { freshConnection } from "../support/database.ts";
import { busy, createLoopback, type LoopbackUpdate } from "../support/loopback-adapter.ts";
import { startStage, until } from "../support/corridor.ts";

const texts = (sent: readonly { parts: readonly object[] }[]) =>
  sent.map(({ parts }) => (parts[0] as { text: string }).text);
const says = (n: number, text: string, place = "ana"): LoopbackUpdate => ({ key: `k${n}`, place, from: place, text });

test("a message is recorded, answered and delivered", async () => {
  const { adapter, platform } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "Are you open?"));
  await until(() => platform.sent.length === 1);
  expect(texts(platform.sent)).toEqual(["Are you open?"]);
  await until(async () => (await db.prisma.delivery.count({ where: { state: "sent" } })) === 1);
  const messages = await db.prisma.message.findMany({ orderBy: { seq: "asc" } });
  expect(
    messages.map(({ direction, author, text, seq, deliveryState }) => ({
      direction,
      author,
      text,
      seq,
      deliveryState,
    })),
  ).toEqual([
    { direction: "in", author: "contact", text: "Are you open?", seq: 1, deliveryState: null },
    { direction: "out", author: "bot", text: "Are you open?", seq: 2, deliveryState: "sent" },
  ]);
  expect(messages[0]!.answeredAt).not.toBeNull();
});

test("stored once, whatever is redelivered", async () => {
  const { adapter, platform } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  await Promise.all([1, 2, 3, 1, 2, 3, 1].map((n) => deliver(says(n, `m${n}`, `p${n}`))));
  await until(() => platform.sent.length === 3);
  await Promise.all([1, 2, 3].map((n) => deliver(says(n, `m${n}`, `p${n}`))));
  await until(async () => (await db.prisma.arrival.count({ where: { state: "waiting" } })) === 0);
  expect(await db.prisma.arrival.count()).toBe(3);
  expect(await db.prisma.message.count({ where: { direction: "in" } })).toBe(3);
  expect(platform.sent).toHaveLength(3);
});

test("a name that the platform tells later is the person's, and does not replace one that they have", async () => {
  const { adapter } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  const names = async () => (await db.prisma.contact.findMany()).map(({ name }) => name);
  for (const [n, name, expected] of [
    [1, null, null],
    [2, "Ana", "Ana"],
    [3, "Ana M.", "Ana"],
  ] as const) {
    await deliver({ ...says(n, "hi"), name } as LoopbackUpdate);
    await until(async () => (await db.prisma.event.count({ where: { type: "message", externalId: `k${n}` } })) === 1);
    expect(await names()).toEqual([expected]);
  }
});

test("a place that is renamed takes its conversation along; where both names are known, they stay apart", async () => {
  const { adapter } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  const heard = async (...updates: LoopbackUpdate[]) => {
    const before = await db.prisma.event.count({ where: { type: "message" } });
    await Promise.all(updates.map(deliver));
    await until(async () => (await db.prisma.event.count({ where: { type: "message" } })) === before + updates.length);
  };
  const places = async () => (await db.prisma.conversation.findMany({ orderBy: { place: "asc" } })).map((c) => c.place);
  await heard(says(1, "as a number", "+49"), says(2, "another", "+50"));
  await heard({ ...says(3, "as a user", "u1"), placeBefore: "+49" }, { ...says(4, "again", "u1"), placeBefore: "+49" });
  expect(await places()).toEqual(["+50", "u1"]);
  await heard({ ...says(5, "both", "u1"), placeBefore: "+50" });
  expect(await places()).toEqual(["+50", "u1"]);
  expect(await db.prisma.message.count({ where: { direction: "in" } })).toBe(5);
});

test("a burst gets one answer, in order", async () => {
  const { adapter, platform } = createLoopback();
  const { deliver } = await startStage({ connection: await freshConnection(), adapter });
  await Promise.all([1, 2, 3, 4, 5].map((n) => deliver(says(n, `line ${n}`))));
  await until(() => platform.sent.length >= 1);
  expect(texts(platform.sent).join("|")).toBe("line 1|line 2|line 3|line 4|line 5");
});

test("a poisonous arrival is dead with its reason, and its lane goes on", async () => {
  const { adapter, platform } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  await Promise.all([
    deliver({ ...says(1, "x"), poison: "decode" } as LoopbackUpdate),
    deliver({ ...says(2, "x"), poison: "store" } as LoopbackUpdate),
    deliver(says(3, "still here")),
  ]);
  await until(() => platform.sent.length === 1);
  expect(texts(platform.sent)).toEqual(["still here"]);
  const dead = await db.prisma.arrival.findMany({ where: { state: "dead" }, orderBy: { key: "asc" } });
  expect(dead.map(({ key, reason }) => ({ key, reason }))).toEqual([
    { key: "k1", reason: "It cannot be read." },
    { key: "k2", reason: expect.stringContaining("could not be stored") },
  ]);
});

test("text that PostgreSQL refuses is stored with the characters replaced", async () => {
  const { adapter, platform } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "a\u0000b\ud800c"));
  await until(() => platform.sent.length === 1);
  expect((await db.prisma.message.findFirstOrThrow({ where: { direction: "in" } })).text).toBe("a\ufffdb\ufffdc");
});

test("after a Retry-After one message goes first: what it is told, the others need not be told", async () => {
  const { adapter, platform } = createLoopback();
  let refusals = 0;
  let begun = 0;
  const begunByRefusal: number[] = [];
  platform.onSend = async () => {
    begun++;
    await new Promise((resolve) => setTimeout(resolve, 60)); // the platform's answer takes its time
    if (refusals++ < 3) {
      begunByRefusal.push(begun);
      throw busy(300);
    }
  };
  const { deliver } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "x", "a"));
  await until(() => begunByRefusal.length === 1);
  for (let n = 2; n <= 20; n++) await deliver(says(n, "x", `person ${n}`));
  await until(() => platform.sent.length === 20);
  expect(begunByRefusal).toEqual([1, 2, 3]);
});

test("a member who left is gone, and one who came back is there, whichever was delivered first", async () => {
  const { adapter } = createLoopback();
  const joined = (n: number, at: number): LoopbackUpdate => ({
    ...says(n, "", "club"),
    from: "ana",
    group: true,
    at,
    came: true,
  });
  const left = (n: number, at: number): LoopbackUpdate => ({ ...joined(n, at), came: false });
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter });
  const leftAt = async (...updates: LoopbackUpdate[]) => {
    for (const update of updates) {
      await deliver(update);
      await until(async () => (await db.prisma.event.count({ where: { externalId: update.key } })) === 1);
    }
    return (await db.prisma.participant.findFirstOrThrow()).leftAt?.getTime();
  };
  expect(await leftAt(joined(1, 1_000), left(2, 2_000))).toBe(2_000);
  expect(await leftAt({ ...says(3, "still here", "club"), from: "ana", group: true, at: 1_500 })).toBe(2_000);
  expect(await leftAt(joined(4, 4_000), left(5, 3_000))).toBeUndefined();
  expect(
    await leftAt({ ...says(6, "here", "club"), from: "ana", group: true, at: 9_000 }, left(7, 8_000)),
  ).toBeUndefined();
  expect(await leftAt(left(8, 10_000))).toBe(10_000);
});

test("nothing is sent inside a Retry-After, and nothing is lost by it", async () => {
  const { adapter, platform } = createLoopback();
  let refusals = 0;
  let refusedAt = 0;
  platform.onSend = () => {
    if (refusals++ > 0) return;
    refusedAt = performance.now();
    throw busy(700);
  };
  const { deliver } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "one", "ana"));
  await until(() => refusals === 1);
  await Promise.all([2, 3].map((n) => deliver(says(n, `m${n}`, `p${n}`))));
  await until(() => platform.sent.length === 3);
  expect(Math.min(...platform.sent.map(({ at }) => at)) - refusedAt).toBeGreaterThanOrEqual(699);
  expect(texts(platform.sent).sort()).toEqual(["m2", "m3", "one"]);
});

test("in a place, what waits in line keeps its order when the head is set back", async () => {
  const { adapter, platform } = createLoopback();
  let failures = 2;
  platform.onSend = () => {
    if (failures-- > 0) throw new ChannelError("unreachable", "away", { retryAfterMs: 50 });
  };
  const { deliver, outbox, db } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "first"));
  await until(async () => (await db.prisma.delivery.count()) === 1);
  const { id } = await db.prisma.conversation.findFirstOrThrow();
  for (const text of ["second", "third"]) {
    await db.transaction((tx) =>
      outbox.say({ conversationId: id, author: "agent", parts: [{ type: "text", text }] }, tx),
    );
  }
  outbox.wake();
  await until(() => platform.sent.length === 3);
  expect(texts(platform.sent)).toEqual(["first", "second", "third"]);
});

test("a message that the platform refuses is failed, with its words, and the line goes on", async () => {
  const { adapter, platform } = createLoopback();
  platform.onSend = ({ parts }) => {
    if (texts([{ parts }])[0] === "bad") throw new ChannelError("refused", "The platform says: no.");
  };
  const { deliver, db } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "bad"));
  await until(async () => (await db.prisma.delivery.count({ where: { state: "failed" } })) === 1);
  await deliver(says(2, "good"));
  await until(() => platform.sent.length === 1);
  expect(await db.prisma.delivery.findFirst({ where: { state: "failed" } })).toMatchObject({
    error: "The platform says: no.",
  });
  expect(await db.prisma.message.count({ where: { deliveryState: "failed" } })).toBe(1);
});

test("an uncertain send is repeated and said to be maybe twice, or held when the channel wants that", async () => {
  for (const onUncertain of ["resend", "hold"] as const) {
    const { adapter, platform } = createLoopback();
    let first = true;
    platform.onSend = () => {
      if (first) {
        first = false;
        throw new ChannelError("maybe-sent", "No answer came.");
      }
    };
    const { deliver, db } = await startStage({ connection: await freshConnection(), adapter, onUncertain });
    await deliver(says(1, "hello"));
    const state = onUncertain === "resend" ? "sent" : "maybe-sent";
    await until(async () => (await db.prisma.delivery.count({ where: { state } })) === 1);
    expect(platform.sent).toHaveLength(onUncertain === "resend" ? 1 : 0);
    expect(await db.prisma.delivery.findFirst()).toMatchObject({ doubts: onUncertain === "resend" ? 1 : 0 });
  }
});

test("a bot answers no bot, no group that did not address it, and interrupts no agent", async () => {
  const { adapter, platform } = createLoopback();
  const { deliver, db } = await startStage({ connection: await freshConnection(), adapter });
  await deliver({ ...says(1, "beep", "robot"), fromBot: true } as LoopbackUpdate);
  await deliver({ ...says(2, "chatter", "club"), group: true } as LoopbackUpdate);
  await deliver(says(3, "hello"));
  await until(() => platform.sent.length === 1);
  await db.query("UPDATE conversation SET owner = 'agent' WHERE place = 'ana'");
  await deliver(says(4, "are you there?"));
  await until(
    async () =>
      (await db.prisma.conversation.count({ where: { turnSeq: { gt: db.prisma.conversation.fields.doneSeq } } })) === 0,
  );
  expect(texts(platform.sent)).toEqual(["hello"]);
});

test("when no responder answers, people take over; one that throws is skipped", async () => {
  const { adapter, platform } = createLoopback();
  const broken = { name: "broken", respond: () => Promise.reject(new Error("oh")) };
  const knows = {
    name: "knows",
    respond: async ({ messages }: { messages: { text: string }[] }) =>
      messages[0]?.text === "known" ? { parts: [{ type: "text" as const, text: "yes" }] } : undefined,
  };
  const { deliver, db } = await startStage({
    connection: await freshConnection(),
    adapter,
    responders: [broken, knows],
  });
  await deliver(says(1, "known"));
  await until(() => platform.sent.length === 1);
  await deliver(says(2, "unknown"));
  await until(async () => (await db.prisma.conversation.count({ where: { owner: "agent" } })) === 1);
  expect(await db.prisma.event.findFirst({ where: { type: "handed-over" } })).toMatchObject({
    payload: { reason: "no answer found" },
  });
});

test("an edit, a reaction or a delete that comes before its message ends in the same state", async () => {
  const at = Date.UTC(2026, 0, 1);
  const updates: LoopbackUpdate[] = [
    { ...says(1, "first words"), at },
    { key: "e1", place: "ana", from: "ana", edit: { of: "k1", text: "second words" }, at: at + 1_000 },
    { key: "e2", place: "ana", from: "ana", edit: { of: "k1", text: "last words" }, at: at + 2_000 },
    { key: "r1", place: "ana", from: "bo", react: { to: "k1", emoji: "👍" }, at: at + 3_000 },
    { key: "d1", place: "ana", from: "ana", remove: "k1", at: at + 4_000 },
  ];
  const state = async (order: LoopbackUpdate[]) => {
    const { deliver, db, stop } = await startStage({
      connection: await freshConnection(),
      adapter: createLoopback().adapter,
      responders: [],
    });
    for (const update of order) {
      await deliver(update);
      await until(async () => (await db.prisma.arrival.count({ where: { state: "waiting" } })) === 0);
    }
    const { text, editedAt, deletedAt, reactions } = await db.prisma.message.findFirstOrThrow({
      where: { externalId: "k1" },
    });
    await stop();
    return { text, editedAt, deletedAt, reactions };
  };
  const inOrder = await state(updates);
  expect(inOrder).toMatchObject({ text: "last words", reactions: { "👍": ["bo"] } });
  expect(await state([...updates].reverse())).toEqual(inOrder);
  expect(await state([...updates, ...updates])).toEqual(inOrder);
});

test("a token that is no longer good stands at the channel, for whoever looks", async () => {
  const { adapter, platform } = createLoopback();
  platform.onSend = () => {
    throw new ChannelError("unauthorized", "The platform does not know this token any more.");
  };
  const { deliver, db } = await startStage({ connection: await freshConnection(), adapter });
  await deliver(says(1, "hello"));
  await until(async () => (await db.prisma.delivery.count({ where: { state: "failed" } })) === 1);
  expect(await db.prisma.channel.findFirst()).toMatchObject({
    lastError: "The platform does not know this token any more.",
  });
});

test("the end does not wait for a thought that never ends, and the next hub answers the turn at once", async () => {
  const { adapter, platform } = createLoopback();
  const connection = await freshConnection();
  let thinking = false;
  const lost = { name: "lost", respond: () => ((thinking = true), new Promise<never>(() => undefined)) };
  const first = await startStage({ connection, adapter, responders: [lost] });
  await first.deliver(says(1, "hello"));
  await until(() => thinking);
  await first.stop();
  expect(platform.sent).toEqual([]);
  const next = await startStage({ connection, adapter, channelId: first.channel.id });
  await until(() => platform.sent.length === 1, 5_000);
  expect(await next.db.prisma.event.count({ where: { type: "handed-over" } })).toBe(0);
});
