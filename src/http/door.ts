import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  BadPayload,
  BadSignature,
  Overloaded,
  type Arrival,
  type Clock,
  type Log,
  type Received,
  type WebhookReply,
  type WebhookRequest,
} from "../contract/index.ts";
import type { Accept, Channels, OpenChannel } from "../corridor/index.ts";

export interface DoorParts {
  channels: Channels;
  accept: Accept;
  /** Serves a channel's own history where the hub keeps it; false when the request is not about that. */
  visitors: (channel: OpenChannel, request: WebhookRequest, res: ServerResponse) => Promise<boolean>;
  clock: Clock;
  log: Log;
  count: (adapter: string, outcome: "stored" | "forged" | "unreadable" | "refused") => void;
}

const PREFIX = "/webhooks/";
const ID_LENGTH = 36;
/** The largest body of any platform we read (10 MB files of the website chat, with room). */
const LARGEST_BODY = 11 * 1024 * 1024;

/**
 * The webhook door: a plain node:http handler, since a framework in front of it costs several times the durable commit
 * behind it. Proof first, then storage, then the answer; nothing waits for what the message means.
 */
export function createDoor({ channels, accept, visitors, clock, log, count }: DoorParts) {
  let complainedMs = Number.NEGATIVE_INFINITY;

  async function receive(channel: OpenChannel, request: WebhookRequest): Promise<WebhookReply> {
    const { inbound } = channel.connection;
    if (inbound.type !== "webhook") return problem(404, "This channel listens by itself; it has no webhook.");
    let received: Received;
    try {
      received = await inbound.receive(request);
    } catch (error) {
      if (!(error instanceof BadPayload)) throw error;
      await keepUnreadable(channel, request, error.message);
      return { status: 200 };
    }
    if (received.arrivals.length > 0) {
      await accept.store(channel.id, received.arrivals);
      count(channel.adapter.name, "stored");
    }
    const reply = (await received.reply) ?? { status: 200 };
    if (received.after) void storeAfter({ accept, log }, channel.id, received.after);
    return reply;
  }

  /** A proven request that cannot be read is kept as it is: the platform would deliver it for ever, to no better end. */
  async function keepUnreadable(channel: OpenChannel, request: WebhookRequest, reason: string): Promise<void> {
    const key = `unreadable:${createHash("sha256").update(request.body).digest("hex")}`;
    const payload = { bodyBase64: Buffer.from(request.body).toString("base64") };
    await accept.storeDead(channel.id, { key, lane: "unreadable", payload }, reason);
    count(channel.adapter.name, "unreadable");
  }

  /** What the platform is told when a request cannot be taken. */
  function refusal(error: unknown, channel: OpenChannel): WebhookReply {
    if (error instanceof BadSignature) {
      count(channel.adapter.name, "forged");
      return problem(401, error.message, error.headers);
    }
    count(channel.adapter.name, "refused");
    const retryAfterMs = error instanceof Overloaded ? error.retryAfterMs : 5_000;
    if (!(error instanceof Overloaded)) complain(error, channel);
    const reply = problem(503, "The hub cannot store this right now. Deliver it again later.");
    return { ...reply, headers: { ...reply.headers, "retry-after": String(Math.ceil(retryAfterMs / 1_000)) } };
  }

  /** Once a second is enough: a full disk refuses thousands of requests, all for the same reason. */
  function complain(error: unknown, channel: OpenChannel): void {
    if (clock.monotonicMs() - complainedMs < 1_000) return;
    complainedMs = clock.monotonicMs();
    log.error({ channelId: channel.id, err: error }, "arrivals cannot be stored; their platforms deliver them again");
  }

  return async function door(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = req.url ?? "/";
    const channel = channels.get(url.slice(PREFIX.length, PREFIX.length + ID_LENGTH));
    if (!channel) return answer(res, problem(404, "There is no open channel at this address."));
    const body = await readBody(req);
    if (body === "too large") return answer(res, problem(413, "The body is larger than 11 MB."));
    if (body === "broken off") return;

    const request = requestOf(req, url, body);
    try {
      if (channel.adapter.capabilities.history && (await visitors(channel, request, res))) return;
      answer(res, await receive(channel, request));
    } catch (error) {
      answer(res, refusal(error, channel));
    }
  };
}

/** The platform has its answer by then, and delivers nothing again: what cannot be stored now is told in the log. */
async function storeAfter(
  { accept, log }: Pick<DoorParts, "accept" | "log">,
  channelId: string,
  after: Promise<Arrival[]>,
): Promise<void> {
  try {
    const arrivals = await after;
    if (arrivals.length > 0) await accept.store(channelId, arrivals);
  } catch (error) {
    log.error({ channelId, err: error }, "what became of an answer could not be stored");
  }
}

function requestOf(req: IncomingMessage, url: string, body: Uint8Array): WebhookRequest {
  const query = url.indexOf("?");
  const path = url.slice(PREFIX.length + ID_LENGTH, query < 0 ? undefined : query);
  return {
    method: req.method ?? "GET",
    path: path === "" ? "/" : path,
    query: new URLSearchParams(query < 0 ? "" : url.slice(query)),
    headers: req.headers,
    body,
  };
}

function readBody(req: IncomingMessage): Promise<Buffer | "too large" | "broken off"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_BODY) resolve("too large");
      else chunks.push(chunk);
    });
    req.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    req.on("error", () => resolve("broken off"));
    req.on("close", () => resolve("broken off")); // after "end" this changes nothing
  });
}

function answer(res: ServerResponse, { status = 200, headers = {}, body = "" }: WebhookReply): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
  res.end(body);
}

function problem(status: number, detail: string, headers: Readonly<Record<string, string>> = {}): WebhookReply {
  return {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: JSON.stringify({ type: "about:blank", title: STATUS_TITLE[status], status, detail }),
  };
}

const STATUS_TITLE: Readonly<Record<number, string>> = {
  401: "Not proven to come from the platform",
  404: "Not found",
  413: "Too large",
  503: "Not now",
};
