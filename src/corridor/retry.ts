import { ChannelError } from "../contract/index.ts";

/** What becomes of a delivery whose attempt did not succeed. */
export type Setback =
  | { state: "waiting"; waitMs: number; error: string; maybeTwice: boolean }
  | { state: "failed" | "maybe-sent"; error: string };

export interface Attempt {
  /** How many were made, this one included. */
  attempts: number;
  /** How many of the earlier ones ended without an answer. */
  doubts: number;
  /** Whether the platform drops a second send with the same idempotency key. */
  idempotentSend: boolean;
  onUncertain: "resend" | "hold";
}

const SECOND = 1_000;
const LONGEST_WAIT_MS = 600 * SECOND;
const MOST_ATTEMPTS = 12; // about an hour and a quarter of a platform out of reach
const MOST_BUSY_ATTEMPTS = 100;
const MOST_DOUBTS = 2;

/** When to try a failed delivery again, or in which state to leave it and why, in words for the person who looks at it. */
export function setback(error: unknown, attempt: Attempt): Setback {
  if (!(error instanceof ChannelError)) {
    return { state: "failed", error: "A fault of the hub kept this from being sent; the log says more." };
  }
  if (error.fault === "maybe-sent") return uncertain(error.message, attempt);
  const most = error.fault === "retry-after" ? MOST_BUSY_ATTEMPTS : MOST_ATTEMPTS;
  if (!error.mayRetry || attempt.attempts >= most) return { state: "failed", error: error.message };
  const waitMs = error.retryAfterMs ?? Math.min(4 ** (attempt.attempts - 1) * SECOND, LONGEST_WAIT_MS);
  return { state: "waiting", waitMs, error: error.message, maybeTwice: false };
}

/**
 * The send may or may not have happened. With an idempotency key it is safe to repeat. Without one the channel's owner
 * chose: send again and say "maybe twice", or hold it until a person decides.
 */
export function uncertain(reason: string, { attempts, doubts, idempotentSend, onUncertain }: Attempt): Setback {
  const repeat = idempotentSend ? attempts < MOST_ATTEMPTS : onUncertain === "resend" && doubts < MOST_DOUBTS;
  if (!repeat) return { state: "maybe-sent", error: reason };
  return { state: "waiting", waitMs: SECOND, error: reason, maybeTwice: !idempotentSend };
}
