import type { WebhookEvent } from "../contract/api-notify.ts";
import { plainText, type Clock } from "../contract/index.ts";
import type { Observer, RecordedEvent } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Queryable } from "../store/index.ts";
import { insertDeliveries, lockWebhooksFor, untoldConversions, webhooksFor } from "./store.ts";

/** Something that other programs may want to know. */
export interface Happening {
  event: WebhookEvent;
  /** The conversation, contact or conversion that it is about: it goes when they are erased. */
  subjectId: string | null;
  at: Date;
  data: Record<string, unknown>;
}

/** Puts it into the outbox for everybody who wants it, in the transaction in which it happens. */
export type Tell = (tx: Queryable, happenings: readonly Happening[]) => Promise<void>;

export function createTell({ clock }: { clock: Clock }): Tell {
  return async (tx, happenings) => {
    if (happenings.length === 0) return;
    const webhooks = await webhooksFor(tx, [...new Set(happenings.map(({ event }) => event))]);
    const rows = webhooks.flatMap(({ id: webhookId, events }) =>
      happenings
        .filter(({ event }) => events.includes(event))
        .map(({ event, subjectId, at, data }) => ({
          ...{ id: newId(), webhookId, event, subjectId },
          payload: JSON.stringify({ type: event, timestamp: at.toISOString(), data }),
        })),
    );
    if (rows.length > 0) await insertDeliveries(tx, rows, clock.now());
  };
}

/** Watches the ledger: what people write, and what becomes of conversations. */
export function createTellingObserver(tell: Tell): Observer {
  return {
    name: "webhooks out",
    observe: (events, tx) => tell(tx, events.flatMap(happeningOf)),
  };
}

function happeningOf(recorded: RecordedEvent): Happening[] {
  const { conversationId, channelId, contactId, event, sentAt: at, seq } = recorded;
  const subjectId = conversationId;
  const where = { conversationId, channelId, contactId, seq };
  switch (event.type) {
    case "message":
      if (event.actor?.isSelf) return [];
      return [
        {
          event: "message.received",
          subjectId,
          at,
          data: { ...where, text: plainText(event.parts), parts: event.parts },
        },
      ];
    case "handed-over":
      return [{ event: "conversation.handed-over", subjectId, at, data: { ...where, reason: event.reason } }];
    case "resolved":
      return [{ event: "conversation.resolved", subjectId, at, data: { ...where, staffId: event.staffId } }];
    default:
      return [];
  }
}

const DAY_MS = 86_400_000;
const AT_ONCE = 500;

/**
 * Tells of orders, bookings and refunds: those of the last day that a webhook has not been told of yet. Looked for
 * instead of hooked in, since they come by many ways. Resolves with how many there were.
 */
export function createConversionSweep({ db, clock }: { db: Database; clock: Clock }): () => Promise<number> {
  return () =>
    db.transaction(async (tx) => {
      const webhookIds = await lockWebhooksFor(tx, "conversion.recorded");
      if (webhookIds.length === 0) return 0;
      const since = new Date(clock.now().getTime() - DAY_MS);
      const untold = await untoldConversions(tx, webhookIds, since, AT_ONCE);
      const rows = untold.map(({ webhookId, amount, at, ...facts }) => {
        const data = { ...facts, amount: Number(amount), at: at.toISOString() };
        const event = "conversion.recorded";
        const payload = JSON.stringify({ type: event, timestamp: at.toISOString(), data });
        return { id: newId(), webhookId, event, subjectId: facts.id, payload };
      });
      if (rows.length > 0) await insertDeliveries(tx, rows, clock.now());
      return rows.length;
    });
}
