import * as z from "zod/mini";

const interval = { low: z.number(), high: z.number() };

/** Of an advice that was kept, what the page shows. */
export const Kept = z.object({
  kind: z.string(),
  marginShare: z.number(),
  saw: z.array(z.object({ id: z.string(), budget: z.number(), conversations: z.number(), conversions: z.number() })),
  arms: z.array(
    z.object({
      ...{ id: z.string(), action: z.enum(["stop", "scale", "keep", "wait"]), budget: z.number() },
      ...{ chanceBest: z.number(), chanceAboveTarget: z.number(), moreConversations: z.number() },
      returnPerUnit: z.object({ median: z.number(), ...interval }),
    }),
  ),
  notes: z.array(z.string()),
});
export const Score = z.object({
  within: z.nullable(z.number()),
  right: z.nullable(z.number()),
  brier: z.nullable(z.number()),
});

export const ACTIONS: Readonly<Record<z.infer<typeof Kept>["arms"][number]["action"], string>> = {
  stop: "stop",
  scale: "give it more",
  keep: "keep",
  wait: "wait: too few to tell",
};
