import type { ArticleView, Audience, NewArticle } from "../../../../src/contract/api-knowledge.ts";
import type { ClusterView } from "../../../../src/contract/api-learning.ts";

export type Tongue = "en" | "zh";
export const TONGUES: readonly Tongue[] = ["en", "zh"];

/** An article while it is written. */
export interface Draft {
  slug: string;
  enabled: boolean;
  audience: Audience;
  /** Moments with their zone; null for no end. */
  validFrom: string | null;
  validTo: string | null;
  title: Record<Tongue, string>;
  answer: Record<Tongue, string>;
  /** One a line. */
  phrasings: Record<Tongue, string>;
  why: string;
}

/** What the form begins with: the article as it is, and the questions that it is to answer from now on. */
export function draftOf(article: ArticleView | undefined, asked?: ClusterView["draft"]): Draft {
  const each = (read: (tongue: Tongue) => string | undefined): Record<Tongue, string> => ({
    en: read("en") ?? "",
    zh: read("zh") ?? "",
  });
  const isNew = article === undefined;
  return {
    slug: article?.slug ?? asked?.slug ?? "",
    enabled: article?.enabled ?? true,
    audience: article?.audience ?? "everyone",
    validFrom: article?.validFrom ?? null,
    validTo: article?.validTo ?? null,
    title: each((tongue) => article?.texts[tongue]?.title ?? (isNew && asked?.language === tongue ? asked.title : "")),
    answer: each((tongue) => article?.texts[tongue]?.answer),
    phrasings: each((tongue) =>
      [...new Set([...(article?.phrasings[tongue] ?? []), ...(asked?.phrasings[tongue] ?? [])])].join("\n"),
    ),
    why: "",
  };
}

/** As the hub takes it. A language in which neither title nor answer stands is left out. */
export function articleOf({ title, answer, phrasings, why, ...rest }: Draft): NewArticle & { why?: string } {
  const tongues = TONGUES.filter((tongue) => title[tongue].trim() || answer[tongue].trim());
  return {
    ...rest,
    texts: Object.fromEntries(tongues.map((tongue) => [tongue, { title: title[tongue], answer: answer[tongue] }])),
    phrasings: { en: linesOf(phrasings.en), zh: linesOf(phrasings.zh) },
    ...(why.trim() && { why: why.trim() }),
  };
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** A moment as a field for date and time shows it, in the viewer's zone. */
export function localOf(moment: string | null): string {
  if (moment === null) return "";
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function momentOf(local: string): string | null {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** Whether the article is answered at that moment, or will be, or was. */
export function timeOf({ validFrom, validTo }: Pick<ArticleView, "validFrom" | "validTo">, now: Date) {
  if (validTo !== null && new Date(validTo) <= now) return "over";
  return validFrom !== null && new Date(validFrom) > now ? "later" : "now";
}
