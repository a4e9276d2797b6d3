import { z } from "zod";
import { cleanText } from "./json.ts";
import { Money } from "./api-attribution.ts";
import { PageQuery } from "./paging.ts";

// What the API says about reports, counts and models. Every report takes the same filters.

const words = (max: number) => z.string().trim().min(1).max(max).refine((text) => text === cleanText(text), "Contains a NUL or half a surrogate pair."); // prettier-ignore
const moment = z.iso.datetime({ offset: true });
const slug = z.string().max(40).regex(/^[a-z][a-z0-9-]*$/, "Small letters, digits and hyphens, a letter first."); // prettier-ignore
const currency = z.string().regex(/^[A-Z]{3}$/, "A currency of ISO 4217, in capitals: EUR, CNY ...");
export const TimeZone = z
  .string()
  .max(60)
  .refine(isTimeZone, "Not a time zone's name, such as Europe/Berlin or Asia/Shanghai.");

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false; // "+08:00" means two things
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const Dimension = z.enum(["entry-point", "campaign", "channel", "owner", "region", "medium"]);
export type Dimension = z.infer<typeof Dimension>;
export const WeekStart = z.enum(["monday", "sunday", "saturday"]);
export const ReportSettings = z.object({ timeZone: TimeZone, weekStart: WeekStart });
export type ReportSettings = z.infer<typeof ReportSettings>;

export const ReportFilter = z.object({
  from: moment.optional().meta({ description: "From this moment on; without it, from the beginning." }),
  to: moment.optional().meta({ description: "Before this moment; without it, up to now." }),
  entryPointId: z.uuid().optional(),
  channelId: z.uuid().optional(),
  campaign: words(200).optional(),
  region: words(200).optional(),
  owner: words(200).optional(),
  medium: slug.optional(),
  kind: slug.optional().meta({ description: "Only conversions of this kind." }),
  currency: currency.optional().meta({ description: "Only conversions in this currency." }),
  model: z.enum(["first", "last"]).default("first").meta({
    description: "Whose the conversions are: the first touch's or the last one's. Other models: /model-runs.",
  }),
  windowDays: z.coerce.number().min(0.001).max(3_650).optional().meta({
    description: "A touch longer before the conversion has no share in it. With it, rows are read instead of counts.",
  }),
  shared: z.enum(["true", "false"]).default("false").meta({
    description: "For people outside: groups of fewer than five people are put together.",
  }),
});
export type ReportFilter = z.infer<typeof ReportFilter>;

const sales = z.object({
  conversions: z.int(),
  first: z.int().meta({ description: "First orders of people." }),
  repeat: z.int().meta({ description: "Orders of people who had ordered before." }),
  offline: z.int(),
  gross: z.array(Money),
  refunded: z.array(Money),
  net: z.array(Money),
});
/** All of it adds up: over groups, and over days. */
export const Figures = z.object({
  hits: z.int().meta({ description: "Followed a code in the period." }),
  touches: z.int().meta({ description: "Came through a door in the period, each time." }),
  people: z
    .int()
    .meta({ description: "Came to us for the first time in the period; those of them who have since ..." }),
  wrote: z.int().meta({ description: "... written: conversations." }),
  answered: z.int(),
  lead: z.int(),
  ordered: z.int(),
  online: z.int(),
  offline: z.int(),
  repeated: z.int(),
  recommended: z.int(),
  sales: sales.meta({ description: "Conversions that happened in the period, whenever their people came." }),
});
export type Figures = z.infer<typeof Figures>;

const Group = z
  .object({ id: z.string().nullable(), name: z.string() })
  .nullable()
  .meta({ description: "Null: nobody knows, or it has none. Without an id: groups of fewer than five, together." });
const span = { from: moment.nullable(), to: moment.nullable() };
export const FunnelQuery = ReportFilter.extend({ by: Dimension.default("entry-point") });
export const FunnelReport = z.object({
  ...span,
  by: Dimension,
  rows: z.array(Figures.extend({ group: Group })),
  totals: Figures.nullable().meta({ description: "Null where all together are fewer than five, in a shared report." }),
});
export type FunnelReport = z.infer<typeof FunnelReport>;

