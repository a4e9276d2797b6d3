import type { HandoverKind, RuleView } from "../contract/api-handover.ts";
import type { Clock } from "../contract/index.ts";
import type { Answer, Responder, Turn } from "../corridor/index.ts";
import { languageOf, spokenLanguage, type Language } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import { isAngry } from "./anger.ts";
import { matches, type Ask } from "./decide.ts";
import type { createKnown } from "./desk-store.ts";
import { outlookFor } from "./outlook.ts";
import { readAsks } from "./queue-store.ts";
import { REASONS, ruleReason } from "./reasons.ts";
import { wantsPerson } from "./wish.ts";
import { handoverWords, outlookWords, RESUME } from "./words.ts";

/** The names by which the ledger knows these answers again. */
export const RESUMER = "handover resumes";

export interface ResponderParts {
  db: Database;
  clock: Clock;
  known: ReturnType<typeof createKnown>;
  /** Conversations that the bot got back without a word. */
  resumeDue: () => ReadonlySet<string>;
}

interface Cause {
  kind: HandoverKind;
  reason: string;
}

/** Says once, before its next answer, that it is the bot who speaks again. */
export function createResumer({ resumeDue }: Pick<ResponderParts, "resumeDue">): Responder {
  return {
    name: RESUMER,
    async respond(turn) {
      if (!resumeDue().has(turn.conversation.id) || textOf(turn) === "") return undefined;
      const language = spokenLanguage(textOf(turn), turn.conversation.language, turn.contact?.locale);
      return { parts: [{ type: "text", text: RESUME[language] }], rest: turn.messages, language };
    },
  };
}

/** Before the bot tries: somebody asks for a person, is angry, or a rule says that people have it. */
export function createFirstLook(parts: ResponderParts): Responder {
  return {
    name: "handover first",
    async respond(turn) {
      if (turn.conversation.kind !== "direct") return undefined; // a group has its own people
      const cause = await causeOf(turn, parts);
      return cause && handOver(turn, cause, parts);
    },
  };
}

/** Last in line: a person takes over, and the customer is told what happens. */
export function createLastWord(parts: ResponderParts): Responder {
  return {
    name: "handover",
    async respond(turn) {
      const asks = turn.messages.some((message) => message.type !== "entered");
      if (turn.conversation.kind !== "direct" || !asks) return undefined;
      return handOver(turn, { kind: "unknown", reason: REASONS.unknown }, parts);
    },
  };
}

/** Where another responder hands over in words of its own, adds what happens now and how long it takes. */
export function completes(inner: Responder, parts: ResponderParts): Responder {
  return {
    name: inner.name,
    async respond(turn, signal) {
      const answer = await inner.respond(turn, signal);
      if (answer?.handover === undefined || answer.parts.length === 0 || turn.conversation.kind !== "direct")
        return answer;
      const outlook = await outlookOf(turn, "unknown", parts);
      if (!outlook) return answer;
      const language = languageFor(turn) ?? "en";
      return {
        ...answer,
        parts: [...answer.parts, { type: "text", text: outlookWords(language, outlook, parts.clock.now()) }],
      };
    },
  };
}

async function causeOf(turn: Turn, { db, known }: ResponderParts): Promise<Cause | undefined> {
  const text = textOf(turn);
  if (text === "") return undefined;
  const { settings, rules } = await known.current();
  if (settings.onWish && wantsPerson(text)) return { kind: "wish", reason: REASONS.wish };
  const beginning = rules.filter(({ begins, enabled }) => begins && enabled);
  const rule = beginning.length > 0 ? await ruleFor(turn, beginning, db) : undefined;
  if (rule) return { kind: "rule", reason: ruleReason(rule.name) };
  return settings.onAnger && isAngry(text) ? { kind: "anger", reason: REASONS.anger } : undefined;
}

async function ruleFor(turn: Turn, rules: readonly RuleView[], db: Database): Promise<RuleView | undefined> {
  const ask = await askOf(turn, "rule", db);
  return ask && rules.find((rule) => matches({ ...rule, kinds: [] }, ask));
}

async function handOver(turn: Turn, { kind, reason }: Cause, parts: ResponderParts): Promise<Answer> {
  const language = languageFor(turn);
  const outlook = await outlookOf(turn, kind, parts);
  const now = parts.clock.now();
  const words = (spoken: Language) => handoverWords(kind, spoken, outlook, now);
  const text = language ? words(language) : `${words("en")}\n\n${words("zh")}`;
  return { parts: [{ type: "text", text }], handover: reason, ...(language && { language }) };
}

async function outlookOf(turn: Turn, kind: HandoverKind, { db, clock, known }: ResponderParts) {
  const { hasTeams, rules } = await known.current();
  if (!hasTeams && rules.length === 0) return undefined;
  const ask = await askOf(turn, kind, db);
  return ask && outlookFor(db, ask, clock.now());
}

async function askOf(turn: Turn, kind: HandoverKind, db: Database): Promise<Ask | undefined> {
  const ask = (await readAsks(db, new Map([[turn.conversation.id, kind]]))).get(turn.conversation.id);
  const language = languageFor(turn) ?? null;
  return (
    ask && {
      ...ask,
      text: textOf(turn),
      language,
      ...(turn.contact?.stage !== undefined && { stage: turn.contact.stage }),
    }
  );
}

/** What people wrote, not what programs did. */
function textOf({ messages }: Turn): string {
  return messages
    .filter(({ type, authorIsBot }) => type === "message" && !authorIsBot)
    .map(({ text }) => text)
    .join("\n");
}

/** As they wrote, else as was spoken before, else as their device is set; `undefined` leaves it to both. */
function languageFor(turn: Turn): Language | undefined {
  const tag = turn.conversation.language || turn.contact?.locale;
  const text = textOf(turn);
  return tag ? spokenLanguage(text, tag) : languageOf(text);
}
