import { parseCode } from "./codes.ts";

/** Words are letters, digits and the marks upon them; everything else only stands between. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Nobody types a keyword of more words than this. */
const MAX_WORDS = 4;
/** A keyword stands at the beginning; the rest of a long text is not looked at. */
const LOOKED_AT = 200;
const LEAST = 2;
/** "1" and "25" pick an option or say an age. */
const LEAST_DIGITS = 4;

/**
 * What spellings of one keyword have in common: case, width, blanks and punctuation are gone. So "Spring Sale",
 * "ＳＰＲＩＮＧ-ＳＡＬＥ" and a transcript's "spring sale." are one.
 */
export function foldKeyword(text: string): string {
  return wordsOf(text).join("");
}

/** Why this cannot be a keyword, or `undefined`. */
export function keywordFault(text: string): string | undefined {
  const words = wordsOf(text);
  const folded = words.join("");
  if ([...folded].length < LEAST) return `A keyword has at least ${LEAST} letters or digits.`;
  if (words.length > MAX_WORDS) return `A keyword has at most ${MAX_WORDS} words.`;
  if (/^\p{N}+$/u.test(folded) && [...folded].length < LEAST_DIGITS)
    return `A number as keyword has at least ${LEAST_DIGITS} digits: shorter ones pick options and say amounts.`;
  return parseCode(text) === undefined ? undefined : "This has the form of a code. Choose a word.";
}

/** A keyword that a text may hold: `alone`, or as its first words. */
export interface SpokenKeyword {
  folded: string;
  isAlone: boolean;
}

/** What keywords a text may say, the longest first. */
export function keywordsIn(text: string): SpokenKeyword[] {
  const words = wordsOf(text.slice(0, LOOKED_AT));
  const isCut = text.length > LOOKED_AT;
  const most = Math.min(words.length, MAX_WORDS);
  return Array.from({ length: most }, (_, at) => {
    const taken = most - at;
    return { folded: words.slice(0, taken).join(""), isAlone: taken === words.length && !isCut };
  });
}

/** The text behind its keyword, as it was written; the whole text where it does not begin with it. */
export function behindKeyword(text: string, folded: string): string {
  let seen = "";
  for (const word of text.matchAll(WORD)) {
    seen += foldWord(word[0]);
    if (!folded.startsWith(seen)) return text;
    if (seen === folded) return text.slice(word.index + word[0].length).replace(/^[\p{P}\p{S}\s]+/u, "");
  }
  return text;
}

function wordsOf(text: string): string[] {
  return foldWord(text).match(WORD) ?? [];
}

/** Twice: lower case may bring forth what NFKC takes together, and the other way round. */
function foldWord(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").toLowerCase();
}
