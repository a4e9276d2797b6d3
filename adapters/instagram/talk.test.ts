import { describe, expect, test } from "vitest";
import type { HubEvent } from "../../src/contract/index.ts";
import { memoryCache } from "../../src/lib/memory-tools.ts";
import { faultOf, never, quickClock } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { choice, hubFor, registered, text, to } from "../../tests/support/messaging.ts";
import { createEmulated } from "./emulated.ts";
import { createInstagramEmulator, settingsFor } from "./emulator.ts";
import instagram from "./index.ts";

const LI = "8812345678901234";
type Options = NonNullable<Parameters<typeof createInstagramEmulator>[0]>;

const breakers = [{ locale: "default", call_to_actions: [{ question: "营业时间？", payload: "ask:营业时间？" }] }];

async function talk(
  options: Options = {},
  tools: Parameters<typeof hubFor>[3] = { clock: quickClock },
  more: object = {},
) {
  const emulator = await createInstagramEmulator({ profile: { ice_breakers: breakers }, ...options });
  const hub = await registered(
    await hubFor(instagram, emulator, { ...settingsFor(emulator), ...more }, tools),
    emulator,
  );
  return { emulator, hub, li: emulator.person(LI, "李雷"), ...hub };
}

const known = (events: HubEvent[]) => events.filter(({ type }) => type !== "unknown");

describe("doors", () => {
  test("a new person's code comes with the first question, a known one's by itself, an ad's with its words", async () => {
    const { emulator, connection, li, events } = await talk();
    const link = await connection.entryLink?.("K7mQ2xVb9c", never);
    expect(link).toEqual({ url: "https://ig.me/m/emulated.shop?ref=K7mQ2xVb9c" });
    li.scans(link!.url);
    li.scans("Zq8Rr2xVb9");
    li.says("Hi", {
      referral: { ad_id: "1202", source: "ADS", type: "OPEN_THREAD", ads_context_data: { ad_title: "Sale" } },
    });
    await emulator.caller.settle();
    expect(events()).toMatchObject([
      { type: "entered", place: LI, entry: { code: "K7mQ2xVb9c", method: "referral" } },
      { type: "message", parts: text("营业时间？") },
      { type: "entered", entry: { code: "Zq8Rr2xVb9" } },
      { type: "message", entry: { alias: "1202", method: "ad", details: { ad_title: "Sale" } } },
    ]);
  });

  test("asks for the username once where the settings do not say it", async () => {
    const { emulator, connection } = await talk({}, { clock: quickClock }, { username: undefined });
    for (let i = 0; i < 3; i++)
      expect((await connection.entryLink?.("K7mQ2xVb9c", never))?.url).toContain("emulated.shop");
    expect(emulator.requests.filter(({ path, method }) => method === "GET" && path.endsWith("/me"))).toHaveLength(1);
    await expect(connection.entryLink?.("no spaces", never)).rejects.toThrow(/1 to 64/);
  });

  test("without ice breakers doctor says what is lost; the setup brings it back, and takes it away", async () => {
    const { emulator, connection } = await talk({ profile: {} });
    const door = async () => (await connection.check(never)).find(({ name }) => name === "entry door");
    expect((await door())?.ok).toBe(false);
    const setUp = async (input: object) => {
      const setup = connection.setups?.find(({ name }) => name === "ice-breakers");
      return setup?.run(setup.input.parse(input), never);
    };
    expect(await setUp({ questions: { default: ["When are you open?"] } })).toMatch(/1 locale/);
    expect((await door())?.ok).toBe(true);
    await setUp({ remove: true });
    expect(emulator.profile).toEqual({});
    expect(connection.setups?.map(({ name }) => name)).toEqual(["ice-breakers", "persistent-menu"]);
  });
});

