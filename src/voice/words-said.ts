import type { ChoicePart } from "../contract/index.ts";
import type { Language } from "../lib/language.ts";
import { optionOf, SCALES, type SurveyKind } from "./scores.ts";

type Both<T = string> = Readonly<Record<Language, T>>;

const HOUR = 60;
const DAY = 24 * HOUR;

/** In words: within how long, rounded up so that it is kept. */
const WITHIN: Both<(minutes: number) => string> = {
  en: (minutes) =>
    minutes <= 90
      ? `${minutes} minutes`
      : minutes <= 2 * DAY
        ? `${Math.ceil(minutes / HOUR)} hours`
        : `${Math.ceil(minutes / DAY)} days`,
  zh: (minutes) =>
    minutes <= 90
      ? `${minutes} 分钟`
      : minutes <= 2 * DAY
        ? `${Math.ceil(minutes / HOUR)} 小时`
        : `${Math.ceil(minutes / DAY)} 天`,
};

/** What a complaint is answered with at once: that it was heard, and what happens next. */
export const ACKNOWLEDGED: Both<(minutes: number) => string> = {
  en: (minutes) =>
    `I'm sorry about that, and thank you for telling us. I have opened a case: a colleague will look into it and write to you here within ${WITHIN.en(minutes)}. We will tell you here when it is solved.`,
  zh: (minutes) =>
    `非常抱歉给您带来不便，感谢您告诉我们。我已为您登记：同事会跟进处理，并在 ${WITHIN.zh(minutes)}内在这里回复您；问题解决后，我们也会在这里告诉您。`,
};
/** The same where somebody may be in danger. */
export const ACKNOWLEDGED_URGENT: Both<(minutes: number) => string> = {
  en: (minutes) =>
    `I'm very sorry. This goes to a colleague at once, who will write to you here within ${WITHIN.en(minutes)}. If anybody is hurt or in danger, please call your local emergency number first.`,
  zh: (minutes) =>
    `非常抱歉。我已立即转给同事，会在 ${WITHIN.zh(minutes)}内在这里回复您。如果有人受伤或有危险，请先拨打当地的急救电话。`,
};

const QUESTIONS: Readonly<Record<SurveyKind, Both>> = {
  csat: {
    en: "How satisfied are you with how we helped you? (1: not at all, 5: very)",
    zh: "您对我们这次的服务满意吗？（1 分：很不满意，5 分：非常满意）",
  },
  nps: {
    en: "How likely are you to recommend us to a friend? (0: not at all, 10: certainly)",
    zh: "您有多大可能把我们推荐给朋友？（0 分：不会，10 分：一定会）",
  },
  ces: {
    en: "How easy was it to get what you needed? (1: very hard, 7: very easy)",
    zh: "这次办成您要办的事容易吗？（1 分：很难，7 分：很容易）",
  },
};

/** A survey's question, with a button for each answer. */
export function surveyQuestion(ask: {
  id: string;
  kind: SurveyKind;
  language: Language;
  own: { en: string | null; zh: string | null };
}): ChoicePart {
  const { from, to } = SCALES[ask.kind];
  const scores = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  return {
    type: "choice",
    prompt: ask.own[ask.language] ?? QUESTIONS[ask.kind][ask.language],
    options: scores.map((score) => ({ id: optionOf(ask.id, score), label: String(score) })),
  };
}

export const THANKS: Both = { en: "Thank you for your answer!", zh: "谢谢您的反馈！" };
export const THANKS_LOW: Both = {
  en: "Thank you for being frank. I'm sorry it was not better: a colleague will look into it. You can tell us here what went wrong.",
  zh: "谢谢您的坦诚，很抱歉没能让您满意。同事会跟进；哪里不好，您可以直接在这里告诉我们。",
};
