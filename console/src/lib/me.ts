import { queryOptions } from "@tanstack/react-query";
import { api } from "./api.ts";

export type Role = "owner" | "admin" | "agent" | "moderator" | "marketer" | "viewer";

export interface Me {
  staffId: string | null;
  name: string;
  role: Role;
}

/** Who is signed in; an ApiError with status 401 when nobody is. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => api<Me>("/me", { signal }),
  staleTime: 300_000,
});
