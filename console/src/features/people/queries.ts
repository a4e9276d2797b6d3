import { queryOptions } from "@tanstack/react-query";
import type { EntryPoint } from "../../../../src/contract/api-attribution.ts";
import type { Consents } from "../../../../src/contract/api-privacy.ts";
import type { Page } from "../../../../src/contract/route.ts";
import { api } from "../../lib/api.ts";

export const consentsQuery = (id: string) =>
  queryOptions({
    queryKey: ["consents", id],
    queryFn: ({ signal }) => api<Consents>(`/contacts/${id}/consents`, { signal }),
  });

/** To filter by: the entry points in use, and what they are called. */
export const sourcesQuery = queryOptions({
  queryKey: ["entry points", "sources"],
  queryFn: async ({ signal }) =>
    (await api<Page<EntryPoint>>("/entry-points", { query: { archived: "all", limit: 200 }, signal })).items,
});
