import { plainText, type Part } from "../contract/index.ts";

const LENGTH = 200;

/** The beginning of a message, for a list of conversations. Cut between characters, never inside one. */
export function previewOf(parts: readonly Part[]): string {
  return [...plainText(parts)].slice(0, LENGTH).join("");
}
