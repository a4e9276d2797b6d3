import { z } from "zod";
import { hmacSha256, sameSecret, type Clock } from "../../src/contract/index.ts";

/** Who writes to us through the website. */
export interface Visitor {
  /** "visitor:<random>", or "user:<id>" of somebody the website vouches for. */
  place: string;
  name?: string;
  email?: string;
  verified: boolean;
}

/** What a visitor's token says. */
export interface Session extends Visitor {
  issuedAt: Date;
  expiresAt: Date;
}

export interface VisitorTokens {
  issue(visitor: Visitor, lifeMs: number): { token: string; expiresAt: Date };
  /** `undefined` for a token that is forged, altered, expired, older than allowed, or another channel's. */
  read(token: string): Session | undefined;
  /** For an address that a browser opens by itself: a minute long, and good for nothing else. */
  issueTicket(visitor: Visitor): string;
  readTicket(ticket: string): Session | undefined;
  /** Signs what only this visitor may use. */
  bind(purpose: string, visitor: Visitor, value: unknown): string;
  unbind(purpose: string, visitor: Visitor, text: string): unknown;
}

const TICKET_LIFE_MS = 60_000;
/** Hubs' clocks differ; a token from further in the future was made by nobody. */
const SKEW_MS = 5 * 60_000;

const Claims = z.object({
  place: z.string().min(1),
  name: z.string().optional(),
  email: z.string().optional(),
  iat: z.int(),
  exp: z.int(),
});

/**
 * Visitors' tokens: `v1.<claims>.<signature>`, HMAC-SHA256 over purpose, channel and claims. A token for one purpose or
 * channel is worth nothing for another.
 */
export function createVisitorTokens(parts: {
  secret: string;
  channelId: string;
  maxAgeMs: number;
  clock: Clock;
}): VisitorTokens {
  const { secret, channelId, maxAgeMs, clock } = parts;

  function seal(purpose: string, value: unknown): string {
    const body = Buffer.from(JSON.stringify(value)).toString("base64url");
    return `v1.${body}.${sign(purpose, body)}`;
  }

  function unseal(purpose: string, text: string): unknown {
    const [version, body, signature, ...rest] = text.split(".");
    // The signature is compared as text: decoding it would let several spellings of one signature pass.
    if (version !== "v1" || !body || rest.length > 0 || !sameSecret(signature, sign(purpose, body))) return undefined;
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  }

  function sign(purpose: string, body: string): string {
    return hmacSha256(secret, `${purpose}\n${channelId}\n${body}`).toString("base64url");
  }

  function issue(purpose: string, { place, name, email }: Visitor, lifeMs: number) {
    const now = clock.now().getTime();
    const expiresAt = new Date(now + lifeMs);
    return { token: seal(purpose, { place, name, email, iat: now, exp: expiresAt.getTime() }), expiresAt };
  }

  function read(purpose: string, token: string): Session | undefined {
    const claims = Claims.safeParse(unseal(purpose, token)).data;
    if (!claims) return undefined;
    const { place, name, email, iat, exp } = claims;
    const now = clock.now().getTime();
    if (exp <= now || iat > now + SKEW_MS || now - iat > maxAgeMs) return undefined;
    const visitor = { place, verified: place.startsWith("user:"), ...(name && { name }), ...(email && { email }) };
    return { ...visitor, issuedAt: new Date(iat), expiresAt: new Date(exp) };
  }

  return {
    issue: (visitor, lifeMs) => issue("visitor-token", visitor, lifeMs),
    read: (token) => read("visitor-token", token),
    issueTicket: (visitor) => issue("stream-ticket", visitor, TICKET_LIFE_MS).token,
    readTicket: (ticket) => read("stream-ticket", ticket),
    bind: (purpose, { place }, value) => seal(`${purpose} of ${place}`, value),
    unbind: (purpose, { place }, text) => unseal(`${purpose} of ${place}`, text),
  };
}
