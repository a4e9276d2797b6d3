import { z } from "zod";
import { currency, moment, Money, slug, targetUrl, words } from "./api-fields.ts";
import { PageQuery } from "./paging.ts";

// What the API says about entry points and what they cost.

export const NewCost = z.strictObject({
  amount: z.int().refine((value) => value !== 0, "Zero costs nothing; leave it out."),
  currency,
  note: words(500).optional(),
  at: moment.optional().meta({ description: "When it was spent; without it, now." }),
});
export type NewCost = z.infer<typeof NewCost>;
export const Cost = z.object({ id: z.uuid(), ...Money.shape, note: z.string().nullable(), at: moment });
export type Cost = z.infer<typeof Cost>;

/** What a person reads, in either language; who reads neither gets what there is. */
const both = (max: number) =>
  z
    .strictObject({ en: words(max), zh: words(max) })
    .partial()
    .refine(({ en, zh }) => en !== undefined || zh !== undefined, "Say it in English, in Chinese, or both.");
export type Both = { en?: string | undefined; zh?: string | undefined };

/** What is said and done when a person comes through an entry point for the first time. */
export const Landing = z
  .strictObject({
    greeting: both(1_000).meta({ description: "Instead of the usual welcome." }),
    offer: both(1_000).meta({ description: "Said after the greeting, while the entry point runs." }),
    article: z.string().max(100).meta({ description: "The slug of an article to answer with." }),
    assignTo: z
      .uuid()
      .meta({ description: "The member of staff who gets the conversation; else the entry point's owner." }),
    bot: z.enum(["silent", "answers"]).meta({
      description: "Once somebody has the conversation: does the bot keep silent (default) or go on answering?",
    }),
  })
  .partial();
export type Landing = z.infer<typeof Landing>;

const circumstances = { campaign: words(200), placement: words(200), region: words(200), owner: words(200) };
const channelIds = z.array(z.uuid()).min(1).max(12).meta({
  description: "The channels whose chats it opens. Of several, a page lets the person choose; `?c=` chooses for them.",
});
/** The word itself is judged by attribution/keywords.ts. */
const keyword = words(40).meta({
  description: "A word of its own, to be typed or spoken: SPRING, 春季. Case, width and blanks do not matter.",
});
const phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, "A telephone number with + and its country, digits alone: +8613800138000.")
  .meta({ description: "A number of ours to be called." });
const registry = {
  ownerId: z.uuid().meta({ description: "The account manager whom people reach directly." }),
  contactId: z.uuid().meta({ description: "The contact who recommends us through it." }),
  keyword,
  phone,
  startsAt: moment.meta({ description: "Before this moment, its landing is not said." }),
  endsAt: moment.meta({ description: "From this moment on, its landing is not said; it still leads on and counts." }),
};

export const NewEntryPoint = z
  .strictObject({
    name: words(200),
    medium: slug.meta({
      description: "qr, deep-link, ad, poster, newsletter, invite, referral, keyword, phone, widget, link, window ...",
    }),
    ...z.object({ ...circumstances, ...registry, landing: Landing }).partial().shape,
    channelId: z.uuid().optional().meta({ description: "The channel whose chat it opens." }),
    channelIds: channelIds.optional(),
    targetUrl: targetUrl.optional().meta({ description: "Or a web address; `e=CODE` is added to it." }),
    cost: NewCost.optional(),
  })
  .refine(({ channelId, channelIds: several, targetUrl: url }) => count(channelId, several, url) <= 1, {
    path: ["channelId"],
    error: "Name one target: channelId, channelIds or targetUrl.",
  })
  .refine((input) => count(input.channelId, input.channelIds, input.targetUrl, input.keyword, input.phone) > 0, {
    path: ["channelId"],
    error: "Name where it leads: channelId, channelIds or targetUrl; or how else people come: keyword or phone.",
  })
  .refine(runsForward, { path: ["endsAt"], error: "Ends before it starts." });
export type NewEntryPoint = z.infer<typeof NewEntryPoint>;

function count(...values: unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}

function runsForward({
  startsAt,
  endsAt,
}: {
  startsAt?: string | null | undefined;
  endsAt?: string | null | undefined;
}) {
  return !startsAt || !endsAt || Date.parse(startsAt) < Date.parse(endsAt);
}

