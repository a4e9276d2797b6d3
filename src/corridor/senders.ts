import { setMaxListeners } from "node:events";
import type { Clock, Log } from "../contract/index.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Database, Signals } from "../store/index.ts";
import { createDeliverer, type Deliverer } from "./deliver.ts";
import { startLoop, type Loop } from "./loop.ts";
import type { Channels, OpenChannel } from "./types.ts";

export interface SenderParts {
  db: Database;
  signals: Signals;
  channels: Channels;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  hubId: string;
}

/** One sender for each open channel, so that a slow platform keeps nobody else waiting. */
export interface Senders {
  /** Opens and ends senders as the channels say. */
  match(): void;
  wake(): void;
  /** Resolves when every sender has ended and nothing is on its way. */
  ended(): Promise<void>;
}

interface Sender {
  channel: OpenChannel;
  deliverer: Deliverer;
  loop: Loop;
  end: AbortController;
}

const MOST_LISTENERS = 1_000;
const POLL_MS = 1_000;

export function createSenders(
  { db, signals, channels, clock, log, metrics, hubId }: SenderParts,
  signal: AbortSignal,
): Senders {
  const senders = new Map<string, Sender>();
  const ending = new Set<Sender>();

  function open(channel: OpenChannel): Sender {
    const end = new AbortController();
    setMaxListeners(MOST_LISTENERS, end.signal); // every send under way listens for the end
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
    const name = `deliver ${channel.id}`;
    const either = AbortSignal.any([signal, end.signal]);
    return {
      channel,
      deliverer,
      end,
      loop: startLoop({ name, clock, log, pollMs: POLL_MS, step: deliverer.step }, either),
    };
  }

  async function close(sender: Sender): Promise<void> {
    ending.add(sender);
    sender.end.abort();
    sender.loop.wake();
    await finished(sender);
    ending.delete(sender);
  }

  async function finished({ loop, deliverer }: Sender): Promise<void> {
    await loop.ended;
    await deliverer.idle();
  }

  return {
    match() {
      for (const [id, sender] of senders) {
        if (channels.get(id) === sender.channel) continue;
        senders.delete(id);
        void close(sender);
      }
      for (const channel of channels.list()) {
        if (!senders.has(channel.id)) senders.set(channel.id, open(channel));
      }
    },
    wake: () => senders.forEach(({ loop }) => loop.wake()),
    ended: async () => void (await Promise.all([...senders.values(), ...ending].map(finished))),
  };
}
