import { expect, test } from "vitest";
import type { EmulatedPlatform } from "../../src/contract/index.ts";
import { afterwards, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { openDoor } from "../../tests/support/webhook-door.ts";
import { createEmulated } from "./emulated.ts";
import wechat from "./index.ts";

const PIXEL = Buffer.from("GIF89a");

/** The platform as the lab has it, with a hub behind it that remembers what arrived. */
async function start() {
  const platform: EmulatedPlatform = await createEmulated();
  afterwards(() => platform.close());
  const connection = open(wechat, platform.settings);
  const door = await openDoor([connection]);
  afterwards(() => door.close());
  await platform.attach(door.url);
  const arrived = async (count: number) => {
    await expect.poll(() => door.events().length).toBe(count);
    return door.events();
  };
  return { platform, connection, arrived };
}

test("a customer talks, sends a picture, scans a code, presses, and leaves", async () => {
  const { platform, connection, arrived } = await start();
  await platform.act("Li", { type: "say", text: "在吗" });
  const place = (await arrived(1))[0]!.place;
  const choice = { type: "choice" as const, prompt: "哪一种？", options: [{ id: "red", label: "红" }] };
  await connection.send({ place, parts: [choice], idempotencyKey: "1" }, never);
  const asked = platform.screen("Li").at(-1)!;
  expect(asked).toMatchObject({ from: "hub", text: "哪一种？", options: choice.options });
  await platform.act("Li", { type: "press", messageId: asked.id, option: "red" });
  await arrived(2);
  await platform.act("Li", { type: "photo", name: "shoe.gif", bytes: PIXEL, text: "这双" });
  await arrived(4);
  const link = await connection.entryLink!("poster", never);
  await platform.act("Li", { type: "scan", link: link.url });
  await arrived(5);
  await platform.act("Li", { type: "block" });
  const events = await arrived(6);
  expect(events.map(({ type }) => type).sort()).toEqual([
    "entered",
    "left",
    "message",
    "message",
    "message",
    "pressed",
  ]);
  expect(events.find(({ type }) => type === "entered")?.entry?.code).toBe("poster");
  const file = events
    .flatMap((event) => (event.type === "message" ? event.parts : []))
    .find(({ type }) => type === "file");
  const fetched = await connection.fetchFile!(file?.type === "file" ? file.ref : "", never);
  expect(Buffer.from(await fetched.arrayBuffer())).toEqual(PIXEL);
});

test("what cannot be done here is said in words; a 429 and the calls are told", async () => {
  const { platform, connection, arrived } = await start();
  await expect(platform.act("Li", { type: "join", place: "Group" })).rejects.toThrow("no groups");
  await expect(platform.act("Li", { type: "react", messageId: "1", emoji: "👍" })).rejects.toThrow("nobody can react");
  await expect(platform.act("Li", { type: "scan", link: "nothing" })).rejects.toThrow("no QR code");
  await expect(platform.act("Li", { type: "press", messageId: "1", option: "x" })).rejects.toThrow("No message");
  await platform.act("Li", { type: "say", text: "在吗" });
  const place = (await arrived(1))[0]!.place;
  platform.refuseNext!(1, 2_000);
  const message = { place, parts: [{ type: "text" as const, text: "在" }], idempotencyKey: "1" };
  await expect(connection.send(message, never)).rejects.toMatchObject({ fault: "retry-after", retryAfterMs: 2_000 });
  await new Promise((resolve) => setTimeout(resolve, 100)); // one that had left already would be forgiven
  await expect(connection.send(message, never)).rejects.toMatchObject({ fault: "retry-after" });
  expect(platform.insideRetryAfter).toBe(1);
  expect(platform.calls.map(({ path, status }) => `${status} ${path}`)).toEqual([
    "200 /cgi-bin/stable_token",
    "429 /cgi-bin/message/custom/send",
    "429 /cgi-bin/message/custom/send",
  ]);
  expect(JSON.stringify(platform.calls)).not.toContain(String(platform.settings.appSecret));
});
