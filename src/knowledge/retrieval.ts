import { normalise } from "./normalise.ts";
import { amountsIn, denies } from "./signals.ts";
import { termsOf } from "./terms.ts";

/** What the index knows of an article: its titles and phrasings, in all languages. */
export interface Entry {
  id: string;
  phrasings: readonly string[];
}

/** How near an entry is to the question; `score` runs from 0 to 1, and 1 is the same words. */
export interface Hit {
  id: string;
  score: number;
  /** `null` where no single phrasing was near. */
  matchedPhrasing: string | null;
}

export interface Index {
  readonly size: number;
  readonly ids: readonly string[];
  /**
   * The nearest entries, best first. @param accepts which entries may be found; where the very words belong to one that
   * may not, nothing is: everything else would be the wrong answer.
   */
  search(question: string, limit?: number, accepts?: (id: string) => boolean): Hit[];
  /** The entry that has this as a phrasing, word for word. */
  same(question: string): Hit | undefined;
}

/**
 * Three views of "near" are added. Chosen on CLINC150's validation part (150 intents, 5 phrasings each, a fifth of the
 * intents withheld) and on the demo's own phrasings asked with one left out: the centroid brought 2 points of accuracy,
 * parts of words 2 more; halves and doubles of these shares moved it by less than 1.
 */
const PHRASING_SHARE = 0.3; // of the best phrasing and the question, how much lies in both
const CENTROID_SHARE = 0.5; // cosine to the middle of all the entry's phrasings
const KNOWN_SHARE = 0.2; //    of the question, how much the entry knows at all
/** Above one half: what the question says and the phrasing lacks costs more than the reverse. */
const QUESTION_SIDE = 0.6;
const DENIAL_MISMATCH = 0.85;
const AMOUNT_MISMATCH = 0.8;
/** The same terms in another order; only the same words are 1. */
const NEAR_EXACT = 0.99;

/** Of so many entries, the nearest as a whole, each phrasing is compared. */
const LOOKED_AT = 40;

interface Asked {
  normalised: string;
  denies: boolean;
  amounts: string[];
}

interface Phrasing extends Asked {
  text: string;
  /** The numbers of its terms. */
  terms: number[];
  mass: number;
}

/** All terms of the articles, numbered; what stands side by side in these lists belongs to one term. */
interface Vocabulary {
  numbers: Map<string, number>;
  /** Weight times rarity. */
  masses: number[];
  /** The entries that use it, in order. */
  entries: number[][];
  /** What it means to each of these entries: its share of the centroid, which has length 1. */
  meanings: number[][];
}

