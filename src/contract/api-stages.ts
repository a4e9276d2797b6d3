import { z } from "zod";
import { JourneyStep, StageName, Touch } from "./api-attribution.ts";
import { Landing } from "./api-entry-points.ts";
import { moment, words } from "./api-fields.ts";

// What the API says about the rules that move contacts through the stages, and about where they stand.

/** What happened. */
export const StageTrigger = z.enum([
  "message", //       they wrote to us
  "price-asked", //   they asked what it costs, by a word of the rule or by an article that answered them
  "contact-given", // they gave a telephone number, an e-mail address or a contact card
  "order",
  "repeat-order",
  "recommended", //   somebody new came through an entry point of theirs
  "silent", //        they have not been heard of for `days`
]);
export type StageTrigger = z.infer<typeof StageTrigger>;

const act = Landing.omit({ article: true, bot: true });

const rule = {
  enabled: z.boolean(),
  position: z.int().min(0).max(1_000).meta({ description: "Rules are asked in this order." }),
  trigger: StageTrigger,
  from: z.array(StageName).max(8).meta({ description: "Only from these stages; empty: from every lower one." }),
  to: StageName,
  words: z
    .array(words(40))
    .max(200)
    .meta({ description: "For price-asked: words of any language; case and width do not matter." }),
  articleIds: z
    .array(z.uuid())
    .max(200)
    .meta({ description: "For price-asked: or an answer with one of these articles." }),
  days: z.int().min(1).max(3_650).nullable().meta({ description: "For silent." }),
  act: act.meta({ description: "Said and done once per person: greeting, offer, assignment." }),
};

export const StageRuleView = z.object({
  id: z.uuid(),
  ...rule,
  isDefault: z
    .boolean()
    .meta({ description: "One of the hub's own: it can be changed and switched off, not deleted." }),
});
export type StageRuleView = z.infer<typeof StageRuleView>;

export const NewStageRule = z.strictObject({
  ...rule,
  enabled: rule.enabled.default(true),
  position: rule.position.default(100),
  from: rule.from.default([]),
  words: rule.words.default([]),
  articleIds: rule.articleIds.default([]),
  days: rule.days.default(null),
  act: rule.act.default({}),
});
export type NewStageRule = z.infer<typeof NewStageRule>;

export const StageRulePatch = z.strictObject(rule).partial();
export type StageRulePatch = z.infer<typeof StageRulePatch>;

export const StageRuleList = z.object({ items: z.array(StageRuleView) });

const days = z.number().nullable().meta({ description: "Days; null where nobody was counted." });
export const StageReportQuery = z.object({
  from: moment.optional().meta({ description: "Stays that began from this moment on; without it, all." }),
  to: moment.optional(),
});
export const StageReport = z.object({
  stages: z.array(
    z.object({
      stage: StageName,
      entered: z.int().meta({ description: "Stays that began in the period." }),
      movedOn: z.int().meta({ description: "Of these, ended by a move up." }),
      lapsed: z.int().meta({ description: "Of these, ended by silence." }),
      still: z.int().meta({ description: "Of these, not ended." }),
      medianDays: days.meta({ description: "Half of those that ended had ended after so long." }),
      slowestTenthDays: days.meta({ description: "A tenth took longer than this." }),
      stillMedianDays: days.meta({ description: "How long the ones that have not ended last already." }),
    }),
  ),
});
export type StageReport = z.infer<typeof StageReport>;

const Source = Touch.pick({ entryPoint: true, method: true, confidence: true, at: true }).extend({
  medium: z.string().nullable(),
  campaign: z.string().nullable(),
});

/** Where the person of a conversation came from and how far they are: what an agent sees beside it. */
export const ConversationJourney = z.object({
  contactId: z.uuid(),
  stage: StageName,
  stageAt: moment,
  daysInStage: z.number(),
  first: Source.nullable(),
  last: Source.nullable(),
  touches: z.int(),
  steps: z.array(JourneyStep).meta({ description: "The latest 50, the oldest of them first." }),
});
export type ConversationJourney = z.infer<typeof ConversationJourney>;
