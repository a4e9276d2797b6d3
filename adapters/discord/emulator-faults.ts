/** What goes wrong, and how often. All may be changed while the emulator runs; shares are of sends, 0 to 1. */
export interface Faults {
  /** 429: for the route ("user"), for the whole bot ("global"), or because of others in the channel ("shared"). */
  tooMany: { share: number; seconds: number; scope: "user" | "global" | "shared" };
  /** What a channel takes before it says 429, as Discord counts it, with X-RateLimit headers on every answer. */
  bucket: { limit: number; perMs: number } | undefined;
  /** 502 with a page of HTML. Nothing is accepted. */
  serverErrorShare: number;
  /** Accepted, then the line is dropped without an answer. */
  dropShare: number;
  /** Accepted, answered with half of the JSON. */
  truncateShare: number;
  /** Accepted, answered with HTML and status 200. */
  wrongTypeShare: number;
  /** Every call takes so much longer. */
  slowMs: number;
  /** Files are given out as something else than they are. */
  wrongMediaType: boolean;
  /** Dispatches that come twice (a session of before that still delivers). */
  duplicateShare: number;
  /** RESUME is answered with INVALID_SESSION. */
  refuseResume: boolean;
  /** Heartbeats get no answer. */
  deaf: boolean;
  /** Edits come with the message's ids and the time of editing alone. */
  partialEdits: boolean;
}

export function noFaults(): Faults {
  return {
    tooMany: { share: 0, seconds: 1, scope: "user" },
    bucket: undefined,
    serverErrorShare: 0,
    dropShare: 0,
    truncateShare: 0,
    wrongTypeShare: 0,
    slowMs: 0,
    wrongMediaType: false,
    duplicateShare: 0,
    refuseResume: false,
    deaf: false,
    partialEdits: false,
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

/** Requests that may have left before the sender could know of a 429 for the whole bot. */
const GRACE_MS = 50;

export interface TooMany {
  seconds: number;
  scope: Faults["tooMany"]["scope"];
}
interface Window extends TooMany {
  saidMs: number;
  untilMs: number;
}

/** Keeps the times during which Discord wants no sends, and counts the sends that come all the same. */
export function createLimits(faults: Faults, random: () => number) {
  const windows = new Map<string, Window>();
  const buckets = new Map<string, { used: number; resetMs: number }>();
  let inside = 0;
  let forced: { left: number; ms: number } | undefined;

  function check(channelId: string, arrivedMs: number): TooMany | undefined {
    const all = openAt(windows.get("global"), arrivedMs);
    const here = openAt(windows.get(channelId), arrivedMs);
    if (here || (all && arrivedMs - all.saidMs > GRACE_MS)) inside++;
    const open = here ?? all;
    if (open) return say(open.scope === "global" ? "global" : channelId, open.scope, open.untilMs - arrivedMs);
    if (forced && forced.left-- > 0) return say(channelId, "user", forced.ms);
    const { share, seconds, scope } = faults.tooMany;
    if (share > 0 && random() < share) return say(scope === "global" ? scope : channelId, scope, seconds * 1_000);
    return full(channelId, arrivedMs);
  }

  function full(channelId: string, nowMs: number): TooMany | undefined {
    if (!faults.bucket) return undefined;
    const bucket = bucketAt(channelId, nowMs, faults.bucket.perMs);
    if (bucket.used >= faults.bucket.limit) return say(channelId, "user", bucket.resetMs - nowMs);
    bucket.used++;
    return undefined;
  }

  function bucketAt(channelId: string, nowMs: number, perMs: number) {
    const found = buckets.get(channelId);
    if (found && found.resetMs > nowMs) return found;
    const bucket = { used: 0, resetMs: nowMs + perMs };
    buckets.set(channelId, bucket);
    return bucket;
  }

  /** Discord speaks in fractions of a second. */
  function say(key: string, scope: TooMany["scope"], ms: number): TooMany {
    const saidMs = performance.now();
    windows.set(key, { saidMs, untilMs: saidMs + ms, seconds: ms / 1_000, scope });
    return { seconds: ms / 1_000, scope };
  }

  /** The headers of every answer about a channel. */
  function headers(channelId: string): Record<string, string> {
    const { bucket } = faults;
    if (!bucket) return {};
    const nowMs = performance.now();
    const { used, resetMs } = bucketAt(channelId, nowMs, bucket.perMs);
    return {
      "x-ratelimit-bucket": "emulated-messages",
      "x-ratelimit-limit": String(bucket.limit),
      "x-ratelimit-remaining": String(bucket.limit - used),
      "x-ratelimit-reset-after": ((resetMs - nowMs) / 1_000).toFixed(3),
    };
  }

  return {
    check,
    headers,
    refuseNext: (times: number, ms: number) => void (forced = { left: times, ms }),
    get inside() {
      return inside;
    },
  };
}

export type Limits = ReturnType<typeof createLimits>;

function openAt(window: Window | undefined, atMs: number): Window | undefined {
  return window && atMs < window.untilMs ? window : undefined;
}
