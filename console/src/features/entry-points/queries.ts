import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { EntryPoint } from "../../../../src/contract/api-attribution.ts";
import type { ChannelView } from "../../../../src/contract/api-channels.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";

export const entryPointsQuery = (archived: boolean) =>
  infiniteQueryOptions({
    queryKey: ["entry points", archived],
    queryFn: ({ pageParam, signal }) =>
      api<Page<EntryPoint>>("/entry-points", { query: { archived, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const channelNamesQuery = queryOptions({
  queryKey: ["channel names"],
  queryFn: async ({ signal }) => (await api<{ items: ChannelView[] }>("/channels", { signal })).items,
});

export type { EntryPoint };
