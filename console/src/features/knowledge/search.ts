import { useNavigate, useSearch } from "@tanstack/react-router";
import * as z from "zod/mini";

export const TABS = [
  "articles",
  "documents",
  "bench",
  "unanswered",
  "suggestions",
  "corrections",
  "promise",
  "training",
] as const;

const words = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value).slice(0, 500)),
);

/** Where one is in the room stands in the address. What is wrong in it counts as left out. */
export const Place = z.object({
  tab: z.catch(z.enum(TABS), "articles"),
  /** What the articles are searched for. */
  q: z.catch(z.optional(words), undefined),
  /** The article that is open. */
  article: z.catch(z.optional(z.union([z.uuid(), z.literal("new")])), undefined),
  /** The unanswered questions that it is written for. */
  cluster: z.catch(z.optional(z.string().check(z.regex(/^[0-9a-f]{16}$/))), undefined),
  /** The document that is open. */
  document: z.catch(z.optional(z.uuid()), undefined),
  /** The question on the test bench. */
  ask: z.catch(z.optional(words), undefined),
  /** Which suggestions are listed. */
  state: z.catch(z.enum(["waiting", "confirmed", "rejected"]), "waiting"),
});
export type Place = z.infer<typeof Place>;

/** Where one is, and how to go elsewhere. */
export function usePlace(): { place: Place; go: (change: Partial<Place>) => void } {
  const place = Place.parse(useSearch({ strict: false }));
  const navigate = useNavigate();
  const go = (change: Partial<Place>) =>
    void navigate({ to: "/knowledge", search: written({ ...place, ...change }) as never, replace: "q" in change });
  return { place, go };
}

/** Without what is usual, so that addresses stay short. */
export function written({ tab, state, ...rest }: Place): Partial<Place> {
  return { ...(tab !== "articles" && { tab }), ...(state !== "waiting" && { state }), ...rest };
}
