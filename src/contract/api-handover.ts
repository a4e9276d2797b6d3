import { z } from "zod";
import { StageName } from "./api-attribution.ts";
import { moment, words } from "./api-fields.ts";

// What the API says about people who take over: teams, experts, rules, the queue, and the places where experts answer.

const id = z.uuid();
export const SpokenLanguage = z.enum(["en", "zh"]);
const languages = z.array(SpokenLanguage).max(2).meta({ description: "Empty: every language." });

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, "A time of day: 09:00 to 24:00.");
const Span = z
  .strictObject({ from: time, to: time })
  .refine(({ from, to }) => from < to, "It ends before it begins. Split a night at 24:00.");
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "No time zone of the IANA list: Europe/Berlin, Asia/Shanghai ...");

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** When somebody answers: spans for Monday to Sunday, and days on which nobody does. */
export const Hours = z
  .strictObject({
    timeZone,
    days: z.array(z.array(Span).max(6)).length(7).meta({ description: "Monday first; an empty day is closed." }),
    holidays: z.array(z.iso.date()).max(400).default([]),
  })
  .meta({ id: "Hours" });
export type Hours = z.infer<typeof Hours>;

export const TeamBody = z
  .strictObject({
    name: words(80),
    nameZh: words(80).nullable().default(null),
    languages: languages.default([]),
    hours: Hours.nullable().default(null).meta({ description: "Null: always." }),
    memberIds: z.array(id).max(500).default([]),
    isDefault: z.boolean().default(false).meta({ description: "Gets what no rule gives to anybody; one team is." }),
  })
  .meta({ id: "TeamBody" });
export type TeamBody = z.infer<typeof TeamBody>;
export const TeamView = z
  .object({ ...TeamBody.shape, id, hours: Hours.nullable(), waiting: z.int(), isOpen: z.boolean() })
  .meta({ id: "Team" });
export type TeamView = z.infer<typeof TeamView>;
export const TeamList = z.object({ items: z.array(TeamView) });

export const ExpertBody = z
  .strictObject({
    topics: z.array(words(40)).max(100).default([]).meta({ description: "Words that a question about it holds." }),
    labelIds: z.array(id).max(50).default([]),
    languages: languages.default([]),
    hours: Hours.nullable().default(null).meta({ description: "Null: their teams' hours." }),
    capacity: z.int().min(1).max(100).default(5).meta({ description: "Conversations at a time." }),
    answersAt: z.enum(["console", "place"]).default("console"),
  })
  .meta({ id: "ExpertBody" });
export type ExpertBody = z.infer<typeof ExpertBody>;
export const ExpertView = z
  .object({
    ...ExpertBody.shape,
    staffId: id,
    name: z.string(),
    isAway: z.boolean(),
    load: z.int().meta({ description: "Open conversations that they have now." }),
    teamIds: z.array(id),
    places: z.int().meta({ description: "Places of their own where they may answer." }),
    isNamed: z.boolean().meta({ description: "Somebody said what they know; false for everybody else of ours." }),
  })
  .meta({ id: "Expert" });
export type ExpertView = z.infer<typeof ExpertView>;
export const ExpertList = z.object({ items: z.array(ExpertView) });
export const ExpertParams = z.object({ staffId: id });

export const HandoverKind = z.enum(["unknown", "wish", "anger", "rule", "person", "again"]).meta({
  description:
    "unknown: the bot had no answer; wish: a person was asked for; anger; rule; person: one of ours took it; again: they wrote on.",
});
export type HandoverKind = z.infer<typeof HandoverKind>;

