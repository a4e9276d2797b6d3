import { expect, test } from "vitest";
import type { Responder } from "../../src/corridor/index.ts";
import { afterwards } from "../../tests/contract/small-hub.ts";
import { startChat } from "../../tests/support/chat.ts";
import { createEmulated } from "./emulated.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const options = [{ id: "red", label: "Red" }];
const asks: Responder = {
  name: "asks",
  respond: async ({ messages }) =>
    messages.some(({ text }) => text.includes("?"))
      ? { parts: [{ type: "choice", prompt: "Which?", options }] }
      : undefined,
};

/** A website whose chat is a real hub's. */
async function start() {
  const platform = await createEmulated();
  afterwards(() => platform.close());
  const chat = await startChat({ settings: platform.settings, responders: [asks] });
  await platform.attach(new URL(`${chat.url}/`));
  const types = async () =>
    (await chat.db.query<{ type: string }>("SELECT type FROM event WHERE arrival_id IS NOT NULL ORDER BY id")).map(
      ({ type }) => type,
    );
  return { platform, chat, types };
}

test("a visitor follows a link, talks, presses, sends a picture, edits, reacts and deletes", async () => {
  const { platform, chat, types } = await start();
  const { url } = await chat.channel.connection.entryLink!("poster-7", AbortSignal.timeout(1_000));
  await platform.act("Ana", { type: "scan", link: url });
  await platform.act("Ana", { type: "say", text: "What have you got?" });
  const screen = () => platform.screen("Ana");
  await expect.poll(() => screen().map(({ from }) => from)).toEqual(["person", "hub"]);
  const [said, asked] = screen();
  expect(asked).toMatchObject({ text: "Which?", options });
  await platform.act("Ana", { type: "press", messageId: asked!.id, option: "red" });
  await platform.act("Ana", { type: "photo", name: "shoe.png", bytes: PIXEL, text: "this one" });
  await expect.poll(() => screen().find(({ file }) => file === "shoe.png")?.text).toBe("this one");
  await platform.act("Ana", { type: "edit", messageId: said!.id, text: "What is there?" });
  await platform.act("Ana", { type: "react", messageId: asked!.id, emoji: "👍" });
  const photo = screen().find(({ file }) => file !== undefined)!;
  await platform.act("Ana", { type: "delete", messageId: photo.id });
  await expect
    .poll(() => screen().find(({ id }) => id === said!.id))
    .toMatchObject({ edited: true, text: "What is there?" });
  await expect.poll(() => screen().find(({ id }) => id === photo.id)?.deleted).toBe(true);
  expect(screen().find(({ id }) => id === asked!.id)?.reactions).toEqual(["👍"]);
  expect((await types()).sort()).toEqual(["deleted", "edited", "entered", "message", "message", "pressed", "reaction"]);
  const [touch] = await chat.db.query("SELECT payload #>> '{entry,code}' AS code FROM event WHERE type = 'entered'");
  expect(touch).toEqual({ code: "poster-7" });
});

test("what cannot be done here is said in words", async () => {
  const closed = await createEmulated();
  await expect(closed.act("Ana", { type: "say", text: "Hello" })).rejects.toThrow("not attached");
  const { platform } = await start();
  await expect(platform.act("Ana", { type: "join", place: "Tea" })).rejects.toThrow("no groups");
  await expect(platform.act("Ana", { type: "block" })).rejects.toThrow("nobody can block");
  await expect(platform.act("Ana", { type: "scan", link: "https://t.me/other" })).rejects.toThrow("does not lead");
  await expect(platform.act("Ana", { type: "delete", messageId: "c_1" })).rejects.toThrow("no message c_1");
});
