/**
 * From a text to a number, by the text's 32-bit hash alone: open addressing in two typed arrays, so that a model of
 * 200,000 terms is there as soon as its bytes are, where a Map would be filled for a tenth of a second. Two terms with
 * one hash count as one (about 5 pairs among 200,000); a foreign term is taken for a known one once in 20,000.
 */
export interface HashTable {
  keys: Uint32Array;
  /** -1 where the slot is free. */
  numbers: Int32Array;
}

/** FNV-1a over UTF-16 units with the finaliser of MurmurHash3, which spreads short texts well. */
export function hashOf(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The hashes' numbers are their places in the list; of equal ones the first counts. */
export function tableOf(hashes: ArrayLike<number>): HashTable {
  const size = 2 ** Math.ceil(Math.log2(Math.max(hashes.length, 1) * 2));
  const table = { keys: new Uint32Array(size), numbers: new Int32Array(size).fill(-1) };
  for (let number = 0; number < hashes.length; number++) {
    const slot = slotOf(table, hashes[number]!);
    if (table.numbers[slot] !== -1) continue;
    table.keys[slot] = hashes[number]!;
    table.numbers[slot] = number;
  }
  return table;
}

/** The number of a hash, or -1. */
export function numberOf(table: HashTable, hash: number): number {
  return table.numbers[slotOf(table, hash)]!;
}

/** Where the hash stands, or would stand; half of the slots are free, so that one is found soon. */
function slotOf({ keys, numbers }: HashTable, hash: number): number {
  const mask = keys.length - 1;
  let slot = hash & mask;
  while (numbers[slot] !== -1 && keys[slot] !== hash) slot = (slot + 1) & mask;
  return slot;
}
