import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../lib/api.ts";

/** What the hub refuses is refused the next time as well; only a hub out of reach is asked again. */
export function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) =>
          failures < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
      mutations: { retry: false },
    },
  });
}
