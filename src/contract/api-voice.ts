import { z } from "zod";
import { words } from "./api-fields.ts";
import { PageQuery } from "./paging.ts";

/** What the API says about the voice of the customer; the console reads the same. */

const id = z.uuid();
const moment = z.iso.datetime();
const count = z.int().min(0);

export const VoiceLabel = z.enum(["complaint", "suggestion", "praise", "question", "buying", "other"]);
const VoiceSentiment = z.union([z.literal(-1), z.literal(0), z.literal(1)]);
export const FeedbackStatus = z.enum(["new", "considered", "adopted", "declined", "working", "won", "lost"]).meta({
  description: "Of a suggestion: new, considered, adopted, declined. Of a buying signal: new, working, won, lost.",
});

export const FeedbackView = z.object({
  id,
  eventId: id,
  conversationId: id,
  seq: z.int(),
  channelId: id,
  channelName: z.string(),
  contact: z.object({ id, name: z.string().nullable() }),
  label: VoiceLabel,
  sentiment: VoiceSentiment,
  topic: z.string().nullable(),
  language: z.string(),
  text: z.string().nullable().meta({ description: "The whole message; null where it was deleted." }),
  span: z.object({ start: count, end: count }).meta({ description: "Where in `text` (UTF-16 units) it says so." }),
  confidence: z.number(),
  state: z
    .enum(["read", "confirmed", "added", "wrong"])
    .meta({ description: "read: by the model. The others: by people." }),
  status: FeedbackStatus.nullable(),
  note: z.string().nullable(),
  toldAt: moment.nullable(),
  at: moment,
});
export type FeedbackView = z.infer<typeof FeedbackView>;

export const FeedbackQuery = PageQuery.extend({
  label: VoiceLabel.optional(),
  status: FeedbackStatus.optional(),
  topic: z.string().max(200).optional(),
  channelId: id.optional(),
  contactId: id.optional(),
  conversationId: id.optional(),
  from: moment.optional(),
  to: moment.optional(),
});

export const FeedbackCorrection = z.object({
  labels: z
    .array(VoiceLabel)
    .min(1)
    .max(5)
    .refine((labels) => new Set(labels).size === labels.length, "A label stands twice.")
    .refine((labels) => labels.length === 1 || !labels.includes("other"), "`other` stands alone."),
  sentiment: VoiceSentiment,
});
export const FeedbackOfMessage = z.object({ items: z.array(FeedbackView) });

export const FeedbackStatusChange = z.object({
  status: FeedbackStatus,
  note: words(1_000).optional(),
  tell: words(2_000).optional().meta({
    description:
      "Said to the customer in the conversation, in the same step: that their idea was adopted, for example.",
  }),
});

// ── Cases ──

export const Severity = z.enum(["low", "normal", "high", "urgent"]);
const CaseState = z.enum(["open", "waiting", "solved", "closed"]);

export const CaseView = z.object({
  id,
  conversationId: id,
  channelId: id,
  contact: z.object({ id, name: z.string().nullable() }),
  source: z.enum(["complaint", "survey", "agent"]),
  severity: Severity,
  reasons: z.array(z.string()).meta({ description: "safety, money, threat, anger, repeated, low-score." }),
  topic: z.string().nullable(),
  state: CaseState,
  owner: z.object({ id, name: z.string() }).nullable(),
  text: z.string().nullable().meta({ description: "The message that opened it." }),
  messages: count.meta({ description: "Complaints that belong to it." }),
  openedAt: moment,
  firstReplyDueAt: moment,
  resolveDueAt: moment,
  overdue: z.enum(["first-reply", "resolve"]).nullable(),
  acknowledgedAt: moment.nullable(),
  firstRepliedAt: moment.nullable(),
  solvedAt: moment.nullable(),
  toldAt: moment.nullable(),
  toldDelivery: z
    .enum(["waiting", "sent", "delivered", "read", "failed", "maybe-sent"])
    .nullable()
    .meta({ description: "How far the message got that told the customer." }),
  closedAt: moment.nullable(),
});
export type CaseView = z.infer<typeof CaseView>;

