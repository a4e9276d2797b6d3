import { Converter as ToTraditional } from "opencc-js/cn2t";
import { Converter as ToSimplified } from "opencc-js/t2cn";

const HAN = /[\u3400-\u9fff]+/g;
/** As the database's `search_words` divides: see the migration "desk". */
const DIVIDES = /[!-/:-@[-`{-~\u3400-\u9fff\s'\\]+/;

type Rewrite = (text: string) => string;
let spellings: Rewrite[] | undefined;

/**
 * What to look for, as a tsquery: each word or its beginning, and each pair of neighbours of a Chinese run, in both
 * spellings, since either may have been written. `undefined` when there is nothing to look for.
 */
export function searchQuery(words: string): string | undefined {
  const plain = words.normalize("NFC").toLowerCase().replaceAll("\0", " ");
  const variants = new Set([plain, ...(HAN.test(plain) ? bothSpellings(plain) : [])]);
  HAN.lastIndex = 0;
  const queries = [...variants].map(termsOf).filter((terms) => terms.length > 0);
  if (queries.length === 0) return undefined;
  return queries.map((terms) => `(${terms.join(" & ")})`).join(" | ");
}

function bothSpellings(text: string): string[] {
  // The tables of characters (10 ms, 10 MB) are made when the first Chinese search comes.
  spellings ??= [ToSimplified({ from: "t", to: "cn" }), ToTraditional({ from: "cn", to: "t" })];
  return spellings.map((rewrite) => rewrite(text));
}

function termsOf(text: string): string[] {
  const latin = text.split(DIVIDES).filter((word) => word !== "");
  const han = (text.match(HAN) ?? []).flatMap((run) => {
    const letters = [...run];
    return letters.length === 1 ? [`'${run}':*`] : letters.slice(1).map((letter, i) => `'${letters[i]}${letter}'`);
  });
  return [...latin.map((word) => `'${word}':*`), ...han];
}
