import type { Language } from "./i18n.ts";

const LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };

/** An amount in the currency's smallest unit, as people write it. */
export function money(amount: number, currency: string, language: Language): string {
  const format = formatOf(currency, language);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** What a person typed, as the smallest unit; `undefined` where it is no amount. */
export function minorUnits(typed: string | number, currency: string): number | undefined {
  const value = typeof typed === "number" ? typed : Number(typed.trim() === "" ? Number.NaN : typed);
  if (!Number.isFinite(value)) return undefined;
  return Math.round(value * 10 ** digitsOf(currency));
}

/** How many figures the currency has behind the point: EUR 2, JPY 0. */
export function digitsOf(currency: string): number {
  return formatOf(currency, "en").resolvedOptions().maximumFractionDigits ?? 2;
}

function formatOf(currency: string, language: Language): Intl.NumberFormat {
  const isOne = /^[A-Z]{3}$/.test(currency);
  return new Intl.NumberFormat(LOCALE[language], isOne ? { style: "currency", currency } : {});
}

export function count(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language]).format(value);
}

/** Short where it is large: 12.4k; the exact number is shown on hover. */
export function shortly(value: number, language: Language): string {
  if (Math.abs(value) < 10_000) return count(value, language);
  return new Intl.NumberFormat(LOCALE[language], { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

export function percent(share: number, language: Language): string {
  const digits = share > 0 && share < 0.1 ? 1 : 0;
  return new Intl.NumberFormat(LOCALE[language], { style: "percent", maximumFractionDigits: digits }).format(share);
}

export function decimal(value: number, language: Language, digits = 1): string {
  return new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: digits }).format(value);
}
