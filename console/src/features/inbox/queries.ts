import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import type {
  ContactView,
  ConversationView,
  MessagesPage,
  MessageView,
} from "../../../../src/contract/api-conversations.ts";
import type {
  CannedReplyView,
  CannedValues,
  FoundView,
  LabelView,
  NoteView,
  SavedViewView,
  ScheduledView,
  ViewFilter,
} from "../../../../src/contract/api-desk.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";
import type { Role } from "../../lib/me.ts";

interface List<T> {
  items: T[];
}

export const conversationsQuery = (filter: ViewFilter) =>
  infiniteQueryOptions({
    queryKey: ["conversations", filter],
    queryFn: ({ pageParam, signal }) =>
      api<Page<ConversationView>>("/conversations", { query: { ...filter, cursor: pageParam, limit: 50 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    meta: { shows: "conversation" },
  });

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ["conversation search", q],
    queryFn: async ({ signal }) =>
      (await api<List<FoundView>>("/conversations/search", { query: { q }, signal })).items,
    staleTime: 10_000,
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

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ["notes", id],
    queryFn: async ({ signal }) => (await api<List<NoteView>>(`/conversations/${id}/notes`, { signal })).items,
    meta: { shows: "conversation", id },
  });

export const scheduledQuery = (id: string) =>
  queryOptions({
    queryKey: ["scheduled", id],
    queryFn: async ({ signal }) => (await api<List<ScheduledView>>(`/conversations/${id}/scheduled`, { signal })).items,
    meta: { shows: "conversation", id },
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: ({ signal }) => api<ContactView>(`/contacts/${id}`, { signal }),
    meta: { shows: ["contact", "conversation"] },
  });

export const labelsQuery = queryOptions({
  queryKey: ["labels"],
  queryFn: async ({ signal }) => (await api<List<LabelView>>("/labels", { signal })).items,
  meta: { shows: "desk" },
});

export const cannedQuery = queryOptions({
  queryKey: ["canned replies"],
  queryFn: async ({ signal }) => (await api<List<CannedReplyView>>("/canned-replies", { signal })).items,
  meta: { shows: "desk" },
});

export const cannedValuesQuery = (id: string) =>
  queryOptions({
    queryKey: ["canned values", id],
    queryFn: ({ signal }) => api<CannedValues>(`/conversations/${id}/canned-values`, { signal }),
  });

export const savedViewsQuery = queryOptions({
  queryKey: ["saved views"],
  queryFn: async ({ signal }) => (await api<List<SavedViewView>>("/saved-views", { signal })).items,
  meta: { shows: "desk" },
});

export interface Colleague {
  id: string;
  name: string;
  role: Role;
}

export const colleaguesQuery = queryOptions({
  queryKey: ["colleagues"],
  queryFn: async ({ signal }) => (await api<List<Colleague>>("/staff", { query: { limit: 200 }, signal })).items,
  staleTime: 60_000,
});

export const channelNamesQuery = queryOptions({
  queryKey: ["channel names"],
  queryFn: async ({ signal }) => (await api<List<{ id: string; name: string }>>("/channels", { signal })).items,
  staleTime: 60_000,
});

/** What the hub says of one conversation, wherever it is shown. */
export function keepConversation(client: QueryClient, changed: ConversationView): void {
  client.setQueryData(conversationQuery(changed.id).queryKey, changed);
  client.setQueriesData<{ pages: Page<ConversationView>[]; pageParams: unknown[] }>(
    { queryKey: ["conversations"] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((row) => (row.id === changed.id ? changed : row)),
        })),
      },
  );
}

export type { CannedReplyView, ConversationView, FoundView, LabelView, MessageView, NoteView };
