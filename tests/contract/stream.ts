import { expect, onTestFinished, test } from "vitest";
import type { Adapter, Arrival, Clock, Log } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLog } from "../support/log.ts";
import type { AdapterExamples, StreamExamples, StreamPlatform } from "./examples.ts";
import { quickClock } from "./small-hub.ts";
import { open } from "./tools.ts";

/** How soon a stream ends that is told to. */
const END_MS = 2_000;
/** An unstored arrival has this long to be acknowledged by mistake. */
const MISTAKE_MS = 150;
/** Trying again more often than this within a second of being refused for good gets an account locked. */
const MOST_KNOCKS = 5;

/** What listens acknowledges what is stored and nothing else, ends when told, and comes back after the line has broken. */
export function checksStream<Settings>(
  adapter: Adapter<Settings>,
  examples: AdapterExamples,
  stream: StreamExamples,
): void {
  const begin = async (options: ListenOptions = {}) => {
    const platform = await stream.start();
    onTestFinished(() => platform.close());
    const tools = {
      clock: options.clock ?? quickClock,
      ...examples.tools,
      ...stream.tools,
      log: options.log ?? silentLog,
    };
    const connection = open(adapter, options.settingsOf?.(platform) ?? platform.settings, tools);
    const listening = listenTo(connection, options.store);
    onTestFinished(() => void listening.stop());
    const words = () =>
      listening.arrivals
        .flatMap(({ payload }) => connection.decode(payload))
        .flatMap((event) =>
          event.type === "message" ? event.parts.map((part) => (part.type === "text" ? part.text : "")) : [],
        );
    return { platform, words, ...listening };
  };

  test("acknowledges an arrival only after it is stored", async () => {
    let release = () => {};
    const stored = new Promise<void>((resolve) => (release = resolve));
    const { platform, attempts } = await begin({ store: () => stored });
    await platform.say("one");
    await until(() => attempts.length > 0, "it came");
    await pause(MISTAKE_MS);
    expect(await platform.isAcknowledged(), "before it was stored").toBe(false);
    release();
    await until(() => platform.isAcknowledged(), "it was acknowledged");
  });

  test("delivers again, under the same key, what could not be stored", async () => {
    let failures = 2;
    const { platform, attempts, arrivals } = await begin({
      store: async () => {
        if (failures-- > 0) throw new Error("The database is away.");
      },
    });
    await platform.say("one");
    await until(() => arrivals.length === 1, "it was stored at last");
    expect(attempts.length).toBeGreaterThanOrEqual(3);
    expect(new Set(attempts.map(({ key }) => key)).size, "the same key each time").toBe(1);
    await until(() => platform.isAcknowledged(), "it was acknowledged");
  });

  test(`ends within ${END_MS} ms of being told to`, async () => {
    const { platform, arrivals, stop } = await begin();
    await platform.say("one");
    await until(() => arrivals.length === 1, "the line stands");
    const fromMs = performance.now();
    await stop();
    expect(performance.now() - fromMs).toBeLessThan(END_MS);
  });

  test("opens the line again when it breaks; nothing is lost, and what comes twice is known", async () => {
    const { platform, arrivals, words } = await begin();
    await platform.say("0");
    await until(() => arrivals.length > 0, "the line stands");
    for (let i = 1; i < 30; i++) {
      if (i % 10 === 5) platform.drop();
      await platform.say(String(i));
      await pause(2);
    }
    await until(() => new Set(words()).size === 30, "everything came", 15_000);
    expect(new Set(arrivals.map(({ key }) => key)).size, "a repeated delivery has its key").toBe(30);
  });

  test("says what to do when it is refused for good, and does not hammer", async () => {
    const said: string[] = [];
    const note = (_fields: object, message: string) => void said.push(message);
    const log: Log = { ...silentLog, warn: note, error: note };
    const { platform, failed } = await begin({
      log,
      clock: systemClock, // how long it waits is what counts here
      settingsOf: ({ refusedSettings }) => refusedSettings,
    });
    void failed.then((error) => error && said.push(error.message));
    await until(() => said.length > 0, "it was said");
    expect(said[0]).toMatch(/\w+ \w+ \w+/);
    expect(said.join(" "), "names the token").toMatch(/token/i);
    await pause(1_000);
    expect(platform.knocks()).toBeLessThanOrEqual(MOST_KNOCKS);
  });
}

/** Whether the promise, such as an emulator's `settle()`, is fulfilled by now. */
export function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), pause(20).then(() => false)]);
}

interface ListenOptions {
  store?: (arrival: Arrival) => Promise<void>;
  log?: Log;
  clock?: Clock;
  settingsOf?: (platform: StreamPlatform) => unknown;
}

function listenTo({ inbound }: ReturnType<typeof open>, store: ListenOptions["store"] = async () => undefined) {
  if (inbound.type !== "stream") throw new Error("These settings open no stream.");
  const attempts: Arrival[] = [];
  const arrivals: Arrival[] = [];
  const ending = new AbortController();
  const emit = async (arrival: Arrival) => {
    attempts.push(arrival);
    await store(arrival);
    arrivals.push(arrival);
  };
  const failed = inbound.listen(emit, ending.signal).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  const stop = () => {
    ending.abort();
    return failed;
  };
  return { attempts, arrivals, failed, stop };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(isSo: () => boolean | Promise<boolean>, what: string, ms = 8_000): Promise<void> {
  const endMs = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`Not within ${ms} ms: ${what}.`);
    await pause(5);
  }
}
