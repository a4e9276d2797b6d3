import {
  BadPayload,
  BadSignature,
  header,
  hmacSha256,
  parseJson,
  sameSecret,
  type AdapterTools,
  type Json,
  type Webhook,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import { arrivalOf, bodyOf } from "./arrival.ts";
import { warnOfNotices } from "./notices.ts";
import type { Lookups } from "./lookups.ts";
import type { FinishStep } from "./steps.ts";

/** Slack's own measure: an older request is a replayed one. */
const MAX_AGE_S = 5 * 60;
/** A stamp from the future would be good for longer than it should be; clocks differ by less than this. */
const MAX_AHEAD_S = 60;

/**
 * Slack calls us: the Events API, interactivity and slash commands, all at one address. The raw bytes are what is signed, so
 * they are verified before anything reads them.
 */
export function createWebhook(
  parts: { tools: AdapterTools; lookups: Lookups; finishStep: FinishStep },
  signingSecret: string,
): Webhook {
  const { tools, lookups, finishStep } = parts;
  return {
    type: "webhook",
    async receive(request) {
      verify(request, signingSecret, tools.clock.now());
      const given = readBody(request.body);
      if (given === undefined) return { arrivals: [] }; // Slack tries whether the address has a certificate
      const body = bodyOf(given);
      if (body.type === "url_verification") return { arrivals: [], reply: challenged(body.challenge) };
      warnOfNotices(body, tools);
      warnOfRetry(request, tools);
      await lookups(body);
      finishStep(body);
      const arrivals = [arrivalOf(body, tools.clock.now())];
      return body.type === "block_suggestion" ? { arrivals, reply: json({ options: [] }) } : { arrivals };
    },
  };
}

/** @throws BadSignature */
export function verify(request: WebhookRequest, secret: string, now: Date): void {
  const stamp = header(request, "x-slack-request-timestamp") ?? "";
  const proof = header(request, "x-slack-signature");
  const ageS = /^\d{1,12}$/.test(stamp) ? Math.floor(now.getTime() / 1_000) - Number(stamp) : Number.NaN;
  if (!(ageS <= MAX_AGE_S && ageS >= -MAX_AHEAD_S))
    throw new BadSignature(
      "The request's timestamp is missing, too old, or from the future. Is this machine's clock right?",
    );
  const expected = `v0=${hmacSha256(secret, `v0:${stamp}:`, request.body).toString("hex")}`;
  if (!sameSecret(proof, expected))
    throw new BadSignature("The request does not carry this channel's Slack signature.");
}

/** Events are JSON; interactions are JSON in a form's field `payload`; slash commands are forms. */
function readBody(bytes: Uint8Array): Json | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (/^\s*[[{"]/.test(text)) return parseJson(text);
  const form = new URLSearchParams(text);
  const payload = form.get("payload");
  if (payload !== null) return parseJson(payload);
  if (form.get("ssl_check") === "1") return undefined;
  if (form.has("command")) return Object.fromEntries(form) as Json;
  throw new BadPayload("The body is neither an event, nor an interaction, nor a slash command.");
}

function challenged(challenge: Json | undefined): WebhookReply {
  if (typeof challenge !== "string") throw new BadPayload("Slack's url_verification carries no challenge.");
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: challenge };
}

function json(value: Json): WebhookReply {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Slack delivers again what we did not acknowledge within 3 s; three times, then it is lost. */
function warnOfRetry(request: WebhookRequest, { log, channelId }: AdapterTools): void {
  const attempt = header(request, "x-slack-retry-num");
  if (attempt === undefined) return;
  const [retry, reason] = [attempt, header(request, "x-slack-retry-reason") ?? ""].map((word) =>
    word.replaceAll(/[^\w-]/g, "?").slice(0, 40),
  );
  log.warn({ channelId, retry, reason }, "Slack delivers an event again, since it had no answer from us in time.");
}
