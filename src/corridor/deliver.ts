import type { Clock, Log } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import {
  abandonedDeliveries,
  claimDue,
  markAttempts,
  type Attempted,
  type ClaimedDelivery,
  type Outcome,
} from "./deliveries.ts";
import { createGroupCommit } from "./group-commit.ts";
import { insist } from "./insist.ts";
import { uncertain } from "./retry.ts";
import { createSending, SEND_TIMEOUT_MS } from "./sending.ts";
import type { Channels, OpenChannel } from "./types.ts";

export interface DeliverParts {
  db: Database;
  clock: Clock;
  log: Log;
  hubId: string;
  onMarked(conversationIds: readonly string[]): void;
  count(adapter: string, outcome: "sent" | "waiting" | "failed" | "maybe-sent", n: number): void;
}

export interface Deliverer {
  /** Sends what may be sent on the channel; resolves with how long to wait before looking again. */
  step(signal: AbortSignal): Promise<number>;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
}

const MOST_IN_FLIGHT = 32;
/** Longer than a send may take, with room for a slow mark. */
const LEASE_MS = SEND_TIMEOUT_MS + 10_000;
const AT_ONCE = 0;

/** The fourth step, for one channel: claim, send, mark. A failure to mark is not a failure to send. */
export function createDeliverer(parts: DeliverParts, channel: OpenChannel): Deliverer {
  const { db, clock, log, hubId } = parts;
  const sending = createSending(parts, channel);
  const receipts = channel.adapter.capabilities.receipts.length > 0;
  let inFlight = 0;
  let wakeWhenFree: (() => void) | undefined;

  const mark = createGroupCommit<Attempted, void>(async (attempts) => {
    const changed = await insist(() => markAttempts(db, attempts, receipts), LEASE_MS, clock);
    for (const { outcome } of attempts) parts.count(channel.adapter.name, outcome.state, 1);
    parts.onMarked(changed);
    return [];
  }, MOST_IN_FLIGHT);

  async function carry(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const { id, fence } = delivery;
    try {
      const outcome = sending.blockedForMs > 0 || signal.aborted ? "held" : await sending.send(delivery);
      if (outcome === "held") await mark.submit({ id, fence, outcome: later(sending.blockedForMs), unsent: true });
      else await mark.submit({ id, fence, outcome });
    } catch (error) {
      log.error({ err: error, deliveryId: id }, "a delivery could not be marked; its lease will end");
    } finally {
      inFlight--;
      wakeWhenFree?.();
    }
  }

  return {
    async step(signal) {
      const most = sending.isTrying ? 1 : MOST_IN_FLIGHT;
      const free = most - inFlight;
      if (free < most / 4) {
        await new Promise<void>((resolve) => (wakeWhenFree = resolve));
        return AT_ONCE;
      }
      const { deliveries, waitMs } = await claimDue(db, channel, { hub: hubId, ms: LEASE_MS, limit: free });
      inFlight += deliveries.length;
      for (const delivery of deliveries) void carry(delivery, signal);
      return waitMs;
    },
    async idle() {
      while (inFlight > 0) await clock.sleep(10);
    },
  };
}

function later(ms: number): Outcome {
  return { state: "waiting", waitMs: Math.max(0, ms), error: "", maybeTwice: false };
}

/**
 * Decides on sends that were under way when their hub died or stood still: they may or may not have happened.
 * Resolves with how many there were.
 */
export async function recoverDeliveries(
  db: Database,
  channels: Channels,
  deadHubs: readonly string[],
): Promise<number> {
  const abandoned = await abandonedDeliveries(db, deadHubs);
  const attempts = abandoned.flatMap(({ id, fence, attempts, doubts, channelId }): Attempted[] => {
    const channel = channels.get(channelId);
    if (!channel) return []; // decided when the channel is open again
    const { idempotentSend } = channel.adapter.capabilities;
    const reason = "The hub stopped while this was being sent.";
    return [
      { id, fence, outcome: uncertain(reason, { attempts, doubts, idempotentSend, onUncertain: channel.onUncertain }) },
    ];
  });
  if (attempts.length > 0) await markAttempts(db, attempts, false);
  return attempts.length;
}
