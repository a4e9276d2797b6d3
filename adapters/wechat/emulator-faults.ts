/** What goes wrong, and how often. All may be changed while the emulator runs; shares are of sends, 0 to 1. */
export interface Faults {
  /** errcode -1: "system busy". Nothing is accepted. */
  busyShare: number;
  /** HTTP 502 with a page. Nothing is accepted. */
  serverErrorShare: number;
  /** HTTP 429 with Retry-After, as the front servers give it. */
  tooMany: { share: number; seconds: number };
  /** Accepted, then the line is dropped without an answer. */
  dropShare: number;
  /** Accepted, answered with half of the JSON. */
  truncateShare: number;
  /** Every call takes so much longer. */
  slowMs: number;
  /** Pushes that come twice at the same time. */
  duplicateShare: number;
  /** Pushes that come once more after they were answered. */
  repeatShare: number;
  /** Pushes that come late, behind later ones. */
  reorderShare: number;
  reorderMs: number;
}

export function noFaults(): Faults {
  return {
    busyShare: 0,
    serverErrorShare: 0,
    tooMany: { share: 0, seconds: 1 },
    dropShare: 0,
    truncateShare: 0,
    slowMs: 0,
    duplicateShare: 0,
    repeatShare: 0,
    reorderShare: 0,
    reorderMs: 200,
  };
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
