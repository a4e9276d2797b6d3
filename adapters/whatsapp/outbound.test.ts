import { describe, expect, test } from "vitest";
import type { ChannelError, Part } from "../../src/contract/index.ts";
import { faultOf, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, join, say, text, to } from "../../tests/support/whatsapp.ts";
import { graphError } from "../graph/emulator.ts";
import { createEmulated } from "./emulated.ts";

const HOUR_MS = 3_600_000;
const PHONE = "16505551234";
const OWN = "0190a000-0000-7000-8000-00000000000a";

/** A person who has just written. */
async function talking(options: Parameters<typeof emulate>[0] = {}) {
  const emulator = await emulate(options);
  const hub = await join(emulator);
  const ana = emulator.person(PHONE, "Ana");
  ana.says("Hi");
  await emulator.caller.settle();
  return { emulator, hub, connection: hub.connection, ana, place: ana.raw.userId };
}

describe("sending", () => {
  test("carries each kind of part, to a number and to an id", async () => {
    const { connection, ana, place } = await talking();
    const options = [
      { id: "r", label: "Red" },
      { id: "b", label: "Blue" },
    ];
    const parts: Part[] = [
      { type: "text", text: "Hello" },
      { type: "file", kind: "image", ref: "https://shop.example/shoe.jpg" },
      { type: "choice", prompt: "Which?", options },
      { type: "card", title: "Shoes", image: "https://shop.example/shoe.jpg", options },
      { type: "location", latitude: 52.5, longitude: 13.4, title: "Shop" },
      { type: "contact", name: "Ana", phone: "+15550100" },
    ];
    for (const to_ of [place, PHONE]) for (const part of parts) await connection.send(to(to_, [part]), never);
    expect(ana.raw.screen.filter(({ from }) => from === "hub")).toHaveLength(12);
  });

  test("an id in the field for numbers would be lost without a word: the adapter never puts it there", async () => {
    const { emulator, connection, ana, place } = await talking();
    await say(connection, place, "by id");
    expect(ana.raw.screen.at(-1)?.text).toBe("by id");
    expect(emulator.sent.at(-1)?.body).toMatchObject({ recipient: place });
  });

  test("tells how far it came, also where that is told before the send is answered", async () => {
    for (const statusFirst of [false, true]) {
      const { hub, connection, ana, place } = await talking({ faults: { statusFirst } });
      const { externalId } = await say(connection, place, "Hello");
      ana.reads();
      const receipts = (await hub.settled()).filter((event) => event.type === "receipt");
      expect(receipts.map(({ status, messageId, place: at }) => [status, messageId, at])).toEqual([
        ["sent", externalId, place],
        ["delivered", externalId, place],
        ["read", externalId, place],
      ]);
    }
  });

  test("is refused outside the window, at once or later, and a template is not", async () => {
    let now = new Date("2026-01-15T12:00:00Z");
    const { emulator, hub, connection, place } = await talking({ now: () => now });
    emulator.template("we_miss_you", "en_US", "Hello {{1}}, come back!");
    now = new Date(now.getTime() + 24 * HOUR_MS + 1);
    expect((await faultOf(say(connection, place, "Hello?"))).fault).toBe("window-closed");

    const template: Part = {
      type: "template",
      name: "we_miss_you",
      language: "en_US",
      values: { "1": "Ana" },
      text: "",
    };
    await connection.send(to(place, [template]), never);
    expect(emulator.sent.at(-1)?.body).toMatchObject({ type: "template" });
    const wrong = await faultOf(connection.send(to(place, [{ ...template, values: {} }]), never));
    expect([wrong.fault, wrong.message]).toEqual([
      "refused",
      expect.stringContaining("number of localizable_params (0)"),
    ]);

    emulator.faults.lateRefusals = true;
    const { externalId } = await say(connection, place, "Hello?");
    const failed = (await hub.settled()).find((event) => event.type === "receipt" && event.messageId === externalId);
    expect(failed).toMatchObject({
      status: "failed",
      error: expect.stringContaining("24 hours have passed") as string,
    });
  });

  test("an ad's click keeps the window open for three days", async () => {
    let now = new Date("2026-01-15T12:00:00Z");
    const { connection, ana, place } = await talking({ now: () => now });
    ana.clicksAd("120226305854810726", "More info?");
    now = new Date(now.getTime() + 71 * HOUR_MS);
    await expect(say(connection, place, "Still here")).resolves.toBeDefined();
    now = new Date(now.getTime() + 2 * HOUR_MS);
    expect((await faultOf(say(connection, place, "And now?"))).fault).toBe("window-closed");
  });

  test("keeps out of WhatsApp's limits, in each form in which it tells them", async () => {
    for (const form of ["business-usage", "app-usage", "retry-after"] as const) {
      const { emulator, connection, place } = await talking();
      emulator.limits.refuseNext(1, 0.12, form);
      const { fault, retryAfterMs, scope } = await faultOf(say(connection, place, "1"));
      expect({ fault, scope }).toEqual({ fault: "retry-after", scope: "channel" });
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      await say(connection, place, "2");
      expect(emulator.limits.inside, form).toBe(0);
    }
  });

  test("a limit of one person's holds for that person alone", async () => {
    const { emulator, connection, place } = await talking();
    const bo = emulator.person("16505550002", "Bo");
    bo.says("Hi");
    emulator.faults.tooMany = { share: 1, seconds: 30, scope: "place", form: "silent" };
    const error = await faultOf(say(connection, place, "1"));
    expect([error.fault, error.scope, error.retryAfterMs]).toEqual(["retry-after", "place", 6_000]);
    emulator.faults.tooMany.share = 0;
    await expect(say(connection, bo.raw.userId, "2")).resolves.toBeDefined();
    expect((await faultOf(say(connection, place, "3"))).scope).toBe("place");
    expect(emulator.limits.inside).toBe(1);
  });

  test.each([
    [{ dropShare: 1 }, "maybe-sent", 1],
    [{ truncateShare: 1 }, "maybe-sent", 1],
    [{ wrongTypeShare: 1 }, "maybe-sent", 1],
    [{ serverErrorShare: 1 }, "unreachable", 0],
  ])("with %o it is %s", async (faults, fault, sent) => {
    const { emulator, connection, place } = await talking({ faults });
    expect((await faultOf(say(connection, place, "Hello"))).fault).toBe(fault);
    expect(emulator.sent).toHaveLength(sent);
    if (sent) expect(emulator.sent[0]?.body).toMatchObject({ biz_opaque_callback_data: "key" });
  });

  test("a slow answer that the hub does not wait for may have been sent", async () => {
    const { emulator, connection, place } = await talking();
    emulator.faults.slowMs = 300;
    const error = await faultOf(connection.send(to(place, text("slow")), AbortSignal.timeout(50)));
    expect(error.fault).toBe("maybe-sent");
  });

  test("a token that expires in between is named, with what to do, and never shown", async () => {
    const { emulator, connection, place } = await talking();
    const old = emulator.accessToken;
    emulator.changeToken("EAAAnotherTokenOfASystemUser0123456789");
    const error: ChannelError = await faultOf(say(connection, place, "Hello"));
    expect([error.fault, error.message]).toEqual(["unauthorized", expect.stringContaining("accessToken")]);
    expect(JSON.stringify(error) + error.stack).not.toContain(old);
    expect(await connection.check(never)).toMatchObject([{ name: "token", ok: false }]);
  });

  test("people who cannot be reached are gone", async () => {
    const { connection } = await talking();
    expect((await faultOf(say(connection, "16505559999", "Hello"))).fault).toBe("recipient-gone");
  });
});

