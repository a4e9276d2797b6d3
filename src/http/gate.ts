import type { Request } from "express";
import { Unauthorized, type Clock } from "../contract/index.ts";
import type { Principal, Tokens } from "../staff/index.ts";
import { TooMany } from "./errors.ts";
import { createLimiter } from "./limiter.ts";

/** Who asks? @throws Unauthorized, TooMany */
export type Gate = (req: Request) => Promise<Principal>;

const GUESSES = { count: 20, perMs: 60_000 };
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/**
 * Knows askers by their API token, in the Authorization header and nowhere else (a URL ends up in logs).
 * Wrong tokens are counted per address and refused unread after 20; a revoked one is no guess and is not counted,
 * so that a forgotten script does not lock out its neighbours.
 */
export function createGate({ tokens, clock }: { tokens: Pick<Tokens, "authenticate">; clock: Clock }): Gate {
  const guesses = createLimiter({ ...GUESSES, clock });
  return async (req) => {
    const token = BEARER.exec(req.headers.authorization ?? "")?.[1];
    if (token === undefined) throw new Unauthorized("Send an API token: Authorization: Bearer trib_...");

    const address = req.ip ?? "unknown";
    const waitMs = guesses.waitMs(address);
    if (waitMs > 0) throw new TooMany("Too many wrong tokens came from this address. Wait a little.", waitMs);

    const principal = await tokens.authenticate(token);
    if (typeof principal === "object") return principal;
    if (principal === "unknown") guesses.take(address);
    throw new Unauthorized("This token is not valid, or no longer.");
  };
}
