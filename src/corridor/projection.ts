import type { HubEvent, Part } from "../contract/index.ts";

/** An event that is about a message: what late, repeated or early ones do to it is decided here. */
export type Amendment = Extract<HubEvent, { type: "edited" | "deleted" | "reaction" | "receipt" }>;

export interface MessageState {
  parts: Part[];
  editedAt: Date | null;
  deletedAt: Date | null;
  /** Who reacted with what: emoji -> the actors' ids, sorted. */
  reactions: Record<string, string[]>;
  deliveryState: string | null;
}

export function isAmendment(event: HubEvent): event is Amendment {
  return event.type === "edited" || event.type === "deleted" || event.type === "reaction" || event.type === "receipt";
}

/** How far a receipt says the message has come; a later step never steps back. */
const PROGRESS = ["waiting", "maybe-sent", "sent", "delivered", "read"];

/**
 * The message as all its amendments leave it. They are put in the platform's order first, so that the result does not
 * depend on the order or number of their deliveries.
 * @param original as it was sent; its delivery state is how far the outbox knows it to be.
 */
export function foldMessage(
  original: Pick<MessageState, "parts" | "deliveryState">,
  events: readonly Amendment[],
): MessageState {
  const state: MessageState = { ...original, editedAt: null, deletedAt: null, reactions: {} };
  const ordered = [...events].sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime() || compare(a.id, b.id));
  for (const event of ordered) amend(state, event);
  return state;
}

function amend(state: MessageState, event: Amendment): void {
  switch (event.type) {
    case "edited":
      state.parts = event.parts;
      state.editedAt = event.sentAt;
      break;
    case "deleted":
      state.deletedAt ??= event.sentAt;
      break;
    case "reaction":
      for (const emoji of event.replaces ? Object.keys(state.reactions) : [])
        react(state.reactions, emoji, event.actor?.id ?? "", false);
      for (const emoji of event.removed) react(state.reactions, emoji, event.actor?.id ?? "", false);
      for (const emoji of event.added) react(state.reactions, emoji, event.actor?.id ?? "", true);
      break;
    case "receipt":
      state.deliveryState = advance(state.deliveryState, event.status);
  }
}

/** A failure that the platform reports counts unless somebody already got the message. */
export function advance(from: string | null, to: string): string {
  if (to === "failed") return from === "delivered" || from === "read" ? from : "failed";
  if (from === "failed") return PROGRESS.indexOf(to) >= PROGRESS.indexOf("delivered") ? to : from;
  return PROGRESS.indexOf(to) > PROGRESS.indexOf(from ?? "waiting") ? to : (from ?? to);
}

function react(reactions: Record<string, string[]>, emoji: string, actorId: string, on: boolean): void {
  const others = (reactions[emoji] ?? []).filter((id) => id !== actorId);
  const now = on ? [...others, actorId].sort() : others;
  if (now.length > 0) reactions[emoji] = now;
  else delete reactions[emoji];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
