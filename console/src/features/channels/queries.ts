import { queryOptions } from "@tanstack/react-query";
import type { ChannelView } from "../../../../src/contract/api-channels.ts";
import { api } from "../../lib/api.ts";

/** A field of a settings form, as the adapter's schema describes it. */
export interface Field {
  title?: string;
  title_zh?: string;
  description?: string;
  description_zh?: string;
  type?: string;
  enum?: string[];
  default?: unknown;
  secret?: boolean;
}

export interface AdapterRow {
  name: string;
  settings: { properties?: Record<string, Field>; required?: string[] };
}

export interface Finding {
  name: string;
  ok: boolean;
  detail: string;
}

export const channelsQuery = queryOptions({
  queryKey: ["channels"],
  queryFn: async ({ signal }) => (await api<{ items: ChannelView[] }>("/channels", { signal })).items,
  refetchInterval: 15_000, // what a platform last said is no event of its own
});

export const adapterRowsQuery = queryOptions({
  queryKey: ["adapter settings"],
  queryFn: async ({ signal }) => (await api<{ items: AdapterRow[] }>("/adapters", { signal })).items,
  staleTime: Infinity,
});

export const checkQuery = (id: string) =>
  queryOptions({
    queryKey: ["channel check", id],
    queryFn: async () => (await api<{ items: Finding[] }>(`/channels/${id}/check`, { method: "POST" })).items,
    staleTime: 60_000,
    retry: false,
  });

export type { ChannelView };
