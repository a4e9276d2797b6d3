import {
  BadSignature,
  ChannelError,
  Forbidden,
  defineAdapter,
  unfit,
  type Action,
  type AdapterTools,
  type Capabilities,
  type Check,
  type Connection,
  type Visit,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import { decode } from "./decode.ts";
import { createDesk } from "./desk.ts";
import { encode } from "./encode.ts";
import { bindFile } from "./files.ts";
import { createOrigins } from "./origins.ts";
import { createReceive } from "./receive.ts";
import { WebSettings } from "./settings.ts";
import { MAX_TEXT } from "./talk.ts";
import { MAX_FILE_BYTES } from "./upload.ts";
import { createVisitorTokens, type Session } from "./visitor-token.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const capabilities: Capabilities = {
  parts: ["text", "file", "choice"],
  text: { max: MAX_TEXT, unit: "chars", formatting: true },
  choice: { maxOptions: 20, maxLabel: 200 },
  file: { kinds: ["image", "audio", "video", "document"], maxBytes: MAX_FILE_BYTES },
  edit: true,
  delete: true,
  react: true,
  thread: false,
  typing: false,
  acknowledge: false,
  reply: true,
  receipts: ["delivered", "read"],
  moderation: [],
  idempotentSend: true,
  rates: {},
  entry: ["page"],
  history: true,
};

/** Our own website chat. Its platform is the hub itself: what we send stands in the hub's history, where the visitor reads it. */
export default defineAdapter<WebSettings>({ name: "web", settings: WebSettings, capabilities, connect });

function connect(settings: WebSettings, tools: AdapterTools): Connection {
  const { secret, sessionDays, allowedOrigins, siteUrl } = settings;
  const { channelId, clock, publicUrl, files } = tools;
  const tokens = createVisitorTokens({ secret, channelId, maxAgeMs: sessionDays * DAY_MS, clock });
  const origins = createOrigins(allowedOrigins, publicUrl);

  /** @throws BadSignature, Forbidden */
  function visitorOf(request: WebhookRequest, cors: Record<string, string>): Session {
    const ticket = request.path === "/stream" ? request.query.get("ticket") : null;
    const desk = createDesk(request, { settings, tools, tokens }, cors);
    if (ticket === null) return desk.visitor();
    const session = tokens.readTicket(ticket);
    if (session && (session.verified || !settings.requireIdentity)) return session;
    throw new BadSignature(
      "The stream ticket is wrong or older than a minute. Ask for one with POST /stream-ticket.",
      cors,
    );
  }

  async function visit(request: WebhookRequest): Promise<Visit> {
    const cors = origins.headersFor(request);
    if (!cors) throw new Forbidden("Pages of this website may not use this chat. Add its origin to allowedOrigins.");
    const visitor = visitorOf(request, cors);
    return {
      place: visitor.place,
      headers: cors,
      show: (parts) => encode(parts, (file) => bindFile(tokens, visitor, file)),
    };
  }

  async function fetchFile(ref: string): Promise<Response> {
    const file = await files.get(ref);
    if (!file) throw new ChannelError("refused", "The file is no longer kept.");
    return new Response(new Uint8Array(file.bytes), { headers: { "content-type": file.mimeType } });
  }

  return {
    inbound: { type: "webhook", receive: createReceive({ settings, tools, tokens, origins }) },
    decode,
    async send(message, signal) {
      signal.throwIfAborted();
      const reason = unfit(message, capabilities);
      if (reason) throw new ChannelError("refused", reason);
      return { externalId: message.idempotencyKey };
    },
    act,
    entryLink: async (code) => ({ url: withCode(siteUrl ?? chatPage(tools), code) }),
    fetchFile,
    visit,
    check: async () => checksOf(settings, publicUrl),
  };
}

/** An edited, deleted or decorated message is so in the hub's history; there is nobody else to tell. */
async function act(action: Action, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (action.type === "edit" || action.type === "delete" || action.type === "react") return;
  throw new ChannelError("refused", `The website chat cannot ${action.type}.`);
}

/** The hub's own page of this chat, for those who have no website. */
function chatPage({ channelId, publicUrl }: AdapterTools): string {
  return new URL(`../../chat/${encodeURIComponent(channelId)}`, publicUrl).href;
}

function withCode(siteUrl: string, code: string): string {
  const url = new URL(siteUrl);
  url.searchParams.set("e", code);
  return url.href;
}

function checksOf({ allowedOrigins, identitySecret }: WebSettings, publicUrl: URL): Check[] {
  const isSafe = publicUrl.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(publicUrl.hostname);
  return [
    {
      name: "address",
      ok: isSafe,
      detail: isSafe
        ? `Visitors reach this chat at ${publicUrl.origin}.`
        : "The hub's public address is not https: browsers block the chat on https pages.",
    },
    {
      name: "websites",
      ok: true,
      detail:
        allowedOrigins.length > 0
          ? `Pages of ${allowedOrigins.join(", ")} may show the chat.`
          : `Only pages of ${publicUrl.origin} may show the chat. Add your website to allowedOrigins.`,
    },
    {
      name: "identity",
      ok: true,
      detail: identitySecret
        ? "Signed-in users can be recognised."
        : "All visitors are anonymous: no identitySecret is set.",
    },
  ];
}
