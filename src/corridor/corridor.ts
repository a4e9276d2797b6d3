import type { Clock, Log } from "../contract/index.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Database, Signals } from "../store/index.ts";
import { createAccept, type Accept } from "./accept.ts";
import { createAnswerer } from "./answer.ts";
import { createDeliverer, type Deliverer } from "./deliver.ts";
import { startLoop, type Loop } from "./loop.ts";
import { createOutbox } from "./outbox.ts";
import { createHubProcess } from "./processes.ts";
import { recordNext } from "./record.ts";
import { startStreams } from "./streams.ts";
import type { Channels, Observer, OpenChannel, Outbox, Responder } from "./types.ts";

export interface CorridorParts {
  db: Database;
  signals: Signals;
  channels: Channels;
  responders: readonly Responder[];
  observers: readonly Observer[];
  clock: Clock;
  log: Log;
  metrics: Metrics;
  hubId: string;
  onOthers(live: boolean): void;
  /** So many arrivals may wait before the door sends the platforms away. */
  mostWaiting: number;
}

export interface Corridor {
  accept: Accept;
  outbox: Outbox;
  /** Opens the loops. */
  start(): Promise<void>;
  /** Ends the loops after what they are at: everything in flight is finished and written down. */
  stop(): Promise<void>;
  /** Names of loops that have not come round for `ms`. */
  stuck(ms: number): string[];
}

const POLL_MS = 1_000;
const HEARTBEAT_MS = 3_000;
const BACKLOG_MS = 1_000;

/** accept -> record -> answer -> deliver: four steps, four loops, that meet only in the database. */
export function createCorridor(parts: CorridorParts): Corridor {
  const { db, signals, channels, clock, log, metrics, hubId } = parts;
  const ending = new AbortController();
  const loops = new Map<string, Loop>();
  const senders = new Map<string, { channel: OpenChannel; deliverer: Deliverer; loop: Loop; end: AbortController }>();

  const accept = createAccept({ db, onStored: () => signals.send("record") });
  const outbox = createOutbox({ ...parts, wake: () => signals.send("deliver") });
  const process = createHubProcess({ ...parts, onRecovered: wakeAll });
  const answerer = createAnswerer({
    ...parts,
    onSettled(conversationIds, somethingToSend) {
      if (somethingToSend) signals.send("deliver");
      conversationIds.forEach((id) => signals.send("conversation", id));
    },
    count: metrics.answered,
  });

  const recordStep = async () => {
    const n = await recordNext({
      ...parts,
      count: metrics.recorded,
      onRecorded(events) {
        if (events.length > 0) signals.send("answer");
        new Set(events.map((event) => event.conversationId)).forEach((id) => signals.send("conversation", id));
      },
    });
    return n > 0 ? 0 : POLL_MS;
  };

  function run(name: string, step: (signal: AbortSignal) => Promise<number>, pollMs = POLL_MS): void {
    loops.set(name, startLoop({ name, clock, log, pollMs, step }, ending.signal));
  }

  /** One sender for each open channel, so that a slow platform keeps nobody else waiting. */
  async function matchSenders(): Promise<number> {
    for (const [id, sender] of senders) {
      if (channels.get(id) === sender.channel) continue;
      sender.end.abort();
      senders.delete(id);
    }
    for (const channel of channels.list()) {
      if (!senders.has(channel.id)) senders.set(channel.id, startSender(channel));
    }
    return POLL_MS;
  }

  function startSender(channel: OpenChannel) {
    const end = new AbortController();
    const deliverer = createDeliverer(
      {
        db,
        clock,
        log,
        hubId,
        count: (adapter, outcome, n) => metrics.delivered(adapter, outcome === "waiting" ? "retried" : outcome, n),
        onMarked: (conversationIds) => {
          for (const id of conversationIds) signals.send("conversation", id);
          senders.get(channel.id)?.loop.wake(); // the next in line may go
        },
      },
      channel,
    );
    const signal = AbortSignal.any([ending.signal, end.signal]);
    const loop = startLoop(
      { name: `deliver ${channel.id}`, clock, log, pollMs: POLL_MS, step: deliverer.step },
      signal,
    );
    return { channel, deliverer, loop, end };
  }

  /** Sends the platforms away while more waits than we can hope to work off soon. */
  async function watchBacklog(): Promise<number> {
    const [row] = await db.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM (SELECT 1 FROM arrival WHERE state = 'waiting' LIMIT $1) waiting",
      [parts.mostWaiting + 1],
    );
    accept.setOverloaded((row?.n ?? 0) > parts.mostWaiting);
    const heard = accept.heardOf();
    if (heard.length > 0)
      await db.query("UPDATE channel SET last_inbound_at = $2 WHERE id = ANY ($1::uuid[])", [heard, clock.now()]);
    return BACKLOG_MS;
  }

  function wakeAll(): void {
    for (const loop of loops.values()) loop.wake();
    for (const sender of senders.values()) sender.loop.wake();
  }

  signals.subscribe(({ topic }) => {
    if (topic === "deliver") senders.forEach(({ loop }) => loop.wake());
    else if (topic === "channels") wakeAll();
    else loops.get(topic)?.wake();
  });

  return {
    accept,
    outbox,
    async start() {
      await process.join();
      loops.set("processes", process.watch(ending.signal));
      run("record", recordStep);
      run("answer", answerer.step);
      run("heartbeat", async () => (await answerer.heartbeat(), HEARTBEAT_MS), HEARTBEAT_MS);
      run("senders", matchSenders);
      run("backlog", watchBacklog);
      const streams = startStreams(
        { ...parts, accept, count: (adapter) => metrics.arrived(adapter, "stored") },
        ending.signal,
      );
      loops.set("streams", {
        ...streams,
        ended: streams.ended.then(streams.idle),
        get lastRoundMs() {
          return streams.lastRoundMs;
        },
      });
    },
    async stop() {
      ending.abort();
      wakeAll();
      await Promise.all(
        [...loops.values(), ...[...senders.values()].map(({ loop }) => loop)].map(({ ended }) => ended),
      );
      await accept.idle();
      await answerer.idle();
      await Promise.all([...senders.values()].map(({ deliverer }) => deliverer.idle()));
      await process.leave();
    },
    stuck: (ms) => [...loops].filter(([, loop]) => clock.monotonicMs() - loop.lastRoundMs > ms).map(([name]) => name),
  };
}
