import type { Clock, Log } from "../contract/index.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Database, Signals } from "../store/index.ts";
import { createAccept, type Accept } from "./accept.ts";
import { createAnswerer } from "./answer.ts";
import { watchBacklog } from "./backlog.ts";
import { startLoop, type Loop } from "./loop.ts";
import { createOutbox } from "./outbox.ts";
import { createHubProcess } from "./processes.ts";
import { recordNext } from "./record.ts";
import { createSenders } from "./senders.ts";
import { startStreams } from "./streams.ts";
import type { Channels, Observer, Outbox, Responder } from "./types.ts";

export interface CorridorParts {
  db: Database;
  signals: Signals;
  channels: Channels;
  /** In the order in which they are asked. */
  responders: readonly Responder[];
  observers: readonly Observer[];
  clock: Clock;
  log: Log;
  metrics: Metrics;
  hubId: string;
  /** Called with whether other hub processes live on the database. */
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
const LONGEST_STEP_BACK_MS = 1_000;

/** accept -> record -> answer -> deliver: four steps, four loops, that meet only in the database. */
export function createCorridor(parts: CorridorParts): Corridor {
  const { signals, clock, log, metrics } = parts;
  const ending = new AbortController();
  const { signal } = ending;
  const loops = new Map<string, Loop>();

  const tellConversations = (ids: Iterable<string>) => {
    for (const id of new Set(ids)) signals.send("conversation", id);
  };
  const accept = createAccept({ db: parts.db, clock, onStored: () => signals.send("record") });
  const outbox = createOutbox({ ...parts, wake: () => signals.send("deliver") });
  const senders = createSenders(parts, signal);
  const hubProcess = createHubProcess({ ...parts, onRecovered: wakeAll });
  const answerer = createAnswerer({
    ...parts,
    count: metrics.answered,
    onSettled(conversationIds, somethingToSend) {
      if (somethingToSend) signals.send("deliver");
      tellConversations(conversationIds);
    },
  });
  const recordParts = {
    ...parts,
    count: metrics.recorded,
    onRecorded(events: readonly { conversationId: string }[]) {
      if (events.length > 0) signals.send("answer");
      tellConversations(events.map((event) => event.conversationId));
    },
  };

  /** Acknowledgements come first: while the door is busy, recording takes a quarter of the time and no more. */
  async function recordStep(): Promise<number> {
    const startedMs = clock.monotonicMs();
    const n = await recordNext(recordParts);
    if (n > 0 && accept.isBusy)
      await clock.sleep(Math.min(3 * (clock.monotonicMs() - startedMs), LONGEST_STEP_BACK_MS), signal);
    return n > 0 ? 0 : POLL_MS;
  }

  function run(name: string, step: (signal: AbortSignal) => Promise<number>, pollMs = POLL_MS): void {
    loops.set(name, startLoop({ name, clock, log, pollMs, step }, signal));
  }

  function wakeAll(): void {
    for (const loop of loops.values()) loop.wake();
    senders.wake();
  }

  signals.subscribe(({ topic }) => {
    if (topic === "deliver") senders.wake();
    else loops.get(topic)?.wake();
  });

  return {
    accept,
    outbox,
    async start() {
      await hubProcess.join();
      loops.set("processes", hubProcess.watch(signal));
      run("record", recordStep);
      run("answer", answerer.step);
      run("heartbeat", async () => (await answerer.heartbeat(), HEARTBEAT_MS), HEARTBEAT_MS);
      run("senders", async () => (senders.match(), POLL_MS));
      run("backlog", () => watchBacklog(parts, accept));
      loops.set(
        "streams",
        startStreams({ ...parts, accept, count: (adapter) => metrics.arrived(adapter, "stored") }, signal),
      );
    },
    async stop() {
      ending.abort();
      wakeAll();
      await Promise.all([...loops.values()].map(({ ended }) => ended));
      await accept.idle();
      await answerer.idle();
      await senders.ended();
      await hubProcess.leave();
    },
    stuck: (ms) => [...loops].filter(([, loop]) => clock.monotonicMs() - loop.lastRoundMs > ms).map(([name]) => name),
  };
}
