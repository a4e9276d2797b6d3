import type { ArticleView } from "../../contract/api-knowledge.ts";
import type { Language } from "../../lib/language.ts";
import type { LivePassage } from "../documents/index.ts";
import type { PassageHit } from "../documents/passage-index.ts";
import { instructionsIn } from "../documents/instructions.ts";
import { hostsIn } from "./facts.ts";
import type { Choice, Ground, Matter } from "./prompt.ts";

/** Where each name of a request leads: the model sees no ids of ours. */
export interface Brief {
  matter: Matter;
  articles: ReadonlyMap<string, ArticleView>;
  grounds: ReadonlyMap<string, { article: ArticleView } | { passage: LivePassage }>;
  hosts: ReadonlySet<string>;
}

const MOST_CHOICES = 5;
const MOST_GROUNDS = 8;

export interface Found {
  question: string;
  language: Language;
  /** What the person may see and what is near, the nearest first. */
  articles: readonly ArticleView[];
  passages: readonly PassageHit<LivePassage>[];
  mayWrite: boolean;
}

/** What the model is told, of what was found: approved answers to choose among, passages to write from. */
export function briefFor({ question, language, articles, passages, mayWrite }: Found): Brief {
  const inLanguage = articles.slice(0, MOST_CHOICES).filter(({ texts }) => texts[language] !== undefined);
  const named = inLanguage.map((article, at) => [`a${at + 1}`, article] as const);
  const sources = [
    ...inLanguage.map((article) => ({ article })),
    ...passages.filter(({ passage }) => passage.language === language).map(({ passage }) => ({ passage })),
  ];
  const grounds = sources.slice(0, MOST_GROUNDS).map((source, at) => [`p${at + 1}`, source] as const);
  const choices = named.map(([ref, { texts }]): Choice => ({
    ref,
    title: texts[language]!.title,
    answer: texts[language]!.answer,
  }));
  return {
    matter: {
      question,
      language,
      choices,
      grounds: mayWrite ? grounds.map(([ref, source]) => groundOf(ref, source, language)) : [],
      mayWrite,
    },
    articles: new Map(named),
    grounds: new Map(grounds),
    hosts: new Set([
      ...inLanguage.flatMap(({ texts }) => hostsIn(texts[language]!.answer)),
      ...passages.flatMap(({ passage: { link } }) => (link === null ? [] : [new URL(link).hostname])),
    ]),
  };
}

function groundOf(
  ref: string,
  source: { article: ArticleView } | { passage: LivePassage },
  language: Language,
): Ground {
  if ("passage" in source) return { ref, heading: source.passage.heading, text: source.passage.text };
  const { title, answer } = source.article.texts[language]!;
  return { ref, heading: title, text: answer };
}

/** A heading or title that speaks to a program says nothing to a reader. */
export function isPlain(passage: LivePassage): boolean {
  return instructionsIn(`${passage.title}\n${passage.heading}\n${passage.text}`).length === 0;
}
