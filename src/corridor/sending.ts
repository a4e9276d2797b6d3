import { ChannelError, unfit, type Clock, type Log } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { block, noteTrouble, type ClaimedDelivery, type Outcome } from "./deliveries.ts";
import { createWindowKeeper } from "./reply-windows.ts";
import { setback } from "./retry.ts";
import type { OpenChannel } from "./types.ts";

/** Sends single deliveries on one channel, and judges how that ended. */
export interface Sending {
  /**
   * What the platform or the adapter did is an outcome; rejects only when the database fails. `held`: it was not sent,
   * since the platform wanted nothing more by then.
   */
  send(delivery: ClaimedDelivery): Promise<Outcome | "held">;
  /** For how long the platform wants nothing more on this channel; not above 0 when it takes messages. */
  readonly blockedForMs: number;
  /** The platform asked for a rest, and has taken nothing since: one message goes first, the others follow it. */
  readonly isTrying: boolean;
}

export const SEND_TIMEOUT_MS = 20_000;

export function createSending(
  { db, clock, log }: { db: Database; clock: Clock; log: Log },
  channel: OpenChannel,
): Sending {
  const { capabilities } = channel.adapter;
  const windows = createWindowKeeper({ db, clock }, capabilities.replyWindow);
  const rest = createRest(clock);

  /** Not bound to the hub's end: a send that is under way is allowed to finish, since nobody could tell how far it got. */
  async function send(delivery: ClaimedDelivery): Promise<Outcome | "held"> {
    const why = unfit(delivery.message, capabilities);
    if (why !== undefined) return { state: "failed", error: why };
    const admitted = await windows.admit(delivery.message, delivery.conversationId);
    if ("closed" in admitted) return { state: "failed", error: admitted.closed };
    if (rest.blockedForMs > 0) return "held"; // another send was told so while this one was looked up
    const { referrer, ...plain } = admitted;
    const message = referrer && referrer.expiresAt > clock.now() ? admitted : plain;
    try {
      const { externalId } = await channel.connection.send(message, AbortSignal.timeout(SEND_TIMEOUT_MS));
      rest.heard();
      await windows.sent(message, delivery.conversationId).catch((error: unknown) => {
        // It is sent, whatever the count says: at worst the platform itself refuses one later message.
        log.warn({ err: error, deliveryId: delivery.id }, "a sent message could not be counted");
      });
      return { state: "sent", externalId };
    } catch (error) {
      return onFailure(error, delivery);
    }
  }

  async function onFailure(error: unknown, delivery: ClaimedDelivery): Promise<Outcome> {
    const fields = { channelId: channel.id, deliveryId: delivery.id, err: error };
    if (error instanceof ChannelError) log.info(fields, "a delivery was not taken");
    else log.error(fields, "an adapter failed while sending");
    if (error instanceof ChannelError && error.fault === "retry-after" && error.retryAfterMs !== undefined) {
      const { scope, retryAfterMs } = error;
      // First here, where it stops at once what is claimed already; then for the other hubs.
      if (scope === "channel") rest.begin(retryAfterMs);
      await block(db, channel.id, scope === "place" ? delivery.conversationId : undefined, retryAfterMs);
    }
    if (error instanceof ChannelError && !error.mayRetry) rest.heard();
    if (error instanceof ChannelError && error.fault === "unauthorized") {
      await noteTrouble(db, channel.id, error.message, clock.now());
    }
    return setback(error, {
      ...delivery,
      idempotentSend: capabilities.idempotentSend,
      onUncertain: channel.onUncertain,
    });
  }

  return {
    send,
    get blockedForMs() {
      return rest.blockedForMs;
    },
    get isTrying() {
      return rest.isTrying;
    },
  };
}

/** The rest that the platform asked for, as far as this process knows. */
function createRest(clock: Clock) {
  let untilMs = 0;
  let isTrying = false;
  const blockedForMs = () => untilMs - clock.monotonicMs();

  return {
    begin(ms: number): void {
      untilMs = Math.max(untilMs, clock.monotonicMs() + ms);
      isTrying = true;
    },
    /** The platform spoke of something else than haste. What had left before the rest was asked for proves nothing. */
    heard(): void {
      isTrying = isTrying && blockedForMs() > 0;
    },
    get blockedForMs() {
      return blockedForMs();
    },
    get isTrying() {
      return isTrying;
    },
  };
}
