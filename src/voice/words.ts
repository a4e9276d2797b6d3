import { readText } from "../knowledge/engine/index.ts";
import { leanings, LIST_NAMES } from "./lexicon.ts";

// Punctuation and emoji are lost when a text is read; here they say much, so that they become words before.
const LINK = /https?:\/\/\S+/giu;
const GLAD =
  /[\u{1F600}-\u{1F60D}\u{1F60E}\u{1F618}-\u{1F61A}\u{1F44D}\u{1F44F}\u{1F64C}\u{1F4AA}\u{1F389}\u{1F929}\u{1F970}\u{1F973}\u{1F924}\u{1F495}-\u{1F49F}\u{1F63A}-\u{1F63D}❤♥☺]|:-?\)/gu;
const SORE =
  /[\u{1F610}-\u{1F616}\u{1F61E}-\u{1F62B}\u{1F62D}-\u{1F631}\u{1F644}\u{1F44E}\u{1F92C}\u{1F922}\u{1F92E}\u{1F621}\u{1F620}\u{1F494}]|:-?\(/gu;
const ASKS = /[?？]/gu;
const SHOUTS = /[!！]/gu;
const TRAILS = /\.{3,}|…+|。{2,}/gu;
const LOUD = /\b[A-Z]{3,}\b/gu;
/** Longer messages are read as far as this. */
const MOST = 1_000;

/** One spelling of a message for the models: read as questions are, with marks, emoji, links and loud words as words. */
export function wordsOf(text: string): string {
  const loud = (text.slice(0, MOST).match(LOUD)?.length ?? 0) > 0 ? " zzloud" : "";
  return readText(
    text
      .slice(0, MOST)
      .replace(LINK, " zzlink ")
      .replace(GLAD, " zzglad ")
      .replace(SORE, " zzsore ")
      .replace(ASKS, " zzasks ")
      .replace(SHOUTS, " zzshouts ")
      .replace(TRAILS, " zztrails ") + loud,
  );
}

/** How much what the lists say counts beside the words themselves. */
const SHARE = 0.5;
const MOST_COUNTED = 3;
const SHORT = 12;
const LONG = 40;
/** By list: is there one, and how many. Then which two lists stand together, and how long the text is, in three steps. */
const PAIRS = LIST_NAMES.flatMap((_, a) => LIST_NAMES.slice(a + 1).map((_other, b) => [a, a + 1 + b] as const));
const STEPS = 3;
export const LEANINGS = LIST_NAMES.length * 2 + PAIRS.length + STEPS;

/** Which lists of words a read text touches, as numbers beside its words. */
export function leaningsOf(words: string): Float32Array {
  const counts = leanings(words);
  const values = new Float32Array(LEANINGS);
  LIST_NAMES.forEach((name, at) => {
    const count = Math.min(counts[name], MOST_COUNTED);
    values[2 * at] = count > 0 ? SHARE : 0;
    values[2 * at + 1] = (SHARE * count) / MOST_COUNTED;
  });
  PAIRS.forEach(([a, b], at) => {
    values[LIST_NAMES.length * 2 + at] = Math.min(values[2 * a]!, values[2 * b]!);
  });
  const length = words.length < SHORT ? 0 : words.length < LONG ? 1 : 2;
  values[LEANINGS - STEPS + length] = SHARE;
  return values;
}
