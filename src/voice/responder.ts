import type { Clock } from "../contract/index.ts";
import type { Answer, Responder, Turn, TurnMessage } from "../corridor/index.ts";
import { spokenLanguage, type Language } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import { unacknowledged } from "./case-store.ts";
import type { FactsKeeper } from "./facts.ts";
import { pressedScore, SCALES, typedScore } from "./scores.ts";
import { rankOf } from "./severity.ts";
import { answersAmong } from "./survey-store.ts";
import { ACKNOWLEDGED, ACKNOWLEDGED_URGENT, THANKS, THANKS_LOW } from "./words-said.ts";

export const VOICE = "voice";

const MINUTE = 60_000;

/** Thanks for a survey's answer, and tells who complains what happens next. Everything else is for those who come after. */
export function createResponder({ db, facts, clock }: { db: Database; facts: FactsKeeper; clock: Clock }): Responder {
  return {
    name: VOICE,
    async respond(turn) {
      return (await thank(db, turn)) ?? (await acknowledge(db, turn, facts, clock));
    },
  };
}

function languageFor(turn: Turn): Language {
  const text = turn.messages.map((message) => message.text).join("\n");
  const tags = [turn.conversation.language, turn.contact?.locale] as const;
  // A number is written the same in every language; what was spoken before counts.
  return spokenLanguage(text, ...tags);
}

async function thank(db: Database, turn: Turn): Promise<Answer | undefined> {
  const maybe = turn.messages.filter(mayBeScore);
  if (maybe.length === 0) return undefined;
  const answers = await answersAmong(db, turn.conversation.id, maybe.map(({ seq }) => seq)); // prettier-ignore
  if (answers.length === 0) return undefined;
  const seqs = new Set(answers.map(({ seq }) => seq));
  const rest = turn.messages.filter(({ seq }) => !seqs.has(seq));
  const { kind, score } = answers.at(-1)!;
  const language = languageFor(turn);
  const words = (score <= SCALES[kind].low ? THANKS_LOW : THANKS)[language];
  return { parts: [{ type: "text", text: words }], language, ...(rest.length > 0 && { rest }) };
}

function mayBeScore({ pressed, text }: TurnMessage): boolean {
  return pressed === null ? typedScore(text) !== undefined : pressedScore(pressed) !== undefined;
}

async function acknowledge(db: Database, turn: Turn, facts: FactsKeeper, clock: Clock): Promise<Answer | undefined> {
  const { settings } = await facts.current(db);
  const mayHere = turn.conversation.kind === "direct" || settings.acknowledgeInGroups;
  if (!settings.acknowledge || !mayHere || turn.messages.every(({ type }) => type !== "message")) return undefined;
  const seqs = turn.messages.map(({ seq }) => seq);
  const found = await unacknowledged(db, turn.conversation.id, seqs);
  if (!found) return undefined;
  const language = languageFor(turn);
  const words = found.rank === rankOf("urgent") ? ACKNOWLEDGED_URGENT : ACKNOWLEDGED;
  // As people count it: in so many minutes from now, never none.
  const minutes = Math.max(1, Math.round((found.firstReplyDueAt.getTime() - clock.now().getTime()) / MINUTE));
  const parts = [{ type: "text" as const, text: words[language](minutes) }];
  return { parts, language, evidence: { caseId: found.id }, handover: "a complaint" };
}
