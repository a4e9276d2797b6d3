/** What goes wrong, and how often. All may be changed while the emulator runs; shares are of sends, 0 to 1. */
export interface Faults {
  /** 429 with retry_after, for the chat that was written to or for the whole bot. */
  tooMany: { share: number; seconds: number; scope: "chat" | "bot" };
  /** 502 with a page of HTML, as Telegram's front servers give it. Nothing is accepted. */
  serverErrorShare: number;
  /** Accepted, then the line is dropped without an answer. */
  dropShare: number;
  /** Accepted, answered with half of the JSON. */
  truncateShare: number;
  /** Accepted, answered with HTML and status 200. */
  wrongTypeShare: number;
  /** Every call takes so much longer. */
  slowMs: number;
  /** Webhook deliveries that come twice. */
  duplicateShare: number;
  /** Webhook deliveries that come late, behind later ones of their chat. */
  reorderShare: number;
  /** How late at most. */
  reorderMs: number;
  /** The wait after a delivery that got no 2xx; it doubles up to `redeliverMaxMs`. */
  redeliverMs: number;
  redeliverMaxMs: number;
}

export function noFaults(): Faults {
  return {
    tooMany: { share: 0, seconds: 1, scope: "chat" },
    serverErrorShare: 0,
    dropShare: 0,
    truncateShare: 0,
    wrongTypeShare: 0,
    slowMs: 0,
    duplicateShare: 0,
    reorderShare: 0,
    reorderMs: 200,
    redeliverMs: 100,
    redeliverMaxMs: 10_000,
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

interface Window {
  saidMs: number;
  untilMs: number;
}

/** Keeps the times during which Telegram wants no sends, and counts the sends that come all the same. */
export function createFloodControl(faults: Faults, random: () => number) {
  const windows = new Map<number | "bot", Window>();
  let inside = 0;
  let refusing = { times: 0, seconds: 0 };

  /** Seconds to wait where this send is too many, else `undefined`. */
  function check(chatId: number, arrivedMs: number): number | undefined {
    const bot = openAt(windows.get("bot"), arrivedMs);
    const chat = openAt(windows.get(chatId), arrivedMs);
    if (bot ?? chat) {
      if (chat || (bot && arrivedMs - bot.saidMs > GRACE_MS)) inside++;
      return say(chat ? chatId : "bot", ((chat ?? bot) as Window).untilMs - arrivedMs);
    }
    const { share, seconds, scope } = faults.tooMany;
    if (refusing.times > 0) {
      refusing.times--;
      return say(scope === "chat" ? chatId : "bot", refusing.seconds * 1_000);
    }
    return share > 0 && random() < share ? say(scope === "chat" ? chatId : "bot", seconds * 1_000) : undefined;
  }

  /** Telegram speaks in whole seconds; so does this, unless the knob is finer. */
  function say(key: number | "bot", ms: number): number {
    const saidMs = performance.now();
    const seconds = Number.isInteger(faults.tooMany.seconds) ? Math.ceil(ms / 1_000) : ms / 1_000;
    windows.set(key, { saidMs, untilMs: saidMs + seconds * 1_000 });
    return seconds;
  }

  return {
    check,
    /** The next sends, so many, are too many for Telegram, whoever they are for. */
    refuseNext: (times: number, seconds: number) => void (refusing = { times, seconds }),
    get inside() {
      return inside;
    },
  };
}

function openAt(window: Window | undefined, atMs: number): Window | undefined {
  return window && atMs < window.untilMs ? window : undefined;
}
