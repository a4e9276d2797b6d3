import type { Language } from "./cast.ts";

/** "£12.00" */
export function money(minor: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
    minor / 10 ** digitsOf(currency),
  );
}

/** "12.00", for a table whose caption names the currency. */
export function amount(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(minor / 10 ** digits);
}

function digitsOf(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}
