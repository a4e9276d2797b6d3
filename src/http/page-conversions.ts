import type { ServerResponse } from "node:http";
import {
  BadPayload,
  HubError,
  parseJson,
  type Clock,
  type Json,
  type Log,
  type Visit,
  type WebhookRequest,
} from "../contract/index.ts";
import type { OpenChannel } from "../corridor/index.ts";
import { createLimiter } from "./limiter.ts";
import { answer, refuse } from "./visitor-answer.ts";

/** Records what a page says its visitor did. @throws HubError */
export type RecordOnPage = (at: { channelId: string; place: string }, body: Json) => Promise<{ id: string }>;

const MOST_BYTES = 64 * 1024;
const ORDERS = { count: 20, perMs: 600_000 };
const STATUS: Readonly<Record<string, number>> = { invalid: 400, not_found: 404, conflict: 409, bad_payload: 400 };

/** `POST .../conversions` of a website's page: who, says the visitor's token and nothing else. */
export function createPageConversions({ record, clock, log }: { record: RecordOnPage; clock: Clock; log: Log }) {
  const limiter = createLimiter({ ...ORDERS, clock });

  return async function serve(
    visit: Visit,
    channel: OpenChannel,
    request: WebhookRequest,
    res: ServerResponse,
  ): Promise<void> {
    const { headers } = visit;
    const waitMs = limiter.take(`${channel.id} ${visit.place}`);
    if (waitMs > 0) {
      const wait = { ...headers, "retry-after": String(Math.ceil(waitMs / 1_000)) };
      return refuse(res, 429, "Nobody orders as fast as this. Wait a little and send it again.", wait);
    }
    try {
      if (request.body.length > MOST_BYTES) throw new BadPayload("The body is larger than 64 KB.");
      const { id } = await record({ channelId: channel.id, place: visit.place }, parseJson(request.body));
      answer(res, 201, "application/json", { id }, headers);
    } catch (error) {
      const status = error instanceof HubError ? STATUS[error.code] : undefined;
      if (status !== undefined) return refuse(res, status, (error as HubError).message, headers);
      log.error({ channelId: channel.id, err: error }, "a page's conversion could not be recorded");
      refuse(res, 503, "The hub cannot store this right now. Send it again later.", { ...headers, "retry-after": "5" });
    }
  };
}
