import { z } from "zod";
import { cleanText } from "./json.ts";
import { PageQuery } from "./paging.ts";

// What the API says about entry points, touches, stages and conversions. Money is integer minor units with its currency.

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** One line or a few words that the database can keep as they are. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text === cleanText(text), "Contains a NUL or half a surrogate pair.");
const slug = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, "Small letters, digits and hyphens, a letter first.");
const moment = z.iso.datetime({ offset: true });
const amount = z.int().min(0).meta({ description: "Minor units (cents, fen), at most 2^53 - 1." });
const currency = z
  .string()
  .refine((code) => CURRENCIES.has(code), "Not a currency of ISO 4217, in capitals: EUR, CNY ...")
  .meta({ description: "ISO 4217", examples: ["EUR", "CNY"] });
const targetUrl = z
  .url({ protocol: /^https?$/, error: "An absolute http or https address." })
  .max(2_000)
  .refine((text) => text === cleanText(text) && !hasLogin(text), "An address without user name and password.");

function hasLogin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== "" || password !== "";
}

export const IdParams = z.object({ id: z.uuid() });
export const Money = z.object({ amount: z.int(), currency: z.string() });
export type Money = z.infer<typeof Money>;

// ── Entry points ────────────────────────────────────────────────────────────

export const NewCost = z.strictObject({
  amount: z.int().refine((value) => value !== 0, "Zero costs nothing; leave it out."),
  currency,
  note: words(500).optional(),
  at: moment.optional().meta({ description: "When it was spent; without it, now." }),
});
export type NewCost = z.infer<typeof NewCost>;
export const Cost = z.object({ id: z.uuid(), ...Money.shape, note: z.string().nullable(), at: moment });
export type Cost = z.infer<typeof Cost>;

const circumstances = { campaign: words(200), placement: words(200), region: words(200), owner: words(200) };

export const NewEntryPoint = z
  .strictObject({
    name: words(200),
    medium: slug.meta({ description: "poster, ad, newsletter, link, referral, invite, window, keyword ..." }),
    ...z.object(circumstances).partial().shape,
    channelId: z.uuid().optional().meta({ description: "The channel whose chat it opens." }),
    targetUrl: targetUrl.optional().meta({ description: "Or a web address; `e=CODE` is added to it." }),
    cost: NewCost.optional(),
  })
  .refine((input) => (input.channelId === undefined) !== (input.targetUrl === undefined), {
    path: ["channelId"],
    error: "Name where it leads: either channelId or targetUrl.",
  });
export type NewEntryPoint = z.infer<typeof NewEntryPoint>;

/** A printed code stays; all it stands for may change. */
export const EntryPointPatch = z
  .strictObject({
    name: words(200),
    medium: slug,
    campaign: circumstances.campaign.nullable(),
    placement: circumstances.placement.nullable(),
    region: circumstances.region.nullable(),
    owner: circumstances.owner.nullable(),
    channelId: z.uuid(),
    targetUrl,
  })
  .partial()
  .refine((input) => input.channelId === undefined || input.targetUrl === undefined, {
    path: ["channelId"],
    error: "Name one target: either channelId or targetUrl.",
  });
export type EntryPointPatch = z.infer<typeof EntryPointPatch>;

export const EntryPoint = z.object({
  id: z.uuid(),
  code: z.string(),
  name: z.string(),
  medium: z.string(),
  campaign: z.string().nullable(),
  placement: z.string().nullable(),
  region: z.string().nullable(),
  owner: z.string().nullable(),
  channelId: z.uuid().nullable(),
  targetUrl: z.string().nullable(),
  url: z.string().meta({ description: "The short address to print and share." }),
  qr: z.object({ svg: z.string(), png: z.string() }),
  createdAt: moment,
  archivedAt: moment.nullable(),
});
export type EntryPoint = z.infer<typeof EntryPoint>;
export const EntryPointDetail = EntryPoint.extend({
  deepLink: z
    .string()
    .nullable()
    .meta({ description: "Where it leads just now; null while the channel gives no link." }),
});
export type EntryPointDetail = z.infer<typeof EntryPointDetail>;

export const EntryPointQuery = PageQuery.extend({
  archived: z.enum(["true", "false", "all"]).default("false"),
});

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
  z.object({ type: z.literal("stage"), ...step, from: z.string(), to: z.string(), cause: z.string() }),
  z.object({ type: z.literal("conversion"), ...step, kind: z.string(), source: z.string(), ...Money.shape }),
  z.object({ type: z.literal("refund"), ...step, conversionId: z.uuid(), source: z.string(), ...Money.shape }),
]);
export type JourneyStep = z.infer<typeof JourneyStep>;

// ── Conversions ─────────────────────────────────────────────────────────────

export const NewConversion = z
  .strictObject({
    kind: slug.meta({ description: "order, booking, sign-up ..." }),
    source: words(100).meta({ description: "Who reports it: till, web-shop ..." }),
    externalId: words(200).meta({
      description: "The source's own number of it; the same again is the same conversion.",
    }),
    amount,
    currency,
    note: words(500).optional(),
    at: moment.optional().meta({ description: "When it happened; without it, now." }),
    contactId: z.uuid().optional(),
    identity: z
      .strictObject({ channelId: z.uuid(), externalId: words(500) })
      .optional()
      .meta({ description: "Or the person's account on one channel." }),
  })
  .refine((input) => (input.contactId === undefined) !== (input.identity === undefined), {
    path: ["contactId"],
    error: "Name the person: either contactId or identity.",
  });
export type NewConversion = z.infer<typeof NewConversion>;

export const NewRefund = z.strictObject({
  source: words(100),
  externalId: words(200),
  amount: amount.min(1),
  note: words(500).optional(),
  at: moment.optional(),
});
export type NewRefund = z.infer<typeof NewRefund>;

const recorded = {
  id: z.uuid(),
  source: z.string(),
  externalId: z.string(),
  ...Money.shape,
  note: z.string().nullable(),
  at: moment,
};
export const Conversion = z.object({
  ...recorded,
  contactId: z.uuid(),
  kind: z.string(),
  refunded: z.int().meta({ description: "Taken back so far." }),
});
export type Conversion = z.infer<typeof Conversion>;
export const Refund = z.object({ ...recorded, conversionId: z.uuid() });
export type Refund = z.infer<typeof Refund>;
export const ConversionQuery = PageQuery.extend({ contactId: z.uuid().optional() });

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