export const CaseDetail = CaseView.extend({
  changes: z.array(z.object({ at: moment, staffId: id.nullable(), change: z.record(z.string(), z.unknown()) })),
});
export type CaseDetail = z.infer<typeof CaseDetail>;

export const CasesQuery = PageQuery.extend({
  state: CaseState.optional(),
  severity: Severity.optional(),
  ownerId: id.optional(),
  conversationId: id.optional(),
  overdue: z.literal("true").optional(),
});

export const NewCase = z.object({
  conversationId: id,
  severity: Severity.default("normal"),
  ownerId: id.optional(),
});

export const CasePatch = z
  .object({
    state: CaseState.optional().meta({ description: "`closed` only after the customer was told." }),
    severity: Severity.optional(),
    ownerId: id.nullable().optional(),
    resolveDueAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "Nothing to change.");

export const CaseClosing = z.object({
  text: words(2_000).meta({ description: "What the customer is told: it is sent, and the case is closed with it." }),
});

// ── Opportunities ──

const offer = z.object({ en: words(1_000), zh: words(1_000) });
const keywords = z.array(words(60)).max(100);

export const OpportunityRuleFields = z.object({
  name: words(100),
  enabled: z.boolean().default(true),
  position: z.int().min(0).max(10_000).default(0),
  keywords: keywords.default([]),
  trigger: z.enum(["keywords", "signal", "both"]).meta({
    description: "keywords: one of them is in the message. signal: the message sounds like buying. both: both.",
  }),
  offer: offer.meta({ description: "The suggested next sentence." }),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable()
    .default(null),
  botMayOffer: z.boolean().default(false).meta({ description: "The bot may say it, once per person." }),
});
const needsWords = ({ trigger, keywords: list }: { trigger: string; keywords: string[] }) =>
  trigger === "signal" || list.length > 0;
export const NewOpportunityRule = OpportunityRuleFields.refine(needsWords, {
  message: "A rule that listens for keywords needs some.",
  path: ["keywords"],
});
export const OpportunityRuleView = OpportunityRuleFields.extend({ id });
export type OpportunityRuleView = z.infer<typeof OpportunityRuleView>;
export const OpportunityRules = z.object({ items: z.array(OpportunityRuleView) });

const Outcome = z.enum(["open", "won", "lost", "ignored"]);
export const OpportunityView = z.object({
  id,
  rule: z.object({ id, name: z.string() }),
  conversationId: id,
  contact: z.object({ id, name: z.string().nullable() }),
  confidence: z.number(),
  suggestion: z.string().meta({ description: "The offer, in the conversation's language." }),
  url: z.string().nullable(),
  foundAt: moment,
  offeredAt: moment.nullable(),
  offeredBy: z.string().nullable().meta({ description: "bot, or the id of a member of staff." }),
  outcome: Outcome,
  outcomeAt: moment.nullable(),
  conversionId: id.nullable(),
  note: z.string().nullable(),
});
export type OpportunityView = z.infer<typeof OpportunityView>;
export const ConversationOpportunities = z.object({ items: z.array(OpportunityView) });
export const OpportunitiesQuery = PageQuery.extend({ outcome: Outcome.optional(), ruleId: id.optional() });
export const OpportunityPatch = z
  .object({
    outcome: Outcome.optional(),
    conversionId: id.nullable().optional().meta({ description: "The sale that it became." }),
    note: words(1_000).nullable().optional(),
    offered: z.literal(true).optional().meta({ description: "I have made the offer." }),
  })
  .refine((patch) => Object.keys(patch).length > 0, "Nothing to change.");
export const OpportunityResults = z.object({
  items: z.array(
    z.object({
      rule: z.object({ id, name: z.string() }),
      ...{ found: count, offered: count, won: count, lost: count, ignored: count },
    }),
  ),
});

// ── Surveys ──

export const SurveyFields = z.object({
  name: words(100),
  kind: z.enum(["csat", "nps", "ces"]),
  enabled: z.boolean().default(true),
  trigger: z.enum(["resolved", "conversion", "case-closed"]),
  afterMinutes: z.int().min(0).max(525_600).default(0),
  everyDays: z.int().min(1).max(3_650).default(90).meta({ description: "Nobody is asked more often by this survey." }),
  question: offer.nullable().default(null).meta({ description: "In place of the usual words." }),
});
export const SurveyView = SurveyFields.extend({ id });
export type SurveyView = z.infer<typeof SurveyView>;
export const Surveys = z.object({ items: z.array(SurveyView) });

export const SurveyResultsQuery = z.object({ from: moment.optional(), to: moment.optional() });
export const SurveyResults = z.object({
  survey: SurveyView,
  asked: count,
  answered: count,
  score: z
    .number()
    .nullable()
    .meta({ description: "CSAT: percent of 4 and 5. NPS: -100 to 100. CES: mean of 1 to 7." }),
  low: z.number().nullable(),
  high: z.number().nullable().meta({ description: "With `low`: the 95 % interval (Wilson for CSAT, else bootstrap)." }),
  reason: z.string().nullable().meta({ description: "Why there is no score." }),
  distribution: z.array(z.object({ score: z.int(), count })),
  skipped: z.array(z.object({ reason: z.string(), count })),
});
export type SurveyResults = z.infer<typeof SurveyResults>;

// ── Topics, settings, digest, model ──

export const TopicFields = z.object({ name: words(60), keywords: keywords.min(1) });
export const TopicView = TopicFields.extend({ id });
export const Topics = z.object({ items: z.array(TopicView) });

const minutes = z.int().min(1).max(525_600);
const limits = z.object({ low: minutes, normal: minutes, high: minutes, urgent: minutes });
export const VoiceSettings = z.object({
  caseThreshold: z.number().min(0.3).max(1).meta({ description: "How sure the model must be to open a case." }),
  acknowledge: z.boolean().meta({ description: "The bot answers a complaint by saying what happens next." }),
  acknowledgeInGroups: z.boolean(),
  firstReplyMinutes: limits,
  resolveMinutes: limits,
  offersByBot: z.boolean().meta({ description: "Rules that let the bot offer may do so." }),
  surveyGapDays: z.int().min(0).max(365).meta({ description: "Between any two surveys of one person." }),
});
export type VoiceSettings = z.infer<typeof VoiceSettings>;

export const DigestBy = z.enum(["label", "theme", "channel", "entryPoint"]);
export const DigestQuery = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  by: DigestBy.default("label"),
});
export const Digest = z.object({
  by: DigestBy,
  messages: count.meta({ description: "How many messages were read." }),
  groups: z.array(
    z.object({
      key: z.string().nullable(),
      name: z.string().nullable(),
      total: count,
      people: count,
      ...{ complaint: count, suggestion: count, praise: count, question: count, buying: count, other: count },
      sentiment: z.number().meta({ description: "The mean, -1 to 1." }),
      days: z.array(z.object({ day: z.iso.date(), count })),
      examples: z.array(
        z.object({ feedbackId: id, conversationId: id, seq: z.int(), label: VoiceLabel, text: z.string(), at: moment }),
      ),
    }),
  ),
});
export type Digest = z.infer<typeof Digest>;

const LabelScore = z.object({
  label: z.string(),
  f1: z.number(),
  precision: z.number(),
  recall: z.number(),
  texts: count,
});
export const VoiceModelView = z.object({
  ready: z.boolean(),
  corrections: count.meta({ description: "That the models have learnt." }),
  waiting: count.meta({
    description: "Corrections that they have not learnt yet; messages with the same words already follow them.",
  }),
  refused: z.string().nullable().meta({ description: "Why the last retraining was not taken over." }),
  quality: z.array(z.object({ language: z.string(), macroF1: z.number(), labels: z.array(LabelScore) })),
});
export type VoiceModelView = z.infer<typeof VoiceModelView>;
