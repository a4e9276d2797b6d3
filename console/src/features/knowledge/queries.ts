import { infiniteQueryOptions } from "@tanstack/react-query";
import type { ArticleView } from "../../../../src/contract/api-knowledge.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";

export const articlesQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["articles", search],
    queryFn: ({ pageParam, signal }) =>
      api<Page<ArticleView>>("/articles", { query: { search, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export type { ArticleView };
