import { expect, test } from "vitest";
import { afterwards, listen, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { createEmulated } from "./emulated.ts";
import discord from "./index.ts";

const text = (words: string) => [{ type: "text" as const, text: words }];

/** discord.js is loaded when it is first needed. */
const PATIENTLY = { timeout: 10_000 };

async function start() {
  const platform = await createEmulated();
  afterwards(() => platform.close());
  const connection = open(discord, platform.settings);
  const { events } = listen(connection);
  await expect.poll(() => platform.calls.some(({ path }) => path.endsWith("/invites")), PATIENTLY).toBe(true);
  const arrived = async (type: string, count = 1) => {
    const found = () => events().filter((event) => event.type === type);
    await expect.poll(() => found().length, PATIENTLY).toBe(count);
    return found().at(-1)!;
  };
  return { platform, connection, arrived };
}

test("a customer scans an invite, talks, sends a picture, presses, edits, reacts, deletes and blocks", async () => {
  const { platform, connection, arrived } = await start();
  const { url, alias } = await connection.entryLink!("poster-7", never);
  await platform.act("Ana", { type: "scan", link: url });
  expect(await arrived("joined")).toMatchObject({ entry: { alias, method: "invite" }, member: { name: "Ana" } });
  await platform.act("Ana", { type: "scan", link: "poster-7" });
  expect(await arrived("entered")).toMatchObject({ entry: { code: "poster-7", method: "prefilled" } });
  await platform.act("Ana", { type: "say", text: "Hello" });
  const { place, id } = await arrived("message");
  const options = [{ id: "red", label: "Red *1*" }];
  const ask = { place, parts: [{ type: "choice" as const, prompt: "Which *one*?", options }], idempotencyKey: "1" };
  const { externalId } = await connection.send(ask, never);
  expect(platform.screen("Ana").at(-1)).toMatchObject({ id: externalId, from: "hub", text: "Which *one*?", options });
  await platform.act("Ana", { type: "press", messageId: externalId, option: "red" });
  expect(await arrived("pressed")).toMatchObject({ choice: "red", messageId: externalId });
  await platform.act("Ana", { type: "photo", name: "shoe.gif", bytes: Buffer.from("GIF89a"), text: "this one" });
  const photo = await arrived("message", 2);
  const [file] = photo.type === "message" ? photo.parts.filter((part) => part.type === "file") : [];
  expect(await (await connection.fetchFile!(file!.ref, never)).text()).toBe("GIF89a");
  await platform.act("Ana", { type: "edit", messageId: id, text: "Good day" });
  expect(await arrived("edited")).toMatchObject({ messageId: id, parts: text("Good day") });
  await platform.act("Ana", { type: "react", messageId: externalId, emoji: "👍" });
  expect(await arrived("reaction")).toMatchObject({ messageId: externalId, added: ["👍"] });
  await platform.act("Ana", { type: "delete", messageId: photo.id });
  expect(await arrived("deleted")).toMatchObject({ messageId: photo.id });
  const screen = platform.screen("Ana");
  expect(screen.find((message) => message.id === id)).toMatchObject({ text: "Good day", edited: true });
  expect(screen.find((message) => message.id === externalId)).toMatchObject({ reactions: ["👍"] });
  expect(screen.find((message) => message.file === "shoe.gif")).toMatchObject({ deleted: true });
  expect(screen.some((message) => message.text === "Welcome! Just write to us.")).toBe(true);
  await platform.act("Ana", { type: "block" });
  await expect(connection.send({ ...ask, idempotencyKey: "2" }, never)).rejects.toMatchObject({
    fault: "recipient-gone",
  });
});

test("people meet in the server's channels", async () => {
  const { platform, connection, arrived } = await start();
  await platform.act("Ana", { type: "say", text: "what do you think?", place: "tea", mention: true });
  const said = await arrived("message");
  expect(said).toMatchObject({ placeKind: "group", placeTitle: "#tea", addressed: true });
  const { alias } = await connection.entryLink!("poster-8", never);
  await platform.act("Li", { type: "join", place: "tea", link: `https://discord.gg/${alias ?? ""}` });
  expect(await arrived("joined")).toMatchObject({ entry: { alias } });
  await connection.send({ place: said.place, parts: text("Welcome"), replyTo: said.id, idempotencyKey: "1" }, never);
  expect(platform.screen("Li").at(-1)).toMatchObject({ place: "tea", from: "hub", text: "Welcome" });
  await platform.act("Li", { type: "leave", place: "tea" });
  await arrived("left");
  expect(platform.screen("Li")).toEqual([]);
});

test("what cannot be done here is said in words; a 429 and the calls are told, without secrets", async () => {
  const { platform, connection, arrived } = await start();
  await platform.act("Ana", { type: "say", text: "Hello" });
  const { place } = await arrived("message");
  await expect(platform.act("Ana", { type: "delete", messageId: "1" })).rejects.toThrow("no message 1");
  await expect(platform.act("Ana", { type: "react", messageId: "1", emoji: "👍" })).rejects.toThrow("no such message");
  await expect(platform.act("Ana", { type: "scan", link: "https://t.me/x" })).rejects.toThrow("does not lead");
  await expect(platform.act("Ana", { type: "scan", link: "https://discord.gg/none" })).rejects.toThrow("not valid");
  await expect(platform.act("Li", { type: "leave", place: "tea" })).rejects.toThrow("not in");
  platform.refuseNext!(1, 300);
  const message = { place, parts: text("one"), idempotencyKey: "1" };
  await expect(connection.send(message, never)).rejects.toMatchObject({ fault: "retry-after", retryAfterMs: 350 });
  await new Promise((resolve) => setTimeout(resolve, 360));
  await connection.send(message, never);
  expect(platform.insideRetryAfter).toBe(0);
  const sends = platform.calls.filter(
    ({ method, path }) => method === "POST" && path === `/channels/${place}/messages`,
  );
  expect(sends.map(({ status }) => status)).toEqual([429, 200]);
  expect(JSON.stringify(platform.calls)).not.toContain(String(platform.settings.token));
});
