import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Cost, EntryPoint, EntryPointDetail } from "../../../../src/contract/api-attribution.ts";
import type { ChannelView } from "../../../../src/contract/api-channels.ts";
import type { Figures, FunnelReport, PulseReport } from "../../../../src/contract/api-reports.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";

export const entryPointsQuery = (archived: boolean) =>
  infiniteQueryOptions({
    queryKey: ["entry points", archived],
    queryFn: ({ pageParam, signal }) =>
      api<Page<EntryPoint>>("/entry-points", { query: { archived, cursor: pageParam, limit: 200 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const entryPointQuery = (id: string) =>
  queryOptions({
    queryKey: ["entry point", id],
    queryFn: ({ signal }) => api<EntryPointDetail>(`/entry-points/${id}`, { signal }),
  });

export const channelNamesQuery = queryOptions({
  queryKey: ["channel names"],
  queryFn: async ({ signal }) => (await api<{ items: ChannelView[] }>("/channels", { signal })).items,
});

export const staffNamesQuery = queryOptions({
  queryKey: ["staff names"],
  queryFn: async ({ signal }) =>
    (await api<{ items: { id: string; name: string }[] }>("/staff", { query: { limit: 200 }, signal })).items,
  staleTime: 300_000,
});

/** What came of each entry point so far; asked for again by itself. */
export const figuresQuery = queryOptions({
  queryKey: ["entry points", "figures"],
  async queryFn({ signal }) {
    const { rows } = await api<FunnelReport>("/reports/funnel", { query: { by: "entry-point" }, signal });
    return new Map(
      rows.flatMap(({ group, ...figures }): [string, Figures][] => (group?.id ? [[group.id, figures]] : [])),
    );
  },
  refetchInterval: 20_000,
  placeholderData: keepPreviousData,
});

/** The last four weeks of each, to be drawn small. */
export const pulseQuery = queryOptions({
  queryKey: ["entry points", "pulse"],
  async queryFn({ signal }) {
    const { dates, rows } = await api<PulseReport>("/reports/pulse", { signal });
    return { dates, doors: new Map(rows.map((row) => [row.entryPointId, row])) };
  },
  refetchInterval: 60_000,
});

export const costsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["entry point costs", id],
    queryFn: ({ pageParam, signal }) =>
      api<Page<Cost>>(`/entry-points/${id}/costs`, { query: { cursor: pageParam, limit: 50 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export type { EntryPoint };
