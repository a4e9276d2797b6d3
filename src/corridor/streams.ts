import { createHash } from "node:crypto";
import type { Clock, Log, Stream } from "../contract/index.ts";
import type { Signals } from "../store/index.ts";
import type { Accept } from "./accept.ts";
import { startLoop, type Loop } from "./loop.ts";
import type { Channels, OpenChannel } from "./types.ts";

export interface StreamParts {
  channels: Channels;
  accept: Accept;
  signals: Signals;
  clock: Clock;
  log: Log;
  count(adapter: string): void;
}

const LOOK_MS = 2_000;
const OVERLOADED_MS = 1_000;

interface Listening {
  channel: OpenChannel;
  abort: AbortController;
  ended: Promise<void>;
}

/** Listens to the channels that have no webhook: each in one of the hub processes, by a lock that dies with it. */
export function startStreams(parts: StreamParts, signal: AbortSignal): Loop {
  const { channels, accept, signals, clock, log } = parts;
  const listening = new Map<string, Listening>();

  /** Stores the arrival however long that takes: what a stream has handed over must not be lost. */
  async function emit(channel: OpenChannel, arrival: Parameters<Accept["store"]>[1][number]): Promise<void> {
    for (;;) {
      try {
        await accept.store(channel.id, [arrival]);
        parts.count(channel.adapter.name);
        return;
      } catch (error) {
        log.warn({ err: error, channelId: channel.id }, "an arrival could not be stored yet");
        await clock.sleep(OVERLOADED_MS, signal);
        if (signal.aborted) throw error;
      }
    }
  }

  function listen(channel: OpenChannel, stream: Stream): void {
    const abort = new AbortController();
    const ended = stream
      .listen((arrival) => emit(channel, arrival), abort.signal)
      .catch((error: unknown) =>
        log.error({ err: error, channelId: channel.id }, "a stream ended and will be opened again"),
      )
      .then(() => signals.unlock(lockKey(channel.id)).catch(() => undefined))
      .then(() => void listening.delete(channel.id));
    listening.set(channel.id, { channel, abort, ended });
  }

  async function step(): Promise<number> {
    for (const { channel, abort } of listening.values()) {
      if (channels.get(channel.id) !== channel) abort.abort(); // closed, or open with other settings
    }
    for (const channel of channels.list()) {
      const { inbound } = channel.connection;
      if (inbound.type !== "stream" || listening.has(channel.id)) continue;
      if (await signals.tryLock(lockKey(channel.id))) listen(channel, inbound);
    }
    return LOOK_MS;
  }

  const stopAll = () => listening.forEach(({ abort }) => abort.abort());
  signals.onConnection((connected) => {
    if (!connected) stopAll(); // the locks are gone: another process may listen now
  });
  signal.addEventListener("abort", stopAll, { once: true });
  const loop = startLoop({ name: "streams", clock, log, pollMs: LOOK_MS, step }, signal);
  const ended = loop.ended.then(
    async () => void (await Promise.all([...listening.values()].map((each) => each.ended))),
  );
  return {
    wake: () => loop.wake(),
    ended,
    get lastRoundMs() {
      return loop.lastRoundMs;
    },
  };
}

function lockKey(channelId: string): bigint {
  return createHash("sha256").update(`stream ${channelId}`).digest().readBigInt64BE();
}
