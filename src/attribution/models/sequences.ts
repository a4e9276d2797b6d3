import { growing, indices } from "./growing.ts";

/** Sequences of small numbers, each kept once, found again by an open table of their hashes. */
export interface Sequences {
  /** The number of this sequence; with `shared`, that of an equal one put before. */
  put(sequence: readonly number[], shared: boolean): number;
  done(): { starts: Uint32Array; steps: Uint32Array };
}

export function createSequences(): Sequences {
  const starts = growing(indices);
  const steps = growing(indices);
  const hashes = growing(indices);
  let table = new Int32Array(2_048).fill(-1);
  starts.push(0);

  function grow(): void {
    table = new Int32Array(table.length * 2).fill(-1);
    for (let at = 0; at < hashes.length; at++) place(at, hashes.get(at));
  }

  function place(sequence: number, hash: number): void {
    let slot = hash & (table.length - 1);
    while (table[slot] !== -1) slot = (slot + 1) & (table.length - 1);
    table[slot] = sequence;
  }

  function equals(at: number, sequence: readonly number[]): boolean {
    const start = starts.get(at);
    if (starts.get(at + 1) - start !== sequence.length) return false;
    for (let i = 0; i < sequence.length; i++) if (steps.get(start + i) !== sequence[i]) return false;
    return true;
  }

  function find(sequence: readonly number[], hash: number): number {
    let slot = hash & (table.length - 1);
    for (; table[slot] !== -1; slot = (slot + 1) & (table.length - 1)) {
      const at = table[slot]!;
      if (hashes.get(at) === hash && equals(at, sequence)) return at;
    }
    return -1;
  }

  return {
    put(sequence, shared) {
      const hash = hashOf(sequence);
      const known = shared ? find(sequence, hash) : -1;
      if (known >= 0) return known;
      for (const step of sequence) steps.push(step);
      starts.push(steps.length);
      hashes.push(hash);
      if (hashes.length * 2 > table.length) grow();
      else if (shared) place(hashes.length - 1, hash);
      return hashes.length - 1;
    },
    done: () => ({ starts: starts.done(), steps: steps.done() }),
  };
}

function hashOf(sequence: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const step of sequence) hash = mix(hash ^ step);
  return hash >>> 0;
}

/** Spreads every bit over all the others (the finish of MurmurHash3). */
function mix(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
