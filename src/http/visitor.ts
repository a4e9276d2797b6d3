import type { ServerResponse } from "node:http";
import { BadSignature, Forbidden, type Clock, type Log, type Visit, type WebhookRequest } from "../contract/index.ts";
import type { VisitorHistory } from "../conversations/index.ts";
import type { OpenChannel } from "../corridor/index.ts";
import { createPageConversions, type RecordOnPage } from "./page-conversions.ts";
import { answer, present, refuse } from "./visitor-answer.ts";
import { before } from "./visitor-reader.ts";
import { createStreams, type LiveHints } from "./visitor-stream.ts";

export interface VisitorDoorParts {
  history: VisitorHistory;
  /** What a page may tell about its visitor, where it may. */
  record?: RecordOnPage;
  live: LiveHints;
  clock: Clock;
  log: Log;
}

export interface VisitorDoor {
  /** True when the request was about the channel's history, and is answered. */
  (channel: OpenChannel, request: WebhookRequest, res: ServerResponse): Promise<boolean>;
  /** Ends the open streams; the hub stops. */
  close(): void;
}

const PAGE = 100;

/** Lets visitors read the history that the hub keeps for their channel, in pages or as it happens, and say what they bought. */
export function createVisitorDoor(parts: VisitorDoorParts): VisitorDoor {
  const { history, record } = parts;
  const convert = record && createPageConversions({ ...parts, record });
  const streams = createStreams(parts);

  async function serve(
    visit: Visit,
    channel: OpenChannel,
    request: WebhookRequest,
    res: ServerResponse,
  ): Promise<void> {
    const at = { channelId: channel.id, place: visit.place };
    const after = startOf(request);
    if (after === undefined) {
      return refuse(res, 400, "`after` must be a number of this conversation, 0 for its start.", visit.headers);
    }
    if (request.path === "/stream") return streams.open(at, visit, after, res);
    const found = await history.messagesAfter(at, after, PAGE);
    const messages = found?.messages ?? [];
    const more = found?.more ?? false;
    const last = messages.at(-1)?.version ?? after;
    const next = more ? last : before(found?.held ?? null, last);
    const body = { conversation: at.place, messages: messages.map((message) => present(message, visit)), next, more };
    answer(res, 200, "application/json", body, visit.headers);
  }

  async function door(channel: OpenChannel, request: WebhookRequest, res: ServerResponse): Promise<boolean> {
    const { connection } = channel;
    const isReading = request.method === "GET" && (request.path === "/messages" || request.path === "/stream");
    const work = isReading ? serve : request.method === "POST" && request.path === "/conversions" ? convert : undefined;
    if (!work || !connection.visit) return false;
    try {
      await work(await connection.visit(request), channel, request, res);
    } catch (error) {
      if (error instanceof BadSignature) refuse(res, 401, error.message, error.headers);
      else if (error instanceof Forbidden) refuse(res, 403, error.message, {});
      else throw error;
    }
    return true;
  }

  return Object.assign(door, { close: () => streams.close() });
}

/** A browser that reconnects says by itself what it saw last. */
function startOf({ headers, query }: WebhookRequest): number | undefined {
  const given = headers["last-event-id"] ?? query.get("after") ?? "0";
  return typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : undefined;
}
