/** What goes wrong at Meta, and how often. All may be changed while an emulator runs; shares are of sends, 0 to 1. */
export interface GraphFaults {
  /** Refused with a limit's error: for the whole account, or for the one who is written to. */
  tooMany: { share: number; seconds: number; scope: "channel" | "place"; form: LimitForm };
  /** 500 with Graph's own error (code 2), or a front server's page of HTML. Nothing is accepted. */
  serverErrorShare: number;
  /** Accepted, then the line is dropped without an answer. */
  dropShare: number;
  /** Accepted, answered with half of the JSON. */
  truncateShare: number;
  /** Accepted, answered with HTML and status 200. */
  wrongTypeShare: number;
  /** Every call takes so much longer. */
  slowMs: number;
  /** Deliveries that come twice, also after they were taken. */
  duplicateShare: number;
  /** Deliveries that come late, behind later ones. */
  reorderShare: number;
  /** How late at most. */
  reorderMs: number;
  /** Entries that come within this time come as one batch. */
  batchMs: number;
  /** Deliveries that are preceded by one with a wrong signature. */
  forgeShare: number;
  /** The wait after a delivery that got no 2xx; it doubles up to `redeliverMaxMs`. */
  redeliverMs: number;
  redeliverMaxMs: number;
  /** Addresses of files are no longer good. */
  filesExpired: boolean;
}

/** How a limit says when it ends: in usage headers (minutes), in Retry-After (seconds), or not at all. */
export type LimitForm = "business-usage" | "app-usage" | "retry-after" | "silent";

export function noFaults(): GraphFaults {
  return {
    tooMany: { share: 0, seconds: 1, scope: "channel", form: "business-usage" },
    serverErrorShare: 0,
    dropShare: 0,
    truncateShare: 0,
    wrongTypeShare: 0,
    slowMs: 0,
    duplicateShare: 0,
    reorderShare: 0,
    reorderMs: 200,
    batchMs: 0,
    forgeShare: 0,
    redeliverMs: 100,
    redeliverMaxMs: 10_000,
    filesExpired: false,
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