/** A printed code stays; all it stands for may change. */
export const EntryPointPatch = z
  .strictObject({
    name: words(200),
    medium: slug,
    campaign: circumstances.campaign.nullable(),
    placement: circumstances.placement.nullable(),
    region: circumstances.region.nullable(),
    owner: circumstances.owner.nullable(),
    ownerId: registry.ownerId.nullable(),
    contactId: registry.contactId.nullable(),
    keyword: keyword.nullable(),
    phone: phone.nullable(),
    startsAt: moment.nullable(),
    endsAt: moment.nullable(),
    landing: Landing,
    channelId: z.uuid(),
    channelIds,
    targetUrl,
  })
  .partial()
  .refine(({ channelId, channelIds: several, targetUrl: url }) => count(channelId, several, url) <= 1, {
    path: ["channelId"],
    error: "Name one target: channelId, channelIds or targetUrl.",
  })
  .refine(runsForward, { path: ["endsAt"], error: "Ends before it starts." });
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
  ownerId: z.uuid().nullable(),
  contactId: z.uuid().nullable(),
  channelId: z.uuid().nullable(),
  channelIds: z.array(z.uuid()),
  targetUrl: z.string().nullable(),
  keyword: z.string().nullable(),
  phone: z.string().nullable(),
  startsAt: moment.nullable(),
  endsAt: moment.nullable(),
  landing: Landing,
  url: z.string().meta({ description: "The short address to print and share." }),
  qr: z.object({ svg: z.string(), png: z.string() }),
  createdAt: moment,
  archivedAt: moment.nullable(),
});
export type EntryPoint = z.infer<typeof EntryPoint>;

/** The link into one channel, and what that platform's links can and cannot do. */
export const ChannelLink = z.object({
  channelId: z.uuid(),
  name: z.string(),
  adapter: z.string(),
  url: z.string().nullable(),
  shortUrl: z.string().meta({ description: "Ours, straight to this channel." }),
  problem: z.string().nullable().meta({ description: "Why there is no link just now." }),
  limits: z.array(
    z.object({
      name: z.enum(["text-can-be-changed", "no-code-in-link", "joins-may-be-ambiguous", "qr-code-of-the-platform"]),
      says: z.object({ en: z.string(), zh: z.string() }),
    }),
  ),
});
export type ChannelLink = z.infer<typeof ChannelLink>;

export const EntryPointDetail = EntryPoint.extend({
  deepLink: z.string().nullable().meta({
    description: "Where it leads just now; null while the channel gives no link, or where there are several.",
  }),
  links: z.array(ChannelLink),
});
export type EntryPointDetail = z.infer<typeof EntryPointDetail>;

export const NewAlias = z.strictObject({
  channelId: z.uuid(),
  alias: words(200).meta({
    description: "What the platform calls the door: an ad's id, an invite's code, a number that is called.",
  }),
});
export type NewAlias = z.infer<typeof NewAlias>;
export const AliasView = NewAlias.extend({ url: z.string().nullable(), createdAt: moment });
export type AliasView = z.infer<typeof AliasView>;
export const AliasList = z.object({ items: z.array(AliasView) });
export const AliasParams = z.object({ id: z.uuid(), channelId: z.uuid(), alias: z.string().max(200) });

const flag = z.enum(["true", "false"]).default("false");
export const ImportQuery = z.object({
  dryRun: flag.meta({ description: "Only look: what would be made, and which lines would be refused." }),
  partial: flag.meta({ description: "Make the good lines although others are refused." }),
});
export const EntryImportReport = z.object({
  dryRun: z.boolean(),
  lines: z.int().meta({ description: "With an entry point on them." }),
  made: z.array(EntryPoint).meta({ description: "Empty in a dry run, and where a line was refused unless `partial`." }),
  good: z.int(),
  refused: z.array(z.object({ line: z.int(), name: z.string().nullable(), reasons: z.array(z.string()) })),
});
export type EntryImportReport = z.infer<typeof EntryImportReport>;
export const SheetQuery = z.object({
  ids: z
    .string()
    .transform((text) => [...new Set(text.split(",").map((id) => id.trim()))])
    .pipe(z.array(z.uuid()).min(1).max(200))
    .meta({ description: "Ids of entry points, separated by commas, at most 200." }),
});

export const EntryPointQuery = PageQuery.extend({
  archived: z.enum(["true", "false", "all"]).default("false"),
});
