import { z } from "zod";
import {
  Assignment,
  ConversationView,
  EventsPage,
  EventsQuery,
  IdParams,
  MessagesPage,
  MessagesQuery,
  Reply,
  ReplyResult,
} from "../contract/api-conversations.ts";
import { FoundPage, SearchQuery, ViewFilter } from "../contract/api-desk.ts";
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
import { eventsAfter, findConversation, messagesAfter, messagesBefore } from "./inbox-store.ts";
import type { Inbox } from "./inbox.ts";
import { listConversations } from "./list-store.ts";
import { searchConversations } from "./search-store.ts";
import { searchQuery } from "./search-words.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent"];
const Key = z.tuple([z.iso.datetime(), z.uuid()]);
const params = IdParams;

/** The inbox: what was said, and who has the word. */
export function conversationRoutes({ db, inbox }: { db: Database; inbox: Inbox }): Route[] {
  const show = createShow(db);
  return [...findingRoutes(db, show), ...readingRoutes(db, show), ...actingRoutes(inbox, show)];
}

/** A conversation as somebody sees it; their unread messages are counted. @throws NotFound */
export type Show = (id: string, staffId?: string | null) => Promise<ConversationView>;

export function createShow(db: Database): Show {
  return async (id, staffId = null) => {
    const conversation = await findConversation(db, id, staffId);
    if (!conversation) throw new NotFound("There is no such conversation.");
    return conversation;
  };
}

function findingRoutes(db: Database, show: Show): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/conversations",
      summary: "Conversations in which somebody wrote, the latest first",
      roles: READERS,
      query: PageQuery.extend(ViewFilter.shape),
      response: pageSchema(ConversationView),
      handle: async ({ query: { cursor, limit, ...filter }, asker }) => {
        const rows = await listConversations(db, filter, asker.staffId, decodeCursor(cursor, Key), limit + 1);
        return pageOf(rows, limit, (last) => [last.lastMessageAt, last.id]);
      },
    }),
    defineRoute({
      method: "get",
      path: "/conversations/search",
      summary: "Conversations whose people are called so, then those in which it was said; the latest first",
      roles: READERS,
      query: SearchQuery,
      response: FoundPage,
      handle: async ({ query: { q }, asker }) => {
        const query = searchQuery(q);
        return { items: query ? await searchConversations(db, { query, words: q }, asker.staffId) : [] };
      },
    }),
    defineRoute({
      method: "get",
      path: "/conversations/{id}",
      summary: "One conversation",
      roles: READERS,
      params,
      response: ConversationView,
      handle: ({ params: { id }, asker }) => show(id, asker.staffId),
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
      handle: ({ params: { id }, asker }) => run(id, asker).then(() => show(id, asker.staffId)),
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
    operation("resolve", "Nothing is left to do", (id, asker) => inbox.setStatus(id, "resolved", asker)),
    operation("reopen", "Something is left to do", (id, asker) => inbox.setStatus(id, "open", asker)),
    defineRoute({
      method: "post",
      path: "/conversations/{id}/assign",
      summary: "Give the conversation to an agent, or to nobody in particular",
      roles: WRITERS,
      params,
      body: Assignment,
      response: ConversationView,
      handle: ({ params: { id }, body, asker }) => inbox.assign(id, body.staffId).then(() => show(id, asker.staffId)),
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
