import { setMaxListeners } from "node:events";
import type { Clock, Log } from "../contract/index.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Database, Signals } from "../store/index.ts";
import { createAccept, type Accept } from "./accept.ts";
import { createAnnouncements } from "./announcements.ts";
import { createAnswerer } from "./answer.ts";
import { watchBacklog } from "./backlog.ts";
import { createLoops } from "./loops.ts";
import { createOutbox } from "./outbox.ts";
import { createHubProcess } from "./processes.ts";
import { recordNext } from "./record.ts";
import { createWindowObserver } from "./reply-windows.ts";
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

const MOST_LISTENERS = 1_000;
const POLL_MS = 1_000;
const HEARTBEAT_MS = 3_000;
const LONGEST_STEP_BACK_MS = 1_000;

/** accept -> record -> answer -> deliver: four steps, four loops, that meet only in the database. */
export function createCorridor(parts: CorridorParts): Corridor {
  const { signals, clock, log, metrics } = parts;
  const ending = new AbortController();
  setMaxListeners(MOST_LISTENERS, ending.signal); // every loop and every turn in thought listens for the end
  const { signal } = ending;
  const loops = createLoops({ clock, log, pollMs: POLL_MS }, signal);

  const announce = createAnnouncements(signals);
  const accept = createAccept({ db: parts.db, clock, onStored: announce.stored });
  const doorIsBusy = () => accept.stepBack > 0;
  const observers = [createWindowObserver(parts.channels), ...parts.observers];
  const recordParts = { ...parts, observers, doorIsBusy, count: metrics.recorded, onRecorded: announce.recorded };
  const answerer = createAnswerer({ ...parts, count: metrics.answered, onSettled: announce.settled });
  const senders = createSenders(parts, signal);
  const outbox = createOutbox({ ...parts, wake: announce.toSend });
  const hubProcess = createHubProcess({ ...parts, onRecovered: wakeAll });

  /** Acknowledgements come first: in a burst, recording takes a small share of the time and no more. */
  async function recordStep(): Promise<number> {
    const startedMs = clock.monotonicMs();
    const n = await recordNext(recordParts);
    const stepBackMs = (clock.monotonicMs() - startedMs) * accept.stepBack;
    if (n > 0 && stepBackMs > 0) await clock.sleep(Math.min(stepBackMs, LONGEST_STEP_BACK_MS), signal);
    return n > 0 ? 0 : POLL_MS;
  }

  function wakeAll(): void {
    loops.wakeAll();
    senders.wake();
  }

  signals.subscribe(({ topic }) => {
    if (topic === "deliver") senders.wake();
    else loops.wake(topic);
  });

  return {
    accept,
    outbox,
    async start() {
      await hubProcess.join();
      loops.add("processes", hubProcess.watch(signal));
      loops.run("record", recordStep);
      loops.run("answer", answerer.step);
      loops.run("heartbeat", async () => (await answerer.heartbeat(), HEARTBEAT_MS), HEARTBEAT_MS);
      loops.run("senders", async () => (senders.match(), POLL_MS));
      loops.run("backlog", () => watchBacklog(parts, accept));
      const count = (adapter: string) => metrics.arrived(adapter, "stored");
      loops.add("streams", startStreams({ ...parts, accept, count }, signal));
    },
    async stop() {
      ending.abort();
      wakeAll();
      await loops.ended();
      await accept.idle();
      await answerer.idle();
      await senders.ended();
      await hubProcess.leave();
    },
    stuck: (ms) => loops.stuck(ms),
  };
}
