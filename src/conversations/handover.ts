import type { Part } from "../contract/index.ts";
import type { Responder, Turn } from "../corridor/index.ts";

type Language = "en" | "zh";

const WORDS: Readonly<Record<Language, string>> = {
  en: "Thank you for your message. I am not sure of the answer, so a colleague will take over and reply here as soon as possible.",
  zh: "感谢您的留言。这个问题我没有把握，已转给同事，他们会尽快在这里回复您。",
};

/** At least this share of Chinese characters among the words makes a text Chinese: "能用 PayPal 付款吗" is. */
const HAN_SHARE = 0.3;

/** Last in line: says politely that a person takes over. In a group, which has its own people, it keeps silent. */
export const handover: Responder = {
  name: "handover",
  async respond(turn) {
    const asks = turn.messages.some((message) => message.type !== "entered");
    if (turn.conversation.kind !== "direct" || !asks) return undefined;
    const language = languageOf(turn);
    const parts: Part[] = [{ type: "text", text: language ? WORDS[language] : `${WORDS.en}\n\n${WORDS.zh}` }];
    return { parts, handover: "no answer found", ...(language && { language }) };
  },
};

/** As they wrote, else as was spoken before, else as their device is set; `undefined` leaves it to both. */
function languageOf({ messages, conversation, contact }: Turn): Language | undefined {
  const written = languageOfText(messages.map((message) => message.text).join("\n"));
  return written ?? languageOfTag(conversation.language) ?? languageOfTag(contact?.locale);
}

function languageOfText(text: string): Language | undefined {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const others = text.match(/(?!\p{Script=Han})\p{L}(?:(?!\p{Script=Han})[\p{L}\p{M}'’])*/gu)?.length ?? 0;
  if (han + others === 0) return undefined;
  return han / (han + others) >= HAN_SHARE ? "zh" : "en";
}

function languageOfTag(tag: string | null | undefined): Language | undefined {
  if (!tag) return undefined;
  return tag.toLowerCase().startsWith("zh") ? "zh" : "en";
}
