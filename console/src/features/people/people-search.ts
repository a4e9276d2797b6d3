import * as z from "zod/mini";

export const STAGES = [
  "visitor",
  "contact",
  "lead",
  "opportunity",
  "customer",
  "repeat",
  "advocate",
  "lapsed",
] as const;

const words = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value).slice(0, 200)),
);

/** The list's filters stand in the address. What is wrong in it counts as left out. */
export const PeopleSearch = z.object({
  q: z.catch(z.optional(words), undefined),
  stage: z.catch(z.optional(z.enum(STAGES)), undefined),
  entryPointId: z.catch(z.optional(z.uuid()), undefined),
});
export type PeopleSearch = z.infer<typeof PeopleSearch>;