describe("files", () => {
  const files = (mimeType: string, size = 5) => ({
    put: async () => OWN,
    get: async (ref: string) =>
      ref === OWN ? { name: 'a "b".bin', mimeType, bytes: Buffer.alloc(size, 1) } : undefined,
  });

  test("are fetched with the login, at an address asked for each time", async () => {
    const { emulator, hub, connection, ana } = await talking();
    ana.sends("image", { name: "shoe.jpg", mimeType: "image/jpeg", bytes: Buffer.from("jpeg bytes"), caption: "Mine" });
    const message = (await hub.settled()).at(-1);
    const part = message?.type === "message" ? message.parts[0] : undefined;
    if (part?.type !== "file") throw new Error("No picture came.");
    for (let n = 0; n < 2; n++) {
      const response = await connection.fetchFile?.(part.ref, never);
      expect(await response?.text()).toBe("jpeg bytes");
    }
    const asked = emulator.server.requests.filter(({ method }) => method === "GET");
    expect(asked.map(({ path }) => path.split("/")[1])).toEqual([
      "v23.0",
      "whatsapp_business",
      "v23.0",
      "whatsapp_business",
    ]);

    emulator.faults.filesExpired = true;
    expect((await faultOf(connection.fetchFile?.(part.ref, never))).fault).toBe("refused");
    expect((await faultOf(connection.fetchFile?.("../1", never))).fault).toBe("refused");
    expect((await faultOf(connection.fetchFile?.("99999999", never))).fault).toBe("refused");
    await connection.send(to(ana.raw.userId, [part]), never);
    expect(emulator.sent.at(-1)?.body).toMatchObject({ type: "image", image: { id: part.ref } });
  });

  test("of the hub's are uploaded once, whole, and sent by their id", async () => {
    const emulator = await emulate();
    const ana = emulator.person(PHONE, "Ana");
    ana.says("Hi");
    const connection = connect(emulator, {}, { files: files("application/pdf") });
    const part: Part = { type: "file", kind: "document", ref: OWN };
    for (let n = 0; n < 2; n++) await connection.send(to(ana.raw.userId, [part]), never);
    expect(emulator.server.requests.filter(({ path }) => path.endsWith("/media"))).toHaveLength(1);
    expect(emulator.sent[0]?.body).toMatchObject({ type: "document", document: { filename: 'a "b".bin' } });
    const gone = to(ana.raw.userId, [{ ...part, ref: OWN.replace("a", "b") }]);
    expect((await faultOf(connection.send(gone, never))).fault).toBe("refused");
  });

  test.each([
    ["image", "image/jpeg", 5, "image"],
    ["image", "image/gif", 5, "document"],
    ["image", "image/png", 6_000_000, "document"],
    ["video", "video/webm", 5, "document"],
    ["audio", "audio/ogg; codecs=opus", 5, "audio"],
    ["sticker", "image/webp", 600_000, "document"],
    ["sticker", "image/png", 5, "image"],
  ] as const)("a %s of %s with %i bytes goes as %s", async (kind, mimeType, size, sentAs) => {
    const emulator = await emulate();
    const ana = emulator.person(PHONE, "Ana");
    ana.says("Hi");
    const connection = connect(emulator, {}, { files: files(mimeType, size) });
    await connection.send(to(ana.raw.userId, [{ type: "file", kind, ref: OWN }]), never);
    expect(emulator.sent[0]?.body.type).toBe(sentAs);
  });

  test("from elsewhere are taken by https only", async () => {
    const { connection, place } = await talking();
    const http = to(place, [{ type: "file", kind: "image", ref: "http://shop.example/1.jpg" }]);
    expect((await faultOf(connection.send(http, never))).fault).toBe("refused");
  });
});

