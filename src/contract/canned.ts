/** What stands for the names in a canned reply; what is missing is unknown. */
export type CannedKnown = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g;
/** The names that a canned reply may hold. */
export const CANNED_NAMES = ["name", "agent", "channel", "order", "organisation"] as const;

/** Puts the values in; `missing` are the names that nobody knows, left to be seen. */
export function fillCanned(words: string, values: CannedKnown): { text: string; missing: string[] } {
  const missing = [...words.matchAll(VARIABLE)].map(([, name]) => name!).filter((name) => !values[name]);
  const filled = words.replaceAll(VARIABLE, (whole, name: string) => values[name] || whole);
  return { text: filled, missing: [...new Set(missing)] };
}
