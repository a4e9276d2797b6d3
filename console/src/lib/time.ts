import type { Language } from "./i18n.ts";

const LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };
const STEPS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** "3 min ago", and the date from a week on. */
export function ago(moment: string, now: Date, language: Language): string {
  const at = new Date(moment);
  const ms = at.getTime() - now.getTime();
  if (Math.abs(ms) > 7 * 86_400_000) {
    return new Intl.DateTimeFormat(LOCALE[language], { day: "numeric", month: "short" }).format(at);
  }
  const relative = new Intl.RelativeTimeFormat(LOCALE[language], { numeric: "auto", style: "narrow" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(ms) >= length) return relative.format(Math.round(ms / length), unit);
  }
  return relative.format(0, "second");
}

/** To be shown on hover: the exact moment in the viewer's zone. */
export function exactly(moment: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "full", timeStyle: "medium" }).format(new Date(moment));
}

export function clockTime(moment: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { timeStyle: "short" }).format(new Date(moment));
}

export function dayOf(moment: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "medium" }).format(new Date(moment));
}

/** "Wed 09:00": a day of the coming week and its time. */
export function shortly(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(at);
}

/** How long: "40 min", "5 hrs", "3 days"; less than a minute counts as one. */
export function lasting(ms: number, language: Language): string {
  const [unit, length] = STEPS.find(([, each]) => ms >= each) ?? STEPS[2];
  const format = new Intl.NumberFormat(LOCALE[language], { style: "unit", unit, unitDisplay: "short" });
  return format.format(Math.max(1, Math.floor(ms / length)));
}
