import { stem } from "../terms.ts";
import { hashOf, numberOf, tableOf, type HashTable } from "./hash-table.ts";

const POLITE =
  /\b(?:hi|hello|hey|please|thanks|thank you|good (?:morning|afternoon|evening)|kindly)\b|您好|你好|请问|谢谢|麻烦|一下/gu;
const ENDING_PARTICLES = /[啊呀哦吧呢吗嘛]+$/u;

/**
 * Two read texts with the same key are the same question, typed by two people: politeness and endings of words are
 * gone, the order of words stays ("from A to B" is not "from B to A"), and so do numbers and negations.
 */
export function nearKey(read: string): string {
  const bare = read.replace(POLITE, " ").trim() || read;
  return bare
    .split(/\s+/u)
    .map((word) => stem(word).replace(ENDING_PARTICLES, "") || word)
    .join(" ");
}

/** Phrasings by key. Rows of one key stand together. */
export interface ExactIndex {
  table: HashTable;
  begins: Int32Array;
  rows: Int32Array;
}

/** @param keys of the phrasings, by row. */
export function createExactIndex(keys: readonly string[]): ExactIndex {
  const groups = new Map<number, number[]>();
  keys.forEach((key, row) => {
    const hash = hashOf(key);
    const group = groups.get(hash);
    if (group) group.push(row);
    else groups.set(hash, [row]);
  });
  const begins = new Int32Array(groups.size + 1);
  [...groups.values()].forEach((group, at) => (begins[at + 1] = begins[at]! + group.length));
  return { table: tableOf([...groups.keys()]), begins, rows: Int32Array.from([...groups.values()].flat()) };
}

/** The rows that may have this key. The caller compares: two keys can share a hash. */
export function rowsWithKey({ table, begins, rows }: ExactIndex, key: string): Int32Array {
  const group = numberOf(table, hashOf(key));
  return group < 0 ? new Int32Array() : rows.subarray(begins[group]!, begins[group + 1]!);
}

/** What an agent said a message means. `articleId: null` says that no article answers it. */
export interface Correction {
  text: string;
  articleId: string | null;
}

/** Corrections by key, in force the moment they are written; the last one of a key counts. */
export type Corrections = ReadonlyMap<string, string | null>;

/** @param read brings a text into the form that keys are made of. @param list oldest first. */
export function createCorrections(list: readonly Correction[], read: (text: string) => string): Corrections {
  return new Map(list.map(({ text, articleId }) => [nearKey(read(text)), articleId]));
}

export interface Conflict {
  /** As people wrote them, oldest first. */
  texts: string[];
  articleIds: (string | null)[];
}

/** Texts that mean the same and were given different answers: somebody has to decide. */
export function findConflicts(list: readonly Correction[], read: (text: string) => string): Conflict[] {
  const groups = new Map<string, Correction[]>();
  for (const each of list) {
    const key = nearKey(read(each.text));
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()]
    .map((group) => ({
      texts: [...new Set(group.map(({ text }) => text))],
      articleIds: [...new Set(group.map(({ articleId }) => articleId))],
    }))
    .filter(({ articleIds }) => articleIds.length > 1);
}
