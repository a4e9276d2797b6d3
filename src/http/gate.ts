import type { Request } from "express";
import { TooMany, Unauthorized, type Clock } from "../contract/index.ts";
import type { Principal, Staff } from "../staff/index.ts";
import { createLimiter } from "./limiter.ts";
import type { SessionCookies } from "./session-cookie.ts";
import type { SameOrigin } from "./session-origin.ts";

/** Who asks? @throws Unauthorized, Forbidden, TooMany */
export type Gate = (req: Request) => Promise<Principal>;

export interface GateParts {
  tokens: Pick<Staff["tokens"], "authenticate">;
  sessions: Pick<Staff["sessions"], "authenticate">;
  cookies: SessionCookies;
  sameOrigin: SameOrigin;
  clock: Clock;
}

const GUESSES = { count: 20, perMs: 60_000 };
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/**
 * Knows askers by their API token, in the Authorization header and nowhere else (a URL ends up in logs), or by the cookie
 * of a session. Who sends the header is asked for the token alone: a request never has two askers.
 * Wrong tokens are counted per address and refused unread after 20; a revoked one is no guess and is not counted,
 * so that a forgotten script does not lock out its neighbours.
 */
export function createGate({ tokens, sessions, cookies, sameOrigin, clock }: GateParts): Gate {
  const guesses = createLimiter({ ...GUESSES, clock });

  async function byToken(req: Request): Promise<Principal> {
    const token = BEARER.exec(req.headers.authorization ?? "")?.[1];
    if (token === undefined) throw new Unauthorized("Send an API token: Authorization: Bearer trib_...");

    const address = req.ip ?? "unknown";
    const waitMs = guesses.waitMs(address);
    if (waitMs > 0) throw new TooMany("Too many wrong tokens came from this address. Wait a little.", waitMs);

    const principal = await tokens.authenticate(token);
    if (typeof principal === "object") return principal;
    if (principal === "unknown") guesses.take(address);
    throw new Unauthorized("This token is not valid, or no longer.");
  }

  async function bySession(req: Request, secret: string): Promise<Principal> {
    const principal = await sessions.authenticate(secret);
    if (!principal) throw new Unauthorized("Your session is over. Sign in again.");
    sameOrigin.refuseForeign(req);
    return principal;
  }

  return async (req) => {
    if (req.headers.authorization !== undefined) return byToken(req);
    const secret = cookies.session(req);
    if (secret !== undefined) return bySession(req, secret);
    throw new Unauthorized("Sign in, or send an API token: Authorization: Bearer trib_...");
  };
}
