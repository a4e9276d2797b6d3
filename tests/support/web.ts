/** A website channel, asked directly as its door would ask. */
import { type AdapterTools, type Connection, type Received, type WebhookRequest } from "../../src/contract/index.ts";
import { signIdentity, type IdentityProof } from "../../adapters/web/identity.ts";
import web from "../../adapters/web/index.ts";
import { createVisitorTokens } from "../../adapters/web/visitor-token.ts";
import { contractTools, NOW } from "../contract/tools.ts";

export const DAY_MS = 86_400_000;
export const settings = {
  name: "Ana's Flower Shop",
  secret: "s".repeat(32),
  identitySecret: "i".repeat(32),
  requireIdentity: false,
  allowedOrigins: ["https://shop.example"],
  sessionDays: 30,
  siteUrl: "https://shop.example/chat?lang=en",
};

/** Tokens as the channel itself makes them at a moment. */
export function tokensAt(at: Date, secret = settings.secret) {
  const { channelId, clock } = contractTools();
  return createVisitorTokens({ secret, channelId, maxAgeMs: 30 * DAY_MS, clock: { ...clock, now: () => at } });
}

/** The same channel three days on, say. */
export const clockAt = (at: Date) => ({ clock: { ...contractTools().clock, now: () => at } });

export function connect(change: Partial<typeof settings> = {}, tools: Partial<AdapterTools> = {}): Connection {
  return web.connect(web.settings.parse({ ...settings, ...change }), contractTools(tools));
}

interface Asked {
  method?: string;
  token?: string | undefined;
  headers?: Record<string, string>;
}

/** What the channel answers to a request, and what it makes of it. */
export async function ask(
  connection: Connection,
  path: string,
  body: unknown = {},
  { method = "POST", token, headers = {} }: Asked = {},
) {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const all = { ...headers, ...(token && { authorization: `Bearer ${token}` }) };
  const request = { method, path, query: new URLSearchParams(), headers: all, body: bytes };
  if (connection.inbound.type !== "webhook") throw new Error("The website chat listens by webhook.");
  const received: Received = await connection.inbound.receive(request);
  const { status, headers: replyHeaders = {}, body: reply } = (await received.reply) ?? {};
  const isJson = replyHeaders["content-type"]?.includes("json");
  return {
    arrivals: received.arrivals,
    status,
    headers: replyHeaders,
    bytes: reply,
    json: (isJson ? JSON.parse(String(reply)) : undefined) as Record<string, string>,
    events: received.arrivals.flatMap((arrival) => connection.decode(arrival.payload)),
  };
}

export async function session(connection: Connection, body: object = {}): Promise<{ token: string; place: string }> {
  const { json } = await ask(connection, "/session", body);
  return { token: json.visitorToken!, place: json.conversation! };
}

export function proof(change: Partial<IdentityProof> = {}, secret = settings.identitySecret): IdentityProof {
  const issuedAt = NOW.getTime() / 1_000;
  return signIdentity({ userId: "4711", issuedAt, expiresAt: issuedAt + 3_600, ...change }, secret);
}

export function visitRequest(path: string, token?: string, headers: Record<string, string> = {}): WebhookRequest {
  const all = { ...headers, ...(token && { authorization: `Bearer ${token}` }) };
  return { method: "GET", path, query: new URLSearchParams(), headers: all, body: new Uint8Array() };
}
