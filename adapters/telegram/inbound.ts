import {
  BadPayload,
  BadSignature,
  header,
  parseJson,
  sameSecret,
  type AdapterTools,
  type Arrival,
  type Json,
  type Stream,
  type Webhook,
} from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { isObject, laneOf } from "./lane.ts";
import { poll } from "./polling.ts";
import { ALLOWED_UPDATES } from "./update.ts";

/** Calls at the same time; Telegram's default of 40 is little for a busy bot. */
const MAX_CONNECTIONS = 100;

export interface InboundParts {
  call: Call;
  tools: AdapterTools;
}

/** Telegram calls us, and proves itself by the secret that it was given. Its secret covers no body, so TLS must. */
export function createWebhook({ call, tools }: InboundParts, secret: string): Webhook {
  return {
    type: "webhook",
    async receive(request) {
      if (!sameSecret(header(request, "x-telegram-bot-api-secret-token"), secret)) {
        throw new BadSignature("The request does not carry this channel's Telegram secret.");
      }
      return { arrivals: [arrivalOf(parseJson(request.body), tools.clock.now())] };
    },
    async register(url, signal) {
      const payload = {
        url: url.href,
        secret_token: secret,
        allowed_updates: ALLOWED_UPDATES,
        max_connections: MAX_CONNECTIONS,
      };
      await call("setWebhook", payload, signal);
    },
  };
}

/** We ask Telegram for updates; no public address is needed. */
export function createPolling(parts: InboundParts): Stream {
  return { type: "stream", listen: (emit, signal) => poll({ ...parts, arrivalOf }, emit, signal) };
}

/** @throws BadPayload when it is no update */
export function arrivalOf(update: Json, now: Date): Arrival {
  if (!isObject(update) || !Number.isSafeInteger(update.update_id))
    throw new BadPayload("The body is no Telegram update: it has no integer update_id.");
  // Messages carry their time; what else happens (a pressed button, above all) may not.
  if (update.message === undefined) update.received_ms = now.getTime();
  return { key: String(update.update_id as number), lane: laneOf(update), payload: update };
}
