import type { GraphFaults, LimitForm } from "./emulator-faults.ts";
import { graphError, type GraphRefusal } from "./emulator-errors.ts";

/** Requests that may have left before the sender could know of a limit for the whole account. */
const GRACE_MS = 50;

export interface LimitCodes {
  /** The error for the whole account: 130429 at WhatsApp, 613 at Messenger. */
  channel: number;
  /** The error for one person: 131056 at WhatsApp. Missing: there is none. */
  place?: number;
  /** The `type` in X-Business-Use-Case-Usage: "whatsapp", "messenger". */
  useCase: string;
}

interface Window {
  saidMs: number;
  untilMs: number;
  form: LimitForm;
}

/** Keeps the times during which Meta wants no sends, and counts the sends that come all the same. */
export function createLimits(faults: GraphFaults, codes: LimitCodes, random: () => number) {
  const windows = new Map<string, Window>();
  const prepared: { seconds: number; form: LimitForm }[] = [];
  let inside = 0;

  /** The refusal where this send is too many, else `undefined`. */
  function check(place: string, arrivedMs: number): GraphRefusal | undefined {
    const channel = openAt(windows.get(""), arrivedMs);
    const own = openAt(windows.get(`place ${place}`), arrivedMs);
    if (channel ?? own) {
      if (own || (channel && arrivedMs - channel.saidMs > GRACE_MS)) inside++;
      const window = (own ?? channel) as Window;
      return say(own ? `place ${place}` : "", (window.untilMs - arrivedMs) / 1_000, window.form);
    }
    const next = prepared.shift();
    if (next) return say("", next.seconds, next.form);
    const { share, seconds, scope, form } = faults.tooMany;
    if (share === 0 || random() >= share) return undefined;
    return say(scope === "place" && codes.place !== undefined ? `place ${place}` : "", seconds, form);
  }

  function say(key: string, seconds: number, form: LimitForm): GraphRefusal {
    const saidMs = performance.now();
    windows.set(key, { saidMs, untilMs: saidMs + seconds * 1_000, form });
    const code = key === "" ? codes.channel : (codes.place ?? codes.channel);
    const message = `(#${code}) ${key === "" ? "Rate limit hit" : "Pair rate limit hit"}`;
    const headers = limitHeaders(form, seconds, codes.useCase);
    return graphError(code === 4 || code === 613 ? 400 : 429, { message, code }, headers);
  }

  return {
    check,
    /** The next sends are refused so. */
    refuseNext(times: number, seconds: number, form: LimitForm = "business-usage"): void {
      for (let i = 0; i < times; i++) prepared.push({ seconds, form });
    },
    get inside() {
      return inside;
    },
  };
}

export type Limits = ReturnType<typeof createLimits>;

/** The headers as Meta writes them. Its minutes are whole; here they are as fine as the test wants them. */
function limitHeaders(form: LimitForm, seconds: number, type: string): Record<string, string> {
  const used = { call_count: 100, total_cputime: 25, total_time: 25 };
  const estimated_time_to_regain_access = seconds / 60;
  switch (form) {
    case "business-usage":
      return {
        "x-business-use-case-usage": JSON.stringify({
          "102290129340398": [{ type, ...used, estimated_time_to_regain_access }],
        }),
      };
    case "app-usage":
      return { "x-app-usage": JSON.stringify({ ...used, estimated_time_to_regain_access }) };
    case "retry-after":
      return { "retry-after": String(seconds) };
    case "silent":
      return {};
  }
}

function openAt(window: Window | undefined, atMs: number): Window | undefined {
  return window && atMs < window.untilMs ? window : undefined;
}
