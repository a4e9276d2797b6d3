import type { Clock, Log, Route } from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { contactRoutes } from "./contact-routes.ts";
import { conversationRoutes, createShow } from "./conversation-routes.ts";
import { deskRoutes } from "./desk-routes.ts";
import { createDesk, type Desk } from "./desk.ts";
import { createHistory, type VisitorHistory } from "./history-store.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { laterRoutes } from "./later-routes.ts";
import { createLater, type Later } from "./later.ts";
import { createPeople, type IdentityMoved, type People } from "./people.ts";
import { queueRoutes } from "./queue-routes.ts";

export { createAnsweredElsewhere } from "./answered-elsewhere.ts";
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
  desk: Desk;
  /** Snoozed conversations and messages for later; its `step` is a loop's. */
  later: Later;
  /** What visitors may read of their own conversation. */
  history: VisitorHistory;
  routes: Route[];
}

export function createConversations(parts: ConversationsParts): Conversations {
  const { db } = parts;
  const inbox = createInbox(parts);
  const people = createPeople(parts);
  const desk = createDesk(parts);
  const later = createLater({ ...parts, inbox });
  return {
    ...{ inbox, people, desk, later },
    history: createHistory(db),
    routes: [
      ...conversationRoutes({ db, inbox }),
      ...deskRoutes({ db, desk }),
      ...laterRoutes({ db, later, show: createShow(db) }),
      ...contactRoutes({ db, people }),
      ...queueRoutes(parts),
    ],
  };
}
