import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Adapter, Json } from "../../src/contract/index.ts";
import {
  createCorridor,
  type Channels,
  type Corridor,
  type Observer,
  type OpenChannel,
  type Responder,
} from "../../src/corridor/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { createSignals, openDatabase, type Database } from "../../src/store/index.ts";
import { silentLog } from "./log.ts";

export interface Stage {
  db: Database;
  channel: OpenChannel;
  /** Stores an update as the door would. */
  deliver(update: { key: string; place: string }): Promise<void>;
  stop(): Promise<void>;
  outbox: Corridor["outbox"];
  accept: Corridor["accept"];
}

export interface StageOptions {
  connection: Parameters<typeof openDatabase>[0]["connection"];
  adapter: Adapter;
  channelId?: string;
  responders?: Responder[];
  observers?: Observer[];
  rates?: OpenChannel["rates"];
  onUncertain?: OpenChannel["onUncertain"];
}

/** Says back what was said. */
export const echo: Responder = {
  name: "echo",
  respond: async ({ messages }) => ({ parts: [{ type: "text", text: messages.map(({ text }) => text).join("|") }] }),
};

/** A running corridor with one channel on the database; stopped when the test is over. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const db = openDatabase({
    connection: options.connection,
    poolSize: 8,
    idleInTransactionMs: 5_000,
    onError: () => undefined,
  });
  const { adapter } = options;
  const id = options.channelId ?? newId();
  const log = silentLog;
  const tools = {
    channelId: id,
    fetch,
    log,
    clock: systemClock,
    publicUrl: new URL("http://localhost/"),
    cache: undefined!,
    files: undefined!,
  };
  const channel: OpenChannel = {
    id,
    name: "Test",
    adapter,
    connection: adapter.connect({ secret: "test" }, tools),
    rates: options.rates ?? adapter.capabilities.rates,
    onUncertain: options.onUncertain ?? "resend",
  };
  const channels: Channels = { get: (wanted) => (wanted === id ? channel : undefined), list: () => [channel] };
  await db.query(
    "INSERT INTO channel (id, adapter, name, settings) VALUES ($1, $2, 'Test', '') ON CONFLICT DO NOTHING",
    [id, adapter.name],
  );
  let others = true;
  const hubId = newId();
  const signals = await createSignals({ db, clock: systemClock, log, processId: hubId, othersLive: () => others });
  const corridor = createCorridor({
    db, signals, channels, log, hubId,
    clock: systemClock,
    responders: options.responders ?? [echo],
    observers: options.observers ?? [],
    metrics: createMetrics({ clock: systemClock }),
    onOthers: (live) => (others = live),
    mostWaiting: 100_000,
  }); // prettier-ignore
  await corridor.start();

  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await corridor.stop();
      await signals.close();
      await db.close();
    })());
  onTestFinished(stop);
  return {
    db,
    channel,
    outbox: corridor.outbox,
    accept: corridor.accept,
    deliver: (update) =>
      corridor.accept.store(id, [{ key: update.key, lane: update.place, payload: update as unknown as Json }]),
    stop,
  };
}

/** Waits until the condition holds; fails with its last value after `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not so within ${ms} ms: ${condition}`);
    await sleep(10);
  }
}
