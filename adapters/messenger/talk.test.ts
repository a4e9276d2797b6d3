import { describe, expect, test } from "vitest";
import type { HubEvent } from "../../src/contract/index.ts";
import { never, quickClock } from "../../tests/contract/small-hub.ts";
import { choice, hubFor, registered, text, to } from "../../tests/support/messaging.ts";
import { createEmulated } from "./emulated.ts";
import { createMessengerEmulator, settingsFor } from "./emulator.ts";
import { FIELDS } from "./inbound.ts";
import messenger from "./index.ts";

const ANA = "5512345678901234";
type Options = NonNullable<Parameters<typeof createMessengerEmulator>[0]>;

async function talk(options: Options = {}, tools: Parameters<typeof hubFor>[3] = { clock: quickClock }) {
  const emulator = await createMessengerEmulator({ profile: { get_started: { payload: "GET_STARTED" } }, ...options });
  const hub = await registered(await hubFor(messenger, emulator, settingsFor(emulator), tools), emulator);
  return { emulator, hub, ana: emulator.person(ANA), ...hub };
}

const known = (events: HubEvent[]) => events.filter(({ type }) => type !== "unknown");

describe("doors", () => {
  test("a new person's code comes with Get Started, a known one's by itself", async () => {
    const { emulator, connection, ana, events } = await talk();
    const link = await connection.entryLink?.("K7mQ2xVb9c", never);
    expect(link).toEqual({ url: "https://m.me/emulated.shop?ref=K7mQ2xVb9c" });
    ana.scans(link!.url);
    ana.says("Hello");
    ana.scans("Zq8Rr2xVb9");
    ana.clicksAd("6045246247433");
    await emulator.caller.settle();
    expect(events()).toMatchObject([
      { type: "entered", place: ANA, entry: { code: "K7mQ2xVb9c", method: "referral" } },
      { type: "message", addressed: true },
      { type: "entered", entry: { code: "Zq8Rr2xVb9", method: "referral" } },
      { type: "entered", entry: { alias: "6045246247433", method: "ad", details: { ad_title: "Summer sale" } } },
    ]);
  });

  test("without Get Started a new person's code is lost, and doctor says so; the setup brings it back", async () => {
    const { emulator, connection, ana, events } = await talk({ profile: {} });
    ana.scans("K7mQ2xVb9c");
    await emulator.caller.settle();
    expect(events()).toEqual([]);
    const before = await connection.check(never);
    expect(before.find(({ name }) => name === "entry door")).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/Get Started/) as string,
    });

    await setUp("get-started", {});
    ana.scans("K7mQ2xVb9c");
    await emulator.caller.settle();
    expect(events()).toMatchObject([{ type: "entered", entry: { code: "K7mQ2xVb9c" } }]);
    expect((await connection.check(never)).every(({ ok }) => ok)).toBe(true);

    async function setUp(name: string, input: object) {
      const setup = connection.setups?.find((each) => each.name === name);
      return setup?.run(setup.input.parse(input), never);
    }
  });

  test("sets up and removes greeting, questions and menu; a tapped question is a message", async () => {
    const { emulator, connection, ana, events } = await talk();
    const setUp = async (name: string, input: object) => {
      const setup = connection.setups?.find((each) => each.name === name);
      return setup?.run(setup.input.parse(input), never);
    };
    await setUp("greeting", { greeting: { default: "Welcome!", zh_CN: "欢迎光临！" } });
    await setUp("ice-breakers", {
      questions: { default: ["When are you open?"], zh_CN: [{ question: "营业时间？", payload: "hours" }] },
    });
    await setUp("persistent-menu", {
      menu: {
        default: [
          { title: "Talk to a person", payload: "person" },
          { title: "Shop", url: "https://shop.example/" },
        ],
      },
    });
    expect(Object.keys(emulator.profile).sort()).toEqual([
      "get_started",
      "greeting",
      "ice_breakers",
      "persistent_menu",
    ]);
    ana.scans("K7mQ2xVb9c"); // ice breakers come before Get Started
    ana.taps("Talk to a person");
    await emulator.caller.settle();
    expect(events()).toMatchObject([
      { type: "entered", entry: { code: "K7mQ2xVb9c" } },
      { type: "message", parts: text("When are you open?"), allows: { forMs: 86_400_000 } },
      { type: "pressed", choice: "person" },
    ]);
    for (const name of ["ice-breakers", "greeting", "persistent-menu", "get-started"])
      await setUp(name, { remove: true });
    expect(emulator.profile).toEqual({});
  });

  test.each<[string, object]>([
    ["ice-breakers", { questions: { default: ["1", "2", "3", "4", "5"] } }],
    ["ice-breakers", { questions: { zh_CN: ["营业时间？"] } }],
    ["greeting", { greeting: { default: "x".repeat(161) } }],
    ["persistent-menu", { menu: { default: [{ title: "Shop", url: "http://shop.example" }] } }],
    ["persistent-menu", {}],
  ])("the setup %s refuses %o", async (name, input) => {
    const { connection } = await talk();
    expect(connection.setups?.find((each) => each.name === name)?.input.safeParse(input).success).toBe(false);
  });
});

