import { expect, test } from "vitest";
import type { Responder, TurnMessage } from "../../src/corridor/index.ts";
import { newId } from "../../src/lib/ids.ts";
import { freshConnection } from "../support/database.ts";
import { createLoopback, type LoopbackUpdate } from "../support/loopback-adapter.ts";
import { startStage, until } from "../support/corridor.ts";

const text = (words: string) => ({ type: "text" as const, text: words });
const textOf = (messages: readonly TurnMessage[]) => messages.map((message) => message.text).join("|");

async function stage(responders: Responder[]) {
  const { adapter, platform } = createLoopback();
  const { db, deliver } = await startStage({ connection: await freshConnection(), adapter, responders });
  const update: LoopbackUpdate = { key: "1", place: "ana", from: "Ana", text: "CODE are you open?" };
  await deliver(update);
  const acts = async () => {
    const rows = await db.prisma.event.findMany({ where: { type: { not: "message" } }, orderBy: { seq: "asc" } });
    return rows.map(({ type, payload }) => ({ type, ...(payload as { responder?: string; reason?: string }) }));
  };
  return { db, platform, acts };
}

const greets: Responder = {
  name: "greets",
  respond: async ({ messages }) => ({
    parts: [text("Welcome!")],
    rest: messages.map((message) => ({ ...message, text: message.text.replace("CODE ", "") })),
  }),
};
const answers: Responder = {
  name: "answers",
  respond: async ({ messages }) => ({ parts: [text(`Yes: ${textOf(messages)}`)], language: "en" }),
};

test("what one leaves is answered by the next, in order, and each is in the ledger", async () => {
  const { db, platform, acts } = await stage([greets, answers]);
  await until(() => platform.sent.length === 2);
  expect(platform.sent.map(({ parts }) => parts)).toEqual([[text("Welcome!")], [text("Yes: are you open?")]]);
  expect(await acts()).toMatchObject([
    { type: "answered", responder: "greets" },
    { type: "answered", responder: "answers" },
  ]);
  expect(await db.prisma.conversation.findFirst()).toMatchObject({
    ...{ owner: "bot", language: "en", lastMessageText: "Yes: are you open?" },
  });
});

test("what nobody answers goes to people, behind what was said", async () => {
  const { db, platform, acts } = await stage([greets, { name: "silent", respond: async () => undefined }]);
  await until(async () => (await db.prisma.conversation.count({ where: { owner: "agent" } })) === 1);
  await until(() => platform.sent.length === 1);
  expect(await acts()).toMatchObject([
    { type: "answered", responder: "greets" },
    { type: "handed-over", reason: "no answer found" },
  ]);
});

test("an answer may give the conversation to one of us, but takes it from nobody", async () => {
  const [mei, li] = [newId(), newId()];
  const gives: Responder = {
    name: "gives",
    respond: async ({ messages }) => ({ parts: [], evidence: { noted: true }, assigneeId: mei, rest: [...messages] }),
  };
  const { db, platform, acts } = await stage([gives, answers]);
  await until(() => platform.sent.length === 1);
  expect(await db.prisma.conversation.findFirst()).toMatchObject({ assigneeId: mei, owner: "bot" });
  expect(await acts()).toMatchObject([{ responder: "gives", messageIds: [] }, { responder: "answers" }]);

  const { db: other, platform: there } = await stage([
    {
      name: "late",
      respond: async () => {
        await other.prisma.conversation.updateMany({ data: { assigneeId: li } });
        return { parts: [text("Mei will answer.")], assigneeId: mei, handover: "hers" };
      },
    },
  ]);
  await until(() => there.sent.length === 1);
  expect(await other.prisma.conversation.findFirst()).toMatchObject({ assigneeId: li, owner: "agent" });
});
