import { useNavigate, useSearch } from "@tanstack/react-router";
import * as z from "zod/mini";

export const TABS = ["accounts", "arrivals", "outbox"] as const;

/** Which list is shown stands in the address. What is wrong in it counts as left out. */
export const Place = z.object({
  tab: z.catch(z.enum(TABS), "accounts"),
  state: z.catch(z.enum(["failed", "maybe-sent", "waiting"]), "failed"),
});
export type Place = z.infer<typeof Place>;

export function usePlace(): { place: Place; go: (change: Partial<Place>) => void } {
  const place = Place.parse(useSearch({ strict: false }));
  const navigate = useNavigate();
  return { place, go: (change) => void navigate({ to: "/channels", search: { ...place, ...change } as never }) };
}
