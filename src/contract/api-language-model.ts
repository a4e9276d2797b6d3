import { z } from "zod";
import { cleanText } from "./json.ts";

const words = (max: number) => z.string().overwrite(cleanText).trim().min(1).max(max);
const BaseUrl = z
  .url({ protocol: /^https?$/, error: "Give a whole address: https://api.openai.com/v1" })
  .max(500)
  .refine((url) => !/[?#@]/u.test(url), "Give the address alone, without a question mark, a # or a user name.");

/** Which language model is asked, for what, and for how much. */
export const LanguageModelSettings = z.strictObject({
  mode: z.enum(["off", "choose", "write"]).meta({
    description:
      "choose: it may choose among approved answers. write: it may also write one from passages, every word of which is checked.",
  }),
  baseUrl: BaseUrl,
  model: words(200),
  /** All calls of 24 hours together. */
  dailyTokens: z.int().min(0).max(1_000_000_000),
  /** In the currency of the prices; null for no limit but the tokens. */
  dailyCost: z.number().min(0).max(1_000_000).nullable(),
  /** For a million tokens. */
  inputPrice: z.number().min(0).max(100_000),
  outputPrice: z.number().min(0).max(100_000),
  timeoutMs: z.int().min(500).max(60_000),
  /** Telephone numbers, e-mail addresses and card numbers are masked before a question leaves the hub. */
  masksPersonal: z.boolean(),
});
export type LanguageModelSettings = z.infer<typeof LanguageModelSettings>;

/** `key`: left out, the kept one stays as long as the address does; null takes it away. */
export const LanguageModelChange = LanguageModelSettings.extend({ key: words(500).nullable().optional() });
export type LanguageModelChange = z.infer<typeof LanguageModelChange>;

const Spent = z.object({
  calls: z.int(),
  tokens: z.int(),
  cost: z.number(),
});
export const LanguageModelView = LanguageModelSettings.extend({
  hasKey: z.boolean(),
  /** Of the last 24 hours. */
  spent: Spent,
});
export type LanguageModelView = z.infer<typeof LanguageModelView>;

export const LanguageModelCheck = z.object({ ok: z.boolean(), detail: z.string() });
export type LanguageModelCheck = z.infer<typeof LanguageModelCheck>;

/** One call: what it cost and what became of it, never what was said. */
export const LanguageModelCallView = z.object({
  id: z.uuid(),
  purpose: z.enum(["answer", "phrasings", "check"]),
  model: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cost: z.number(),
  ms: z.int().nullable(),
  verdict: z.enum(["asking", "used", "none", "refused", "failed"]).meta({
    description:
      "used: it was said. none: it said nothing. refused: a check failed, `reason` says which. failed: it did not answer.",
  }),
  reason: z.string().nullable(),
  at: z.string(),
});
export type LanguageModelCallView = z.infer<typeof LanguageModelCallView>;
export const LanguageModelCallQuery = z.object({
  verdict: LanguageModelCallView.shape.verdict.optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const LanguageModelCallPage = z.object({ items: z.array(LanguageModelCallView), next: z.string().nullable() });

export const ProposePhrasings = z.strictObject({
  languages: z
    .array(z.enum(["en", "zh"]))
    .min(1)
    .max(2)
    .default(["en", "zh"]),
  count: z.int().min(1).max(30).default(20),
});
/** For somebody to approve: nothing is written. */
export const ProposedPhrasings = z.object({ en: z.array(z.string()), zh: z.array(z.string()) });