describe("acting", () => {
  test("reacts, takes it back, shows as read, and shows typing below the last message", async () => {
    const { emulator, hub, connection, ana, place } = await talking();
    const [message] = hub.events();
    const messageId = message!.id;
    await connection.act?.({ type: "react", place, messageId, emoji: "👍" }, never);
    expect(ana.raw.screen[0]?.reactions).toEqual(["👍"]);
    await connection.act?.({ type: "react", place, messageId, emoji: null }, never);
    expect(ana.raw.screen[0]?.reactions).toEqual([]);
    await connection.act?.({ type: "acknowledge", referrer: message!.referrer! }, never);
    expect([emulator.read, emulator.typing]).toEqual([[messageId], []]);
    await connection.act?.({ type: "typing", place }, never);
    expect(emulator.typing).toEqual([messageId]);
    expect((await faultOf(connection.act?.({ type: "typing", place: "US.9" }, never))).fault).toBe("refused");
  });

  test("says nothing of reading where that is off", async () => {
    const emulator = await emulate();
    const hub = await join(emulator, { settings: { readReceipts: "off" } });
    emulator.person(PHONE, "Ana").says("Hi");
    expect((await hub.settled())[0]).not.toHaveProperty("referrer");
  });
});

describe("doctor", () => {
  test("says whose number it is, how it is doing, and whom WhatsApp calls", async () => {
    const emulator = await emulate();
    const hub = await join(emulator);
    const publicUrl = hub.url;
    const connection = connect(emulator, { phoneNumber: "+15550783881" }, { publicUrl });
    expect((await connection.check(never)).map(({ name, ok }) => [name, ok])).toEqual([
      ["number", true],
      ["state", true],
      ["webhook", false],
    ]);
    if (connection.inbound.type === "webhook") await connection.inbound.register?.(publicUrl, never);
    expect((await connection.check(never)).at(-1)).toMatchObject({ ok: true });
    const other = connect(emulator, { phoneNumber: "+15550000000" }, { publicUrl: new URL("https://other.example/") });
    expect((await other.check(never)).map(({ ok }) => ok)).toEqual([false, true, false]);
  });

  test("says in words what register could not do", async () => {
    const emulator = await emulate();
    const { inbound } = connect(emulator);
    if (inbound.type !== "webhook") throw new Error("no webhook");
    const error = await faultOf(inbound.register?.(new URL("http://127.0.0.1:1/"), never));
    expect([error.fault, error.message]).toEqual(["refused", expect.stringContaining("couldn't be validated")]);
    emulator.server.refuseNext(emulator.phoneNumberId, graphError(403, { message: "No permission", code: 200 }));
    expect((await faultOf(inbound.register?.(new URL("http://127.0.0.1:1/"), never))).fault).toBe("unauthorized");
  });
});

