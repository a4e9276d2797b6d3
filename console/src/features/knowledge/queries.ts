import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";
import type { z } from "zod";
import type { ArticleVersionView, ArticleView, Question, WouldAnswer } from "../../../../src/contract/api-knowledge.ts";
import type {
  ClusterView,
  CorrectionPage,
  GoldenView,
  ModelList as ModelListSchema,
  PromiseView,
  SuggestionView,
} from "../../../../src/contract/api-learning.ts";
import type { DocumentView, PassageView, QuoteSettings } from "../../../../src/contract/api-documents.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api, type Call } from "../../lib/api.ts";

/** Every query of the room begins with this, so that what was learned is asked for anew everywhere. */
const ROOM = "knowledge";

const paged = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }: { next: string | null }) => next,
};

export const articlesQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [ROOM, "articles", search],
    queryFn: ({ pageParam, signal }) =>
      api<Page<ArticleView>>("/articles", { query: { search, cursor: pageParam }, signal }),
    ...paged,
  });

export const articleQuery = (id: string) =>
  queryOptions({
    queryKey: [ROOM, "article", id],
    queryFn: ({ signal }) => api<ArticleView>(`/articles/${id}`, { signal }),
  });

export const versionsQuery = (filter: { articleId?: string; change?: ArticleVersionView["change"] }) =>
  infiniteQueryOptions({
    queryKey: [ROOM, "versions", filter],
    queryFn: ({ pageParam, signal }) =>
      api<Page<ArticleVersionView>>("/article-versions", { query: { ...filter, cursor: pageParam }, signal }),
    ...paged,
  });

export type Judged = z.infer<typeof WouldAnswer>;

/** What the bot would say; nothing is sent. */
export const askQuery = (body: z.infer<typeof Question>) =>
  queryOptions({
    queryKey: [ROOM, "ask", body],
    queryFn: ({ signal }) => api<Judged>("/articles/ask", { body, signal }),
    staleTime: 0,
  });

export const clustersQuery = queryOptions({
  queryKey: [ROOM, "unanswered"],
  queryFn: ({ signal }) => api<{ items: ClusterView[]; questions: number }>("/knowledge/unanswered", { signal }),
});

export const correctionsQuery = infiniteQueryOptions({
  queryKey: [ROOM, "corrections"],
  queryFn: ({ pageParam, signal }) =>
    api<z.infer<typeof CorrectionPage>>("/corrections", { query: { cursor: pageParam }, signal }),
  ...paged,
});

export const suggestionsQuery = (state: SuggestionView["state"]) =>
  infiniteQueryOptions({
    queryKey: [ROOM, "suggestions", state],
    queryFn: ({ pageParam, signal }) =>
      api<Page<SuggestionView>>("/suggestions", { query: { state, cursor: pageParam }, signal }),
    ...paged,
    meta: { shows: "conversation" }, // what waits comes with a customer's question
  });

export const promiseQuery = queryOptions({
  queryKey: [ROOM, "promise"],
  queryFn: ({ signal }) => api<PromiseView>("/knowledge/promise", { signal }),
});

export type ModelList = z.infer<typeof ModelListSchema>;

export const modelsQuery = queryOptions({
  queryKey: [ROOM, "models"],
  queryFn: ({ signal }) => api<ModelList>("/knowledge/models", { signal }),
  // How far a training is, is no event of its own.
  refetchInterval: ({ state }) => (["waiting", "training"].includes(state.data?.training ?? "") ? 2_000 : 15_000),
});

export const goldenQuery = queryOptions({
  queryKey: [ROOM, "golden"],
  queryFn: ({ signal }) => api<{ items: GoldenView[]; right: number }>("/knowledge/golden", { signal }),
});

export const documentsQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [ROOM, "documents", search],
    queryFn: ({ pageParam, signal }) =>
      api<Page<DocumentView>>("/documents", { query: { search, cursor: pageParam }, signal }),
    ...paged,
  });

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: [ROOM, "document", id],
    queryFn: ({ signal }) => api<DocumentView>(`/documents/${id}`, { signal }),
  });

export const passagesQuery = (id: string, versionId: string) =>
  infiniteQueryOptions({
    queryKey: [ROOM, "passages", id, versionId],
    queryFn: ({ pageParam, signal }) =>
      api<{ items: PassageView[]; next: number | null }>(`/documents/${id}/passages`, {
        query: { versionId, after: pageParam },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });

export const quotingQuery = queryOptions({
  queryKey: [ROOM, "quoting"],
  queryFn: ({ signal }) => api<QuoteSettings>("/documents/settings", { signal }),
});

interface ChangeOptions<Given, Result> {
  onDone?: (result: Result, given: Given) => void;
  /** The failure is shown where it was asked, not in a corner. */
  quiet?: boolean;
}

/** Changes what the bot knows; everything in the room is asked for anew, since one word of ours moves all of it. */
export function useChange<Given = void, Result = unknown>(
  call: (given: Given) => { path: string } & Call,
  { onDone, quiet = false }: ChangeOptions<Given, Result> = {},
) {
  const client = useQueryClient();
  return useMutation<Result, Error, Given>({
    mutationFn(given) {
      const { path, ...rest } = call(given);
      return api<Result>(path, rest);
    },
    async onSuccess(result, given) {
      onDone?.(result, given); // first: what it closes need not be asked for anew
      await client.invalidateQueries({ queryKey: [ROOM] });
    },
    onError(error) {
      if (!quiet) notifications.show({ color: "red", message: error.message });
    },
  });
}

export type { DocumentView, PassageView };
export type { ArticleVersionView, ArticleView, ClusterView, GoldenView, PromiseView, SuggestionView };
