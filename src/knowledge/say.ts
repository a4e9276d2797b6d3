import type { ArticleView } from "../contract/api-knowledge.ts";
import type { ChoiceOption, Json, Part } from "../contract/index.ts";
import type { Answer } from "../corridor/index.ts";
import type { Language } from "../lib/language.ts";
import { wordsIn } from "./library.ts";
import type { Plan } from "./plan.ts";
import { WORDS } from "./words.ts";

const ARTICLE = "article:";
const NONE = "article-none";

/** Puts a plan into words; `undefined` when there is nothing to say. */
export function answerOf(plan: Plan): Answer | undefined {
  const { language, articles, offered, smallTalk, handover, evidence } = plan;
  const words = WORDS[language];
  const parts = articleParts(articles, language);
  if (smallTalk) parts.push({ type: "text", text: words[smallTalk] });
  if (offered.length > 0) parts.push(offerPart(offered, language));
  if (handover) parts.push({ type: "text", text: words.handover });
  if (parts.length === 0) return undefined;
  return { parts, language, evidence: evidence as Json, ...(handover && { handover }) };
}

/** What articles say in a language, each as one part. */
export function articleParts(articles: readonly ArticleView[], language: Language): Part[] {
  return articles.map((article) => articlePart(article, language));
}

function articlePart(article: ArticleView, language: Language): Part {
  const { answer = "", isOther = false } = wordsIn(article, language) ?? {};
  return { type: "text", text: isOther ? `${WORDS[language].otherLanguage}\n\n${answer}` : answer };
}

function offerPart(offered: readonly ArticleView[], language: Language): Part {
  const { choose, confirm, noneOfThese } = WORDS[language];
  const options = offered.map((article): ChoiceOption => {
    return { id: articleOption(article.slug), label: wordsIn(article, language)?.title ?? article.slug };
  });
  return {
    type: "choice",
    prompt: offered.length > 1 ? choose : confirm,
    options: [...options, { id: NONE, label: noneOfThese }],
  };
}

/** The option that stands for the article: whoever presses it is answered with it. */
export function articleOption(slug: string): string {
  return `${ARTICLE}${slug}`;
}

/** What a pressed button of ours means; `undefined` for somebody else's. */
export function pressedOption(id: string): { slug: string } | "none" | undefined {
  if (id === NONE) return "none";
  return id.startsWith(ARTICLE) ? { slug: id.slice(ARTICLE.length) } : undefined;
}
