import { describe, expect, test } from "vitest";
import { BadSignature, type HubEvent } from "../../src/contract/index.ts";
import { never, serve } from "../../tests/contract/small-hub.ts";
import { appSecret, connect, emulate, join, say, verifyToken } from "../../tests/support/whatsapp.ts";
import { signatureOf } from "../graph/index.ts";

const words = (events: readonly HubEvent[]) =>
  events.flatMap((event) =>
    event.type === "message" ? event.parts.map((part) => (part.type === "text" ? part.text : part.type)) : [],
  );

describe("the handshake", () => {
  test("gives the challenge back to whoever knows the verify token", async () => {
    const emulator = await emulate();
    const { url } = await serve(connect(emulator));
    await expect(emulator.caller.attach(url)).resolves.toBeUndefined();
    await expect(emulator.caller.attach(url, "another-verify-token")).rejects.toThrow("couldn't be validated");
  });

  test.each([
    ["no token", { "hub.mode": "subscribe", "hub.challenge": "1" }],
    ["another mode", { "hub.mode": "unsubscribe", "hub.verify_token": verifyToken, "hub.challenge": "1" }],
    ["no challenge", { "hub.mode": "subscribe", "hub.verify_token": verifyToken }],
    [
      "a challenge of markup",
      { "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": "<script>" },
    ],
  ])("refuses %s", async (_what, query) => {
    const { inbound } = connect(await emulate());
    if (inbound.type !== "webhook") throw new Error("no webhook");
    const request = { method: "GET", path: "/", query: new URLSearchParams(query), headers: {}, body: Buffer.alloc(0) };
    await expect(inbound.receive(request)).rejects.toBeInstanceOf(BadSignature);
  });

  test("is done by register, for this number alone", async () => {
    const emulator = await emulate();
    const connection = connect(emulator, { accountId: emulator.accountId });
    const { url, arrivals } = await serve(connection);
    if (connection.inbound.type !== "webhook") throw new Error("no webhook");
    await connection.inbound.register?.(url, never);
    emulator.person("16505551234", "Ana").says("Hi");
    await emulator.caller.settle();
    expect(arrivals).toHaveLength(1);
    expect(emulator.server.requests.map(({ path }) => path)).toEqual([
      `/v23.0/${emulator.accountId}/subscribed_apps`,
      `/v23.0/${emulator.phoneNumberId}`,
    ]);
  });
});

