import type { AnswerEvidence, ArticleView } from "../../contract/api-knowledge.ts";
import type { Clock, Json } from "../../contract/index.ts";
import type { Answer, Responder, Turn } from "../../corridor/index.ts";
import { maySee } from "../article.ts";
import { linkOf, mayRead, type LivePassage, type PassageShelf } from "../documents/index.ts";
import type { PassageHit } from "../documents/passage-index.ts";
import type { Library } from "../library.ts";
import { planAnswer, type Plan } from "../plan.ts";
import { hear } from "../responder.ts";
import { articleParts } from "../say.ts";
import { segmentsOf } from "../segments.ts";
import { mayBePick } from "../small-talk.ts";
import { askModel, type AskParts, type Verdict } from "./ask.ts";
import { briefFor, isPlain, type Brief } from "./matter.ts";

interface WriterParts {
  clock: Clock;
  access(): Promise<AskParts | undefined>;
  library(): Promise<Library>;
  shelf: PassageShelf;
  /** Whether each answer waits to be confirmed by one of our people. */
  isSuggesting(): boolean;
}

/** Below this nothing near was found, and the model is not asked: it may lower what is answered, never bypass a refusal. */
const FLOOR = { article: 0.15, passage: 0.4 };
const PASSAGES = 6;

/**
 * Asks a language model where the articles alone are not certain but near: it chooses an approved answer, or writes one
 * from passages. It stands before the articles' own responder, and leaves to it whatever it has no usable answer for.
 */
export function createWriter({ clock, access, library, shelf, isSuggesting }: WriterParts): Responder {
  async function find(turn: Turn, mayWrite: boolean): Promise<{ plan: Plan; brief: Brief } | undefined> {
    const said = hear(turn);
    const last = said.texts.at(-1);
    if (last === undefined || said.picked.length > 0 || (said.texts.length === 1 && mayBePick(last))) return undefined;
    const viewer = { stage: turn.contact?.stage, at: clock.now() };
    const known = await library();
    const plan = planAnswer({ ...said, viewer }, known);
    if (plan.smallTalk || plan.handover || !["offered", "unknown"].includes(plan.evidence.decision)) return undefined;
    const question = said.texts.join("\n");
    const close = plan.evidence.candidates.filter(({ score }) => score >= FLOOR.article);
    const articles = close
      .flatMap(({ articleId }) => known.byId.get(articleId) ?? [])
      .filter((article) => maySee(article, viewer));
    const { index } = await shelf.current();
    const asked = [question, ...segmentsOf(said.texts)];
    const near = asked.flatMap((each) => index.search(each, PASSAGES, mayRead(viewer)));
    const passages = nearest(near).filter(({ coverage, passage }) => coverage >= FLOOR.passage && isPlain(passage));
    if (articles.length === 0 && (passages.length === 0 || !mayWrite)) return undefined;
    return { plan, brief: briefFor({ question, language: plan.language, articles, passages, mayWrite }) };
  }

  return {
    name: "language-model",
    async respond(turn, signal): Promise<Answer | undefined> {
      const parts = await access();
      if (!parts || isSuggesting()) return undefined;
      const found = await find(turn, parts.settings.mode === "write");
      if (!found) return undefined;
      const { plan, brief } = found;
      const verdict = await askModel(brief.matter, brief.hosts, parts, signal);
      return answerFor(verdict, plan, brief, parts.settings.model);
    },
  };
}

/** Each passage once, with what it covers of the whole question or of one sentence in it. */
function nearest(hits: readonly PassageHit<LivePassage>[]): PassageHit<LivePassage>[] {
  const byId = new Map<string, PassageHit<LivePassage>>();
  for (const hit of hits) if (hit.coverage > (byId.get(hit.passage.id)?.coverage ?? 0)) byId.set(hit.passage.id, hit);
  return [...byId.values()].sort((a, b) => b.coverage - a.coverage).slice(0, PASSAGES);
}

function answerFor(verdict: Verdict, { language, evidence }: Plan, brief: Brief, model: string): Answer | undefined {
  if (verdict.kind === "nothing") return undefined;
  const base = { ...evidence, decision: "answered" as const, offered: [], modelId: model };
  if (verdict.kind === "choose") {
    const article = brief.articles.get(verdict.ref)!;
    const why: AnswerEvidence = { ...base, articleId: article.id, slug: article.slug, how: "chosen" };
    return { parts: articleParts([article], language), language, evidence: why as Json };
  }
  const quotes = verdict.citations.map(({ passage, quote }) => quoteOf(quote, brief.grounds.get(passage)!, language));
  const why: AnswerEvidence = { ...base, articleId: null, slug: null, how: "written", quotes };
  return { parts: [{ type: "text", text: verdict.text }], language, evidence: why as Json };
}

type Quote = NonNullable<AnswerEvidence["quotes"]>[number];

function quoteOf(
  quote: string,
  source: { article: ArticleView } | { passage: LivePassage },
  language: "en" | "zh",
): Quote {
  const nothing = { documentId: null, articleId: null, passageId: null, heading: "", link: null, page: null };
  if ("article" in source)
    return {
      ...nothing,
      articleId: source.article.id,
      title: source.article.texts[language]?.title ?? source.article.slug,
      quote,
    };
  const { passage } = source;
  const { documentId, id: passageId, title, heading, page } = passage;
  return { ...nothing, documentId, passageId, title, heading, page, link: linkOf(passage), quote };
}
