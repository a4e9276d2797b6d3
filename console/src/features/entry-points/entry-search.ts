import * as z from "zod/mini";
import type { EntryPoint } from "./queries.ts";

export const SORTS = ["newest", "people", "orders", "name"] as const;

const text = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value).slice(0, 200)),
);

/** The list's filters stand in the address. What is wrong in it counts as left out. */
export const EntrySearch = z.object({
  q: z.catch(z.optional(text), undefined),
  medium: z.catch(z.optional(text), undefined),
  campaign: z.catch(z.optional(text), undefined),
  sort: z.catch(z._default(z.enum(SORTS), "newest"), "newest"),
  archived: z.catch(z._default(z.boolean(), false), false),
});
export type EntrySearch = z.infer<typeof EntrySearch>;

/** Every word of the search stands somewhere in what is known of the entry point; width and case do not matter. */
export function isFound(entryPoint: EntryPoint, { q, medium, campaign }: EntrySearch): boolean {
  if (medium !== undefined && entryPoint.medium !== medium) return false;
  if (campaign !== undefined && entryPoint.campaign !== campaign) return false;
  const { name, code, placement, region, owner, keyword } = entryPoint;
  const known = fold([name, code, entryPoint.campaign, placement, region, owner, keyword].filter(Boolean).join("\n"));
  return fold(q ?? "")
    .split(/\s+/)
    .every((word) => known.includes(word));
}

function fold(words: string): string {
  return words.normalize("NFKC").toLowerCase();
}
