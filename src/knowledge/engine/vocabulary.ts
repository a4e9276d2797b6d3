import { hashOf, numberOf, tableOf, type HashTable } from "./hash-table.ts";
import { squaredLength, type Sparse } from "./sparse.ts";
import { BLOCKS, termsOf, type Block } from "./terms.ts";

/** How much each view counts; chosen on CLINC150's validation part and on parts of HWU64's training part. */
const SHARES: Readonly<Record<Block, number>> = { word: 1, character: 0.7, stem: 1, pair: 0.7, topic: 0.4 };
/** Rarity to this power: with few phrasings, how rare a word is says less than it seems to. */
const RARITY_POWER = 0.7;
/** From so many phrasings on, pairs and pieces of words that stand in one alone are left out. */
const MANY = 500;
const SEEDS = Object.fromEntries(BLOCKS.map((block, at) => [block, Math.imul(at + 1, 0x9e3779b1)]));

/** A text as the hashes of its terms, by block; a repeated term comes repeatedly. */
export type Hashed = Readonly<Record<Block, Uint32Array>>;

/** The terms of all phrasings, numbered, with how rare they are. */
export interface Vocabulary {
  table: HashTable;
  rarities: Float32Array;
  /** The rarity of a term that no phrasing has. */
  unknown: number;
}

export function hashTerms(text: string): Hashed {
  const terms = termsOf(text);
  const hashed = BLOCKS.map((block) => [block, Uint32Array.from(terms[block], (term) => hashOf(term, SEEDS[block]))]);
  return Object.fromEntries(hashed) as Hashed;
}

/** Numbers the terms of these texts, in the order in which they come. */
export function createVocabulary(texts: readonly Hashed[]): Vocabulary {
  const counts = new Map<number, number>();
  const kept: number[] = [];
  for (const text of texts) {
    for (const block of BLOCKS) for (const hash of new Set(text[block])) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  const rareOnes = texts.length < MANY ? new Set<number>() : rarePieces(texts, counts);
  for (const hash of counts.keys()) if (!rareOnes.has(hash)) kept.push(hash);
  const rarity = (count: number) => (Math.log((1 + texts.length) / (1 + count)) + 1) ** RARITY_POWER;
  return {
    table: tableOf(kept),
    rarities: Float32Array.from(kept, (hash) => rarity(counts.get(hash)!)),
    unknown: rarity(0),
  };
}

function rarePieces(texts: readonly Hashed[], counts: ReadonlyMap<number, number>): Set<number> {
  const rare = new Set<number>();
  for (const { pair, character } of texts) {
    for (const hash of pair) if (counts.get(hash) === 1) rare.add(hash);
    for (const hash of character) if (counts.get(hash) === 1) rare.add(hash);
  }
  return rare;
}

/**
 * Counts times rarities, each block brought to its share as length. Unknown terms are not in the vector and yet count
 * in its length: a question of half unknown words is half as near to everything. That alone lifts the AUROC of
 * knowing foreign questions from 95.2 to 96.7 (CLINC150, validation part).
 */
export function vectorise({ table, rarities, unknown }: Vocabulary, text: Hashed): Sparse {
  const ids: number[] = [];
  const values: number[] = [];
  for (const block of BLOCKS) {
    const begin = ids.length;
    let foreign = 0;
    for (const [hash, count] of countsOf(text[block])) {
      const id = numberOf(table, hash);
      if (id < 0) {
        foreign += (count * unknown) ** 2;
        continue;
      }
      ids.push(id);
      values.push(count * rarities[id]!);
    }
    const length = Math.sqrt(squaredLength(values.slice(begin)) + foreign) || 1;
    for (let i = begin; i < values.length; i++) values[i]! *= SHARES[block] / length;
  }
  return { ids: Int32Array.from(ids), values: Float32Array.from(values) };
}

function countsOf(hashes: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return counts;
}
