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

export const NewArticle = z.strictObject({
  slug: Slug,
  enabled: z.boolean().default(true),
  texts: both(ArticleWords).refine(
    (texts) => texts.en ?? texts.zh,
    "Give a title and an answer in English, Chinese or both.",
  ),
  phrasings: both(Phrasings).default({}),
});
export type NewArticle = z.input<typeof NewArticle>;

export const ArticleView = z.object({
  id: z.uuid(),
  slug: z.string(),
  enabled: z.boolean(),
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

/** A list as `GET /articles/export` gives it. */
export const ArticleList = z.array(NewArticle).max(5_000);
export const ImportReport = z.object({
  created: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  rows: z.array(z.object({ slug: z.string(), outcome: z.enum(["created", "changed", "unchanged"]) })),
});
export type ImportReport = z.infer<typeof ImportReport>;

export const Question = z.strictObject({ question: words(2_000), language: LanguageTag.optional() });

/** Why the bot said what it said, or why it said nothing. */
export const AnswerEvidence = z.object({
  decision: z.enum(["answered", "offered", "handed-over", "unknown"]),
  question: z.string(),
  language: LanguageTag,
  articleId: z.string().nullable(),
  slug: z.string().nullable(),
  score: z.number(),
  /** What the score had to reach for an answer without asking back. */
  threshold: z.number(),
  matchedPhrasing: z.string().nullable(),
  candidates: z.array(
    z.object({
      articleId: z.string(),
      slug: z.string(),
      title: z.string(),
      score: z.number(),
      matchedPhrasing: z.string(),
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
});
export type AnswerView = z.infer<typeof AnswerView>;
export const AnswerPage = z.object({ items: z.array(AnswerView), next: z.string().nullable() });