export const Unit = z.enum(["day", "week", "month"]);
export const TrendQuery = ReportFilter.extend({
  unit: Unit.default("day"),
  timeZone: TimeZone.optional().meta({
    description: "Without it, the reports' own. With another, rows are read instead of counts.",
  }),
  weekStart: WeekStart.optional(),
});
export const TrendReport = z.object({
  ...span,
  unit: Unit,
  timeZone: z.string(),
  rows: z.array(Figures.extend({ date: z.iso.date() })),
  totals: Figures.nullable(),
});
export type TrendReport = z.infer<typeof TrendReport>;

export const PulseQuery = z.object({ days: z.coerce.number().int().min(7).max(92).default(28) });
/** Each entry point's last days, to be drawn small beside its name. */
export const PulseReport = z.object({
  dates: z.array(z.iso.date()),
  rows: z.array(
    z.object({
      entryPointId: z.uuid(),
      people: z.array(z.int()).meta({ description: "New people, by day, as `dates` says." }),
      hits: z.array(z.int()),
    }),
  ),
});
export type PulseReport = z.infer<typeof PulseReport>;

export const CohortQuery = ReportFilter.extend({
  unit: z.enum(["week", "month"]).default("month"),
  timeZone: TimeZone.optional(),
  weekStart: WeekStart.optional(),
});
export const CohortReport = z.object({
  ...span,
  unit: Unit,
  timeZone: z.string(),
  rows: z.array(
    z.object({
      date: z.iso.date().meta({ description: "They came in the week or month that begins then." }),
      people: z.int(),
      buyers: z.array(z.object({ age: z.int(), people: z.int(), share: z.number(), complete: z.boolean() })).meta({
        description: "How many had ordered by that many weeks or months later; what is not complete still grows.",
      }),
    }),
  ),
});
export type CohortReport = z.infer<typeof CohortReport>;

export const DelayReport = z.object({
  ...span,
  conversions: z.int(),
  unknown: z.int().meta({ description: "Of people of whom no touch is known." }),
  quantiles: z
    .object({ p25: z.number(), p50: z.number(), p75: z.number(), p90: z.number() })
    .nullable()
    .meta({ description: "Days." }),
  curve: z
    .array(z.object({ days: z.int(), conversions: z.int(), share: z.number() }))
    .meta({ description: "Within so many days of the first touch." }),
});
export type DelayReport = z.infer<typeof DelayReport>;

