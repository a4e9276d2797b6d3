import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type * as z from "zod/mini";
import type { EntryPoint } from "../../../../src/contract/api-attribution.ts";
import type { Advice, Economics } from "../../../../src/contract/api-planner.ts";
import type {
  CohortReport,
  Comparison,
  DelayReport,
  FunnelReport,
  KindWindow,
  ModelRun,
  ModelRunHead,
  PathReport,
  PersonBehind,
  ReportSettings,
  SaleBehind,
  TrendReport,
} from "../../../../src/contract/api-reports.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api, type Call } from "../../lib/api.ts";

export type Filter = Readonly<Record<string, string | number | undefined>>;

/** A report changes with every message; it is asked for anew when it is looked at, and each half minute. */
function report<Result>(name: string, query: Filter) {
  return queryOptions({
    queryKey: ["report", name, query],
    queryFn: ({ signal }) => api<Result>(`/reports/${name}`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

export const funnelQuery = (query: Filter) => report<FunnelReport>("funnel", query);
export const trendQuery = (query: Filter) => report<TrendReport>("trend", query);
export const cohortsQuery = (query: Filter) => report<CohortReport>("cohorts", query);
export const delaysQuery = (query: Filter) => report<DelayReport>("delays", query);
export const pathsQuery = (query: Filter) => report<PathReport>("paths", query);

export const settingsQuery = queryOptions({
  queryKey: ["report settings"],
  queryFn: ({ signal }) => api<ReportSettings>("/reports/settings", { signal }),
  staleTime: 300_000,
});

export const kindsQuery = queryOptions({
  queryKey: ["conversion windows"],
  queryFn: ({ signal }) => api<z.infer<typeof KindWindow>[]>("/conversion-windows", { signal }),
});

/** Where a report as a spreadsheet lies: the browser saves it with the session's cookie. */
export function exportAddress(query: Filter): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return `/api/v1/reports/export?${new URLSearchParams(given)}`;
}

export const peopleBehindQuery = (query: Filter) =>
  infiniteQueryOptions({
    queryKey: ["report", "people", query],
    queryFn: ({ pageParam, signal }) =>
      api<Page<z.infer<typeof PersonBehind>>>("/reports/people", { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const salesBehindQuery = (query: Filter) =>
  infiniteQueryOptions({
    queryKey: ["report", "sales", query],
    queryFn: ({ pageParam, signal }) =>
      api<Page<z.infer<typeof SaleBehind>>>("/reports/sales", { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const modelRunsQuery = (kind: string) =>
  queryOptions({
    queryKey: ["model runs", kind],
    queryFn: async ({ signal }) =>
      (await api<Page<ModelRunHead>>("/model-runs", { query: { kind, limit: 200 }, signal })).items,
  });
export const comparisonQuery = (batchId: string) =>
  queryOptions({
    queryKey: ["model comparison", batchId],
    queryFn: ({ signal }) => api<Comparison>(`/model-runs/${batchId}/compare`, { signal }),
    staleTime: Infinity,
  });
export const modelRunQuery = (id: string) =>
  queryOptions({
    queryKey: ["model run", id],
    queryFn: ({ signal }) => api<ModelRun>(`/model-runs/${id}`, { signal }),
    staleTime: Infinity,
  });

export const economicsQuery = (query: Filter) =>
  queryOptions({
    queryKey: ["economics", query],
    queryFn: ({ signal }) => api<Economics>("/economics", { query, signal }),
    placeholderData: keepPreviousData,
  });

export const adviceQuery = infiniteQueryOptions({
  queryKey: ["advice"],
  queryFn: ({ pageParam, signal }) =>
    api<Page<Advice>>("/planner/advice", { query: { cursor: pageParam, limit: 20 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});

/** What entry points are called, those put away too. */
export const doorNamesQuery = queryOptions({
  queryKey: ["entry points", "names"],
  async queryFn({ signal }) {
    const names = new Map<string, string>();
    let cursor: string | null | undefined;
    for (let page = 0; page < 10; page++) {
      const query: Call["query"] = { archived: "all", limit: 200, cursor };
      const { items, next }: Page<EntryPoint> = await api<Page<EntryPoint>>("/entry-points", { query, signal });
      for (const { id, name } of items) names.set(id, name);
      if (next === null) break;
      cursor = next;
    }
    return names;
  },
});
