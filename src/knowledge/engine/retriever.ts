import { numberOf, tableOf, type HashTable } from "./hash-table.ts";
import { postingsOf, type Postings } from "./sparse.ts";

/** Okapi BM25 with its usual constants (Robertson, Walker, Jones, Hancock-Beaulieu, Gatford 1994). */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/** An inverted index over short texts: phrasings, or passages of documents. */
export interface Retriever {
  table: HashTable;
  rarities: Float32Array;
  /** By term, what it brings to each text that has it. */
  postings: Postings;
  texts: number;
  meanLength: number;
}

/** One term of a question as the index sees it. */
export interface QuestionTerm {
  /** -1 where no text has it. */
  id: number;
  rarity: number;
  count: number;
}

/** @param texts each as the hashes of its terms. */
export function createRetriever(texts: readonly Uint32Array[]): Retriever {
  const ids = new Map<number, number>();
  const users: number[] = [];
  const counted = texts.map(countsOf);
  for (const counts of counted) {
    for (const hash of counts.keys()) {
      const id = ids.get(hash) ?? ids.size;
      ids.set(hash, id);
      users[id] = (users[id] ?? 0) + 1;
    }
  }
  const rarities = Float32Array.from(users, (count) => rarityOf(count, texts.length));
  const meanLength = texts.reduce((sum, { length }) => sum + length, 0) / Math.max(texts.length, 1) || 1;
  const columns = counted.map((counts, text) => ({
    ids: Int32Array.from(counts.keys(), (hash) => ids.get(hash)!),
    values: Float32Array.from(
      [...counts],
      ([hash, count]) => rarities[ids.get(hash)!]! * saturated(count, texts[text]!.length / meanLength),
    ),
  }));
  return {
    table: tableOf([...ids.keys()]),
    rarities,
    postings: postingsOf(columns, ids.size),
    texts: texts.length,
    meanLength,
  };
}

/** The distinct terms of a question; a term that no text has is as rare as can be. */
export function questionTerms({ table, rarities, texts }: Retriever, hashes: Uint32Array): QuestionTerm[] {
  return [...countsOf(hashes)].map(([hash, count]) => {
    const id = numberOf(table, hash);
    return { id, count, rarity: id < 0 ? rarityOf(0, texts) : rarities[id]! };
  });
}

/** The score of each text against the question. */
export function retrieve({ postings, texts }: Retriever, terms: readonly QuestionTerm[]): Float64Array {
  const scores = new Float64Array(texts);
  const { begins, columns, values } = postings;
  for (const { id } of terms) {
    if (id < 0) continue;
    for (let at = begins[id]!; at < begins[id + 1]!; at++) scores[columns[at]!]! += values[at]!;
  }
  return scores;
}

/** What a text with just the question's own words would score; dividing by it makes scores comparable. */
export function ownScore({ meanLength }: Retriever, terms: readonly QuestionTerm[]): number {
  const length = terms.reduce((sum, { count }) => sum + count, 0) / meanLength;
  return terms.reduce((sum, { rarity, count }) => sum + rarity * saturated(count, length), 0) || 1;
}

function saturated(count: number, length: number): number {
  return (count * (SATURATION + 1)) / (count + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length));
}

/** Inverse document frequency, never negative. */
function rarityOf(count: number, total: number): number {
  return Math.log(1 + (total - count + 0.5) / (count + 0.5));
}

function countsOf(hashes: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return counts;
}
