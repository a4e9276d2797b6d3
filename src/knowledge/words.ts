import type { Language } from "../lib/language.ts";

interface Words {
  /** Above two or three "did you mean" buttons. */
  choose: string;
  /** Above a single one. */
  confirm: string;
  noneOfThese: string;
  /** Before a person takes over. */
  handover: string;
  /** Where the knowledge base has no article `greeting` or `thanks`. */
  greeting: string;
  thanks: string;
  /** Before an answer that exists in the other language alone. */
  otherLanguage: string;
}

/** Everything that the bot says by itself; articles say the rest. */
export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    choose: "Did you mean one of these?",
    confirm: "Did you mean this?",
    noneOfThese: "None of these",
    handover: "I am passing you on to a colleague, who will answer here as soon as possible.",
    greeting: "Hello. How can I help you?",
    thanks: "You are welcome.",
    otherLanguage: "This is available in Chinese only for now:",
  },
  zh: {
    choose: "您是想问下面哪一个？",
    confirm: "您是想问这个吗？",
    noneOfThese: "都不是",
    handover: "好的，正在为您转接人工客服，同事会尽快在这里回复您。",
    greeting: "您好，请问有什么可以帮您？",
    thanks: "不客气。",
    otherLanguage: "以下内容目前只有英文版：",
  },
};
