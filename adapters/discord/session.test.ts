import { describe, expect, test } from "vitest";
import { plainText, type Arrival } from "../../src/contract/index.ts";
import { memoryCache } from "../../src/lib/memory-tools.ts";
import { listen, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, online, quickClock, text } from "../../tests/support/discord.ts";
import { createThrottle } from "./gateway.ts";

describe("sessions", () => {
  test.each<[string, (gateway: Awaited<ReturnType<typeof emulate>>["gateway"]) => void]>([
    ["the line drops", (gateway) => gateway.drop()],
    ["Discord asks to reconnect", (gateway) => gateway.askReconnect()],
    ["Discord closes with an unknown error", (gateway) => gateway.closeWith(4_000)],
    ["the session timed out on the line", (gateway) => gateway.closeWith(4_009)],
  ])("%s: the session is resumed and nothing is lost", async (_what, happen) => {
    const emulator = await emulate();
    const { arrivals } = await online(emulator);
    const ana = emulator.person("Ana");
    ana.says("before");
    await emulator.until(() => arrivals.length === 1);
    happen(emulator.gateway);
    ana.says("meanwhile");
    await emulator.until(() => emulator.history.resumed === 1, "a resume");
    ana.says("after");
    await emulator.until(() => arrivals.length === 3);
    expect(emulator.history.identified).toBe(1);
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(3);
  });

  test("asks for what was missed when the session is gone", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shoe Shop");
    const help = emulator.channel(guild, "help");
    const { arrivals, events } = await online(emulator);
    const ana = emulator.person("Ana");
    ana.says("before");
    ana.says("before", { in: help });
    await emulator.until(() => arrivals.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 30)); // the note of what is stored
    emulator.gateway.forgetSessions(); // from here on nothing is delivered
    ana.says("missed");
    ana.says("missed too", { in: help });
    emulator.gateway.invalidate();
    await emulator.until(() => emulator.history.identified === 2, "a new session", 8_000);
    ana.says("after");
    const said = () =>
      events().flatMap((event) => (event.type === "message" ? [`${event.place} ${plainText(event.parts)}`] : []));
    const expected = [`${ana.direct.id} missed`, `${help.id} missed too`, `${ana.direct.id} after`];
    await emulator.until(() => expected.every((each) => said().includes(each)), "what was missed");
  });

  test("refuses of a resume lead to a new session", async () => {
    const emulator = await emulate({ faults: { refuseResume: true } });
    const { arrivals } = await online(emulator);
    emulator.gateway.drop();
    await emulator.until(() => emulator.history.identified === 2, "a new session", 8_000);
    expect(emulator.history.refusedResumes).toBe(1);
    emulator.person("Ana").says("Hello");
    await emulator.until(() => arrivals.length === 1);
  });

  test("a hub that takes over resumes what the last one had not stored", async () => {
    const emulator = await emulate();
    const cache = memoryCache();
    const ana = emulator.person("Ana");
    const first = await online(emulator, { tools: { cache } });
    ana.says("one");
    await emulator.until(() => first.arrivals.length === 1);
    await first.stop();
    expect(emulator.history.closes).not.toContain(1_000); // which would end the session
    ana.says("two");
    const second = await online(emulator, { tools: { cache } });
    ana.says("three");
    await emulator.until(() => second.arrivals.length >= 2);
    expect(second.arrivals.map(({ payload }) => (payload as { d: { content: string } }).d.content)).toEqual([
      "two",
      "three",
    ]);
    expect(emulator.history).toMatchObject({ identified: 1, resumed: 1 });
  });

  test("an event that could not be stored before the end comes again", async () => {
    const emulator = await emulate();
    const cache = memoryCache();
    const ana = emulator.person("Ana");
    const first = await online(emulator, {
      tools: { cache },
      store: async () => Promise.reject(new Error("The database is away.")),
    });
    ana.says("one");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await first.stop();
    const second = await online(emulator, { tools: { cache } });
    await emulator.until(() => second.arrivals.length === 1);
    expect(first.arrivals).toHaveLength(0);
  });

  test("a line on which Discord falls silent is given up, and resumed", async () => {
    const emulator = await emulate({ heartbeatMs: 60 });
    const { arrivals } = await online(emulator);
    emulator.faults.deaf = true;
    await emulator.until(() => emulator.history.resumed > 0, "a resume", 8_000);
    emulator.faults.deaf = false;
    emulator.person("Ana").says("Hello");
    await emulator.until(() => arrivals.length === 1);
    expect(emulator.history.heartbeats).toBeGreaterThan(0);
  });

  test.each([
    [4_004, /bot token/],
    [4_014, /Message Content Intent/],
    [4_011, /sharding/],
  ])("close code %i is explained to the operator, and not tried again at once", async (code, words) => {
    const emulator = await emulate();
    const said: string[] = [];
    const log = { debug: note, info: note, warn: note, error: note };
    function note(_fields: object, sentence: string): void {
      said.push(sentence);
    }
    const cache = memoryCache();
    const slow = {
      ...quickClock,
      sleep: (ms: number, signal?: AbortSignal) => quickClock.sleep(ms >= 60_000 ? ms : 1, signal),
    };
    const { connection } = await online(emulator, { tools: { log, cache, clock: slow } });
    emulator.gateway.closeWith(code);
    await emulator.until(() => said.length > 0, "a word in the log");
    expect(said).toEqual([expect.stringMatching(words)]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(emulator.history.identified).toBe(1);
    expect(await connection.check(never)).toContainEqual({ name: "gateway", ok: false, detail: said[0] });
  });

  test("an intent that the app lacks is named", async () => {
    const emulator = await emulate({ granted: { members: true, content: false } });
    const said: string[] = [];
    const log = { debug: note, info: note, warn: note, error: note };
    function note(_fields: object, sentence: string): void {
      said.push(sentence);
    }
    const connection = connect(emulator, {}, { log });
    const abort = new AbortController();
    if (connection.inbound.type !== "stream") throw new Error("This is no stream.");
    const done = connection.inbound.listen(async () => undefined, abort.signal);
    await emulator.until(() => said.length > 0, "a word in the log");
    expect(said[0]).toMatch(/Message Content Intent/);
    abort.abort();
    await done;
    const checks = await connection.check(never);
    expect(checks.find(({ name }) => name === "message content intent")?.ok).toBe(false);
    expect(checks.find(({ name }) => name === "server members intent")?.ok).toBe(true);
  });

  test("waits where no new session may be begun today", async () => {
    const emulator = await emulate({ startsLeft: 0 });
    const said: string[] = [];
    const log = { debug: note, info: note, warn: note, error: note };
    function note(_fields: object, sentence: string): void {
      said.push(sentence);
    }
    const { stop } = listen(connect(emulator, {}, { log }));
    await emulator.until(() => said.length > 0, "a word in the log");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said).toEqual([expect.stringMatching(/no more sessions/)]);
    expect(emulator.history.identified).toBe(0);
    await stop();
  });

  test("reads only what the settings ask for", async () => {
    const emulator = await emulate({ granted: { members: false, content: false } });
    const guild = emulator.guild("Shop");
    const { heard } = await online(emulator, { settings: { readsMessages: false, watchesMembers: false } });
    const ana = emulator.person("Ana");
    ana.says("not for the bot", { in: emulator.channel(guild, "help") });
    ana.says("for the bot");
    expect((await heard("unknown"))[0]?.reason).toMatch(/Message Content Intent/);
    expect((await heard("message"))[0]?.parts).toEqual(text("for the bot"));
  });

  test("stops at once when aborted, also while it connects", async () => {
    for (const wait of [0, 5, 100]) {
      const emulator = await emulate();
      const connection = connect(emulator);
      const abort = new AbortController();
      if (connection.inbound.type !== "stream") throw new Error("This is no stream.");
      const arrivals: Arrival[] = [];
      const done = connection.inbound.listen(async (arrival) => void arrivals.push(arrival), abort.signal);
      await new Promise((resolve) => setTimeout(resolve, wait));
      const from = performance.now();
      abort.abort();
      await done;
      expect(performance.now() - from).toBeLessThan(1_500);
    }
  });

  test("begins sessions ever more slowly when they do not last", async () => {
    let nowMs = 0;
    const waits: number[] = [];
    const clock = {
      now: () => new Date(nowMs),
      monotonicMs: () => nowMs,
      sleep: async (ms: number) => {
        waits.push(ms);
        nowMs += ms;
      },
    };
    const throttle = createThrottle(clock);
    for (let i = 0; i < 9; i++) await throttle.waitForIdentify(0, never);
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    nowMs += 3_600_000;
    await throttle.waitForIdentify(0, never);
    expect(waits).toHaveLength(8);
  });
});