describe("what people do", () => {
  test("story replies and mentions bring the story's picture, also when its first address is over", async () => {
    const { emulator, connection, li, events } = await talk();
    li.repliesToStory("在哪里买？");
    li.mentionsInStory();
    await emulator.caller.settle();
    emulator.expireFiles();
    const [reply, mention] = events() as Extract<HubEvent, { type: "message" }>[];
    expect(reply?.parts).toMatchObject([
      { type: "text", text: "在哪里买？" },
      { type: "file", kind: "image" },
    ]);
    for (const part of [reply?.parts[1], mention?.parts[0]]) {
      if (part?.type !== "file") throw new Error("No picture came.");
      expect((await connection.fetchFile?.(part.ref, never))?.headers.get("content-type")).toBe("image/png");
    }
  });

  test("unsent, edited, reacted, pressed, read", async () => {
    const { emulator, connection, li, events } = await talk();
    const mid = li.says("Hi");
    const first = await connection.send(to(LI, text("你好")), never);
    const second = await connection.send(to(LI, choice("Red", "Blue")), never);
    li.edits("Hello", mid);
    li.unsends(mid);
    li.reacts("❤", first.externalId);
    li.presses("Red", second.externalId);
    li.reads();
    await emulator.caller.settle();
    expect(known(events())).toMatchObject([
      { type: "message" },
      { type: "edited", messageId: mid, parts: text("Hello") },
      { type: "deleted", messageId: mid },
      { type: "reaction", messageId: first.externalId, added: ["❤"] },
      { type: "pressed", choice: "red" },
      { type: "receipt", status: "read", messageId: first.externalId },
      { type: "receipt", status: "read", messageId: second.externalId },
    ]);
  });

  test("own echoes are known without the app's name, by another hub too, and when the answer was lost", async () => {
    const cache = memoryCache();
    const { emulator, connection, hub, li, events } = await talk({}, { clock: quickClock, cache });
    li.says("Hi");
    const other = open(instagram, settingsFor(emulator), { clock: quickClock, cache, publicUrl: hub.url });
    for (let i = 0; i < 10; i++) await (i % 2 ? connection : other).send(to(LI, text(`answer ${i}`)), never);
    emulator.faults.dropShare = 1;
    expect((await faultOf(connection.send(to(LI, text("lost answer")), never))).fault).toBe("maybe-sent");
    emulator.faults.dropShare = 0;
    li.isAnsweredElsewhere("我给您留了一双。");
    await emulator.caller.settle();
    const messages = events().filter(({ type }) => type === "message");
    expect(messages).toMatchObject([
      { actor: { id: LI } },
      { actor: { isSelf: true }, parts: text("我给您留了一双。") },
    ]);
    expect(events().filter((event) => event.type === "unknown" && /own echo/.test(event.reason))).toHaveLength(11);
  });

  test("a refused send leaves no trace: what a person of ours then writes elsewhere is theirs", async () => {
    const { emulator, connection, li, events } = await talk();
    li.says("Hi");
    emulator.limits.refuseNext(1, 0.01);
    expect((await faultOf(connection.send(to(LI, text("同一句话")), never))).fault).toBe("retry-after");
    li.isAnsweredElsewhere("同一句话");
    await emulator.caller.settle();
    expect(events().at(-1)).toMatchObject({ type: "message", actor: { isSelf: true } });
  });
});

