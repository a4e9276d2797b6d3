import type { LogLevel, webApi } from "@slack/bolt";
import { ChannelError, networkFault, type Clock } from "../../src/contract/index.ts";

export const SLACK = "https://slack.com/api/";
const SECOND_MS = 1_000;
/** Longer than anything that Slack takes on a fair line. */
const SILENCE_MS = 60 * SECOND_MS;
/** Where Slack asks for a rest and does not say how long. */
const UNSAID_REST_MS = SECOND_MS;

/** Calls a method of the Web API. @throws ChannelError */
export type Call = <Result = unknown>(
  method: string,
  args: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<Result>;

/** What Bolt's clients would log may hold what people wrote. We say in our own log what matters. */
export const silentLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => "error" as LogLevel,
};

/** The outbox decides when to try again, so the client must not: it would for half an hour. */
export const noRetries = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: silentLogger } as const;

/** Bolt's Web API client, with errors in our words. */
export function createCall(token: string, apiRoot: string, clock: Clock): Call {
  return async <Result>(method: string, args: Record<string, unknown>, signal: AbortSignal) => {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to Slack was stopped before it began.");
    const { webApi } = await import("@slack/bolt"); // by the first call: who only reads needs none of it
    const limit = limitTime(clock, signal);
    // The client takes no signal, so each call has a client of its own (50 µs); connections are kept below it, by fetch.
    const client = new webApi.WebClient(token, {
      ...noRetries,
      slackApiUrl: apiRoot,
      allowAbsoluteUrls: false,
      fetch: (url, init) => fetch(url, { ...init, signal: limit.signal } as RequestInit),
    });
    try {
      return (await client.apiCall(method, args)) as Result;
    } catch (error) {
      throw faultOf(error);
    } finally {
      limit.end();
    }
  };
}

/** A signal that aborts with the caller's, or when Slack is silent for too long. */
function limitTime(clock: Clock, caller: AbortSignal): { signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const done = new AbortController();
  const abort = () => stop.abort();
  caller.addEventListener("abort", abort, { once: true });
  void clock.sleep(SILENCE_MS, done.signal).then(() => done.signal.aborted || abort());
  const end = () => {
    caller.removeEventListener("abort", abort);
    done.abort();
  };
  return { signal: stop.signal, end };
}

/** What went wrong, without anything of the request: it holds the token. */
export function faultOf(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (isKind<webApi.WebAPIRateLimitedError>(error, "rate_limited")) return rest(error.retryAfter * SECOND_MS);
  if (isKind<webApi.WebAPIHTTPError>(error, "http")) return httpFault(error.statusCode);
  if (isKind<webApi.WebAPIPlatformError>(error, "platform")) return platformFault(error.data as Refused);
  if (error instanceof Error && error.message.startsWith("Retry header did not contain")) return rest(UNSAID_REST_MS);
  return lineFault(error);
}

/** By its code, as Slack's clients name their errors: their classes would have to be loaded. */
function isKind<Kind extends Error>(error: unknown, kind: string): error is Kind {
  return error instanceof Error && "code" in error && error.code === `slack_webapi_${kind}_error`;
}

/**
 * Slack counts by method and workspace, and for chat.postMessage by channel besides; its answer does not say which of them
 * was too much. Taking it for the whole workspace is the one reading that never sends too early.
 */
function rest(ms: number): ChannelError {
  return new ChannelError("retry-after", "Slack asks us to slow down.", {
    retryAfterMs: Math.max(ms, 0),
    scope: "channel",
  });
}

function httpFault(status: number): ChannelError {
  if (status === 429) return rest(UNSAID_REST_MS);
  if (status === 502 || status === 503) return new ChannelError("unreachable", `Slack is out of order (${status}).`);
  if (status >= 500) return new ChannelError("maybe-sent", `Slack broke off in the middle (${status}).`);
  return new ChannelError("refused", `Slack refused with the status ${status}. Is the setting "apiRoot" right?`);
}

interface Refused {
  error?: unknown;
  needed?: unknown;
  response_metadata?: { retryAfter?: unknown; messages?: unknown };
}

const UNAUTHORIZED = new Set(
  "invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type no_permission org_login_required team_access_not_granted".split(
    " ",
  ),
);
const GONE = new Set(
  "channel_not_found is_archived not_in_channel user_not_found user_disabled cannot_dm_bot user_is_bot user_not_visible users_not_found channel_is_limited_access".split(
    " ",
  ),
);
/** Slack's words: some part of the work may have been done. */
const HALF_DONE = new Set(["internal_error", "fatal_error", "request_timeout"]);
const BUSY = new Set(["service_unavailable", "team_added_to_org"]);
const TOO_MANY = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);

/** Slack said no, with a word for why. What is no such word (a page of HTML, say) is no answer. */
function platformFault({ error, needed, response_metadata: meta }: Refused): ChannelError {
  const word = typeof error === "string" && /^[a-z][a-z0-9_]{1,60}$/.test(error) ? error : undefined;
  if (word === undefined || HALF_DONE.has(word))
    return new ChannelError("maybe-sent", `Slack took the request and gave no clear answer (${word ?? "unreadable"}).`);
  if (TOO_MANY.has(word))
    return rest(typeof meta?.retryAfter === "number" ? meta.retryAfter * SECOND_MS : UNSAID_REST_MS);
  if (BUSY.has(word)) return new ChannelError("unreachable", `Slack is out of order (${word}).`);
  if (UNAUTHORIZED.has(word))
    return new ChannelError("unauthorized", `Slack does not take this token (${word}). ${NEW_TOKEN}`);
  if (GONE.has(word))
    return new ChannelError("recipient-gone", `Slack cannot reach this channel or person (${word}). ${INVITE}`);
  return new SlackSaidNo(
    word,
    word === "missing_scope" ? missing(needed) : `Slack refused: ${ADVICE.get(word) ?? word}.`,
  );
}

const NEW_TOKEN = "In api.slack.com/apps, open the app, Install App, and copy the new token.";
const INVITE = "Is the app still a member there, and the person still in the workspace?";
const ADVICE = new Map([
  ["messages_tab_disabled", "the app's Messages tab is off; switch it on under App Home, Show Tabs"],
  ["msg_too_long", "the message is too long"],
  ["restricted_action", "the workspace lets only some people write here"],
]);

function missing(needed: unknown): string {
  const scope = typeof needed === "string" && /^[a-z:.,_]{1,200}$/.test(needed) ? needed : "for this";
  return `Slack refused: the app lacks the scope ${scope}. Add it under OAuth & Permissions and install the app again.`;
}

/** A refusal, with Slack's word for it. */
export class SlackSaidNo extends ChannelError {
  constructor(
    readonly word: string,
    message: string,
  ) {
    super("refused", message);
  }
}

/** Whether Slack refused with one of these words. */
export function saidNo(error: unknown, words: readonly string[]): boolean {
  return error instanceof SlackSaidNo && words.includes(error.word);
}

/** The line broke, or the answer made no sense. Only the system's code is kept of the error. */
function lineFault(error: unknown): ChannelError {
  return networkFault("Slack", Object.assign(new Error("no readable answer"), codeOf(error)));
}

function codeOf(error: unknown): { code?: string } {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ("code" in inner && typeof inner.code === "string" && /^E[A-Z_]+$|^UND_/.test(inner.code))
      return { code: inner.code };
  }
  return {};
}
