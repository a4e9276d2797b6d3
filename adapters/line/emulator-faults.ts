/** What goes wrong, and how often. All may be changed while the emulator runs; shares are 0 to 1. */
export interface Faults {
  /** 429 as LINE gives it to who sends too fast; `header` adds the Retry-After that a gateway before it would. */
  tooMany: { share: number; seconds: number; header: boolean };
  /** The plan's messages are used up: pushes get the other 429. */
  quotaUsedUp: boolean;
  /** 500, and nothing is accepted. */
  serverErrorShare: number;
  /** Accepted, and answered with 500 all the same. */
  acceptedErrorShare: number;
  /** Accepted, then the line is dropped without an answer. */
  dropShare: number;
  /** Accepted, answered with half of the JSON. */
  truncateShare: number;
  /** Accepted, answered with HTML and status 200. */
  wrongTypeShare: number;
  /** Every call takes so much longer. */
  slowMs: number;
  /** The access token is no longer good. */
  tokenRevoked: boolean;
  /** For how long a reply token is good. */
  replyTokenMs: number;
  /** How often a video's content says 202 before it is there; `Infinity` for never. */
  preparingLooks: number;
  /** Files are gone. */
  contentGone: boolean;
  /** Webhook deliveries that come twice. */
  duplicateShare: number;
  /** Webhook deliveries that come late, behind later ones. */
  reorderShare: number;
  reorderMs: number;
  /** Whether a delivery without a 2xx is repeated: an option of the channel's, off at first. */
  redelivery: boolean;
  redeliverMs: number;
  /** Deliveries that bear a wrong signature. */
  forgedShare: number;
}

export function noFaults(): Faults {
  return {
    tooMany: { share: 0, seconds: 1, header: false },
    quotaUsedUp: false,
    serverErrorShare: 0,
    acceptedErrorShare: 0,
    dropShare: 0,
    truncateShare: 0,
    wrongTypeShare: 0,
    slowMs: 0,
    tokenRevoked: false,
    replyTokenMs: 60_000,
    preparingLooks: 1,
    contentGone: false,
    duplicateShare: 0,
    reorderShare: 0,
    reorderMs: 200,
    redelivery: false,
    redeliverMs: 100,
    forgedShare: 0,
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

/** Requests that may have left before the sender could know of a 429. */
const GRACE_MS = 50;

/** Keeps the time during which LINE wants no sends, and counts the sends that come all the same. */
export function createFloodControl(faults: Faults, random: () => number) {
  let saidMs = Number.NEGATIVE_INFINITY;
  let untilMs = Number.NEGATIVE_INFINITY;
  let inside = 0;
  let prepared = { times: 0, ms: 0 };

  function say(ms: number): number {
    saidMs = performance.now();
    untilMs = saidMs + ms;
    return ms;
  }

  return {
    /** Milliseconds to wait where this send is too many, else `undefined`. */
    check(arrivedMs: number): number | undefined {
      if (arrivedMs < untilMs) {
        if (arrivedMs - saidMs > GRACE_MS) inside++;
        return untilMs - arrivedMs;
      }
      if (prepared.times > 0) {
        prepared.times--;
        return say(prepared.ms);
      }
      const { share, seconds } = faults.tooMany;
      return share > 0 && random() < share ? say(seconds * 1_000) : undefined;
    },
    refuseNext(times: number, ms: number): void {
      prepared = { times, ms };
    },
    /** Whether the time was prepared by hand, and so is told. */
    get tells(): boolean {
      return faults.tooMany.header || prepared.ms > 0;
    },
    get inside(): number {
      return inside;
    },
  };
}

export type FloodControl = ReturnType<typeof createFloodControl>;