describe("the lab", () => {
  test("lets a customer do all that WhatsApp lets them do", async () => {
    const lab = await createEmulated();
    const { default: whatsapp } = await import("./index.ts");
    const { open } = await import("../../tests/contract/tools.ts");
    const { serve, afterwards } = await import("../../tests/contract/small-hub.ts");
    afterwards(() => lab.close());
    const connection = open(whatsapp, lab.settings);
    const door = await serve(connection);
    await lab.attach(door.url);

    await lab.act("Ana", { type: "scan", link: "https://wa.me/15550783881?text=%5BK7mQ2xVb9c%5D%20Hello!" });
    await lab.act("Ana", { type: "photo", name: "shoe.jpg", bytes: Buffer.from("x"), text: "Mine" });
    await lab.act("Ana", { type: "scan", link: "ad:120226305854810726" });
    await lab.act("Ana", { type: "join", place: "Friends" });
    await lab.act("Ana", { type: "say", text: "are you there?", place: "Friends", mention: true });
    await settle(() => door.arrivals.length === 5);
    const place = connection.decode(door.arrivals[0]!.payload)[0]!.place;

    const choice: Part = { type: "choice", prompt: "Which?", options: [{ id: "r", label: "Red" }] };
    const { externalId } = await connection.send(to(place, [choice]), never);
    await lab.act("Ana", { type: "press", messageId: externalId, option: "r" });
    await expect(lab.act("Ana", { type: "press", messageId: externalId, option: "x" })).rejects.toThrow(
      'no button "x"',
    );
    const mine = lab.screen("Ana")[0]!.id;
    await lab.act("Ana", { type: "edit", messageId: mine, text: "Hello again" });
    await lab.act("Ana", { type: "react", messageId: externalId, emoji: "👍" });
    await lab.act("Ana", { type: "delete", messageId: mine });
    await lab.act("Ana", { type: "leave", place: "Friends" });
    await settle(() => door.arrivals.length === 12);
    const types = door.arrivals.flatMap(({ payload }) => connection.decode(payload)).map((event) => event.type);
    expect(types.slice(5)).toEqual(["receipt", "receipt", "pressed", "edited", "reaction", "deleted", "left"]);
    expect(lab.screen("Ana")[0]).toMatchObject({ text: "Hello again", edited: true, deleted: true });
    expect(lab.screen("Ana").at(-1)).toMatchObject({ from: "hub", text: "Which?", reactions: ["👍"] });
    expect(lab.screen("Ana").filter((message) => message.place === "Friends")).toHaveLength(1);

    lab.refuseNext?.(1, 60);
    expect((await faultOf(connection.send(to(place, text("x")), never))).retryAfterMs).toBeLessThanOrEqual(60);
    await lab.act("Ana", { type: "block" });
    await new Promise((resolve) => setTimeout(resolve, 70));
    await connection.send(to(place, text("y")), never);
    expect(lab.screen("Ana").at(-1)?.text).toBe("Which?");
    expect(lab.insideRetryAfter).toBe(0);
    expect(lab.calls.map(({ status }) => status)).toEqual([200, 429, 200]);
  });
});

async function settle(done: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !done(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}
