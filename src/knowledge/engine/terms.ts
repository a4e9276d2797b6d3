import { stem } from "../terms.ts";
import { RELATED_WORDS } from "./related-words.ts";

/** Runs of one kind of script: Han by characters and segmented words, everything else by words and their letters. */
const RUNS = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}.])+/gu;
const HAN = /^\p{Script=Han}/u;
const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

/** The views of a text. Each is weighed and brought to its own length, so that none drowns the others. */
export const BLOCKS = ["word", "character", "stem", "pair", "topic"] as const;
export type Block = (typeof BLOCKS)[number];
export type Terms = Readonly<Record<Block, readonly string[]>>;

/** Marks the ends of a word inside its n-grams, so that "_ship" is not the "ship" of "township". */
const EDGE = "_";
const LETTERS = { least: 2, most: 5 } as const;
const HAN_MOST = 3;
/** What one word may bring: the rest of a very long one says nothing new. */
const MOST_LETTERS = 40;
/** Pairs grow with the square of the words; questions longer than this say little by further ones. */
const MOST_PAIRED = 16;

/**
 * The terms of a normalised text:
 * - word: words, neighbours, and neighbours with the text's ends ("^ how" tells a question from a statement)
 * - character: 2-5-grams inside words; over Han, where a character is nearly a word, 1-3-grams of the run
 * - stem: words by light stem; over Han, characters and pairs of characters (what retrieval works on)
 * - pair: two words that stand anywhere in the text together
 * - topic: what its words are about, by the list of related words
 * Mixed text goes through both ways of reading, so that order numbers and Latin names stay whole.
 */
export function termsOf(normalised: string): Terms {
  const words: string[] = [];
  const character: string[] = [];
  const stems: string[] = [];
  const roots: string[] = [];
  for (const [run] of normalised.matchAll(RUNS)) {
    const letters = [...run];
    if (HAN.test(run)) {
      const segments = [...segmenter.segment(run)].map(({ segment }) => segment);
      words.push(...segments);
      roots.push(...segments);
      addGrams(character, letters, 1, HAN_MOST);
      addGrams(stems, letters, 1, 2);
    } else {
      const root = stem(run);
      words.push(run);
      roots.push(root);
      stems.push(root);
      addGrams(character, [EDGE, ...letters.slice(0, MOST_LETTERS), EDGE], LETTERS.least, LETTERS.most);
    }
  }
  return { word: withNeighbours(words), character, stem: stems, pair: pairsOf(roots), topic: topicsOf(stems, roots) };
}

function withNeighbours(words: readonly string[]): string[] {
  if (words.length === 0) return [];
  const framed = ["^", ...words, "$"];
  return [...words, ...framed.slice(1).map((word, at) => `${framed[at]} ${word}`)];
}

function addGrams(into: string[], letters: readonly string[], least: number, most: number): void {
  for (let start = 0; start < letters.length; start++) {
    let gram = "";
    for (let length = 1; length <= most && start + length <= letters.length; length++) {
      gram += letters[start + length - 1];
      if (length >= least) into.push(gram);
    }
  }
}

/** Without order, so that "cancel my order" and "my order: cancel it" share one. */
function pairsOf(roots: readonly string[]): string[] {
  const sorted = [...new Set(roots)].slice(0, MOST_PAIRED).sort();
  return sorted.flatMap((first, at) => sorted.slice(at + 1).map((second) => `${first} ${second}`));
}

const TOPICS = readTopics();
const HAS_DIGIT = /\d/;

function readTopics(): ReadonlyMap<string, readonly string[]> {
  const topics = new Map<string, string[]>();
  RELATED_WORDS.forEach((line, at) => {
    for (const word of new Set(line.split(" ").map((each) => (HAN.test(each) ? each : stem(each))))) {
      topics.set(word, [...(topics.get(word) ?? []), String(at)]);
    }
  });
  return topics;
}

function topicsOf(...lists: readonly (readonly string[])[]): string[] {
  const found = new Set<string>();
  for (const word of lists.flat()) {
    if (HAS_DIGIT.test(word)) found.add("number");
    for (const topic of TOPICS.get(word) ?? []) found.add(topic);
  }
  return [...found];
}