describe("what comes in", () => {
  test("survives batches, doubles, another order, refusals and forgeries: each thing is there once", async () => {
    const emulator = await emulate({
      faults: { batchMs: 5, duplicateShare: 0.3, reorderShare: 0.3, reorderMs: 30, forgeShare: 0.3, redeliverMs: 5 },
    });
    let refusals = 0;
    const hub = await join(emulator, { answer: (given) => (given.length > 0 && refusals++ % 4 === 0 ? 503 : 200) });
    const people = ["Ana", "Bo", "Cai"].map((name, n) => emulator.person(`1650555000${n}`, name));
    for (let n = 0; n < 60; n++) {
      people[n % 3]!.says(`text ${n}`);
      if (n % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 8));
    }
    const events = await hub.settled();
    expect(new Set(words(events)).size).toBe(60);
    expect(events).toHaveLength(60);
    expect(emulator.caller.history.forgedTaken).toBe(0);
    expect(emulator.caller.history.refused).toBeGreaterThan(0);
  });

  test("carries words beyond ASCII, which Meta signs in their escaped form", async () => {
    const emulator = await emulate();
    const hub = await join(emulator);
    emulator.person("16505551234", "Jürgen").says("你好 😀 https://x.example/ä");
    const [event] = await hub.settled();
    expect(event).toMatchObject({ actor: { name: "Jürgen" }, parts: [{ text: "你好 😀 https://x.example/ä" }] });
  });

  test("keeps a person who gets an id, hides the number, and changes both, in one line of identities", async () => {
    const emulator = await emulate();
    const hub = await join(emulator);
    const ana = emulator.person("16505551234", "Ana", { userId: "US.1", hasUserId: false });
    ana.says("in 2025");
    ana.raw.hasUserId = true;
    ana.says("in 2026");
    ana.raw.hidesNumber = true;
    ana.says("hidden");
    ana.changesNumber("12195555358", "US.2");
    ana.says("moved");
    const events = await hub.settled();
    expect(events.map(({ place, placeBefore, actor }) => [place, placeBefore, actor?.id, actor?.idBefore])).toEqual([
      ["16505551234", undefined, "16505551234", undefined],
      ["US.1", "16505551234", "US.1", "16505551234"],
      ["US.1", undefined, "US.1", undefined],
      ["US.2", "US.1", "US.2", "US.1"],
      ["US.2", undefined, "US.2", undefined],
    ]);
  });

  test("opens the window for 24 hours, and for 72 by an ad", async () => {
    const emulator = await emulate();
    const hub = await join(emulator);
    const ana = emulator.person("16505551234", "Ana");
    ana.says("Hi");
    ana.clicksAd("120226305854810726", "Hello! Can I get more info on this?");
    const [plain, byAd] = await hub.settled();
    expect(plain).not.toHaveProperty("allows");
    expect(byAd).toMatchObject({
      allows: { forMs: 72 * 3_600_000 },
      entry: { method: "ad", alias: "120226305854810726", details: { ctwa_clid: "ARAk120226305854810726clid" } },
    });
  });

  test("has the code of an entry link in the first words", async () => {
    const emulator = await emulate();
    const connection = connect(emulator, { prefill: "Hi! ({code}) 你好" });
    const { url } = (await connection.entryLink?.("K7mQ2xVb9c", never)) ?? {};
    expect(url).toBe("https://wa.me/15550783881?text=Hi!%20(K7mQ2xVb9c)%20%E4%BD%A0%E5%A5%BD");
    await connection.entryLink?.("K7mQ2xVb9d", never);
    expect(emulator.server.requests, "the number is asked for once").toHaveLength(1);
    await expect(connection.entryLink?.("a b", never)).rejects.toThrow("1 to 64 characters");
  });

  test("tells what somebody of ours wrote in the app, and deletes there", async () => {
    const emulator = await emulate();
    const hub = await join(emulator);
    const ana = emulator.person("16505551234", "Ana");
    emulator.echo(ana, "We open at nine.");
    expect(await hub.settled()).toMatchObject([
      { type: "message", place: ana.raw.userId, actor: { isSelf: true }, parts: [{ text: "We open at nine." }] },
    ]);
  });

  test("in groups: who joins and leaves, what is said, and whether it is for us", async () => {
    const emulator = await emulate();
    const hub = await join(emulator);
    const ana = emulator.person("16505551234", "Ana");
    ana.joins("Y2FwaV9n", true);
    ana.says("Lunch?", { group: "Y2FwaV9n" });
    ana.says("are you open?", { group: "Y2FwaV9n", mention: true });
    ana.leaves("Y2FwaV9n");
    const events = await hub.settled();
    expect(
      events.map((event) => [event.type, event.place, "addressed" in event ? event.addressed : undefined]),
    ).toEqual([
      ["joined", "group:Y2FwaV9n", undefined],
      ["message", "group:Y2FwaV9n", false],
      ["message", "group:Y2FwaV9n", true],
      ["left", "group:Y2FwaV9n", undefined],
    ]);
    expect(events[0]).toMatchObject({ entry: { method: "invite", alias: "Y2FwaV9n" } });
    const { externalId } = await say(hub.connection, "group:Y2FwaV9n", "Yes");
    expect(externalId).toMatch(/^wamid\./);
  });

  test("for another number of the same app is left alone, with the reason", async () => {
    const emulator = await emulate();
    const hub = await join(emulator, { settings: { phoneNumberId: "777777777777777" } });
    emulator.person("16505551234", "Ana").says("Hi");
    const [event] = await hub.settled();
    expect(event).toMatchObject({ type: "unknown", reason: expect.stringContaining(emulator.phoneNumberId) as string });
  });
});

test("a text message is decoded fast enough", async () => {
  const emulator = await emulate();
  const hub = await join(emulator);
  emulator.person("16505551234", "Ana").says("Does it come in another colour?");
  await hub.settled();
  const [{ payload } = { payload: null }] = hub.arrivals;
  const startedMs = performance.now();
  for (let n = 0; n < 20_000; n++) hub.connection.decode(payload);
  expect(performance.now() - startedMs, "20,000 take less than a second").toBeLessThan(1_000);
});

test("a signature is over the bytes, not over the JSON", async () => {
  const { inbound } = connect(await emulate());
  if (inbound.type !== "webhook") throw new Error("no webhook");
  const receive = (body: string, signed: string) =>
    inbound.receive({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: { "x-hub-signature-256": signatureOf(appSecret, Buffer.from(signed)) },
      body: Buffer.from(body),
    });
  const escaped = '{"object":"whatsapp_business_account","entry":[],"x":"\\u4f60"}';
  await expect(receive(escaped, escaped)).resolves.toEqual({ arrivals: [] });
  await expect(receive(JSON.stringify(JSON.parse(escaped)), escaped)).rejects.toBeInstanceOf(BadSignature);
});
