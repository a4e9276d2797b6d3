import { z } from "zod";
import { amount, currency, moment, slug, words } from "./api-fields.ts";

// What the API says about what entry points cost and brought, where to put money next, and what was caused.

const window = {
  from: moment,
  to: moment.optional().meta({ description: "Without it, now." }),
  currency,
  kind: slug.default("order"),
};
const marginShare = z.coerce.number().min(0).max(1).meta({ description: "Of the revenue, what is kept: 0.4 is 40 %." });
const point = z.object({
  days: z.number(),
  converted: z.number(),
  low: z.number(),
  high: z.number(),
  atRisk: z.int(),
});

export const EconomicsQuery = z.object({ ...window, marginShare: marginShare.default(1) });
export type EconomicsQuery = z.infer<typeof EconomicsQuery>;
const maybe = z.number().nullable();
export const Economics = z.object({
  label: z.string().meta({ description: "attributed, not caused" }),
  from: moment,
  to: moment,
  currency: z.string(),
  kind: z.string(),
  rows: z.array(
    z.object({
      entryPoint: z.object({ id: z.uuid(), code: z.string(), name: z.string() }),
      people: z.int().meta({ description: "Came through it first, and wrote." }),
      ripePeople: z.number().meta({ description: "The same, the young ones counted only as far as they had time." }),
      customers: z.int(),
      cost: z.int(),
      revenue: z.int(),
      refunded: z.int(),
      cac: maybe,
      roas: maybe,
      marginRoas: maybe,
      margin: z.number(),
      profit: z.number(),
      paybackDays: maybe,
      medianDays: maybe.meta({ description: "By when half of those who buy have." }),
      delay: z.array(point).meta({ description: "Share who had bought by a day, with its 95 % interval." }),
    }),
  ),
});
export type Economics = z.infer<typeof Economics>;

const share = z.number().min(0).max(1);
export const NewAdvice = z.strictObject({
  ...window,
  marginShare: marginShare.default(1),
  periodDays: z.int().min(1).max(92).default(7),
  budgets: z
    .array(z.strictObject({ entryPointId: z.uuid(), amount }))
    .min(1)
    .max(500)
    .refine((list) => new Set(list.map((each) => each.entryPointId)).size === list.length, "Names one twice.")
    .meta({ description: "What each gets now, per period." }),
  rules: z
    .strictObject({
      explorationShare: share,
      mostChange: share,
      leastConversations: z.int().min(1),
      targetReturn: z.number().min(0),
      stopBelow: share,
      scaleAbove: share,
      seed: z.int(),
    })
    .partial()
    .default({}),
});
export type NewAdvice = z.infer<typeof NewAdvice>;
export const Advice = z.object({
  id: z.uuid(),
  currency: z.string(),
  from: moment,
  to: moment,
  periodDays: z.int(),
  createdAt: moment,
  advice: z.json().meta({ description: "With its rules and all that it saw. Never changed." }),
  scores: z.array(z.object({ to: moment, score: z.json(), createdAt: moment })),
  decisions: z
    .array(z.object({ taken: z.boolean(), reason: z.string().nullable(), by: z.string().nullable(), at: moment }))
    .meta({ description: "Whether somebody followed it, the latest last." }),
});
export type Advice = z.infer<typeof Advice>;
export const AdviceDecision = z.strictObject({ taken: z.boolean(), reason: words(500).optional() });
export type AdviceDecision = z.infer<typeof AdviceDecision>;
export const ScoreAdvice = z.strictObject({ to: moment.optional().meta({ description: "Without it, up to now." }) });

// ── What was caused ─────────────────────────────────────────────────────────

export const Lift = z.object({
  label: z.string(),
  lift: z.number(),
  low: z.number(),
  high: z.number(),
  extra: z.number(),
  extraLow: z.number(),
  extraHigh: z.number(),
  isTold: z.boolean().meta({ description: "Whether the 95 % interval leaves zero out." }),
  peopleNeeded: maybe,
});

export const NewHoldout = z.strictObject({
  name: words(200),
  share: z.number().min(0.01).max(0.9).meta({ description: "This part of the people does not get it." }),
  contactIds: z.array(z.uuid()).min(2).max(100_000),
  kind: slug.default("order"),
  startsAt: moment,
  endsAt: moment,
});
export type NewHoldout = z.infer<typeof NewHoldout>;
const arm = z.object({ people: z.int(), converted: z.int() });
export const Holdout = z.object({
  id: z.uuid(),
  name: z.string(),
  share: z.number(),
  kind: z.string(),
  startsAt: moment,
  endsAt: moment,
  createdAt: moment,
  treated: arm,
  control: arm,
  lift: Lift.nullable().meta({ description: "Null while one side is empty." }),
});
export type Holdout = z.infer<typeof Holdout>;
export const HoldoutPeople = z.object({ treated: z.array(z.uuid()), control: z.array(z.uuid()) });
export type HoldoutPeople = z.infer<typeof HoldoutPeople>;

export const NewSwitchback = z.strictObject({
  name: words(200),
  entryPointId: z.uuid(),
  region: words(100).optional().meta({ description: "Count what came through doors of this region; else everything." }),
  kind: slug.default("order"),
  startsAt: moment,
  periodDays: z.int().min(1).max(92).meta({ description: "Long against the time from scan to order." }),
  pairs: z.int().min(3).max(60),
});
export type NewSwitchback = z.infer<typeof NewSwitchback>;
export const Switchback = z.object({
  id: z.uuid(),
  name: z.string(),
  entryPointId: z.uuid(),
  region: z.string().nullable(),
  kind: z.string(),
  createdAt: moment,
  periods: z.array(z.object({ from: moment, to: moment, isOn: z.boolean(), conversions: z.int().nullable() })),
  lift: Lift.nullable().meta({ description: "Null until three pairs of periods are over." }),
});
export type Switchback = z.infer<typeof Switchback>;
