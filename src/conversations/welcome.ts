import type { Clock } from "../contract/index.ts";
import type { Responder } from "../corridor/index.ts";
import { spokenLanguage } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import { spokeSince } from "./welcome-store.ts";

/** Who comes back within a day is not greeted anew by merely opening the chat. */
const DAY_MS = 86_400_000;

const WORDS = {
  en: "Hello, and welcome! Ask me anything; if I do not know, a colleague will answer you here.",
  zh: "您好，欢迎光临！有什么问题尽管问我；我答不上来的，会有同事在这里为您解答。",
} as const;

/** Greets a person who opened the chat and has not asked anything yet. */
export function createWelcome({ db, clock }: { db: Database; clock: Clock }): Responder {
  return {
    name: "welcome",
    async respond(turn) {
      if (turn.conversation.kind !== "direct" || turn.messages.some(({ type }) => type !== "entered")) return undefined;
      const dayAgo = new Date(clock.now().getTime() - DAY_MS);
      if (await spokeSince(db, turn.conversation.id, dayAgo)) return undefined;
      const { conversation, contact } = turn;
      const language = spokenLanguage("", conversation.language ?? contact?.locale);
      return { parts: [{ type: "text", text: WORDS[language] }], language };
    },
  };
}
