import type { AdapterTools, Received, WebhookReply, WebhookRequest } from "../../src/contract/index.ts";
import { createDesk, type Desk } from "./desk.ts";
import { download, upload } from "./files.ts";
import { createLimiter, type Limiter } from "./limits.ts";
import { PREFLIGHT, type Origins } from "./origins.ts";
import { problemReply, Refused } from "./reply.ts";
import { identify, openSession } from "./session.ts";
import type { WebSettings } from "./settings.ts";
import { edit, markRead, react, remove, say, streamTicket, typing } from "./talk.ts";
import type { VisitorTokens } from "./visitor-token.ts";

interface Operation {
  method: "GET" | "POST";
  path: RegExp;
  run(desk: Desk, id: string): Received | Promise<Received>;
  limit?: "talk" | "upload";
}

const OPERATIONS: readonly Operation[] = [
  { method: "POST", path: /^\/session$/, run: openSession },
  { method: "POST", path: /^\/identify$/, run: identify },
  { method: "POST", path: /^\/messages$/, run: say, limit: "talk" },
  { method: "POST", path: /^\/messages\/([\w-]{1,64})\/edit$/, run: edit, limit: "talk" },
  { method: "POST", path: /^\/messages\/([\w-]{1,64})\/delete$/, run: remove, limit: "talk" },
  { method: "POST", path: /^\/reactions$/, run: react, limit: "talk" },
  { method: "POST", path: /^\/receipts$/, run: markRead, limit: "talk" },
  { method: "POST", path: /^\/typing$/, run: typing },
  { method: "POST", path: /^\/stream-ticket$/, run: streamTicket },
  { method: "POST", path: /^\/files$/, run: upload, limit: "upload" },
  { method: "GET", path: /^\/files\/([\w.-]{1,4000})$/, run: download },
];

/** No person writes faster for long. */
const TALK = { burst: 60, everyMs: 500 };
const UPLOAD = { burst: 10, everyMs: 10_000 };

/** Takes what visitors' browsers send. Every refusal is a sentence that the page's developer can read. */
export function createReceive(parts: {
  settings: WebSettings;
  tools: AdapterTools;
  tokens: VisitorTokens;
  origins: Origins;
}) {
  const { tools, origins } = parts;
  const limiters = { talk: createLimiter(tools.clock, TALK), upload: createLimiter(tools.clock, UPLOAD) };

  return async function receive(request: WebhookRequest): Promise<Received> {
    const cors = origins.headersFor(request);
    if (!cors)
      return refusal(
        new Refused(403, "Pages of this website may not use this chat. Add its origin to allowedOrigins."),
      );
    if (request.method === "OPTIONS")
      return { arrivals: [], reply: { status: 204, headers: { ...cors, ...PREFLIGHT } } };
    try {
      const received = await operate(createDesk(request, parts, cors), limiters);
      return { ...received, reply: withHeaders(await received.reply, cors) };
    } catch (error) {
      if (error instanceof Refused) return refusal(error, cors);
      throw error;
    }
  };
}

async function operate(desk: Desk, limiters: Record<"talk" | "upload", Limiter>): Promise<Received> {
  const { method, path } = desk.request;
  const here = OPERATIONS.filter((operation) => operation.path.test(path));
  const operation = here.find((candidate) => candidate.method === method);
  if (!operation) {
    const allow = [...here.map((candidate) => candidate.method), "OPTIONS"].join(", ");
    if (here.length > 0) throw new Refused(405, `Use ${allow} here.`, { allow });
    throw new Refused(404, "The chat has nothing at this address.");
  }
  if (operation.limit) holdBack(limiters[operation.limit](desk.visitor().place));
  return operation.run(desk, operation.path.exec(path)?.[1] ?? "");
}

function holdBack(waitMs: number): void {
  if (waitMs === 0) return;
  throw new Refused(429, "That was too fast. Wait a little and send it again.", {
    "retry-after": String(Math.ceil(waitMs / 1_000)),
  });
}

function refusal(error: Refused, cors: Record<string, string> = {}): Received {
  return { arrivals: [], reply: withHeaders(problemReply(error), cors) };
}

function withHeaders(reply: WebhookReply | undefined, cors: Record<string, string>): WebhookReply {
  return { ...reply, headers: { ...reply?.headers, ...cors } };
}
