import { ChannelError, type Fault } from "../../src/contract/index.ts";

const SECOND_MS = 1_000;
/** LINE's limits are counted by the second for what we send; it names no time by itself. */
const USUAL_WAIT_MS = SECOND_MS;
const MAX_WORDS = 300;

/** LINE answered, and said no; `status` tells such a fault from one of the line. */
export class LineFault extends ChannelError {
  constructor(
    fault: Fault,
    message: string,
    readonly status: number,
    readonly words: string,
    retryAfterMs?: number,
  ) {
    super(fault, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

/** What an answer that is no success means for the message it was about. */
export function faultOf(response: Response, body: Record<string, unknown> | undefined, token: string): LineFault {
  const { status } = response;
  const words = wordsOf(body).replaceAll(token, "[token]").slice(0, MAX_WORDS) || `status ${status}`;
  const say = (fault: Fault, message: string, retryAfterMs?: number) =>
    new LineFault(fault, message, status, words, retryAfterMs);

  if (status === 429) {
    if (/monthly limit/i.test(words)) return say("refused", QUOTA);
    return say("retry-after", "LINE asks us to slow down.", waitOf(response));
  }
  // With the retry key a repetition does no harm, and a reply's fate is looked into (reply.ts).
  if (status >= 500) return say("unreachable", `LINE is out of order (${status}).`);
  if (status === 401) return say("unauthorized", TOKEN);
  if (status === 403)
    return say("refused", `LINE does not allow this with the account's plan or permissions: ${words}`);
  if (status === 404 || status === 410 || /failed to send messages/i.test(words))
    return say("recipient-gone", `LINE cannot reach this chat any more: ${words}`);
  return say("refused", `LINE refused: ${words}`);
}

const QUOTA =
  "The messages of this month's plan are used up: LINE takes replies only, until the next month or a bigger plan. " +
  "LINE Official Account Manager, Settings, Plan (月度消息额度已用完，请在 LINE Official Account Manager 升级方案).";
const TOKEN =
  "LINE does not know this channel access token. Issue a new one in the LINE Developers console, Messaging API, " +
  "Channel access token (long-lived).";

export function isInvalidReplyToken(error: unknown): boolean {
  return error instanceof LineFault && error.status === 400 && /invalid reply token/i.test(error.words);
}

/** The message, and what it says of single fields. */
function wordsOf(body: Record<string, unknown> | undefined): string {
  const { message, details, error_description: described } = body ?? {};
  const lines = Array.isArray(details) ? details.map(detailOf) : [];
  return [message, described, ...lines].filter((text) => typeof text === "string" && text !== "").join("; ");
}

function detailOf(detail: unknown): string {
  if (typeof detail !== "object" || detail === null) return "";
  const { property, message } = detail as { property?: unknown; message?: unknown };
  return [property, message].filter((text) => typeof text === "string").join(": ");
}

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return seconds > 0 ? Math.min(Math.ceil(seconds * SECOND_MS), 3_600 * SECOND_MS) : USUAL_WAIT_MS;
}
