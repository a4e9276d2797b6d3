import type { Language } from "../../lib/language.ts";
import { readText } from "../engine/index.ts";
import { termsOf } from "../terms.ts";

/** What is searched: a passage with its headings. */
export interface Findable {
  id: string;
  heading: string;
  title: string;
  text: string;
  language: Language;
}

export interface PassageHit<P> {
  passage: P;
  /** Okapi BM25. */
  score: number;
  /** Of what the question means, the share whose words stand in the passage or above it, by rarity. */
  coverage: number;
}

export interface PassageIndex<P> {
  size: number;
  /** The best first. @param accepts whether this person may be told the passage. */
  search(question: string, limit: number, accepts: (passage: P) => boolean): PassageHit<P>[];
  /** How much each term of a question means here: rarity by kind of word. */
  weigh(question: string): Map<string, number>;
}

/** Okapi BM25 with its usual constants. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
/** A heading names what a passage is about. */
const HEADING_COUNT = 2;
/** Words that bind a sentence; they find nothing. */
const LIGHT = 0.2;
/** As if there were so many more passages: few of them say little about how rare a word is. */
const MORE = 20;

/** An inverted index over English words by stem, Chinese characters and pairs of characters. */
export function createPassageIndex<P extends Findable>(passages: readonly P[]): PassageIndex<P> {
  const postings = new Map<string, { at: number; count: number }[]>();
  const lengths = passages.map((passage, at) => {
    const counts = countsOf(passage);
    for (const [term, count] of counts) {
      const list = postings.get(term) ?? [];
      list.push({ at, count });
      postings.set(term, list);
    }
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  });
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length) || 1;
  const rarity = (term: string) => {
    const users = postings.get(term)?.length ?? 0;
    return Math.log(1 + (passages.length + MORE - users + 0.5) / (users + 0.5));
  };

  function weigh(question: string): Map<string, number> {
    const weighed = [...wholeTerms(question)].map(([term, weight]) => [term, weight * rarity(term)] as const);
    return new Map(weighed);
  }

  return {
    size: passages.length,
    weigh,
    search(question, limit, accepts) {
      const terms = weigh(question);
      const meant = [...terms.values()].reduce((sum, mass) => sum + mass, 0) || 1;
      const sums = new Map<number, { score: number; covered: number }>();
      for (const [term, mass] of terms) {
        for (const { at, count } of postings.get(term) ?? []) {
          const sum = sums.get(at) ?? { score: 0, covered: 0 };
          const norm = 1 - LENGTH_SHARE + (LENGTH_SHARE * lengths[at]!) / mean;
          sum.score += (mass * count * (SATURATION + 1)) / (count + SATURATION * norm);
          sum.covered += mass;
          sums.set(at, sum);
        }
      }
      return [...sums]
        .map(([at, { score, covered }]) => ({ passage: passages[at]!, score, coverage: covered / meant }))
        .filter(({ passage }) => accepts(passage))
        .sort((a, b) => b.score - a.score || (a.passage.id < b.passage.id ? -1 : 1))
        .slice(0, limit);
    },
  };
}

function countsOf({ heading, title, text }: Findable): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (words: string, count: number) => {
    for (const piece of piecesOf(words))
      for (const term of termsIn(piece)) counts.set(term, (counts.get(term) ?? 0) + count);
  };
  add(text, 1);
  add(`${title} ${heading}`, HEADING_COUNT);
  return counts;
}

/** `readText` cuts long texts; a passage is read line by line. */
function piecesOf(text: string): string[] {
  return text.split(/(?<=[\n。！？.!?])/u);
}

/** The terms of a text that can find something. */
export function termsIn(text: string): string[] {
  return [...wholeTerms(text).keys()];
}

/** Terms with their weight by kind; pieces of words are left out, they would find anything. */
function wholeTerms(text: string): Map<string, number> {
  const terms = [...termsOf(readText(text))].filter(([term, weight]) => !term.startsWith("#") && weight >= LIGHT);
  return new Map(terms);
}
