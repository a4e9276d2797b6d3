/** Longer questions are cut: what decides stands at the beginning, and a hostile megabyte must cost no time. */
const MAX_LENGTH = 2_000;

/** Characters that nobody sees: zero-width ones, direction marks, soft hyphens, variation selectors. */
const INVISIBLE = /[\p{Cf}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu;
const APOSTROPHES = /['’‘`´]/gu;
/** A point or comma between digits belongs to the number. */
const NUMBER_MARKS = /(?<=\d)[.,](?=\d)/gu;
const NOT_WORDS = /[^\p{L}\p{M}\p{N}\u{E000}]+/gu;
/** Stands for the decimal point while punctuation is removed; a private character that NFKC leaves alone. */
const POINT = "\u{E000}";

/**
 * One spelling for texts that people read as the same: full-width forms, upper case, punctuation, emoji and invisible
 * characters are gone; words are separated by one space. Every pattern is linear in the length of the text.
 */
export function normalise(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .toWellFormed()
    .replaceAll(POINT, " ")
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .toLowerCase()
    .replace(APOSTROPHES, "")
    .replace(NUMBER_MARKS, POINT)
    .replace(NOT_WORDS, " ")
    .replaceAll(POINT, ".")
    .trim();
}
