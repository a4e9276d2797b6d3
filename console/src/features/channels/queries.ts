import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ChannelView } from "../../../../src/contract/api-channels.ts";
import type { ArrivalView, DeliveryView } from "../../../../src/contract/api-conversations.ts";
import type { Page } from "../../../../src/contract/route.ts";
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

const paged = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }: { next: string | null }) => next,
};

/** What channels delivered and nobody could read. */
export const deadArrivalsQuery = infiniteQueryOptions({
  queryKey: ["dead arrivals"],
  queryFn: ({ pageParam, signal }) =>
    api<Page<ArrivalView>>("/arrivals", { query: { state: "dead", cursor: pageParam }, signal }),
  ...paged,
  meta: { shows: "record" },
  refetchInterval: 15_000, // what could not be read is no event
});

export type OutboxState = "failed" | "maybe-sent" | "waiting";

export const deliveriesQuery = (state: OutboxState) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", state],
    queryFn: ({ pageParam, signal }) =>
      api<Page<DeliveryView>>("/deliveries", { query: { state, cursor: pageParam }, signal }),
    ...paged,
    meta: { shows: "conversation" },
  });

export type { ArrivalView, ChannelView, DeliveryView };