/** Builds an inverted index; nothing in it changes afterwards. */
export function createIndex(entries: readonly Entry[]): Index {
  const vocabulary: Vocabulary = { numbers: new Map(), masses: [], entries: [], meanings: [] };
  const phrasings = entries.map((entry, at) => entry.phrasings.map((text) => enter(vocabulary, text, at)));
  const exact = new Map(
    phrasings.flatMap((list, entry) => list.map(({ normalised, text }) => [normalised, { entry, text }] as const)),
  );
  weigh(vocabulary, phrasings);
  const gather = createGatherer(vocabulary, phrasings);

  return {
    size: entries.length,
    ids: entries.map(({ id }) => id),
    same(question) {
      const found = exact.get(normalise(question));
      return found && { id: entries[found.entry]!.id, score: 1, matchedPhrasing: found.text };
    },
    search(question, limit = 5, accepts = () => true) {
      const normalised = normalise(question);
      if (normalised === "") return [];
      const asked = { normalised, denies: denies(normalised), amounts: amountsIn(normalised) };
      const same = exact.get(normalised);
      if (same && !accepts(entries[same.entry]!.id)) return [];
      const best = new Map(
        gather(asked, (entry) => accepts(entries[entry]!.id)).map(({ entry, phrasing, score }) => [
          entry,
          { score, matchedPhrasing: phrasing.text },
        ]),
      );
      if (same) best.set(same.entry, { score: 1, matchedPhrasing: same.text });
      const hits = [...best].map(([entry, hit]): Hit => ({ id: entries[entry]!.id, ...hit }));
      return hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
  };
}

/** Reads a phrasing and numbers its terms. */
function enter({ numbers, masses, entries, meanings }: Vocabulary, text: string, entry: number): Phrasing {
  const normalised = normalise(text);
  const terms = [...termsOf(normalised)].map(([term, weight]) => {
    let number = numbers.get(term);
    if (number === undefined) {
      numbers.set(term, (number = masses.length));
      masses.push(weight);
      entries.push([]);
      meanings.push([]);
    }
    if (entries[number]!.at(-1) !== entry) entries[number]!.push(entry);
    return number;
  });
  return { text, normalised, terms, mass: 0, denies: denies(normalised), amounts: amountsIn(normalised) };
}

/** Rarity of a term that `count` of `total` entries use (BM25's idf, never negative). */
function rarity(count: number, total: number): number {
  return Math.log(1 + (total - count + 0.5) / (count + 0.5));
}

/** Gives terms and phrasings their masses, then puts the middle of each entry's phrasings into `meanings`. */
function weigh({ masses, entries, meanings }: Vocabulary, phrasings: readonly Phrasing[][]): void {
  entries.forEach((list, term) => (masses[term]! *= rarity(list.length, phrasings.length)));
  for (const list of phrasings) {
    const middle = new Map<number, number>();
    for (const phrasing of list) {
      const own = phrasing.terms.map((term) => masses[term]!);
      const length = lengthOf(own);
      phrasing.mass = sum(own);
      phrasing.terms.forEach((term, i) => middle.set(term, (middle.get(term) ?? 0) + own[i]! / length));
    }
    const length = lengthOf(middle.values());
    for (const [term, value] of middle) meanings[term]!.push(value / length);
  }
}

function sum(masses: readonly number[]): number {
  return masses.reduce((total, mass) => total + mass, 0);
}

/** Of a vector; 1 for nothing, so that it can divide. */
function lengthOf(masses: Iterable<number>): number {
  let squares = 0;
  for (const mass of masses) squares += mass * mass;
  return Math.sqrt(squares) || 1;
}

interface Found {
  entry: number;
  phrasing: Phrasing;
  score: number;
}

/** Scores the entries that are nearest as a whole. Its sums are reused from question to question and left at zero. */
function createGatherer(vocabulary: Vocabulary, phrasings: readonly Phrasing[][]) {
  const { numbers, masses, entries, meanings } = vocabulary;
  const unknown = rarity(0, phrasings.length);
  const meaning = new Float64Array(phrasings.length);
  const known = new Float64Array(phrasings.length);
  const wanted = new Float64Array(masses.length);

  /** Adds up what each entry shares with the question; returns the entries touched. */
  function addUp(terms: readonly number[]): number[] {
    const touched: number[] = [];
    for (const term of terms) {
      const mass = (wanted[term] = masses[term]!);
      const [list, meant] = [entries[term]!, meanings[term]!];
      for (let i = 0; i < list.length; i++) {
        const entry = list[i]!;
        if (known[entry] === 0) touched.push(entry);
        meaning[entry]! += mass * meant[i]!;
        known[entry]! += mass;
      }
    }
    return touched;
  }

  return (asked: Asked, accepts: (entry: number) => boolean): Found[] => {
    const all = [...termsOf(asked.normalised)];
    const terms = all.flatMap(([term]) => numbers.get(term) ?? []);
    // A term that no entry uses counts as the rarest: that is what keeps questions about other things low.
    const own = all.map(([term, weight]) => masses[numbers.get(term) ?? -1] ?? weight * unknown);
    const [mass, length] = [sum(own), lengthOf(own)];
    const touched = addUp(terms);
    const near = (entry: number) => (CENTROID_SHARE * meaning[entry]!) / length + (KNOWN_SHARE * known[entry]!) / mass;
    const nearest = touched
      .filter(accepts)
      .map((entry) => ({ entry, near: near(entry) }))
      .sort((a, b) => b.near - a.near)
      .slice(0, LOOKED_AT);
    const found = nearest.flatMap(
      ({ entry, near }) => bestPhrasing(asked, mass, wanted, phrasings[entry]!, near, entry) ?? [],
    );
    for (const entry of touched) meaning[entry] = known[entry] = 0;
    for (const term of terms) wanted[term] = 0;
    return found;
  };
}

/** The phrasing of one entry that is nearest to the question. @param near what the entry as a whole brings. */
function bestPhrasing(
  asked: Asked,
  mass: number,
  wanted: Float64Array,
  phrasings: readonly Phrasing[],
  near: number,
  entry: number,
): Found | undefined {
  let best: Found | undefined;
  for (const phrasing of phrasings) {
    let shared = 0;
    for (const term of phrasing.terms) shared += wanted[term]!;
    if (shared === 0) continue;
    const overlap = shared / (QUESTION_SIDE * mass + (1 - QUESTION_SIDE) * phrasing.mass);
    const denial = asked.denies === phrasing.denies ? 1 : DENIAL_MISMATCH;
    const amount = disagree(asked.amounts, phrasing.amounts) ? AMOUNT_MISMATCH : 1;
    const score = Math.min((PHRASING_SHARE * overlap + near) * denial * amount, NEAR_EXACT);
    if (score > (best?.score ?? 0)) best = { entry, phrasing, score };
  }
  return best;
}

function disagree(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((amount) => b.includes(amount));
}
