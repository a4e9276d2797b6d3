import type { Part } from "../contract/index.ts";
import type { Responder, Turn } from "../corridor/index.ts";
import { languageOf, spokenLanguage, type Language } from "../lib/language.ts";

const WORDS: Readonly<Record<Language, string>> = {
  en: "Thank you for your message. I am not sure of the answer, so a colleague will take over and reply here as soon as possible.",
  zh: "感谢您的留言。这个问题我没有把握，已转给同事，他们会尽快在这里回复您。",
};

/** Last in line: says politely that a person takes over. In a group, which has its own people, it keeps silent. */
export const handover: Responder = {
  name: "handover",
  async respond(turn) {
    const asks = turn.messages.some((message) => message.type !== "entered");
    if (turn.conversation.kind !== "direct" || !asks) return undefined;
    const language = languageFor(turn);
    const parts: Part[] = [{ type: "text", text: language ? WORDS[language] : `${WORDS.en}\n\n${WORDS.zh}` }];
    return { parts, handover: "no answer found", ...(language && { language }) };
  },
};

/** As they wrote, else as was spoken before, else as their device is set; `undefined` leaves it to both. */
function languageFor({ messages, conversation, contact }: Turn): Language | undefined {
  const text = messages.map((message) => message.text).join("\n");
  const tag = conversation.language || contact?.locale;
  return tag ? spokenLanguage(text, tag) : languageOf(text);
}
