import type { AnswerEvidence, ArticleView } from "../contract/api-knowledge.ts";
import { spokenLanguage, type Language } from "../lib/language.ts";
import { maySee, type Viewer } from "./article.ts";
import { ANSWER_AT, type Decision } from "./decide.ts";
import { wordsIn, type Library } from "./library.ts";
import type { Hit } from "./retrieval.ts";
import { asks, segmentsOf } from "./segments.ts";
import { asksForPerson, smallTalkOf, type SmallTalk } from "./small-talk.ts";

/** What people said since we last spoke. */
export interface Said {
  texts: string[];
  /** The articles they picked from our offer, by button or number. */
  picked: string[];
  /** What to speak where the texts have no letters: the conversation's language, then the person's. */
  tags: (string | null | undefined)[];
  /** Who asks; a stranger where it is not said. */
  viewer?: Viewer;
}

/** What to do about it. The decision `unknown` leaves it to the next responder, and to people in the end. */
export interface Plan {
  evidence: AnswerEvidence;
  language: Language;
  articles: ArticleView[];
  offered: ArticleView[];
  smallTalk?: SmallTalk;
  /** An answer that one of our people confirms first. */
  suggested?: ArticleView;
  /** Why people should take over. */
  handover?: string;
}

/** Questions answered in one turn. */
const MAX_ANSWERS = 3;
const MAX_QUESTION = 1_000;
const CANDIDATES = 5;

interface Finding {
  sentence: string;
  decision: Decision;
}

/** Decides about a turn; pure. @param spoken the language to answer in, where it is not to be read off the text. */
export function planAnswer(said: Said, library: Library, spoken?: Language): Plan {
  const whole = said.texts.join("\n");
  const language = spoken ?? spokenLanguage(whole, ...said.tags);
  const sees = (article: ArticleView) => maySee(article, said.viewer ?? {});
  const look = (sentence: string): Finding => ({
    sentence,
    decision: library.decide(sentence, spokenLanguage(sentence, language), sees),
  });
  const picked = said.picked.flatMap((slug) => library.bySlug.get(slug) ?? []).filter(sees);
  const base = { language, library, question: whole };

  if (asksForPerson(whole)) return plan(base, { handover: "asked for a person" });
  const smallTalk = smallTalkOf(whole);
  if (smallTalk && picked.length === 0) {
    const own = library.bySlug.get(smallTalk);
    return own && sees(own) ? plan(base, { articles: [own], score: 1 }) : plan(base, { smallTalk });
  }
  const sentences = segmentsOf(said.texts);
  if (sentences.length === 0 && picked.length > 0) return plan(base, { articles: picked, score: 1 });
  return answerAll(base, picked, sentences.map(look), look(whole));
}

interface Base {
  language: Language;
  library: Library;
  question: string;
}

/** Sentences are answered each by itself where they can be, else all of them as one question. */
function answerAll(base: Base, picked: ArticleView[], findings: Finding[], whole: Finding): Plan {
  const { library } = base;
  const answers = findings.flatMap(({ decision }) => (decision.kind === "answer" ? [decision] : []));
  const articleOf = (hit: Hit) => library.byId.get(hit.id)!;
  const waiting = findings.flatMap(({ decision }) => (decision.kind === "suggest" ? [decision] : []))[0];
  if (picked.length === 0 && (answers.length === 0 || findings.length === 1)) return asOne(base, findings, whole);

  const articles = [...new Set([...picked, ...answers.map(({ hit }) => articleOf(hit))])];
  const open = findings.filter(({ sentence, decision }) => decision.kind !== "answer" && asks(sentence));
  const offer = open.flatMap(({ decision }) => (decision.kind === "offer" ? [decision] : []))[0];
  const lost =
    waiting !== undefined || open.some(({ decision }) => decision.kind === "nothing") || articles.length > MAX_ANSWERS;
  return plan(base, {
    articles: articles.slice(0, MAX_ANSWERS),
    offered: lost ? [] : (offer?.options.map(articleOf) ?? []).filter((article) => !articles.includes(article)),
    score: answers[0]?.score ?? 1,
    ...(answers[0] && { threshold: answers[0].threshold }),
    matchedPhrasing: answers[0]?.hit.matchedPhrasing ?? null,
    hits: hitsOf(findings),
    ...sourceOf(answers[0]),
    ...(waiting && { suggested: articleOf(waiting.hit) }),
    ...(lost && { handover: "part of the question has no answer" }),
  });
}