export const PathQuery = ReportFilter.extend({
  by: Dimension.default("entry-point"),
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
export const PathReport = z.object({
  ...span,
  by: Dimension,
  conversions: z.int(),
  considered: z.int().meta({ description: "Of many conversions the latest 20,000 are looked at." }),
  paths: z.array(z.object({ steps: z.array(z.string()), conversions: z.int(), net: z.array(Money) })),
  other: z.int().meta({ description: "Conversions after ways that are not listed." }),
  sankey: z.object({
    nodes: z.array(z.object({ id: z.string(), name: z.string(), step: z.int() })),
    links: z.array(z.object({ source: z.string(), target: z.string(), value: z.int() })),
  }),
});
export type PathReport = z.infer<typeof PathReport>;

export const Step = z.enum([
  "people",
  "wrote",
  "answered",
  "lead",
  "ordered",
  "online",
  "offline",
  "repeated",
  "recommended",
]);
const drill = {
  by: Dimension.optional(),
  group: words(200).optional().meta({ description: "The row's group id; `none` for those that have none." }),
};
export const PeopleQuery = ReportFilter.omit({
  shared: true,
  model: true,
  windowDays: true,
  kind: true,
  currency: true,
}).extend({
  ...PageQuery.shape,
  ...drill,
  step: Step.default("people"),
});
export const PersonBehind = z.object({
  contactId: z.uuid(),
  name: z.string().nullable(),
  stage: z.string(),
  at: moment,
  entryPointId: z.uuid().nullable(),
  steps: z.array(Step),
  conversations: z.array(z.uuid()).meta({ description: "Their messages: /conversations/{id}/messages." }),
});
export const SalesQuery = ReportFilter.omit({ shared: true, windowDays: true }).extend({
  ...PageQuery.shape,
  ...drill,
});
export const SaleBehind = z.object({
  conversionId: z.uuid(),
  contactId: z.uuid(),
  kind: z.string(),
  turn: z.enum(["first", "repeat", "other"]),
  offline: z.boolean(),
  amount: z.int(),
  refunded: z.int(),
  currency: z.string(),
  at: moment,
  entryPointId: z.uuid().nullable(),
});

export const ExportQuery = z.object({
  ...ReportFilter.shape,
  report: z.enum(["funnel", "trend", "cohorts", "delays", "paths"]),
  by: Dimension.default("entry-point"),
  unit: Unit.default("day"),
  timeZone: TimeZone.optional(),
  weekStart: WeekStart.optional(),
});

// ── Models ──────────────────────────────────────────────────────────────────

const MODELS = ["first", "last", "last-non-direct", "linear", "time-decay", "position", "markov-1", "markov-2", "markov-3", "shapley", "shapley-rate"] as const; // prettier-ignore
export const ModelName = z.enum(MODELS);
export const NewModelRun = z.strictObject({
  models: z
    .array(ModelName)
    .min(1)
    .max(11)
    .optional()
    .meta({ description: "Without it, all but the experimental shapley-rate." }),
  kind: slug.default("order"),
  currency: currency.meta({
    description: "Money of one currency; conversions in others are left out, and counted in the notes.",
  }),
  from: moment.optional(),
  to: moment.optional(),
  windowDays: z
    .number()
    .min(1)
    .max(365)
    .optional()
    .meta({ description: "Without it, the kind's own; 30 where none is set." }),
  unit: Dimension.default("entry-point"),
  halfLifeDays: z.number().min(0.01).max(365).optional(),
  position: z.strictObject({ first: z.number().min(0).max(1), last: z.number().min(0).max(1) }).optional(),
  minSupport: z.int().min(1).max(1_000_000).optional(),
  turn: z
    .enum(["first", "repeat", "any"])
    .default("any")
    .meta({ description: "Only first orders, or only repeat orders." }),
});
export type NewModelRun = z.infer<typeof NewModelRun>;
const runHead = {
  id: z.uuid(),
  batchId: z.uuid(),
  model: ModelName,
  version: z.int(),
  kind: z.string(),
  currency: z.string(),
  from: moment.nullable(),
  to: moment,
  windowDays: z.int(),
  unit: Dimension,
  inputHash: z.string(),
  createdAt: moment,
};
export const ModelRunHead = z.object(runHead);
export type ModelRunHead = z.infer<typeof ModelRunHead>;
export const ModelRun = z.object({
  ...runHead,
  result: z.unknown().meta({ description: "Credits with intervals, ties, options, inputs and notes." }),
  names: z.record(z.string(), z.string()),
});
export type ModelRun = z.infer<typeof ModelRun>;
export const ModelRunQuery = PageQuery.extend({ model: ModelName.optional(), kind: slug.optional() });
export const Comparison = z.object({
  batchId: z.uuid(),
  models: z.array(z.object({ model: ModelName, runId: z.uuid(), notes: z.array(z.string()) })),
  rows: z.array(
    z.object({
      touch: z.string().nullable().meta({ description: "Null: nobody knows the origin." }),
      name: z.string(),
      credits: z.record(
        z.string(),
        z.object({ conversions: z.number(), low: z.number(), high: z.number(), value: z.number() }),
      ),
    }),
  ),
});
export type Comparison = z.infer<typeof Comparison>;
export const KindWindow = z.object({ kind: slug, windowDays: z.int().min(1).max(365) });
