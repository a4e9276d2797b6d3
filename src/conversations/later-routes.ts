import { z } from "zod";
import { ConversationView, IdParams } from "../contract/api-conversations.ts";
import * as api from "../contract/api-desk.ts";
import { defineRoute, type Role, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { scheduledIn } from "./later-store.ts";
import type { Later } from "./later.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent"];
const params = IdParams;

export interface LaterRouteParts {
  db: Database;
  later: Later;
  /** @throws NotFound */
  show(id: string, staffId: string | null): Promise<ConversationView>;
}

/** Putting a conversation aside, and writing now what goes out later. */
export function laterRoutes({ db, later, show }: LaterRouteParts): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/conversations/{id}/snooze",
      summary: "Put it aside until a moment, or until they write",
      roles: WRITERS,
      params,
      body: api.SnoozeBody,
      response: ConversationView,
      async handle({ params: { id }, body, asker }) {
        await later.snooze(id, new Date(body.until));
        return show(id, asker.staffId);
      },
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}/scheduled",
      summary: "What is to be sent in it later, and what of that has failed",
      roles: READERS,
      params,
      response: z.object({ items: z.array(api.ScheduledView) }),
      handle: ({ params: { id } }) => show(id, null).then(async () => ({ items: await scheduledIn(db, id) })),
    }),
    defineRoute({
      method: "post",
      path: "/conversations/{id}/scheduled",
      summary: "Write as an agent, to be sent later",
      roles: WRITERS,
      params,
      body: api.ScheduledBody,
      response: api.ScheduledView,
      status: 201,
      async handle({ params: { id }, body, asker }) {
        await show(id, null);
        return later.schedule(id, body.reply, new Date(body.dueAt), asker);
      },
    }),
    defineRoute({
      method: "delete",
      path: "/scheduled-messages/{id}",
      summary: "Do not send it after all",
      roles: WRITERS,
      params,
      response: api.ScheduledView,
      handle: ({ params: { id } }) => later.cancel(id),
    }),
  ];
}
