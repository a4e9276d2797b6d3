import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type {
  ContactView,
  ConversationView,
  MessagesPage,
  MessageView,
} from "../../../../src/contract/api-conversations.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";

/** Which conversations the list shows; kept in the address. */
export type Folder = "waiting" | "mine" | "open" | "bot" | "resolved";

export const FOLDERS: readonly Folder[] = ["waiting", "mine", "open", "bot", "resolved"];

function filterOf(folder: Folder, staffId: string | null): Record<string, string | null> {
  switch (folder) {
    case "waiting":
      return { owner: "agent", status: "open" };
    case "mine":
      return { assigneeId: staffId, status: "open" };
    case "open":
      return { status: "open" };
    case "bot":
      return { owner: "bot" };
    case "resolved":
      return { status: "resolved" };
  }
}

export const conversationsQuery = (folder: Folder, staffId: string | null) =>
  infiniteQueryOptions({
    queryKey: ["conversations", folder, staffId],
    queryFn: ({ pageParam, signal }) =>
      api<Page<ConversationView>>("/conversations", {
        query: { ...filterOf(folder, staffId), cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    meta: { shows: "conversation" },
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversation", id],
    queryFn: ({ signal }) => api<ConversationView>(`/conversations/${id}`, { signal }),
    meta: { shows: "conversation", id },
  });

/** The newest page first; older ones are asked for as one scrolls up. */
export const messagesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["messages", id],
    queryFn: ({ pageParam, signal }) =>
      api<MessagesPage>(`/conversations/${id}/messages`, { query: { before: pageParam, limit: 50 }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    meta: { shows: "conversation", id },
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: ({ signal }) => api<ContactView>(`/contacts/${id}`, { signal }),
    meta: { shows: ["contact", "conversation"] },
  });

export type { ConversationView, MessageView };
