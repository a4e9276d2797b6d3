import type { Language } from "../lib/language.ts";
import type { AnswerSettings, LiveBar } from "./bars.ts";
import { decide, type Decision } from "./decide.ts";
import { nearKey, readText, type Corrections, type Model } from "./engine/index.ts";
import type { Hit, Index } from "./retrieval.ts";

/** What the hub has learned besides the articles themselves, as it stands in memory. */
export interface Mind {
  settings: AnswerSettings;
  /** The live model; none before the first training. */
  trained: { id: string; model: Model; bars: Readonly<Record<Language, LiveBar>> } | undefined;
  /** By the question's key. */
  corrections: Corrections;
  /** Whether people of ours have confirmed this article often enough for it to be answered without them. */
  isUnlocked(articleId: string): boolean;
}

interface Known {
  index: Index;
  has(articleId: string): boolean;
  mind: Mind;
}

const CANDIDATES = 5;
const SURE = 1;

/**
 * Decides about one question. A correction comes first, then a phrasing as it stands, then the trained model; the
 * comparison of words decides where there is no model, and about articles that the model has not learned yet.
 */
export function judge(
  known: Known,
  question: string,
  language: Language,
  maySee: (articleId: string) => boolean,
): Decision {
  const { mind } = known;
  const visible = (id: string) => known.has(id) && maySee(id);
  const decision =
    byCorrection(known, question, visible) ??
    byWords(known, question, language, visible) ??
    together(known, question, language, visible);
  return confirmed(decision, mind);
}

function byCorrection({ mind, has }: Known, question: string, visible: (id: string) => boolean): Decision | undefined {
  if (mind.corrections.size === 0) return undefined;
  const articleId = mind.corrections.get(nearKey(readText(question)));
  if (articleId === undefined || (articleId !== null && !has(articleId))) return undefined; // the article is gone
  const base = { score: SURE, threshold: SURE, how: "corrected" as const };
  if (articleId === null || !visible(articleId)) return { ...base, kind: "nothing", score: 0, hits: [] };
  const hit: Hit = { id: articleId, score: SURE, matchedPhrasing: null };
  return { ...base, kind: "answer", hit, hits: [hit] };
}

/** `undefined` leaves it to the model, which knows better than words alone. */
function byWords(
  { index, mind: { trained } }: Known,
  question: string,
  language: Language,
  visible: (id: string) => boolean,
): Decision | undefined {
  const search = () => decide(index.search(question, CANDIDATES, visible), language);
  if (!trained) return search();
  if (index.same(question)) return { ...search(), how: "same-words" };
  if (index.ids.every((id) => trained.model.knows(id))) return undefined;
  const decision = search();
  return decision.kind === "answer" && !trained.model.knows(decision.hit.id) ? decision : undefined;
}

/**
 * The model's word. Until it can certify a promise, words that are near enough to be answered by themselves count as
 * well, and so does what they would offer where the model knows nothing: each finds what the other misses.
 */
function together(
  { index, mind }: Known,
  question: string,
  language: Language,
  visible: (id: string) => boolean,
): Decision {
  const trained = mind.trained!;
  const learned = byModel(trained, question, language, visible, mind);
  if (learned.kind === "answer" || learned.how !== "learned") return learned;
  if (trained.bars[language].basis !== "provisional" || mind.settings.mode !== "auto") return learned;
  const words = decide(index.search(question, CANDIDATES, visible), language);
  const isBetter = words.kind === "answer" || (learned.kind === "nothing" && words.kind === "offer");
  return isBetter ? words : learned;
}

function byModel(
  { id: modelId, model, bars }: NonNullable<Mind["trained"]>,
  question: string,
  language: Language,
  maySee: (articleId: string) => boolean,
  { isUnlocked }: Mind,
): Decision {
  const { candidates, decision, bar } = model.answer({ question, language, maySee, bars, isUnlocked });
  const hits = candidates.map(hitOf);
  const how = candidates[0]?.evidence.how ?? "learned";
  const base = { score: hits[0]?.score ?? 0, threshold: bar.threshold, hits, how, modelId };
  if (decision.kind === "handover") return { ...base, kind: "nothing" };
  if (decision.kind === "offer") return { ...base, kind: "offer", options: decision.options.map(hitOf) };
  return { ...base, kind: decision.kind, hit: hitOf(decision.best) };
}

function hitOf({
  articleId,
  probability,
  matchedPhrasing,
}: {
  articleId: string;
  probability: number;
  matchedPhrasing: string | null;
}): Hit {
  return { id: articleId, score: probability, matchedPhrasing };
}

/** Where each answer is to be confirmed, and where nothing certifies what words alone say, an answer becomes a suggestion. */
function confirmed(decision: Decision, { settings, isUnlocked }: Mind): Decision {
  if (decision.kind !== "answer" || settings.mode === "auto" || isUnlocked(decision.hit.id)) return decision;
  const isGuess = (decision.how ?? "words") === "words" && decision.score < SURE;
  return settings.mode === "suggest" || isGuess ? { ...decision, kind: "suggest" } : decision;
}