function asOne(base: Base, findings: Finding[], whole: Finding): Plan {
  const articleOf = (hit: Hit) => base.library.byId.get(hit.id)!;
  const best = [...findings, whole].sort(
    (a, b) => rank(b.decision) - rank(a.decision) || b.decision.score - a.decision.score,
  )[0]!;
  const { decision } = best;
  const hits = hitsOf([best, whole]);
  const { score, threshold } = decision;
  const found = { score, threshold, hits, ...sourceOf(decision) };
  if (decision.kind === "answer" || decision.kind === "suggest") {
    const article = articleOf(decision.hit);
    const { matchedPhrasing } = decision.hit;
    if (decision.kind === "answer") return plan(base, { ...found, matchedPhrasing, articles: [article] });
    return plan(base, { ...found, matchedPhrasing, suggested: article, handover: "an answer waits to be confirmed" });
  }
  return plan(base, { ...found, offered: decision.kind === "offer" ? decision.options.map(articleOf) : [] });
}

const RANKS: Readonly<Record<Decision["kind"], number>> = { answer: 3, suggest: 2, offer: 1, nothing: 0 };

function rank({ kind }: Decision): number {
  return RANKS[kind];
}

function sourceOf(decision: Decision | undefined): Pick<Found, "how" | "modelId"> {
  if (!decision) return {};
  return { how: decision.how ?? "words", ...(decision.modelId && { modelId: decision.modelId }) };
}

/** What was near, each article once, with its best score. */
function hitsOf(findings: readonly Finding[]): Hit[] {
  const hits = findings.flatMap(({ decision }) => decision.hits).sort((a, b) => b.score - a.score);
  return hits.filter((hit, at) => hits.findIndex(({ id }) => id === hit.id) === at).slice(0, CANDIDATES);
}

interface Found {
  articles: ArticleView[];
  offered: ArticleView[];
  smallTalk?: SmallTalk;
  suggested?: ArticleView;
  handover?: string;
  how?: Decision["how"];
  modelId?: string;
  score: number;
  /** Of the sentence's own language; the turn's where no sentence was looked at. */
  threshold?: number;
  matchedPhrasing: string | null;
  hits: Hit[];
}

const NOTHING: Found = { articles: [], offered: [], score: 0, matchedPhrasing: null, hits: [] };

function plan({ language, library, question }: Base, partial: Partial<Found>): Plan {
  const found = { ...NOTHING, ...partial };
  const { articles, offered, smallTalk, suggested, handover } = found;
  const [first] = articles;
  const evidence: AnswerEvidence = {
    decision: named(found),
    question: question.slice(0, MAX_QUESTION).toWellFormed(),
    language,
    articleId: first?.id ?? null,
    slug: first?.slug ?? smallTalk ?? null,
    score: rounded(smallTalk ? 1 : found.score),
    threshold: found.threshold ?? ANSWER_AT[language],
    matchedPhrasing: found.matchedPhrasing,
    ...(found.how && { how: found.how }),
    modelId: found.modelId ?? null,
    suggested: suggested ? { articleId: suggested.id, slug: suggested.slug } : null,
    candidates: found.hits.map((hit) => candidate(hit, library.byId.get(hit.id)!, language)),
    offered: offered.map(({ slug }) => slug),
  };
  return {
    ...{ evidence, language, articles, offered },
    ...(smallTalk && { smallTalk }),
    ...(suggested && { suggested }),
    ...(handover && { handover }),
  };
}

function named({ handover, articles, smallTalk, offered, suggested }: Found): AnswerEvidence["decision"] {
  if (suggested && articles.length === 0) return "suggested";
  if (handover) return "handed-over";
  if (articles.length > 0 || smallTalk) return "answered";
  return offered.length > 0 ? "offered" : "unknown";
}

function candidate(hit: Hit, article: ArticleView, language: Language) {
  const title = wordsIn(article, language)?.title ?? article.slug;
  return {
    articleId: article.id,
    slug: article.slug,
    title,
    score: rounded(hit.score),
    matchedPhrasing: hit.matchedPhrasing,
  };
}

function rounded(score: number): number {
  return Math.round(score * 1_000) / 1_000;
}
