import type { AnswerEvidence } from "../../contract/api-knowledge.ts";
import type { Language } from "../../lib/language.ts";
import type { PassageHit } from "./passage-index.ts";
import type { LivePassage } from "./passages-store.ts";
import type { Quoting } from "./quote.ts";

const WORDS: Readonly<Record<Language, { open: string; close: string; source: string; page: (n: number) => string }>> =
  {
    en: { open: "“", close: "”", source: "Source:", page: (n) => `page ${n}` },
    zh: { open: "“", close: "”", source: "来源：", page: (n) => `第 ${n} 页` },
  };
const MOST_QUESTION = 1_000;

/** A quote and where it stands: title, headings, page, link. */
export function quotedText(quote: string, passage: LivePassage, language: Language): string {
  const { open, close, source, page } = WORDS[language];
  const place = [passage.title, passage.heading, ...(passage.page === null ? [] : [page(passage.page)])];
  const named = [...new Set(place.filter((each) => each !== ""))].join(" › ");
  const gap = language === "en" ? " " : "";
  const link = linkOf(passage);
  return `${open}${quote}${close}\n\n${source}${gap}${named}${link === null ? "" : `\n${link}`}`;
}

/** To the heading itself, where the document is a page that has it. */
export function linkOf({ link, anchor }: LivePassage): string | null {
  if (link === null || anchor === null || link.includes("#")) return link;
  return `${link}#${encodeURIComponent(anchor)}`;
}

export function quoteOf(quote: string, passage: LivePassage): NonNullable<AnswerEvidence["quotes"]>[number] {
  const { documentId, id: passageId, title, heading, page } = passage;
  return { documentId, articleId: null, passageId, title, heading, page, link: linkOf(passage), quote };
}

/** Why the bot quoted what it quoted. */
export function quoteEvidence(
  question: string,
  language: Language,
  quoting: Quoting<LivePassage>,
  hit: PassageHit<LivePassage>,
): AnswerEvidence {
  return {
    decision: "answered",
    question: question.slice(0, MOST_QUESTION).toWellFormed(),
    language,
    articleId: null,
    slug: null,
    score: Math.round(hit.coverage * 1_000) / 1_000,
    threshold: quoting.threshold,
    matchedPhrasing: null,
    how: "quoted",
    modelId: null,
    quotes: [quoteOf(quoting.quote, hit.passage)],
    candidates: [],
    offered: [],
  };
}
