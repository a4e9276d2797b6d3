import { createHash, createPublicKey, verify, type KeyObject } from "node:crypto";
import {
  BadPayload,
  BadSignature,
  header,
  parseJson,
  type AdapterTools,
  type Received,
  type Webhook,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { arrivalOf, interactionArrival } from "./arrival.ts";
import { callbackFor } from "./callback.ts";
import { KIND } from "./interactions.ts";
import { fieldsOf } from "./surroundings.ts";

/** A request older than this, or from so far ahead, is somebody's copy. Discord names no figure. */
const TOLERANCE_S = 300;
/** How a raw Ed25519 key of 32 bytes is wrapped (RFC 8410). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** Discord calls us with interactions, each signed with the app's key, and waits 3 seconds for the first answer. */
export function createInteractions(parts: { call: Call; tools: AdapterTools }, publicKey: string): Webhook {
  const { call, tools } = parts;
  const key = createPublicKey({
    key: Buffer.concat([SPKI, Buffer.from(publicKey, "hex")]),
    format: "der",
    type: "spki",
  });
  return {
    type: "webhook",
    async receive(request) {
      prove(request, key, tools.clock.now());
      return receive(request, tools.clock.now());
    },
    async register(url, signal) {
      // Discord calls the address at once, rightly and wrongly signed, and takes it only if both are answered well.
      await call("PATCH", "/applications/@me", { body: { interactions_endpoint_url: url.href } }, signal);
    },
  };
}

/** @throws BadSignature */
function prove(request: WebhookRequest, key: KeyObject, now: Date): void {
  const signature = header(request, "x-signature-ed25519") ?? "";
  const timestamp = header(request, "x-signature-timestamp") ?? "";
  const isWellFormed = /^[0-9a-f]{128}$/.test(signature) && /^\d{1,12}$/.test(timestamp);
  const signed = Buffer.concat([Buffer.from(timestamp), request.body]);
  if (!isWellFormed || !verify(null, signed, key, Buffer.from(signature, "hex")))
    throw new BadSignature("The request is not signed with this app's key.");
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > TOLERANCE_S)
    throw new BadSignature("The request was signed too long ago, or this machine's clock is wrong.");
}

function receive({ body }: WebhookRequest, now: Date): Received {
  const payload = parseJson(body);
  const fields = fieldsOf(payload);
  if (fields.version === 1 && fields.token === undefined) return receiveNotice(fields, body, now);
  const callback = callbackFor(fields);
  const reply = callback && json(callback);
  if (fields.type === KIND.ping || fields.type === KIND.autocomplete) return { arrivals: [], ...(reply && { reply }) };
  return { arrivals: [interactionArrival(payload, now.getTime())], ...(reply && { reply }) };
}

/** Webhook events (an app was authorized ...), which Discord sends to an address of their own: 204, or it sends them again. */
function receiveNotice(fields: Record<string, unknown>, body: Uint8Array, now: Date): Received {
  const reply = { status: 204 };
  if (fields.type === 0) return { arrivals: [], reply };
  const { type, data } = fieldsOf(fields.event);
  if (typeof type !== "string" || type === "") throw new BadPayload("The body is a webhook event without a kind.");
  const id = `event:${createHash("sha256").update(body).digest("hex")}`;
  return { arrivals: [arrivalOf(type, fieldsOf(data), { id, receivedAt: now.getTime() })], reply };
}

function json(callback: object): WebhookReply {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(callback) };
}
