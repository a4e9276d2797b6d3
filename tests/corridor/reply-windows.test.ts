import { expect, test } from "vitest";
import type { Part } from "../../src/contract/index.ts";
import type { Responder } from "../../src/corridor/index.ts";
import { freshConnection } from "../support/database.ts";
import { startStage, until, type Stage } from "../support/corridor.ts";
import { createLoopback, type LoopbackPlatform, type LoopbackUpdate } from "../support/loopback-adapter.ts";

const HOUR_MS = 3_600_000;
const silent: Responder = { name: "silent", respond: async () => ({ parts: [], handover: "none of our business" }) };
const says = (key: string, at: number, more: Partial<LoopbackUpdate> = {}): LoopbackUpdate => ({
  key,
  place: "ana",
  from: "ana",
  text: "Hello",
  at,
  ...more,
});
const text = (words: string): Part[] => [{ type: "text", text: words }];
const template: Part[] = [{ type: "template", name: "hello", language: "en", values: {}, text: "Hello again" }];

async function windowed(messages: number | undefined, agentMs?: number) {
  const { adapter, platform } = createLoopback({
    parts: ["text", "choice", "template"],
    replyWindow: {
      message: { forMs: HOUR_MS, ...(messages !== undefined && { messages }) },
      ...(agentMs !== undefined && { agentMs }),
    },
  });
  const stage = await startStage({ connection: await freshConnection(), adapter, responders: [silent] });
  return { stage, platform };
}

/** Says it, waits until it is sent or has failed, and tells which. */
async function say({ db, outbox }: Stage, parts: Part[], author: "bot" | "agent" = "bot"): Promise<string> {
  const { id: conversationId } = await db.prisma.conversation.findFirstOrThrow();
  const [messageId] = await db.transaction((tx) => outbox.say({ conversationId, author, parts }, tx));
  outbox.wake();
  const read = () => db.prisma.delivery.findUniqueOrThrow({ where: { messageId: messageId! } });
  await until(async () => ["sent", "failed"].includes((await read()).state));
  return (await read()).error ?? "sent";
}

async function heard({ db, deliver }: Stage, update: LoopbackUpdate): Promise<void> {
  const before = await db.prisma.event.count();
  await deliver(update);
  await until(async () => (await db.prisma.event.count()) > before);
}

const words = (platform: LoopbackPlatform) => platform.sent.map(({ parts }) => (parts[0] as { text: string }).text);

test("a quota is spent by what was sent, and starts anew when the person writes", async () => {
  const { stage, platform } = await windowed(2);
  const now = Date.now();
  await heard(stage, says("1", now));
  expect(await say(stage, text("one"))).toBe("sent");
  expect(await say(stage, text("two"))).toBe("sent");
  expect(await say(stage, text("three"))).toMatch(/no more messages until the person writes again/);
  expect(await say(stage, template)).toBe("sent");
  await heard(stage, says("2", now + 1_000));
  expect(await say(stage, text("four"))).toBe("sent");
  expect(words(platform)).toEqual(["one", "two", "Hello again", "four"]);
});

test("a refused send costs nothing of the quota", async () => {
  const { stage, platform } = await windowed(1);
  platform.onSend = () => {
    platform.onSend = () => undefined;
    throw new Error("broken");
  };
  await heard(stage, says("1", Date.now()));
  expect(await say(stage, text("one"))).not.toBe("sent");
  expect(await say(stage, text("two"))).toBe("sent");
  expect(await say(stage, text("three"))).toMatch(/no more messages/);
});

test("after the window only a template goes out, and an agent where the platform lets people write longer", async () => {
  const { stage, platform } = await windowed(undefined, 10 * HOUR_MS);
  await heard(stage, says("1", Date.now() - 2 * HOUR_MS));
  expect(await say(stage, text("late"))).toMatch(/the time in which the platform takes messages is over/);
  expect(await say(stage, text("a person"), "agent")).toBe("sent");
  expect(platform.sent[0]).toMatchObject({ author: "agent", lastHeardAt: expect.any(Date) });
  expect(await say(stage, template)).toBe("sent");
});

test("an account that got another id stays the same person", async () => {
  const { adapter } = createLoopback();
  const stage = await startStage({ connection: await freshConnection(), adapter });
  await heard(stage, says("1", 1_000, { from: "+4912345" }));
  await heard(stage, says("2", 2_000, { from: "user-7", idBefore: "+4912345" }));
  await heard(stage, says("3", 3_000, { from: "user-7", idBefore: "+4912345" }));
  const people = await stage.db.prisma.identity.findMany();
  expect(people.map(({ externalId }) => externalId)).toEqual(["user-7"]);
});

test("what a person of ours wrote on the platform itself is ours, asks for no answer, and makes nobody a contact", async () => {
  const { adapter, platform } = createLoopback();
  const stage = await startStage({ connection: await freshConnection(), adapter });
  await heard(stage, says("1", 1_000, { fromUs: true, from: "page", text: "I called you" }));
  const [message] = await stage.db.prisma.message.findMany();
  expect(message).toMatchObject({ direction: "out", author: "agent", identityId: null, deliveryState: "sent" });
  expect(await stage.db.prisma.identity.count()).toBe(0);
  expect(platform.sent).toEqual([]);
});