export const RuleBody = z
  .strictObject({
    name: words(80),
    enabled: z.boolean().default(true),
    position: z.int().min(0).max(1_000).default(100),
    begins: z.boolean().default(false).meta({
      description:
        "It also hands over what the bot could answer, and needs words, an entry point, a stage or a channel.",
    }),
    kinds: z.array(HandoverKind).max(6).default([]).meta({ description: "Empty: whatever the reason." }),
    words: z.array(words(40)).max(100).default([]).meta({ description: "Any of them in what was asked." }),
    labelIds: z.array(id).max(50).default([]),
    language: SpokenLanguage.nullable().default(null),
    entryPointId: id.nullable().default(null),
    channelId: id.nullable().default(null),
    stages: z.array(StageName).max(8).default([]),
    to: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("team"), teamId: id }),
      z.strictObject({ type: z.literal("expert"), staffId: id }),
      z.strictObject({ type: z.literal("owner") }).meta({ description: "Whose entry point brought the person." }),
    ]),
  })
  .refine(
    (rule) =>
      !rule.begins || rule.words.length + rule.stages.length > 0 || (rule.entryPointId ?? rule.channelId) !== null,
    { path: ["begins"], message: "Say which messages: words, an entry point, a stage or a channel." },
  )
  .meta({ id: "HandoverRuleBody" });
export type RuleBody = z.infer<typeof RuleBody>;
export const RuleView = z.object({ id, ...RuleBody.shape }).meta({ id: "HandoverRule" });
export type RuleView = z.infer<typeof RuleView>;
export const RuleList = z.object({ items: z.array(RuleView) });

export const HandoverSettings = z
  .strictObject({
    onWish: z.boolean(),
    onAnger: z.boolean(),
    resumeAfterHours: z.int().min(1).max(720).nullable().meta({
      description: "The bot answers again when nobody wrote for so long and nobody waits; null: only when given back.",
    }),
  })
  .meta({ id: "HandoverSettings" });
export type HandoverSettings = z.infer<typeof HandoverSettings>;

const Named = z.object({ id, name: z.string() });
const Queue = z.object({
  position: z.int().nullable().meta({ description: "1 is next; null where somebody has it." }),
  opensAt: moment.nullable().meta({ description: "Null: somebody is on duty, or nobody knows when." }),
  medianMinutes: z.number().nullable().meta({ description: "Until the first reply, measured; null: too few so far." }),
});

/** What a conversation was handed over for, to whom, and what they must know. */
export const HandoverView = z
  .object({
    id,
    conversationId: id,
    kind: HandoverKind,
    reason: z.string(),
    state: z.enum(["waiting", "assigned", "closed"]),
    why: z.array(z.string()).meta({ description: "How it was decided who gets it." }),
    team: Named.nullable(),
    person: Named.nullable(),
    queue: Queue.nullable(),
    bridge: z.object({ number: z.int(), channel: z.string() }).nullable().meta({
      description: "They answer from a place of their own.",
    }),
    at: moment,
    assignedAt: moment.nullable(),
    firstReplyAt: moment.nullable(),
    closedAt: moment.nullable(),
    summary: z.object({
      who: z.string().nullable(),
      channel: z.string(),
      stage: z.string().nullable(),
      source: z.string().nullable(),
      language: z.string().nullable(),
      question: z.string(),
      tried: z.array(z.object({ article: z.string(), score: z.number().nullable() })).meta({
        description: "What the bot thought of, the best first.",
      }),
      messages: z.array(z.object({ author: z.string(), text: z.string(), sentAt: moment })),
    }),
  })
  .meta({ id: "Handover" });
export type HandoverView = z.infer<typeof HandoverView>;
export const MaybeHandover = z.object({ handover: HandoverView.nullable() });

export const QueueView = z
  .object({
    items: z.array(
      z.object({
        id,
        conversationId: id,
        who: z.string().nullable(),
        kind: HandoverKind,
        reason: z.string(),
        team: Named.nullable(),
        at: moment,
      }),
    ),
  })
  .meta({ id: "HandoverQueue" });
export type QueueView = z.infer<typeof QueueView>;

export const PlaceView = z
  .object({ id, channelId: id, channel: z.string(), adapter: z.string(), name: z.string().nullable(), since: moment })
  .meta({ id: "AnsweringPlace" });
export type PlaceView = z.infer<typeof PlaceView>;
export const PlaceList = z.object({ items: z.array(PlaceView) });
export const PlaceCode = z
  .object({
    code: z
      .string()
      .meta({ description: "Send it to the hub's bot, in a direct chat, from the account to answer from." }),
    expiresAt: moment,
  })
  .meta({ id: "PlaceCode" });
export type PlaceCode = z.infer<typeof PlaceCode>;
export const Availability = z.object({ isAway: z.boolean() }).meta({ id: "Availability" });
