import { AnswerEvidence } from "../contract/api-knowledge.ts";
import type { Json } from "../contract/index.ts";
import type { HubAct, Observer, RecordedEvent } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import { logAnswers, questionsBefore, type AnswerRow } from "./answers-store.ts";
import type { Library } from "./library.ts";
import { planAnswer } from "./plan.ts";
import { addSuggestions, type NewSuggestion } from "./suggestion-store.ts";

type Act = RecordedEvent & { event: Extract<HubAct, { type: "answered" | "handed-over" }> };

/** Writes the answer log: what the bot answered, offered or left to people, and on what evidence. One line a turn. */
export function createObserver({ library }: { library(): Library }): Observer {
  return {
    name: "knowledge",
    async observe(events, tx) {
      const turns = [...byConversation(events.filter(isAct)).values()].map(deciding);
      const unexplained = turns.filter(({ act }) => evidenceOf(act) === undefined);
      const asked = unexplained.map(({ act: { conversationId }, since }) => ({ conversationId, seq: since }));
      const questions = asked.length > 0 ? await questionsBefore(tx, asked) : [];
      const byAct = new Map(unexplained.map(({ act }, at) => [act.id, questions[at] ?? ""]));
      const rows = turns.flatMap(({ act }) => rowOf(act, byAct.get(act.id) ?? "", library()) ?? []);
      if (rows.length > 0) await logAnswers(tx, rows);
      const waiting = turns.flatMap(({ act }) => suggestionOf(act) ?? []);
      if (waiting.length > 0) await addSuggestions(tx, waiting);
    },
  };
}

function byConversation(acts: readonly Act[]): Map<string, Act[]> {
  const found = new Map<string, Act[]>();
  for (const act of acts) found.set(act.conversationId, [...(found.get(act.conversationId) ?? []), act]);
  return found;
}

/**
 * The act that tells how a turn ended: ours, which has the evidence; else the handover, whose parting words another
 * responder may have said just before.
 */
function deciding(acts: readonly Act[]): { act: Act; since: number } {
  const act =
    acts.find((each) => evidenceOf(each)) ?? acts.find(({ event }) => event.type === "handed-over") ?? acts[0]!;
  return { act, since: Math.min(...acts.map(({ seq }) => seq)) };
}

function isAct(recorded: RecordedEvent): recorded is Act {
  return recorded.event.type === "answered" || recorded.event.type === "handed-over";
}

/** Our own evidence; another responder's is kept as it is and not read. */
function evidenceOf({ event }: Act): AnswerEvidence | undefined {
  return event.type === "answered" ? AnswerEvidence.safeParse(event.evidence).data : undefined;
}

function rowOf(act: Act, question: string, library: Library): AnswerRow | undefined {
  const { id: eventId, conversationId, sentAt: at, event } = act;
  const base = { id: newId(), eventId, conversationId, at };
  const evidence = evidenceOf(act);
  if (evidence) return { ...base, ...read(evidence), outcome: outcomeOf(evidence), evidence: evidence as Json };
  if (question === "") return undefined; // a welcome, or an agent who took over by hand
  if (event.type === "answered") {
    const unread = { articleId: null, score: null, threshold: null, evidence: event.evidence ?? null };
    return { ...base, ...unread, outcome: "answered", question };
  }
  // We said nothing, so nobody wrote down why: the same library gives the same reasons again.
  const looked = planAnswer({ texts: [question], picked: [], tags: [] }, library).evidence;
  const reasons = { ...looked, offered: [], reason: event.reason };
  return { ...base, ...read(looked), articleId: null, outcome: "handed-over", evidence: reasons };
}

function suggestionOf({ id: eventId, conversationId, sentAt: at, ...act }: Act): NewSuggestion | undefined {
  const evidence = act.event.type === "answered" ? AnswerEvidence.safeParse(act.event.evidence).data : undefined;
  if (!evidence?.suggested) return undefined;
  const { question, language, score: probability, suggested } = evidence;
  return { id: newId(), eventId, conversationId, at, question, language, probability, articleId: suggested.articleId };
}

function read({ question, articleId, score, threshold }: AnswerEvidence) {
  return { question, articleId, score, threshold };
}

function outcomeOf({ decision }: AnswerEvidence): AnswerRow["outcome"] {
  return decision === "unknown" || decision === "suggested" ? "handed-over" : decision;
}
