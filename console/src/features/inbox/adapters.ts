import { queryOptions } from "@tanstack/react-query";
import type { Capabilities } from "../../../../src/contract/adapter.ts";
import { api } from "../../lib/api.ts";

interface AdapterView {
  name: string;
  capabilities: Capabilities;
}

/** What each platform carries; it changes with the hub's version alone. */
export const adaptersQuery = queryOptions({
  queryKey: ["adapters"],
  queryFn: async ({ signal }) => (await api<{ items: AdapterView[] }>("/adapters", { signal })).items,
  staleTime: Infinity,
});
