import type { Allowance, Clock, OutboundMessage, ReplyWindow } from "../contract/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { usableGrant, withGrant } from "./reply-window.ts";
import { readWindows, spendWindow, writeWindows, type StoredWindow } from "./reply-window-store.ts";
import type { Channels, Observer, RecordedEvent } from "./types.ts";

/**
 * Writes down what people's doings allow us, on channels whose platform has a reply window. It is kept in the hub, since
 * several hubs send, the composer shows it, and a refused message is one that the person never gets.
 */
export function createWindowObserver(channels: Channels): Observer {
  return {
    name: "reply windows",
    async observe(events, tx) {
      const doings = events.flatMap((recorded) => doingOf(recorded, channels) ?? []);
      if (doings.length > 0) await grant(tx, doings);
    },
  };
}

interface Doing {
  conversationId: string;
  by: string;
  allows: Allowance;
  at: Date;
}

function doingOf({ channelId, conversationId, event, sentAt }: RecordedEvent, channels: Channels): Doing | undefined {
  if (!("placeKind" in event) || event.placeKind !== "direct" || event.actor?.isSelf) return undefined;
  const window = channels.get(channelId)?.adapter.capabilities.replyWindow;
  if (!window) return undefined;
  const speaks = event.type === "message" || event.type === "pressed";
  const allows = event.allows ?? (speaks ? window.message : undefined);
  return allows && { conversationId, by: event.allows ? event.type : "message", allows, at: sentAt };
}

async function grant(tx: Transaction, doings: readonly Doing[]): Promise<void> {
  const ids = [...new Set(doings.map(({ conversationId }) => conversationId))];
  const windows = await readWindows(tx, ids, true);
  const changed = new Map<string, StoredWindow>();
  for (const { conversationId, by, allows, at } of doings) {
    const window = changed.get(conversationId) ?? windows.get(conversationId);
    changed.set(conversationId, {
      conversationId,
      grants: withGrant(window?.grants ?? [], by, allows, at),
      heardAt: window && window.heardAt > at ? window.heardAt : at,
    });
  }
  await writeWindows(tx, [...changed.values()]);
}

/** What a sender asks before and tells after a send. */
export interface WindowKeeper {
  /** The message as it may go out now, or why it may not. */
  admit(message: OutboundMessage, conversationId: string): Promise<OutboundMessage | { closed: string }>;
  sent(message: OutboundMessage, conversationId: string): Promise<void>;
}

/** @param window of the channel's platform; without one, everything may go out. */
export function createWindowKeeper(
  { db, clock }: { db: Database; clock: Clock },
  window: ReplyWindow | undefined,
): WindowKeeper {
  if (!window) return { admit: async (message) => message, sent: async () => undefined };
  return {
    async admit(message, conversationId) {
      const now = clock.now();
      const stored = (await readWindows(db, [conversationId])).get(conversationId);
      const heard: OutboundMessage = stored ? { ...message, lastHeardAt: stored.heardAt } : message;
      if (isTemplate(message)) return heard;
      if (stored && usableGrant(stored.grants, now)) return heard;
      const agentUntilMs = stored && window.agentMs ? stored.heardAt.getTime() + window.agentMs : 0;
      if (message.author === "agent" && agentUntilMs > now.getTime()) return heard;
      return { closed: closedBecause(stored, now) };
    },
    async sent(message, conversationId) {
      if (!isTemplate(message)) await db.transaction((tx) => spendWindow(tx, conversationId, clock.now()));
    },
  };
}

function isTemplate({ parts }: OutboundMessage): boolean {
  return parts[0]?.type === "template";
}

function closedBecause(stored: StoredWindow | undefined, now: Date): string {
  const wayOut =
    "Send a template that the platform has approved, use another channel, or wait until the person writes.";
  if (!stored) return `The person has not written yet, and the platform takes a message only after that. ${wayOut}`;
  const usedUp = stored.grants.some(({ untilMs, left }) => left === 0 && untilMs > now.getTime());
  return usedUp
    ? `The platform takes no more messages until the person writes again. ${wayOut}`
    : `The person last did something at ${stored.heardAt.toISOString()}; the time in which the platform takes messages is over. ${wayOut}`;
}
