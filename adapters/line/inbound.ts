import { createHash } from "node:crypto";
import {
  BadPayload,
  BadSignature,
  header,
  hmacSha256,
  parseJson,
  sameSecret,
  type Arrival,
  type Json,
  type Received,
  type Webhook,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { isObject, sourceOf, type People } from "./people.ts";
import type { Quotes } from "./quotes.ts";

export interface InboundParts {
  channelSecret: string;
  call: Call;
  people: People;
  quotes: Quotes;
  /** What else hangs below the webhook's address; `undefined` where the request is not about it. */
  pages(request: WebhookRequest): Promise<Received> | undefined;
}

/** LINE calls us with a batch of events, and signs its bytes. An empty batch is the console's Verify button. */
export function createInbound({ channelSecret, call, people, quotes, pages }: InboundParts): Webhook {
  function arrivalsIn(body: Json): Arrival[] {
    if (!isObject(body) || !Array.isArray(body.events))
      throw new BadPayload("The body is no delivery of LINE's: it has no events.");
    const { destination, events } = body;
    const arrivals = events.map((event) => arrivalOf(event, destination, knownOf(event)));
    // A body that holds one event twice is stored once.
    return [...new Map(arrivals.map((arrival) => [arrival.key, arrival])).values()];
  }

  /** Names and quotes as the hub knows them at this moment; asks for nothing that would keep LINE waiting. */
  function knownOf(event: Json): Json | undefined {
    const message = isObject(event) && isObject(event.message) ? event.message : undefined;
    quotes.remember(message?.id, message?.quoteToken);
    const quotesUs = quotes.isOurs(message?.quotedMessageId);
    const names = people.about(sourceOf(event));
    return names || quotesUs ? { ...names, ...(quotesUs && { quotesUs }) } : undefined;
  }

  return {
    type: "webhook",
    async receive(request) {
      const page = pages(request);
      if (page) return page;
      const signature = hmacSha256(channelSecret, request.body).toString("base64");
      if (!sameSecret(header(request, "x-line-signature"), signature))
        throw new BadSignature("The request is not signed with this channel's LINE channel secret.");
      return { arrivals: arrivalsIn(parseJson(request.body)) };
    },
    async register(url, signal) {
      await call({ method: "PUT", path: "/v2/bot/channel/webhook/endpoint", json: { endpoint: url.href } }, signal);
    },
  };
}

/** One event as a delivery of its own, so that its like can be read as LINE sends it. */
function arrivalOf(event: Json, destination: Json | undefined, known: Json | undefined): Arrival {
  const { userId, groupId, roomId } = sourceOf(event);
  return {
    key: keyOf(event),
    lane: groupId ?? roomId ?? userId ?? "nowhere",
    payload: {
      ...(destination !== undefined && { destination }),
      events: [event],
      ...(known !== undefined && { known }),
    },
  };
}

/** Redeliveries bear the same id. An event without one is known by all but what a redelivery changes. */
function keyOf(event: Json): string {
  if (isObject(event)) {
    const { webhookEventId, deliveryContext: _, ...rest } = event;
    if (typeof webhookEventId === "string" && /^[\w-]{1,100}$/.test(webhookEventId)) return webhookEventId;
    return `hash:${hashOf(rest)}`;
  }
  return `hash:${hashOf(event)}`;
}

function hashOf(value: Json): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
