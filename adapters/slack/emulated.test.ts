import { describe, expect, test } from "vitest";
import type { Part } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { afterwards, faultOf, listen, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { connect, emulate, text, to } from "../../tests/support/slack.ts";
import { createEmulated } from "./emulated.ts";
import type { SlackEmulator } from "./emulator.ts";
import slack from "./index.ts";

describe("doctor", () => {
  const findings = async (emulator: SlackEmulator, more: object = {}) =>
    Object.fromEntries(
      (await connect(emulator, more).check(never)).map(({ name, ok, detail }) => [name, ok ? true : detail]),
    );

  test("finds nothing where all is well", async () => {
    expect(await findings(await emulate())).toEqual({
      token: true,
      scopes: true,
      "bot user": true,
      socket: true,
      clock: true,
    });
  });

  test("finds what is wrong, and says what to do", async () => {
    const emulator = await emulate({ scopes: ["chat:write", "im:history"] });
    expect(await findings(emulator, { botUserId: "U0OTHER", appToken: "xapp-1-wrong-token" })).toEqual({
      token: true,
      scopes: expect.stringMatching(/lacks app_mentions:read \(to notice mentions\).*install it again/) as string,
      "bot user": expect.stringMatching(/U0EMULATED/) as string,
      socket: expect.stringMatching(/connections:write/) as string,
      clock: true,
    });
    expect(await findings(emulator, { botToken: "xoxb-wrong-token" })).toEqual({
      token: expect.stringMatching(/copy the new token/) as string,
    });
    expect(await findings(emulator, { mode: "webhook" })).toMatchObject({ webhook: true });
  });
});

test("as the lab drives it: a person asks, presses, edits, and sees what the hub says", async () => {
  const platform = await createEmulated();
  afterwards(() => platform.close());
  const connection = open(slack, platform.settings, { clock: systemClock });
  const { events } = listen(connection);
  const settle = async (count: number) => {
    for (let i = 0; i < 400 && events().length < count; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await platform.act("Ana", { type: "say", text: "Hello" });
  await settle(1);
  const place = events()[0]?.place ?? "";
  const choice: Part = { type: "choice", prompt: "Which?", options: [{ id: "red", label: "Red" }] };
  await connection.send(to(place, [choice]), never);
  const [, asked] = platform.screen("Ana");
  expect(asked).toMatchObject({ from: "hub", text: "Which?", options: [{ id: "red", label: "Red" }] });
  await platform.act("Ana", { type: "press", messageId: asked?.id ?? "", option: "red" });
  await platform.act("Ana", { type: "photo", name: "a.png", bytes: new Uint8Array([1]) });
  await platform.act("Ana", { type: "say", text: "open?", place: "general", mention: true });
  await platform.act("Ana", { type: "scan", link: "K7mQ2xVb9c" });
  await platform.act("Ana", { type: "scan", link: (await connection.entryLink?.("x", never))?.url ?? "" });
  await platform.act("Ana", { type: "join", place: "general" });
  await platform.act("Ana", { type: "react", messageId: asked?.id ?? "", emoji: "👍" });
  await expect(platform.act("Ana", { type: "block" })).rejects.toThrow(/Nobody can stop/);
  await settle(10);
  const types = events().map(({ type }) => type);
  for (const type of ["message", "pressed", "entered", "joined", "reaction"]) expect(types).toContain(type);
  platform.refuseNext?.(1, 2_000);
  expect((await faultOf(connection.send(to(place, text("x")), never))).retryAfterMs).toBe(2_000);
  expect(platform.calls.some(({ method, body }) => method === "chat.postMessage" && !body?.includes("xoxb"))).toBe(
    true,
  );
});
