import type { HandoverKind } from "../contract/api-handover.ts";
import type { Language } from "../lib/language.ts";
import { localTime } from "./hours.ts";

/** What a customer can be told honestly: what is not known is not said. */
export interface Outlook {
  /** Their place in the line; null where somebody is free. */
  position: number | null;
  /** When people are there again; null: they are now, or nobody knows. */
  opensAt: Date | null;
  timeZone: string;
  /** Until the first reply, as measured. */
  medianMinutes: number | null;
}

const SORRY: Readonly<Record<Language, Partial<Record<HandoverKind, string>>>> = {
  en: {
    unknown: "Thank you for your message. I am not sure of the answer.",
    anger: "I am sorry about this. It should be looked at by a person.",
  },
  zh: {
    unknown: "感谢您的留言。这个问题我没有把握。",
    anger: "非常抱歉给您带来不便，这件事应该由同事来处理。",
  },
};

/** Where nothing is known about who is there. */
const SOON: Readonly<Record<Language, Partial<Record<HandoverKind, string>>>> = {
  en: {
    unknown:
      "Thank you for your message. I am not sure of the answer, so a colleague will take over and reply here as soon as possible.",
  },
  zh: { unknown: "感谢您的留言。这个问题我没有把握，已转给同事，他们会尽快在这里回复您。" },
};

/** What happens now, and how long it takes. */
export function handoverWords(kind: HandoverKind, language: Language, outlook: Outlook | undefined, now: Date): string {
  if (!outlook) {
    const soon = {
      en: "A colleague will take over and reply here as soon as possible.",
      zh: "已转给同事，他们会尽快在这里回复您。",
    };
    return SOON[language][kind] ?? join(language, SORRY[language][kind], soon[language]);
  }
  return join(language, SORRY[language][kind], outlookWords(language, outlook, now));
}

/** The same without regrets: behind words that somebody else said already. */
export function outlookWords(
  language: Language,
  { position, opensAt, timeZone, medianMinutes }: Outlook,
  now: Date,
): string {
  const zh = language === "zh";
  if (opensAt) {
    const when = whenWords(opensAt, now, timeZone, language);
    return zh
      ? `同事会在这里回复您。我们${when}恢复服务。`
      : `A colleague will answer you here. We are open again ${when}.`;
  }
  const takes = medianMinutes === null ? "" : durationWords(medianMinutes, language);
  const first = zh ? "同事会在这里回复您。" : "A colleague will answer you here.";
  const line =
    position === null || position <= 1
      ? ""
      : zh
        ? `您前面还有 ${position - 1} 位。`
        : `You are number ${position} in line.`;
  const long =
    takes === "" ? "" : zh ? `首次回复通常需要${takes}左右。` : `The first reply usually takes about ${takes}.`;
  return join(language, first, line, long);
}

function join(language: Language, ...sentences: (string | undefined)[]): string {
  return sentences.filter((each) => each).join(language === "zh" ? "" : " ");
}

/** Rounded up, so that nobody is promised more than was measured. */
function durationWords(minutes: number, language: Language): string {
  if (minutes < 60) {
    const rounded = minutes <= 5 ? Math.max(1, Math.ceil(minutes)) : Math.ceil(minutes / 5) * 5;
    if (rounded < 60) return language === "zh" ? `${rounded} 分钟` : `${rounded} minute${rounded === 1 ? "" : "s"}`;
  }
  const hours = Math.ceil(minutes / 60);
  return language === "zh" ? `${hours} 小时` : `${hours} hour${hours === 1 ? "" : "s"}`;
}

const DAYS = {
  en: ["on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday", "on Sunday"],
  zh: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
} as const;

/** "tomorrow at 9:00 (Berlin time)": on the calendar of the people who answer. */
function whenWords(at: Date, now: Date, timeZone: string, language: Language): string {
  const [then, today] = [localTime(at, timeZone), localTime(now, timeZone)];
  const days = (Date.parse(then.date) - Date.parse(today.date)) / 86_400_000;
  const time = then.time.replace(/^0/, "");
  const near = language === "zh" ? ["今天", "明天"] : ["today", "tomorrow"];
  const day = days < 2 ? near[days]! : days < 7 ? DAYS[language][then.weekday]! : dateWords(at, timeZone, language);
  const zone = zoneWords(timeZone, language);
  return language === "zh" ? `${day} ${time}${zone}` : `${day} at ${time}${zone}`;
}

function dateWords(at: Date, timeZone: string, language: Language): string {
  const day = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone,
    day: "numeric",
    month: "long",
  });
  return language === "zh" ? day.format(at) : `on ${day.format(at)}`;
}

function zoneWords(timeZone: string, language: Language): string {
  if (language === "zh") return timeZone === "Asia/Shanghai" ? "（北京时间）" : `（${timeZone}）`;
  const city = timeZone.split("/").at(-1)!.replaceAll("_", " ");
  return city === "UTC" ? " (UTC)" : ` (${city} time)`;
}

/** Said when the bot has the conversation back. */
export const RESUME: Readonly<Record<Language, string>> = {
  en: "I am the assistant, and I am back to help you here. Say “a person” whenever you would like a colleague again.",
  zh: "我是智能助手，接下来由我继续为您服务。需要同事时，随时说“转人工”。",
};
