import { App, LogLevel } from "@slack/bolt";
import { describe, expect, test } from "vitest";
import { afterwards, listen, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, noting, until } from "../../tests/support/slack.ts";

describe("Socket Mode", () => {
  test("carries a question with its asker's name, and its answer", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { events } = listen(connection);
    const ana = emulator.person("Ana Souza");
    ana.says("Are you open today?");
    await emulator.settle();
    const [asked] = events();
    expect(asked).toMatchObject({
      type: "message",
      place: ana.chat.id,
      placeKind: "direct",
      actor: { id: ana.user.id, name: "Ana Souza", username: "ana.souza", locale: "en-US" },
      parts: [{ type: "text", text: "Are you open today?" }],
      addressed: true,
    });
    const sent = await connection.send(
      { place: ana.chat.id, parts: [{ type: "text", text: "Yes, until six." }], idempotencyKey: "k" },
      never,
    );
    expect(emulator.sent).toMatchObject([{ channel: ana.chat.id, text: "Yes, until six." }]);
    expect(sent).toEqual({ externalId: `${ana.chat.id}:${emulator.sent[0]?.ts}` });
    await emulator.settle();
    expect(events().at(-1)).toMatchObject({ type: "unknown", reason: expect.stringContaining("own echo") as string });
  });

  test("acknowledges only what is stored: a failing store sees it again, with the same key", async () => {
    const emulator = await emulate({ faults: { ackMs: 150 } });
    const connection = connect(emulator);
    let failures = 1;
    const { arrivals } = listen(connection, async () => {
      if (failures-- > 0) throw new Error("The database is away.");
    });
    emulator.person("Ana").says("Hello?");
    await emulator.settle();
    expect(arrivals).toHaveLength(1);
    const tries = emulator.deliveries;
    expect(tries.map(({ ok, attempt }) => [attempt, ok])).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  test("a store that takes its time holds the acknowledgement back; a second delivery has the same key", async () => {
    const emulator = await emulate({ faults: { ackMs: 60 } });
    const { arrivals } = listen(connect(emulator), () => new Promise((resolve) => setTimeout(resolve, 120)));
    emulator.person("Ana").says("Hello?");
    await emulator.settle();
    await until(() => arrivals.length > 1);
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(1);
    expect(emulator.deliveries[0]).toMatchObject({ ok: false });
  });

  test("a mention comes twice and is one message, in a thread of its own", async () => {
    const emulator = await emulate();
    const { arrivals, events } = listen(connect(emulator));
    const general = emulator.channel("general");
    emulator.person("Ana").says(`<@${emulator.botUserId}> are you open?`, { channel: general });
    await emulator.settle();
    expect(arrivals).toHaveLength(2);
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(2);
    const [first, second] = events();
    expect(first).toEqual(second);
    expect(first).toMatchObject({ type: "message", placeKind: "thread", placeTitle: "general", addressed: true });
    expect(first?.place).toBe(first?.id);
  });

  test("the new line stands before the old one goes, and nothing is lost or held up between", async () => {
    const emulator = await emulate();
    const { arrivals } = listen(connect(emulator));
    const ana = emulator.person("Ana");
    await until(() => emulator.sockets.open === 1);
    for (let round = 0; round < 3; round++) {
      const opened = emulator.sockets.opened;
      emulator.refreshSockets("refresh_requested", 300);
      for (let i = 0; i < 5; i++) ana.says(`${round} ${i}`);
      await until(() => emulator.sockets.opened > opened);
      await until(() => emulator.sockets.open === 1);
    }
    await emulator.settle();
    expect(emulator.sockets.beside, "each new line stood beside the old one").toEqual([0, 1, 1, 1]);
    expect(arrivals).toHaveLength(15);
    expect(emulator.deliveries.every(({ ok, attempt }) => ok && attempt === 0)).toBe(true);
    expect(Math.max(...emulator.deliveries.map(({ tookMs }) => tookMs))).toBeLessThan(3_000);
  });

  test("a line that breaks is opened again, and what was not acknowledged comes again", async () => {
    const emulator = await emulate({ faults: { ackMs: 200 } });
    const { arrivals } = listen(connect(emulator));
    await until(() => emulator.sockets.open === 1);
    emulator.person("Ana").says("before");
    await emulator.settle();
    emulator.dropSockets();
    emulator.person("Ana").says("after");
    await emulator.settle();
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(2);
    expect(emulator.sockets.opened).toBe(2);
  });

  test("nonsense on the line does no harm", async () => {
    const emulator = await emulate();
    const { arrivals, events } = listen(connect(emulator));
    await until(() => emulator.sockets.open === 1);
    for (const text of ["", "null", "[]", "{", '{"type":"events_api"}', `{"type":"close"}`, "[".repeat(10_000)])
      emulator.sayOnSockets(text);
    emulator.sayOnSockets('{"type":"events_api","envelope_id":"e1","payload":null}');
    emulator.sayOnSockets('{"type":"error","envelope_id":"e2","payload":{"type":"error"}}');
    emulator.person("Ana").says("Hello");
    await emulator.settle();
    await until(() => arrivals.length === 3);
    expect(events().map(({ type }) => type)).toEqual(expect.arrayContaining(["unknown", "message"]));
  });

  test("stays in order within a channel, whatever the look-ups take", async () => {
    const emulator = await emulate({ faults: { slowMs: 30 } });
    const { arrivals, events } = listen(connect(emulator));
    const people = ["Ana", "Li", "Kim"].map((name) => emulator.person(name));
    for (let i = 0; i < 30; i++) people[i % 3]?.says(String(i), { channel: emulator.channel("general") });
    await emulator.settle();
    expect(arrivals).toHaveLength(30);
    const words = events().map((event) =>
      event.type === "message" && event.parts[0]?.type === "text" ? event.parts[0].text : "",
    );
    expect(words).toEqual(Array.from({ length: 30 }, (_, i) => String(i)));
  });

  test.each([
    ["link_disabled", /Socket Mode is switched off/],
    ["too_many_websockets", /ten sockets of this app/],
  ])("says in the log what %s means, and goes on", async (reason, words) => {
    const emulator = await emulate();
    const { said, log } = noting();
    listen(connect(emulator, {}, { log }));
    await until(() => emulator.sockets.open === 1);
    emulator.refreshSockets(reason, 10);
    await until(() => said.some((line) => words.test(line)));
    await until(() => emulator.sockets.opened === 2);
  });

  test("a wrong app-level token is named in the log, and not shown", async () => {
    const emulator = await emulate();
    const { said, log } = noting();
    listen(connect(emulator, { appToken: "xapp-1-WRONG-token" }, { log }));
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/does not take this token/);
    expect(said.join()).not.toContain("xapp-1-WRONG");
  });

  test("stops at once when aborted, also while it opens", async () => {
    const emulator = await emulate();
    const { stop } = listen(connect(emulator));
    await until(() => emulator.sockets.open === 1);
    const from = performance.now();
    await stop();
    await until(() => emulator.sockets.open === 0);
    expect(performance.now() - from).toBeLessThan(2_500);
    await listen(connect(emulator)).stop();
  });

  test("hears what people do besides writing", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { events } = listen(connection);
    const ana = emulator.person("Ana");
    const place = ana.chat.id;
    const ts = ana.says("Helo https://shop.example");
    ana.isUnfurled(ts);
    ana.edits(ts, "Hello");
    ana.reacts(ts, "thumbsup");
    ana.takesBack(ts, "thumbsup");
    const choice = {
      type: "choice" as const,
      prompt: "Which?",
      options: [
        { id: "red", label: "Red" },
        { id: "blue", label: "Blue" },
      ],
    };
    const { externalId } = await connection.send({ place, parts: [choice], idempotencyKey: "k" }, never);
    ana.presses(externalId.split(":")[1] ?? "", "Blue");
    ana.usesShortcut("ask_us");
    ana.usesMessageShortcut("make_ticket", ts);
    ana.opensApp();
    ana.joins(emulator.channel("general"), emulator.person("Li").user.id);
    ana.leaves(emulator.channel("general"));
    ana.deletes(ts);
    await emulator.settle();
    const known = events().filter(({ type }) => type !== "unknown");
    expect(known.map(({ type }) => type)).toEqual(
      expect.arrayContaining("message edited reaction pressed entered joined left deleted".split(" ")),
    );
    expect(
      known.filter(({ type }) => type === "edited"),
      "a link's preview is no edit",
    ).toHaveLength(1);
    const pressed = known.flatMap((event) => (event.type === "pressed" ? [[event.choice, event.messageId]] : []));
    expect(pressed).toEqual(
      expect.arrayContaining([
        ["blue", externalId],
        ["ask_us", undefined],
        ["make_ticket", `${place}:${ts}`],
      ]),
    );
    expect(known.find(({ type }) => type === "joined")).toMatchObject({ entry: { method: "invite" } });
    expect(known.find(({ type }) => type === "entered")).toMatchObject({ place, placeBefore: ana.user.id });
  });

  test("a reaction within a thread finds its thread, also on what we sent in another process", async () => {
    const emulator = await emulate();
    const cache = new Map<string, string>();
    const shared = {
      get: async (key: string) => cache.get(key),
      set: async (key: string, value: string) => void cache.set(key, value),
      once: async (_key: string, _ttl: number, make: () => Promise<string>) => make(),
    };
    const { events } = listen(connect(emulator, {}, { cache: shared }));
    const [ana, channel] = [emulator.person("Ana"), emulator.channel("general")];
    const ts = ana.says(`<@${emulator.botUserId}> open?`, { channel });
    await emulator.settle();
    const place = `${channel.id}:${ts}`;
    const other = connect(emulator, {}, { cache: shared });
    const { externalId } = await other.send(
      { place, parts: [{ type: "text", text: "Yes" }], idempotencyKey: "k" },
      never,
    );
    ana.reacts(externalId.split(":")[1] ?? "", "tada", { channel });
    ana.reacts(ts, "eyes", { channel });
    await emulator.settle();
    expect(events().filter(({ type }) => type === "reaction")).toMatchObject([
      { place, messageId: externalId, added: ["🎉"] },
      { place, messageId: place, added: ["👀"] },
    ]);
  });

  test("entry codes come by command, button and workflow, and tokens of the workflow are not kept", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { arrivals, events } = listen(connection);
    const ana = emulator.person("Ana");
    const channel = emulator.channel("general");
    ana.commands("/shop", "K7mQ2xVb9c", { channel });
    ana.commands("/shop", "when are you open?", { channel });
    const setup = connection.setups?.find(({ name }) => name === "entry-button");
    const input = { channel: channel.id, text: "Talk to us", label: "Start", code: "K7mQ2xVb9c" };
    await setup?.run(setup.input.parse(input), never);
    ana.presses(emulator.sent[0]?.ts ?? "", "Start", { channel });
    ana.startsWorkflow({ code: "K7mQ2xVb9c" });
    await emulator.settle();
    await until(() => emulator.calls.some(({ method }) => method === "functions.completeSuccess"));
    const code = "K7mQ2xVb9c";
    expect(
      events()
        .filter(({ type }) => type === "entered")
        .map(({ place, entry }) => [place, entry?.code, entry?.method]),
    ).toEqual(
      expect.arrayContaining([
        [`${channel.id}@${ana.user.id}`, code, "keyword"],
        [`${channel.id}@${ana.user.id}`, code, "start-param"],
        [ana.user.id, code, "start-param"],
      ]),
    );
    expect(JSON.stringify(arrivals)).not.toMatch(/xwfp-|verification-token/);
  });

  test("people of an Enterprise Grid keep one id, and say which organisation they belong to", async () => {
    const emulator = await emulate({ enterpriseId: "E0ORG" });
    const { events } = listen(connect(emulator));
    emulator.person("Ana").says("Hello");
    emulator.person("Ana").commands("/shop", "help");
    await emulator.settle();
    const actors = events().map(({ actor }) => actor);
    expect(new Set(actors.map((actor) => actor?.id)).size).toBe(1);
    expect(actors.every((actor) => actor?.attributes?.enterprise === "E0ORG")).toBe(true);
  });

  test("a removed app is said in the log, and found by doctor", async () => {
    const emulator = await emulate();
    const { said, log } = noting();
    const connection = connect(emulator, {}, { log });
    const { events } = listen(connection);
    await until(() => emulator.sockets.open === 1);
    emulator.uninstall();
    await emulator.settle();
    expect(said.filter((line) => /install the app again/.test(line))).toHaveLength(2);
    expect(events().map(({ type }) => type)).toEqual(["unknown", "unknown"]);
    expect(await connection.check(never)).toEqual([
      { name: "token", ok: false, detail: expect.stringContaining("copy the new token") as string },
    ]);
  });

  test("a Slack that tells no names delivers all the same, and is left in peace", async () => {
    const emulator = await emulate();
    for (let i = 0; i < 5; i++) emulator.refuseNext("users.info", "missing_scope", { needed: "users:read" });
    const { said, log } = noting();
    const { arrivals } = listen(connect(emulator, {}, { log }));
    for (let i = 0; i < 20; i++) emulator.person(`P${i}`).says("Hi");
    await emulator.settle();
    expect(arrivals).toHaveLength(20);
    expect(said.filter((line) => /Names could not be looked up/.test(line))).toHaveLength(1);
  });
});

test("Slack's own framework works against the emulator: Bolt, in Socket Mode", async () => {
  const emulator = await emulate();
  const { apiRoot, botToken, appToken } = emulator.settings;
  const app = new App({
    token: botToken,
    appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: apiRoot },
    installerOptions: { clientOptions: { slackApiUrl: apiRoot } },
  });
  const heard: string[] = [];
  app.message(async ({ message, say }) => {
    if (message.subtype === undefined) heard.push(message.text ?? "");
    await say("Heard.");
  });
  app.command("/shop", async ({ ack, respond }) => {
    await ack();
    await respond("Only you see this.");
  });
  await app.start();
  afterwards(async () => {
    await app.stop();
    await until(() => emulator.sockets.open === 0);
  });
  const ana = emulator.person("Ana");
  ana.says("Hello, Bolt");
  ana.commands("/shop", "x");
  await emulator.settle();
  await until(() => emulator.sent.length === 2);
  expect(heard).toEqual(["Hello, Bolt"]);
  expect(emulator.sent.map(({ text }) => text).sort()).toEqual(["Heard.", "Only you see this."]);
});
