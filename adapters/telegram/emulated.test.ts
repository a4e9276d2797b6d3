import { expect, test } from "vitest";
import type { EmulatedPlatform, HubEvent } from "../../src/contract/index.ts";
import { afterwards, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { createEmulated } from "./emulated.ts";
import telegram from "./index.ts";

const PIXEL = Buffer.from("GIF89a");

/** The platform as the lab has it, and a hub that asks it for updates. */
async function start() {
  const platform: EmulatedPlatform = await createEmulated();
  afterwards(() => platform.close());
  const connection = open(telegram, platform.settings);
  const events: HubEvent[] = [];
  const ending = new AbortController();
  const { inbound } = connection;
  if (inbound.type !== "stream") throw new Error("These settings poll.");
  const polling = inbound.listen(async ({ payload }) => void events.push(...connection.decode(payload)), ending.signal);
  afterwards(() => (ending.abort(), polling.catch(() => undefined)));
  const arrived = async (count: number) => {
    await expect.poll(() => events.length).toBe(count);
    return events.at(-1)!;
  };
  return { platform, connection, events, arrived };
}

const text = (words: string) => [{ type: "text" as const, text: words }];

test("a customer scans, talks, sends a picture, presses, edits, reacts and blocks", async () => {
  const { platform, connection, arrived } = await start();
  const { url } = await connection.entryLink!("poster-7", never);
  await platform.act("Ana", { type: "scan", link: url });
  expect(await arrived(1)).toMatchObject({ type: "entered", entry: { code: "poster-7", method: "start-param" } });
  await platform.act("Ana", { type: "say", text: "Hello" });
  const { place } = await arrived(2);
  const options = [{ id: "red", label: "Red" }];
  const ask = { place, parts: [{ type: "choice" as const, prompt: "Which?", options }], idempotencyKey: "1" };
  const { externalId } = await connection.send(ask, never);
  expect(platform.screen("Ana").at(-1)).toMatchObject({ id: externalId, from: "hub", text: "Which?", options });
  await platform.act("Ana", { type: "press", messageId: externalId, option: "red" });
  expect(await arrived(3)).toMatchObject({ type: "pressed", choice: "red", messageId: externalId });
  await platform.act("Ana", { type: "photo", name: "shoe.gif", bytes: PIXEL, text: "this one" });
  const photo = await arrived(4);
  const [file] = photo.type === "message" ? photo.parts.filter((part) => part.type === "file") : [];
  expect(Buffer.from(await (await connection.fetchFile!(file!.ref, never)).arrayBuffer())).toEqual(PIXEL);
  const said = platform.screen("Ana").find((message) => message.text === "Hello")!;
  await platform.act("Ana", { type: "edit", messageId: said.id, text: "Good day" });
  expect(await arrived(5)).toMatchObject({ type: "edited", messageId: said.id, parts: text("Good day") });
  await platform.act("Ana", { type: "react", messageId: externalId, emoji: "👍" });
  expect(await arrived(6)).toMatchObject({ type: "reaction", messageId: externalId, added: ["👍"] });
  await platform.act("Ana", { type: "block" });
  expect(await arrived(7)).toMatchObject({ type: "left", blocked: true });
  await platform.act("Ana", { type: "say", text: "Back again", replyTo: externalId });
  expect(await arrived(9)).toMatchObject({ type: "message", replyTo: externalId });
  const screen = platform.screen("Ana");
  expect(screen.find(({ id }) => id === said.id)).toMatchObject({ text: "Good day", edited: true });
  expect(screen.find(({ id }) => id === externalId)).toMatchObject({ reactions: ["👍"] });
});

test("people meet in groups, and come into them by codes", async () => {
  const { platform, connection, events, arrived } = await start();
  await platform.act("Ana", { type: "say", text: "what do you think?", place: "Tea", mention: true });
  expect(await arrived(2)).toMatchObject({ placeKind: "group", placeTitle: "Tea", addressed: true });
  await platform.act("Li", { type: "join", place: "Tea", link: "poster-7" });
  await arrived(4); // a service message tells it once more
  const joined = events[2]!;
  expect(joined).toMatchObject({ type: "joined", member: { name: "Li" }, entry: { code: "poster-7" } });
  await connection.send({ place: joined.place, parts: text("Welcome"), idempotencyKey: "1" }, never);
  expect(platform.screen("Li").at(-1)).toMatchObject({ place: "Tea", from: "hub", text: "Welcome" });
  await platform.act("Li", { type: "leave", place: "Tea" });
  await expect(platform.act("Li", { type: "leave", place: "Tea" })).rejects.toThrow("not in Tea");
  expect(platform.screen("Li")).toEqual([]);
  const { username } = platform.settings as { username: string };
  const link = `https://t.me/${username}?startgroup=poster-8`;
  await platform.act("Li", { type: "join", place: "Books", link });
  await expect.poll(() => platform.screen("Li").at(-1)?.text).toBe(`/start@${username} poster-8`);
});

test("what cannot be done here is said in words; a 429 and the calls are told, without secrets", async () => {
  const { platform, connection, arrived } = await start();
  await platform.act("Ana", { type: "say", text: "Hello" });
  const { place } = await arrived(1);
  await expect(platform.act("Ana", { type: "delete", messageId: "1" })).rejects.toThrow("nothing of deleted");
  await expect(platform.act("Ana", { type: "react", messageId: "1", emoji: "👍" })).rejects.toThrow("no message 1");
  await expect(platform.act("Ana", { type: "scan", link: "https://t.me/other" })).rejects.toThrow("does not lead");
  platform.refuseNext!(1, 1_000);
  const message = { place, parts: text("one"), idempotencyKey: "1" };
  await expect(connection.send(message, never)).rejects.toMatchObject({ fault: "retry-after", retryAfterMs: 1_000 });
  await expect(connection.send(message, never)).rejects.toMatchObject({ fault: "retry-after" });
  expect(platform.insideRetryAfter).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  await connection.send(message, never);
  const sends = platform.calls.filter(({ path }) => path === "/sendMessage");
  expect(sends.map(({ status }) => status)).toEqual([429, 429, 200]);
  expect(sends[0]!.body).toContain('"text":"one"');
  expect(JSON.stringify(platform.calls)).not.toContain(String(platform.settings.token));
});