describe("what people do", () => {
  test("buttons, quick replies, edits, reactions, places, and what is not shown to apps", async () => {
    const { emulator, connection, ana, events } = await talk();
    ana.says("Hi");
    await connection.send(to(ANA, choice("Red", "Blue")), never);
    const many = await connection.send(to(ANA, choice("One", "Two", "Three", "Four")), never);
    ana.presses("Blue");
    ana.presses("three");
    ana.edits("Hello", emulator.messages[0]!.mid);
    ana.reacts("❤️", many.externalId);
    ana.reacts(null, many.externalId);
    ana.sendsLocation(-23.55, -46.63);
    ana.sendsUnsupported();
    await emulator.caller.settle();
    expect(known(events()).filter(({ type }) => type !== "receipt")).toMatchObject([
      { type: "message" },
      { type: "pressed", choice: "blue" },
      { type: "pressed", choice: "three" },
      { type: "edited", parts: text("Hello"), messageId: emulator.messages[0]!.mid },
      { type: "reaction", added: ["❤️"], replaces: true, messageId: many.externalId },
      { type: "reaction", added: [], replaces: true },
      { type: "message", parts: [{ type: "location" }] },
    ]);
    expect(events().at(-1)).toMatchObject({
      type: "unknown",
      reason: expect.stringMatching(/does not show/) as string,
    });
  });

  test("a watermark becomes receipts of the messages that it covers, also for another hub", async () => {
    const { emulator, connection, ana, events, arrivals } = await talk();
    ana.says("Hi");
    const sent = [];
    for (const words of ["one", "two", "three"])
      sent.push((await connection.send(to(ANA, text(words)), never)).externalId);
    await new Promise((resolve) => setTimeout(resolve, 5));
    ana.reads();
    ana.reads();
    await emulator.caller.settle();
    const read = events().filter((event) => event.type === "receipt" && event.status === "read");
    expect(new Set(read.map((event) => event.type === "receipt" && event.messageId))).toEqual(new Set(sent));
    expect(new Set(read.map(({ id }) => id)).size, "the ledger keeps one of each").toBe(3);
    const delivered = events().filter((event) => event.type === "receipt" && event.status === "delivered");
    expect(delivered).toHaveLength(3);
    const stored = arrivals.find(({ key }) => key.includes(":read:"))!.payload;
    expect(connection.decode(stored)).toHaveLength(3); // decoding asks nobody
  });

  test("own echoes are left out; what a person of ours writes elsewhere is theirs", async () => {
    const { emulator, connection, ana, events } = await talk();
    ana.says("Hi");
    await connection.send(to(ANA, text("Hello Ana")), never);
    ana.isAnsweredElsewhere("I have put it aside.", 263902037430900);
    ana.isAnsweredElsewhere("And wrapped it.");
    await emulator.caller.settle();
    expect(known(events()).filter(({ type }) => type !== "receipt")).toMatchObject([
      { type: "message", actor: { id: ANA } },
      {
        type: "message",
        place: ANA,
        actor: { id: emulator.accountId, isSelf: true },
        parts: text("I have put it aside."),
      },
      { type: "message", actor: { isSelf: true }, parts: text("And wrapped it.") },
    ]);
    expect(events()).toContainEqual(
      expect.objectContaining({ type: "unknown", reason: expect.stringMatching(/own echo/) as string }),
    );
  });

  test("a person's name comes with their next word, from one question to Meta", async () => {
    const { emulator, ana, events } = await talk();
    ana.says("Hi");
    await emulator.caller.settle();
    await expect.poll(() => emulator.requests.filter(({ path }) => path.endsWith(ANA)).length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    ana.says("Are you open?");
    ana.says("Hello?");
    await emulator.caller.settle();
    expect(events().map(({ actor }) => actor)).toEqual([
      { id: ANA },
      { id: ANA, name: "Ana Souza", locale: "pt-BR" },
      { id: ANA, name: "Ana Souza", locale: "pt-BR" },
    ]);
    expect(emulator.requests.filter(({ path }) => path.endsWith(ANA))).toHaveLength(1);
  });

  test("duplicates, shuffling, batches, refusals and forgeries end in each item once", async () => {
    const faults = {
      duplicateShare: 0.3,
      reorderShare: 0.3,
      reorderMs: 20,
      batchMs: 2,
      forgeShare: 0.2,
      redeliverMs: 2,
    };
    const { emulator, hub, ana, events, arrivals } = await talk({ faults, seed: 5 });
    let refusals = 5;
    hub.answer = () => (refusals-- > 0 ? 503 : 200);
    for (let i = 0; i < 200; i++) {
      ana.says(String(i));
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await emulator.caller.settle();
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(200);
    expect(new Set(events().map(({ id }) => id)).size).toBe(200);
    expect(arrivals.length).toBeGreaterThan(200);
    expect(emulator.caller.history).toMatchObject({ refused: 5, forgedTaken: 0 });
  });
});

describe("the account", () => {
  test("registers itself: the address by the app, the fields by the Page, leaving what was ticked besides", async () => {
    const emulator = await createMessengerEmulator();
    emulator.subscribe(["feed", "messages"]);
    const hub = await hubFor(messenger, emulator, settingsFor(emulator), { clock: quickClock });
    const before = await hub.connection.check(never);
    expect(before.find(({ name }) => name === "webhook")).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/message_reads/) as string,
    });
    await registered(hub, emulator);
    expect([...emulator.subscribed()].sort()).toEqual(["feed", ...FIELDS].sort());
    expect(JSON.stringify(emulator.requests)).not.toContain(emulator.appSecret);
    emulator.person(ANA).says("Hi");
    await emulator.caller.settle();
    expect(hub.arrivals).toHaveLength(1);
  });

  test("a wrong verify token is told to nobody", async () => {
    const { emulator, hub } = await talk();
    await expect(emulator.caller.attach(hub.url, "a-wrong-verify-token")).rejects.toThrow(/couldn't be validated/);
  });

  test.each<[string, object, RegExp]>([
    ["another Page's token", { pageId: "999" }, /"pageId"/],
    ["another username", { username: "other.shop" }, /"username"/],
    ["a dead token", { pageToken: "EAAdead0123456789abcdef" }, /"pageToken"/],
  ])("doctor notices %s", async (_what, wrong, said) => {
    const emulator = await createMessengerEmulator();
    const { connection } = await hubFor(messenger, emulator, { ...settingsFor(emulator), ...wrong });
    const findings = await connection.check(never);
    expect(
      findings
        .filter(({ ok }) => !ok)
        .map(({ detail }) => detail)
        .join(" "),
    ).toMatch(said);
  });

  test("is driven like every emulated platform", async () => {
    const platform = await createEmulated();
    expect(platform.settings).toMatchObject({ baseUrl: expect.stringMatching(/^http:\/\/127/) as string });
    await platform.act("Ana", { type: "scan", link: "K7mQ2xVb9c" });
    await platform.act("Ana", { type: "say", text: "Hi" });
    expect(platform.screen("Ana")).toMatchObject([{ from: "person", text: "Hi" }]);
    await expect(platform.act("Ana", { type: "join", place: "x" })).rejects.toThrow(/join/);
    await expect(platform.act("Ana", { type: "press", messageId: "m", option: "x" })).rejects.toThrow(/button/);
    await platform.close();
  });
});
