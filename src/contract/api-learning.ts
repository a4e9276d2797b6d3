import { z } from "zod";
import { NewArticle } from "./api-knowledge.ts";
import { cleanText } from "./json.ts";

const words = (max: number) => z.string().overwrite(cleanText).trim().min(1).max(max);
const LanguageTag = z.enum(["en", "zh"]);
const both = <T extends z.ZodType>(inner: T) => z.object({ en: inner, zh: inner });
const Share = z.number().min(0.5).max(0.999);
const Why = words(500).optional();
export const Id = z.object({ id: z.uuid() });
export const Done = z.object({ id: z.string() });
const Page = {
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

// ── The promise ─────────────────────────────────────────────────────────────

/**
 * `auto`: answers where the promise is certified, and with the usual calibration until there is evidence enough.
 * `promise`: answers only where it is certified; what it would answer else, one of our people confirms.
 * `suggest`: each answer is confirmed, until its article has been confirmed often enough.
 */
export const AnswerMode = z.enum(["auto", "promise", "suggest"]);

export const PromiseChange = z.strictObject({
  /** Of the answers given, so many are to be right: 0.95. */
  target: Share,
  /** Of the questions asked, so many are expected to have no answer: 0.2. */
  foreignShare: z.number().min(0.01).max(0.9),
  mode: AnswerMode,
});

const Measured = z.object({
  answers: z.number(),
  precision: z.number().nullable(),
  /** The exact 95 % bounds. */
  lower: z.number(),
  upper: z.number(),
  isBroken: z.boolean(),
});
const AtWork = z.object({
  /** Answers begin at this score; null where no model has been trained yet and words alone decide. */
  threshold: z.number().nullable(),
  does: z.enum(["answer", "suggest"]),
  basis: z.enum(["words", "certified", "provisional", "raised"]),
  /** The same in a sentence. */
  why: z.string(),
  /** Expected at the promise's own threshold, from phrasings asked out of fold. */
  precision: z.number().nullable(),
  coverage: z.number().nullable(),
});
const CurvePoint = z.object({ threshold: z.number(), precision: z.number(), coverage: z.number() });

export const PromiseView = PromiseChange.extend({
  modelId: z.uuid().nullable(),
  atWork: both(AtWork),
  /** From the highest threshold down; at most 60 points. Empty without a model. */
  curve: both(z.array(CurvePoint)),
  /** Of the last 200 answers that people of ours judged. */
  measured: both(Measured),
  /** Articles that are answered without confirmation in `promise` and `suggest`. */
  unlocked: z.array(z.string()),
  updatedAt: z.string().nullable(),
  updatedBy: z.string().nullable(),
});
export type PromiseView = z.infer<typeof PromiseView>;

// ── Models ──────────────────────────────────────────────────────────────────

const LanguageFigures = z.object({
  /** Phrasings asked out of fold whose article was found first. */
  tested: z.number(),
  accuracy: z.number().nullable(),
  threshold: z.number(),
  precision: z.number(),
  coverage: z.number(),
  isCertified: z.boolean(),
});
export const ModelView = z.object({
  id: z.uuid(),
  madeAt: z.string(),
  state: z.enum(["candidate", "live", "retired"]),
  /** Why a candidate was not promoted, or why another took its place. */
  reason: z.string().nullable(),
  promotedAt: z.string().nullable(),
  promotedBy: z.string().nullable(),
  bytes: z.number(),
  figures: z.object({
    articles: z.number(),
    phrasings: z.number(),
    corrections: z.number(),
    trainMs: z.number(),
    golden: z.object({ right: z.number(), total: z.number() }),
    en: LanguageFigures,
    zh: LanguageFigures,
  }),
});
export type ModelView = z.infer<typeof ModelView>;
export const ModelList = z.object({
  items: z.array(ModelView),
  /** What the hub is doing about it now. */
  training: z.enum(["idle", "waiting", "training", "too-few-articles", "failed"]),
});

// ── Corrections and verdicts ────────────────────────────────────────────────

export const NewCorrection = z.strictObject({
  question: words(1_000),
  language: LanguageTag.optional(),
  /** null: no article answers it. */
  articleId: z.uuid().nullable(),
  why: Why,
});
export const Verdict = z.strictObject({
  /** The article that answers the question: the one that was answered says that it was right. null: none does. */
  articleId: z.uuid().nullable(),
  why: Why,
});
export const WhyBody = z.strictObject({ why: Why });
export const CorrectionView = z.object({
  id: z.uuid(),
  question: z.string(),
  language: LanguageTag,
  articleId: z.uuid().nullable(),
  slug: z.string().nullable(),
  why: z.string().nullable(),
  staffId: z.uuid().nullable(),
  by: z.string(),
  at: z.string(),
  eventId: z.uuid().nullable(),
  conversationId: z.uuid().nullable(),
  /** Who took it back. */
  undoneBy: z.string().nullable(),
  /** Another correction in force gives the same question another answer. */
  conflicts: z.boolean(),
});
export type CorrectionView = z.infer<typeof CorrectionView>;
export const CorrectionQuery = z.object(Page);
export const CorrectionPage = z.object({
  items: z.array(CorrectionView),
  next: z.string().nullable(),
  /** Questions that mean the same and were given different answers; the last one counts. */
  conflicts: z.array(z.object({ texts: z.array(z.string()), articleIds: z.array(z.string().nullable()) })),
});

// ── Suggestions ─────────────────────────────────────────────────────────────

export const SuggestionView = z.object({
  id: z.uuid(),
  eventId: z.uuid(),
  conversationId: z.uuid(),
  question: z.string(),
  language: LanguageTag,
  articleId: z.uuid(),
  slug: z.string().nullable(),
  probability: z.number(),
  state: z.enum(["waiting", "confirmed", "rejected"]),
  decidedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  at: z.string(),
});
export type SuggestionView = z.infer<typeof SuggestionView>;
export const SuggestionQuery = z.object({
  state: SuggestionView.shape.state.optional(),
  conversationId: z.uuid().optional(),
  ...Page,
});
export const SuggestionPage = z.object({ items: z.array(SuggestionView), next: z.string().nullable() });
export const Confirmation = z.strictObject({
  why: Why,
  /** Whether the bot answers again from now on. */
  giveBack: z.boolean().default(true),
});

// ── The golden set ──────────────────────────────────────────────────────────

export const NewGolden = z.strictObject({ question: words(1_000), articleId: z.uuid().nullable() });
export const GoldenView = z.object({
  id: z.uuid(),
  question: z.string(),
  articleId: z.uuid().nullable(),
  slug: z.string().nullable(),
  by: z.string(),
  at: z.string(),
  /** What would be answered or suggested now; null for nothing. */
  saysNow: z.string().nullable(),
  isRight: z.boolean(),
});
export type GoldenView = z.infer<typeof GoldenView>;
export const GoldenList = z.object({ items: z.array(GoldenView), right: z.number() });

// ── Unanswered questions ────────────────────────────────────────────────────

export const ClusterView = z.object({
  /** The same as long as its first question is. */
  id: z.string(),
  count: z.number(),
  language: LanguageTag,
  lastAt: z.string(),
  examples: z.array(z.object({ question: z.string(), conversationId: z.uuid(), at: z.string() })),
  /** An article to be written, all but its answers. */
  draft: z.object({
    slug: NewArticle.shape.slug,
    title: z.string(),
    language: LanguageTag,
    phrasings: both(z.array(z.string())),
  }),
  /** The slug of the article that is nearest, if any is near: it may lack these phrasings only. */
  nearest: z.string().nullable(),
});
export type ClusterView = z.infer<typeof ClusterView>;
export const ClusterList = z.object({ items: z.array(ClusterView), questions: z.number() });
export const ClusterParams = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/, "This is no cluster's id.") });
