import { describe, expect, test } from "vitest";
import type { HubEvent } from "../../src/contract/index.ts";
import { faultOf, never, quickClock } from "../../tests/contract/small-hub.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { hubFor, registered, text, to } from "../../tests/support/messaging.ts";
import { expiredToken, graphError } from "../graph/emulator.ts";
import { createMessengerEmulator, settingsFor } from "./emulator.ts";
import messenger from "./index.ts";

const ANA = "5512345678901234";
type Options = NonNullable<Parameters<typeof createMessengerEmulator>[0]>;

async function talk(options: Options = {}, tools: Parameters<typeof hubFor>[3] = { clock: quickClock }) {
  const emulator = await createMessengerEmulator({ profile: { get_started: { payload: "GET_STARTED" } }, ...options });
  const hub = await registered(await hubFor(messenger, emulator, settingsFor(emulator), tools), emulator);
  return { emulator, hub, ana: emulator.person(ANA), ...hub };
}

const known = (events: HubEvent[]) => events.filter(({ type }) => type !== "unknown");

describe("sending", () => {
  test("files go as bytes, come back by a fresh address when theirs is over, and go on by it", async () => {
    const { emulator, connection, tools, ana, events } = await talk();
    const bytes = Buffer.from("%PDF \0\r\n-- binary\xff", "latin1");
    ana.sendsPhoto(undefined, "My shoes");
    await emulator.caller.settle();
    const ref = await tools.files.put({ name: '价格 "list".pdf', mimeType: "application/pdf", bytes });
    await connection.send(to(ANA, [{ type: "file", kind: "document", ref }]), never);
    const [sent] = emulator.sentTo(ANA);
    expect(sent?.body.attachment).toEqual({ type: "file", payload: {} });

    const [, photo] = (events()[0] as Extract<HubEvent, { type: "message" }>).parts;
    if (photo?.type !== "file") throw new Error("No photo came.");
    const fetched = await connection.fetchFile?.(photo.ref, never);
    expect(fetched?.headers.get("content-type")).toBe("image/png");
    emulator.expireFiles();
    const again = await connection.fetchFile?.(photo.ref, never);
    expect((await again?.arrayBuffer())?.byteLength).toBeGreaterThan(50);
    await connection.send(to(ANA, [photo]), never);
    expect(emulator.sentTo(ANA)[1]?.files, "Meta could fetch it").toHaveLength(1);
    expect(photo.ref).not.toContain(emulator.accessToken);
  });

  test.each<[string, string]>([
    ["no reference", "somewhere"],
    ["a path for an id", "..|0|http://127.0.0.1:9/x"],
    ["another scheme", "m_1|0|file:///etc/passwd"],
    ["another host without TLS", "m_12345|0|http://127.0.0.2:9/x"],
  ])("fetches nothing for %s", async (_what, ref) => {
    const { emulator, connection } = await talk();
    const fault = await faultOf(connection.fetchFile?.(ref, never));
    expect(["refused", "unreachable"]).toContain(fault.fault);
    expect(emulator.requests.filter(({ path, method }) => method === "GET" && path.endsWith("/v23.0/"))).toEqual([]);
  });

  test("windows: a bot has a day, a person of ours seven, a template has no end", async () => {
    const clock = manualClock();
    const { connection, ana } = await talk({ now: clock.now }, { clock });
    ana.says("Hi");
    const heard = clock.now();
    const send = (author: "bot" | "agent") =>
      connection.send(to(ANA, text("Hello"), { author, lastHeardAt: heard }), never);
    await send("bot");
    clock.pass(3 * 86_400_000);
    expect((await faultOf(send("bot"))).fault).toBe("window-closed");
    await send("agent");
    clock.pass(5 * 86_400_000);
    expect((await faultOf(send("agent"))).fault).toBe("window-closed");
    const template = {
      type: "template" as const,
      name: "order_sent",
      language: "en_US",
      values: {},
      text: "It is on its way.",
    };
    await connection.send(to(ANA, [template]), never);
  });

  test("acts: sees and types, reacts with any emoji; edits and deletes nothing", async () => {
    const { emulator, connection, ana } = await talk();
    const mid = ana.says("Hi");
    await connection.act?.({ type: "typing", place: ANA }, never);
    await connection.act?.({ type: "react", place: ANA, messageId: mid, emoji: "🎉" }, never);
    expect(emulator.messages[0]?.reactions).toEqual(["🎉"]);
    await connection.act?.({ type: "react", place: ANA, messageId: mid, emoji: null }, never);
    expect(emulator.messages[0]?.reactions).toEqual([]);
    expect(ana.state.actions).toEqual(["mark_seen", "typing_on", "react", "unreact"]);
    expect((await faultOf(connection.act?.({ type: "delete", place: ANA, messageId: mid }, never))).fault).toBe(
      "refused",
    );
  });

  test("a person who blocks is gone; an unknown one as well; an expired token says what to do", async () => {
    const { emulator, connection, ana } = await talk();
    ana.says("Hi");
    ana.blocks();
    expect((await faultOf(connection.send(to(ANA, text("Hello")), never))).fault).toBe("recipient-gone");
    expect((await faultOf(connection.send(to("999", text("Hello")), never))).fault).toBe("recipient-gone");
    emulator.refuseNext("messages", expiredToken());
    const fault = await faultOf(connection.send(to(ANA, text("Hello")), never));
    expect(fault).toMatchObject({ fault: "unauthorized", message: expect.stringMatching(/"pageToken"/) as string });
    emulator.refuseNext("messages", graphError(400, { message: "Temporary", code: 1200 }));
    expect((await faultOf(connection.send(to(ANA, text("Hello")), never))).fault).toBe("unreachable");
  });

  test("whoever waits as long as Meta says is never inside its limit", async () => {
    const faults = {
      tooMany: { share: 0.3, seconds: 0.02, scope: "channel" as const, form: "business-usage" as const },
    };
    const { emulator, connection, ana } = await talk({ faults, seed: 3 });
    ana.says("Hi");
    let limits = 0;
    for (let i = 0; i < 60; i++) {
      const error: unknown = await connection.send(to(ANA, text(String(i))), never).catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) continue;
      limits++;
      await new Promise((resolve) => setTimeout(resolve, ((error as { retryAfterMs?: number }).retryAfterMs ?? 0) + 1));
    }
    expect(limits).toBeGreaterThan(5);
    expect(emulator.limits.inside).toBe(0);
  });

  test("a line that drops after the message was taken leaves a doubt, and its echo is known", async () => {
    const { emulator, connection, ana, events } = await talk({ faults: { dropShare: 1 } });
    ana.says("Hi");
    expect((await faultOf(connection.send(to(ANA, text("Hello")), never))).fault).toBe("maybe-sent");
    await emulator.caller.settle();
    expect(known(events()).filter(({ type }) => type === "message")).toHaveLength(1);
  });
});
