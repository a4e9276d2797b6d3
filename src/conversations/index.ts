import type { Clock, Log, Route } from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { contactRoutes } from "./contact-routes.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import { createHistory, type VisitorHistory } from "./history-store.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createPeople, type IdentityMoved, type People } from "./people.ts";
import { queueRoutes } from "./queue-routes.ts";

export { createAnsweredElsewhere } from "./answered-elsewhere.ts";
export { handover } from "./handover.ts";
export { createVouching } from "./people.ts";
export { createWelcome } from "./welcome.ts";
export type { VisitorHistory, VisitorMessage, VisitorPage } from "./history-store.ts";

export interface ConversationsParts {
  db: Database;
  clock: Clock;
  log: Log;
  outbox: Outbox;
  onMoved: IdentityMoved;
  /** Tells whoever looks at it that it changed. */
  live: { changed(topic: string, id: string): void };
}

/** People and talk: the inbox, who is who, and what did not get through. */
export interface Conversations {
  inbox: Inbox;
  people: People;
  /** What visitors may read of their own conversation. */
  history: VisitorHistory;
  routes: Route[];
}

export function createConversations(parts: ConversationsParts): Conversations {
  const { db } = parts;
  const inbox = createInbox(parts);
  const people = createPeople(parts);
  return {
    inbox,
    people,
    history: createHistory(db),
    routes: [...conversationRoutes({ db, inbox }), ...contactRoutes({ db, people }), ...queueRoutes(parts)],
  };
}
