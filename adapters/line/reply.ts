import {
  ChannelError,
  type AdapterTools,
  type OutboundMessage,
  type Referrer,
  type Sent,
} from "../../src/contract/index.ts";
import { createHash } from "node:crypto";
import type { Answer, Call } from "./api.ts";
import type { LineOut } from "./encode.ts";
import { isInvalidReplyToken, LineFault } from "./faults.ts";
import { createMemory } from "./memory.ts";
import { readPlace } from "./place.ts";
import type { Quotes } from "./quotes.ts";

// A reply costs nothing and takes no retry key; its token is good once. A push counts against the plan and takes the key.
// So a reply whose fate is unknown is never followed by a push: the same token is tried again, and LINE's "invalid reply
// token", while the token must still live, says that the first try went through.

/** After an event LINE speaks of a minute; what is left when the hub no longer begins a reply, less some for the way. */
const STILL_ALIVE_MS = 25_000;
/** Longer than all attempts of one delivery take. */
const ATTEMPT_MS = 3 * 3_600_000;
const MOST_USED = 10_000;

interface Receipt extends Sent {
  quoteToken?: string;
}

interface Attempt {
  token: string;
  /** Until then LINE refuses this token only because it was used. */
  aliveUntilMs: number;
}

export interface ReplyParts {
  call: Call;
  tools: Pick<AdapterTools, "cache" | "clock">;
  quotes: Quotes;
}

export type Deliver = (message: OutboundMessage, messages: LineOut[], signal: AbortSignal) => Promise<Sent>;

/** Sends by reply while there is a token, by push otherwise; neither twice. */
export function createDeliver({ call, tools, quotes }: ReplyParts): Deliver {
  const used = createMemory<true>(MOST_USED);
  const nowMs = () => tools.clock.now().getTime();

  async function push(message: OutboundMessage, messages: LineOut[], signal: AbortSignal): Promise<Receipt> {
    const json = { to: readPlace(message.place), messages };
    const retryKey = uuidOf(message.idempotencyKey);
    const answer = await call({ method: "POST", path: "/v2/bot/message/push", json, retryKey }, signal);
    return receiptOf(answer, answer.status === 409 ? `accepted:${retryKey}` : undefined);
  }

  async function reply(
    attempt: Attempt,
    again: boolean,
    message: OutboundMessage,
    messages: LineOut[],
    signal: AbortSignal,
  ) {
    const { idempotencyKey } = message;
    if (!again) await tools.cache.set(keyOf(idempotencyKey), JSON.stringify(attempt), ATTEMPT_MS);
    try {
      const json = { replyToken: attempt.token, messages };
      const sent = receiptOf(await call({ method: "POST", path: "/v2/bot/message/reply", json }, signal), undefined);
      used.set(attempt.token, true);
      return sent;
    } catch (error) {
      if (isInvalidReplyToken(error)) {
        used.set(attempt.token, true);
        if (!again) return pushInstead(message, messages, signal);
        if (nowMs() < attempt.aliveUntilMs) return { externalId: `replied:${uuidOf(idempotencyKey)}` };
        throw new ChannelError("maybe-sent", "LINE gave no answer to a reply, and its token is too old to ask again.");
      }
      if (!again && surelyNotTaken(error)) await forget(idempotencyKey);
      throw error;
    }
  }

  /** The token was used up by an earlier message, or ran out on the way. */
  async function pushInstead(message: OutboundMessage, messages: LineOut[], signal: AbortSignal): Promise<Receipt> {
    await forget(message.idempotencyKey);
    return push(message, messages, signal);
  }

  const forget = (key: string) => tools.cache.set(keyOf(key), "", 1);

  /** A token is for one message: it is claimed for good, so that two never try the same one. */
  async function claim({ referrer, idempotencyKey }: OutboundMessage): Promise<Attempt | undefined> {
    const attempt = attemptOf(referrer, nowMs());
    if (!attempt || used.has(attempt.token)) return undefined;
    const key = `reply token ${createHash("sha256").update(attempt.token).digest("base64url")}`;
    const owner = await tools.cache.once(key, ATTEMPT_MS, async () => idempotencyKey);
    return owner === idempotencyKey ? attempt : undefined;
  }

  return async (message, messages, signal) => {
    if (signal.aborted) throw new ChannelError("unreachable", "The send to LINE was stopped before it began.");
    readPlace(message.place);
    const earlier = readAttempt(await tools.cache.get(keyOf(message.idempotencyKey)));
    const attempt = earlier ?? (await claim(message));
    const sent = attempt
      ? await reply(attempt, earlier !== undefined, message, messages, signal)
      : await push(message, messages, signal);
    const { quoteToken, ...receipt } = sent;
    quotes.remember(receipt.externalId, quoteToken, true);
    return receipt;
  };
}

/** LINE said no, or never heard of it. A 5xx says neither. */
function surelyNotTaken(error: unknown): boolean {
  if (error instanceof LineFault) return error.status < 500;
  return error instanceof ChannelError && error.fault === "unreachable";
}

function attemptOf(referrer: Referrer | undefined, nowMs: number): Attempt | undefined {
  const data = referrer?.data;
  if (!referrer || typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const { replyToken: token } = data;
  const expiresMs = referrer.expiresAt.getTime();
  if (typeof token !== "string" || token === "" || expiresMs <= nowMs) return undefined;
  return { token, aliveUntilMs: expiresMs + STILL_ALIVE_MS };
}

function readAttempt(text: string | undefined): Attempt | undefined {
  return text ? (JSON.parse(text) as Attempt) : undefined; // our own cache, written above
}

function keyOf(idempotencyKey: string): string {
  return `reply ${idempotencyKey}`;
}

/** What LINE names the messages by. Without a name it stays open whether they went: with the retry key one can ask again. */
function receiptOf({ body }: Answer, otherwise: string | undefined): Receipt {
  const list = Array.isArray(body.sentMessages) ? (body.sentMessages as unknown[]) : [];
  const first = (typeof list[0] === "object" ? list[0] : null) as { id?: unknown; quoteToken?: unknown } | null;
  const externalId = typeof first?.id === "string" && first.id !== "" ? first.id : otherwise;
  if (externalId === undefined) throw new ChannelError("maybe-sent", "LINE took the message and named no id for it.");
  return { externalId, ...(typeof first?.quoteToken === "string" && { quoteToken: first.quoteToken }) };
}

/** LINE's retry key is a UUID; the hub's keys are, too. Of any other key one is made. */
export function uuidOf(key: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) return key.toLowerCase();
  const hex = createHash("sha256").update(key).digest("hex");
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
