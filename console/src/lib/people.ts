import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { JourneyStep } from "../../../src/contract/api-attribution.ts";
import type { ContactRow, ContactView } from "../../../src/contract/api-conversations.ts";
import type { Page } from "../../../src/contract/route.ts";
import { api, type Call } from "./api.ts";

interface PeopleFilter {
  q?: string | undefined;
  stage?: string | undefined;
  entryPointId?: string | undefined;
}

export const peopleQuery = ({ q, stage, entryPointId }: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: ["people", q, stage, entryPointId],
    queryFn: ({ pageParam, signal }) =>
      api<Page<ContactRow>>("/contacts", { query: { q, stage, entryPointId, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    meta: { shows: "contact" },
  });

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: ({ signal }) => api<ContactView>(`/contacts/${id}`, { signal }),
    meta: { shows: ["contact", "conversation"] },
  });

/** Every step, the oldest first; after that many nobody reads on. */
export const journeyQuery = (id: string) =>
  queryOptions({
    queryKey: ["journey", id, "all"],
    async queryFn({ signal }) {
      const steps: JourneyStep[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < 5; page++) {
        const query: Call["query"] = { limit: 200, cursor };
        const { items, next }: Page<JourneyStep> = await api<Page<JourneyStep>>(`/contacts/${id}/journey`, {
          query,
          signal,
        });
        steps.push(...items);
        if (next === null) break;
        cursor = next;
      }
      return steps;
    },
    meta: { shows: ["contact", "conversation"] },
  });
