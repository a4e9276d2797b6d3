import { z } from "zod";
import { cleanText } from "./json.ts";

/** Text from outside, without what PostgreSQL cannot store. */
const words = (max: number) => z.string().overwrite(cleanText).trim().min(1).max(max);

const LanguageTag = z.enum(["en", "zh"]);
const ArticleWords = z.strictObject({
  /** What a "did you mean" button says. */
  title: words(120),
  answer: words(4_000),
});
const Phrasings = z.array(words(300)).max(200);
const both = <T extends z.ZodType>(inner: T) => z.strictObject({ en: inner.optional(), zh: inner.optional() });

/** At most 56 characters, so that "article:SLUG" fits the 64 bytes that every platform gives back of a button. */
export const Slug = z
  .string()
  .max(56)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "Use lower-case letters, digits and single hyphens: opening-hours");

/** Whom an article may be shown: everyone, people who have bought, or nobody but people of ours (in the console). */
export const Audience = z.enum(["everyone", "customers", "staff"]);
export type Audience = z.infer<typeof Audience>;
const Moment = z.iso.datetime({ offset: true, error: "Give a moment with its zone: 2026-12-24T18:00:00Z" });

export const NewArticle = z.strictObject({
  slug: Slug,
  enabled: z.boolean().default(true),
  audience: Audience.default("everyone"),
  /** It is answered from then on, and no longer from then on; null for no end. */
  validFrom: Moment.nullable().default(null),
  validTo: Moment.nullable().default(null),
  texts: both(ArticleWords).refine(
    (texts) => texts.en ?? texts.zh,
    "Give a title and an answer in English, Chinese or both.",
  ),
  phrasings: both(Phrasings).default({}),
});
export type NewArticle = z.input<typeof NewArticle>;

const Why = words(500).optional();
/** An article as it is written, and why; the reason stands in its list of versions. */
export const ArticleChange = NewArticle.extend({ why: Why });
export const WhyQuery = z.object({ why: Why });

export const ArticleView = z.object({
  id: z.uuid(),
  slug: z.string(),
  enabled: z.boolean(),
  audience: Audience,
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  texts: z.object({ en: ArticleWords.optional(), zh: ArticleWords.optional() }),
  phrasings: z.object({ en: z.array(z.string()), zh: z.array(z.string()) }),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ArticleView = z.infer<typeof ArticleView>;

export const ArticleParams = z.object({ id: z.uuid() });
export const ArticleQuery = z.object({
  search: z.string().overwrite(cleanText).trim().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const ArticlePage = z.object({ items: z.array(ArticleView), next: z.string().nullable() });
export const ArticleGone = z.object({ id: z.uuid(), slug: z.string() });

/** One change of an article. */
export const ArticleVersionView = z.object({
  id: z.uuid(),
  articleId: z.uuid(),
  slug: z.string(),
  change: z.enum(["created", "changed", "imported", "restored", "deleted"]),
  why: z.string().nullable(),
  staffId: z.uuid().nullable(),
  by: z.string(),
  at: z.string(),
  /** As an import takes it; of a deletion, as it was. */
  article: z.json(),
});
export type ArticleVersionView = z.infer<typeof ArticleVersionView>;
export const ArticleVersionQuery = z.object({
  articleId: z.uuid().optional(),
  change: ArticleVersionView.shape.change.optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const ArticleVersionPage = z.object({ items: z.array(ArticleVersionView), next: z.string().nullable() });

/** A list as `GET /articles/export` gives it. */
export const ArticleList = z.array(NewArticle).max(5_000);
export const ImportReport = z.object({
  created: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  rows: z.array(z.object({ slug: z.string(), outcome: z.enum(["created", "changed", "unchanged"]) })),
});
export type ImportReport = z.infer<typeof ImportReport>;

export const Question = z.strictObject({
  question: words(2_000),
  language: LanguageTag.optional(),
  /** Who would ask; everyone where it is not said. */
  audience: Audience.optional(),
});

/** Why the bot said what it said, or why it said nothing. */
export const AnswerEvidence = z.object({
  /** `suggested`: an answer was found and waits for one of our people to confirm it. */
  decision: z.enum(["answered", "offered", "suggested", "handed-over", "unknown"]),
  question: z.string(),
  language: LanguageTag,
  articleId: z.string().nullable(),
  slug: z.string().nullable(),
  score: z.number(),
  /** What the score had to reach for an answer without asking back. */
  threshold: z.number(),
  matchedPhrasing: z.string().nullable(),
  /**
   * What decided: `words`, the comparison of words that answers while there is no trained model; `learned`, the trained
   * model (the score is then a probability); `same-words`, a phrasing as it stands; `corrected`, one of our people's word;
   * `quoted`, a passage of a document; `chosen`, a language model among articles that were near; `written`, a language
   * model by what `quotes` says.
   */
  how: z.enum(["words", "learned", "same-words", "corrected", "quoted", "chosen", "written"]).optional(),
  /** What the answer rests on, word for word. */
  quotes: z
    .array(
      z.object({
        documentId: z.string().nullable(),
        articleId: z.string().nullable(),
        passageId: z.string().nullable(),
        title: z.string(),
        heading: z.string(),
        link: z.string().nullable(),
        page: z.int().nullable(),
        quote: z.string(),
      }),
    )
    .optional(),
  /** The trained model that was asked. */
  modelId: z.string().nullable().optional(),
  /** What would have been answered, where it waits to be confirmed. */
  suggested: z.object({ articleId: z.string(), slug: z.string() }).nullable().optional(),
  candidates: z.array(
    z.object({
      articleId: z.string(),
      slug: z.string(),
      title: z.string(),
      score: z.number(),
      matchedPhrasing: z.string().nullable(),
    }),
  ),
  /** The slugs that were offered as "did you mean", in this order. */
  offered: z.array(z.string()),
});
export type AnswerEvidence = z.infer<typeof AnswerEvidence>;

export const WouldAnswer = AnswerEvidence.extend({
  /** The words that would be sent; null when the bot would say nothing. */
  reply: z.string().nullable(),
  handover: z.string().nullable(),
});

export const AnswerQuery = z.object({
  outcome: z.enum(["answered", "offered", "handed-over"]).optional(),
  conversationId: z.uuid().optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const AnswerView = z.object({
  id: z.uuid(),
  conversationId: z.uuid(),
  eventId: z.uuid(),
  outcome: z.enum(["answered", "offered", "handed-over"]),
  question: z.string(),
  articleId: z.uuid().nullable(),
  score: z.number().nullable(),
  threshold: z.number().nullable(),
  evidence: z.json(),
  at: z.string(),
  /** Its number in the conversation: that of the first message that was said, if one was. */
  seq: z.int().nullable(),
  /** What one of our people said of it last: the article that is right, or that none is. */
  verdict: z
    .object({ correctionId: z.uuid(), articleId: z.uuid().nullable(), slug: z.string().nullable(), by: z.string() })
    .nullable(),
});
export type AnswerView = z.infer<typeof AnswerView>;
export const AnswerPage = z.object({ items: z.array(AnswerView), next: z.string().nullable() });
