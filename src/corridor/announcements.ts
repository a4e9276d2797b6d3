import type { Signals } from "../store/index.ts";

/** Says after a commit what became of it: to the step that comes next, and to whoever looks at the conversations. */
export interface Announcements {
  /** Arrivals wait to be recorded. */
  stored(): void;
  /** Events were recorded, which may ask for an answer. */
  recorded(events: readonly { conversationId: string }[]): void;
  /** Turns were thought over, with something to send or without; meanwhile there may have come more to answer. */
  settled(conversationIds: readonly string[], somethingToSend: boolean, somethingToAnswer: boolean): void;
  /** Deliveries wait. */
  toSend(): void;
}

export function createAnnouncements(signals: Signals): Announcements {
  const tellConversations = (ids: Iterable<string>) => {
    for (const id of new Set(ids)) signals.send("conversation", id);
  };
  return {
    stored: () => signals.send("record"),
    recorded(events) {
      if (events.length > 0) signals.send("answer");
      tellConversations(events.map((event) => event.conversationId));
    },
    settled(conversationIds, somethingToSend, somethingToAnswer) {
      if (somethingToAnswer) signals.send("answer");
      if (somethingToSend) signals.send("deliver");
      tellConversations(conversationIds);
    },
    toSend: () => signals.send("deliver"),
  };
}
