import { z } from "zod";
import {
  Assignment,
  ConversationFilters,
  ConversationView,
  EventsPage,
  EventsQuery,
  IdParams,
  MessagesPage,
  MessagesQuery,
  Reply,
  ReplyResult,
} from "../contract/api-conversations.ts";
import {
  decodeCursor,
  defineRoute,
  NotFound,
  PageQuery,
  pageOf,
  pageSchema,
  type Role,
  type Route,
} from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { eventsAfter, findConversation, listConversations, messagesAfter, messagesBefore } from "./inbox-store.ts";
import type { Inbox } from "./inbox.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent"];
const Key = z.tuple([z.iso.datetime(), z.uuid()]);
const params = IdParams;

/** The inbox: what was said, and who has the word. */
export function conversationRoutes({ db, inbox }: { db: Database; inbox: Inbox }): Route[] {
  const show: Show = async (id) => {
    const conversation = await findConversation(db, id);
    if (!conversation) throw new NotFound("There is no such conversation.");
    return conversation;
  };
  return [...findingRoutes(db, show), ...readingRoutes(db, show), ...actingRoutes(inbox, show)];
}

type Show = (id: string) => Promise<ConversationView>;

function findingRoutes(db: Database, show: Show): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/conversations",
      summary: "Conversations in which somebody wrote, the latest first",
      roles: READERS,
      query: PageQuery.extend(ConversationFilters.shape),
      response: pageSchema(ConversationView),
      handle: async ({ query: { cursor, limit, ...given } }) => {
        const { owner = null, status = null, channelId = null, assigneeId = null, contactId = null } = given;
        const filter = { owner, status, channelId, assigneeId, contactId };
        const rows = await listConversations(db, filter, decodeCursor(cursor, Key), limit + 1);
        return pageOf(rows, limit, (last) => [last.lastMessageAt, last.id]);
      },
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}",
      summary: "One conversation",
      roles: READERS,
      params,
      response: ConversationView,
      handle: ({ params: { id } }) => show(id),
    }),
  ];
}

function actingRoutes(inbox: Inbox, show: Show): Route[] {
  /** An operation on one conversation that answers with the conversation as it is then. */
  function operation(
    name: string,
    summary: string,
    run: (...given: Parameters<Inbox["take"]>) => Promise<void>,
  ): Route {
    return defineRoute({
      method: "post",
      path: `/conversations/{id}/${name}`,
      summary,
      roles: WRITERS,
      params,
      response: ConversationView,
      handle: ({ params: { id }, asker }) => run(id, asker).then(() => show(id)),
    });
  }

  return [
    defineRoute({
      method: "post",
      path: "/conversations/{id}/messages",
      summary: "Write as an agent; a conversation that was the bot's becomes the agent's",
      roles: WRITERS,
      params,
      body: Reply,
      response: ReplyResult,
      status: 201,
      handle: async ({ params: { id }, body, asker }) => ({ messages: await inbox.reply(id, body, asker) }),
    }),
    operation("take", "Take the conversation from the bot, or from another agent", inbox.take),
    operation("give-back", "Let the bot answer again, from the next message on", inbox.giveBack),
    operation("resolve", "Nothing is left to do", (id) => inbox.setStatus(id, "resolved")),
    operation("reopen", "Something is left to do", (id) => inbox.setStatus(id, "open")),
    defineRoute({
      method: "post",
      path: "/conversations/{id}/assign",
      summary: "Give the conversation to an agent, or to nobody in particular",
      roles: WRITERS,
      params,
      body: Assignment,
      response: ConversationView,
      handle: ({ params: { id }, body }) => inbox.assign(id, body.staffId).then(() => show(id)),
    }),
  ];
}

function readingRoutes(db: Database, show: Show): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/conversations/{id}/messages",
      summary: "Its messages: the last ones, or those before or after a number",
      roles: READERS,
      params,
      query: MessagesQuery,
      response: MessagesPage,
      async handle({ params: { id }, query: { before, after, limit } }) {
        await show(id);
        const found =
          after === undefined
            ? await messagesBefore(db, id, before, limit + 1)
            : await messagesAfter(db, id, after, limit + 1);
        const items = found.slice(0, limit);
        const next = found.length > limit ? (items.at(-1)?.seq ?? null) : null;
        return { items: after === undefined ? items.reverse() : items, next };
      },
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}/events",
      summary: "Its ledger: all that the platform reported and the hub did, in order",
      roles: READERS,
      params,
      query: EventsQuery,
      response: EventsPage,
      async handle({ params: { id }, query: { after, limit } }) {
        await show(id);
        const found = await eventsAfter(db, id, after, limit + 1);
        const items = found.slice(0, limit);
        return { items, next: found.length > limit ? (items.at(-1)?.seq ?? null) : null };
      },
    }),
  ];
}