describe("sending", () => {
  test("a file of the hub's is fetched by Meta from this channel, within its hour, by whoever has the address only", async () => {
    const clock = { ...quickClock, now: () => at };
    let at = new Date();
    const { emulator, connection, hub, tools, li } = await talk({}, { clock });
    li.says("Hi");
    const bytes = Buffer.from("emulated picture");
    const ref = await tools.files.put({ name: "a.png", mimeType: "image/png", bytes });
    await connection.send(to(LI, [{ type: "file", kind: "image", ref }]), never);
    const [sent] = emulator.sentTo(LI);
    const { url } = (sent?.body.attachment as { payload: { url: string } }).payload;
    expect(url.startsWith(`${hub.url.href}file/`)).toBe(true);
    expect(sent?.files).toHaveLength(1);

    const given = await fetch(url);
    expect(Buffer.from(await given.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(given.headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": "attachment",
      "x-content-type-options": "nosniff",
    });
    for (const forged of [
      url.replace(/\/file\/\d+/, "/file/9999999999"),
      `${url}x`,
      url.replace(/[0-9a-f]{64}/, "0".repeat(64)),
    ])
      expect((await fetch(forged)).status).toBe(401);
    at = new Date(at.getTime() + 2 * 3_600_000);
    expect((await fetch(url)).status).toBe(401);
  });

  test("a picture over 8 MB, a missing file, and a party emoji are refused in words", async () => {
    const { connection, tools, li } = await talk();
    const mid = li.says("Hi");
    const ref = await tools.files.put({ name: "a.png", mimeType: "image/png", bytes: Buffer.alloc(8_000_001) });
    const big = await faultOf(connection.send(to(LI, [{ type: "file", kind: "image", ref }]), never));
    expect(big).toMatchObject({ fault: "refused", message: expect.stringMatching(/8000000/) as string });
    const gone = await faultOf(connection.send(to(LI, [{ type: "file", kind: "image", ref: "file-99" }]), never));
    expect(gone.fault).toBe("refused");
    await connection.act?.({ type: "react", place: LI, messageId: mid, emoji: "❤️" }, never);
    const party = await faultOf(connection.act?.({ type: "react", place: LI, messageId: mid, emoji: "🎉" }, never));
    expect(party).toMatchObject({ fault: "refused", message: expect.stringMatching(/heart/) as string });
    expect(li.state.actions).toEqual(["react"]);
  });

  test("windows: a bot has a day, a person of ours seven", async () => {
    const clock = manualClock();
    const { connection, li } = await talk({ now: clock.now }, { clock });
    li.says("Hi");
    const heard = clock.now();
    const send = (author: "bot" | "agent") =>
      connection.send(to(LI, text("Hello"), { author, lastHeardAt: heard }), never);
    clock.pass(2 * 86_400_000);
    expect((await faultOf(send("bot"))).fault).toBe("window-closed");
    await send("agent");
    clock.pass(6 * 86_400_000);
    expect((await faultOf(send("agent"))).fault).toBe("window-closed");
  });
});

describe("the token", () => {
  test("is renewed once for all hubs, kept for the next ones, and again after a week", async () => {
    const clock = manualClock();
    const cache = memoryCache();
    const { emulator, connection, hub, li } = await talk({ now: clock.now }, { clock, cache });
    li.says("Hi");
    await connection.send(to(LI, text("one")), never);
    const other = open(instagram, settingsFor(emulator), { clock, cache, publicUrl: hub.url });
    await other.send(to(LI, text("two")), never);
    expect(emulator.renewals()).toBe(1);
    clock.pass(8 * 86_400_000);
    li.says("Hi again");
    await connection.send(to(LI, text("three")), never);
    clock.pass(11 * 60_000);
    await other.send(to(LI, text("four")), never);
    expect(emulator.renewals()).toBe(2);
  });

  test("that cannot be renewed is used on; one that is dead says what to do", async () => {
    const { emulator, connection, li } = await talk();
    li.says("Hi");
    emulator.expireToken();
    const fault = await faultOf(connection.send(to(LI, text("Hello")), never));
    expect(fault).toMatchObject({ fault: "unauthorized", message: expect.stringMatching(/"accessToken"/) as string });
  });

  test("of a Page (Facebook Login) is not renewed, and asks for the Instagram profile", async () => {
    const { emulator, connection, li } = await talk({}, { clock: quickClock }, { login: "facebook" });
    li.says("Hi");
    await connection.send(to(LI, text("Hello")), never);
    expect((await connection.check(never)).every(({ ok }) => ok)).toBe(true);
    expect(emulator.renewals()).toBe(0);
    expect(emulator.requests.at(-1)?.path).toContain("messenger_profile");
  });

  test("of another account: doctor names the id that deliveries carry", async () => {
    const emulator = await createInstagramEmulator();
    const { connection } = await hubFor(instagram, emulator, { ...settingsFor(emulator), accountId: "9988776655" });
    const [account] = await connection.check(never);
    expect(account).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/17841405793187218.*"accountId"/) as string,
    });
  });
});

test("is driven like every emulated platform", async () => {
  const platform = await createEmulated();
  await platform.act("Li", { type: "scan", link: "K7mQ2xVb9c" });
  await platform.act("Li", { type: "photo", name: "a.png", bytes: Buffer.from("x"), text: "Look" });
  const [photo] = platform.screen("Li");
  expect(photo).toMatchObject({ from: "person", text: "Look", file: "file" });
  await platform.act("Li", { type: "delete", messageId: photo!.id });
  expect(platform.screen("Li")[0]).toMatchObject({ deleted: true });
  await platform.close();
});
