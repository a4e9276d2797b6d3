import { z } from "zod";
import { currency, moment, Money, words } from "./api-fields.ts";
import { PageQuery } from "./paging.ts";

export { IdParams, Money } from "./api-fields.ts";
export * from "./api-conversions.ts";
export * from "./api-entry-points.ts";

// What the API says about touches, stages and conversions. Money is integer minor units with its currency.

// ── Touches, stages, journeys ───────────────────────────────────────────────

const Door = z.object({ id: z.uuid(), code: z.string(), name: z.string() });

export const Touch = z.object({
  id: z.uuid(),
  contactId: z.uuid(),
  conversationId: z.uuid().nullable(),
  channelId: z.uuid().nullable(),
  entryPoint: Door.nullable().meta({ description: "Null where the code is unknown or there was none." }),
  method: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  evidence: z.json().meta({ description: "The platform's own words." }),
  isFirst: z.boolean(),
  at: moment,
});
export type Touch = z.infer<typeof Touch>;
export const TouchQuery = PageQuery.extend({ contactId: z.uuid().optional() });

/** How far a contact has come, in order; `lapsed` stands beside the ladder. */
export const StageName = z.enum([
  "visitor",
  "contact",
  "lead",
  "opportunity",
  "customer",
  "repeat",
  "advocate",
  "lapsed",
]);
export const NewStage = z.strictObject({ stage: StageName, cause: words(500) });
export const StageMove = z.object({ contactId: z.uuid(), stage: StageName, stageAt: moment, moved: z.boolean() });
export type StageMove = z.infer<typeof StageMove>;

const step = { id: z.uuid(), at: moment };
export const JourneyStep = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("touch"),
    ...step,
    ...Touch.pick({ entryPoint: true, method: true, confidence: true }).shape,
  }),
  z.object({
    type: z.literal("stage"),
    ...step,
    from: z.string(),
    to: z.string(),
    cause: z.string(),
    trigger: z.string().nullable(),
  }),
  z.object({ type: z.literal("conversion"), ...step, kind: z.string(), source: z.string(), ...Money.shape }),
  z.object({ type: z.literal("refund"), ...step, conversionId: z.uuid(), source: z.string(), ...Money.shape }),
]);
export type JourneyStep = z.infer<typeof JourneyStep>;

// ── The report ──────────────────────────────────────────────────────────────

export const ReportQuery = z.object({
  from: moment.optional().meta({ description: "From this moment on; without it, from the beginning." }),
  to: moment.optional().meta({ description: "Before this moment; without it, up to now." }),
  currency: currency.optional().meta({ description: "Count only costs and conversions in this currency." }),
});

/** Conversions and their revenue, net of refunds; one sum per currency, never added up. */
const Credit = z.object({ conversions: z.int(), revenue: z.array(Money) });
export type Credit = z.infer<typeof Credit>;
const counted = {
  hits: z.int().meta({ description: "Followed the code; bots and previews left out." }),
  people: z.int().meta({ description: "Came through it." }),
  conversations: z.int().meta({ description: "In which such a person wrote." }),
  cost: z.array(Money),
};

export const EntryPointReport = z.object({
  from: moment.nullable(),
  to: moment.nullable(),
  rows: z.array(
    z.object({
      entryPoint: Door.extend({ medium: z.string(), campaign: z.string().nullable(), archivedAt: moment.nullable() })
        .nullable()
        .meta({ description: "Null: nobody knows through which door." }),
      ...counted,
      first: Credit,
      last: Credit,
    }),
  ),
  totals: z.object({ ...counted, ...Credit.shape }),
});
export type EntryPointReport = z.infer<typeof EntryPointReport>;
