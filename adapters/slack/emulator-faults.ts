/** What goes wrong, and how often. All may be changed while the emulator runs; shares are 0 to 1. */
export interface Faults {
  /** 429 with Retry-After, for the channel that was written to or for the whole workspace. */
  tooMany: { share: number; seconds: number; scope: "channel" | "workspace" };
  /** 429 without a Retry-After. */
  tooManyUnsaid: boolean;
  /** 503 with a page of HTML. Nothing is accepted. */
  serverErrorShare: number;
  /** 200 and `internal_error`: something may have been done, and here it has been. */
  internalErrorShare: number;
  /** Accepted, then the line is dropped without an answer. */
  dropShare: number;
  /** Accepted, answered with half of the JSON. */
  truncateShare: number;
  /** Accepted, answered with HTML and status 200. */
  wrongTypeShare: number;
  /** Every call takes so much longer. */
  slowMs: number;
  /** Events that come twice, the second time after the first was acknowledged. */
  duplicateShare: number;
  /** Events that come late, behind later ones. */
  reorderShare: number;
  reorderMs: number;
  /** How long the app has to acknowledge; Slack gives 3 s. */
  ackMs: number;
  /** The waits before the three further tries; Slack's are about at once, 1 min and 5 min. */
  retryWaitsMs: readonly number[];
  /** Files are answered with the login page, status 200, whoever asks. */
  loginPage: boolean;
  /** Uploads are answered with 500. */
  uploadFails: boolean;
}

export function noFaults(): Faults {
  return {
    tooMany: { share: 0, seconds: 1, scope: "channel" },
    tooManyUnsaid: false,
    serverErrorShare: 0,
    internalErrorShare: 0,
    dropShare: 0,
    truncateShare: 0,
    wrongTypeShare: 0,
    slowMs: 0,
    duplicateShare: 0,
    reorderShare: 0,
    reorderMs: 100,
    ackMs: 3_000,
    retryWaitsMs: [20, 200, 1_000],
    loginPage: false,
    uploadFails: false,
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

/** Calls that may have left before the sender could know of a 429. */
const GRACE_MS = 50;
const WORKSPACE = "workspace";

interface Window {
  saidMs: number;
  untilMs: number;
}

/** Keeps the times during which Slack wants no messages, and counts those that come all the same. */
export function createFloodControl(faults: Faults, random: () => number) {
  const windows = new Map<string, Window>();
  let inside = 0;
  let planned: number[] = [];

  /** Seconds to wait where this send is too many, else `undefined`. */
  function check(channel: string, arrivedMs: number): number | undefined {
    const [key, open] =
      [WORKSPACE, channel]
        .map((each) => [each, windows.get(each)] as const)
        .find(([, window]) => window && arrivedMs < window.untilMs) ?? [];
    if (key !== undefined && open) {
      if (arrivedMs - open.saidMs > GRACE_MS) inside++;
      return say(key, open.untilMs - arrivedMs);
    }
    const { share, seconds, scope } = faults.tooMany;
    const plan = planned.shift();
    if (plan !== undefined) return say(WORKSPACE, plan);
    return share > 0 && random() < share ? say(scope === "channel" ? channel : WORKSPACE, seconds * 1_000) : undefined;
  }

  /** Slack speaks in whole seconds. */
  function say(key: string, ms: number): number {
    const saidMs = performance.now();
    const seconds = Math.max(Math.ceil(ms / 1_000), 1);
    windows.set(key, { saidMs, untilMs: saidMs + seconds * 1_000 });
    return seconds;
  }

  return {
    check,
    /** The next so many sends are refused. */
    plan: (times: number, retryAfterMs: number) => void (planned = Array.from({ length: times }, () => retryAfterMs)),
    get inside() {
      return inside;
    },
  };
}
