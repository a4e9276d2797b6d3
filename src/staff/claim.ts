import { z } from "zod";
import { cleanText, Conflict, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { sqlState, type Database } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import { hashOf, newClaimCode } from "./secrets.ts";
import * as store from "./store.ts";
import { issueToken, type MadeToken } from "./tokens.ts";

const VALID_MS = 15 * 60_000;
const UNIQUE_VIOLATION = "23505";

/** Who wants to be the owner. */
export const NewOwner = z.object({
  name: z.string().trim().min(1).max(100).transform(cleanText),
  email: z.string().trim().toLowerCase().pipe(z.email().max(254)),
});
export type NewOwner = z.infer<typeof NewOwner>;

/** `taken`: the hub has an owner. */
export type ClaimState = "open" | "unknown" | "expired" | "taken";

export interface Claims {
  /** A new one-time link, valid for 15 minutes; `undefined` when the hub has an owner. */
  issue(): Promise<{ url: string; expiresAt: Date } | undefined>;
  look(code: string): Promise<ClaimState>;
  /** Makes the owner and their first token, once. @throws Conflict when the e-mail address is somebody else's. */
  claim(code: string, owner: NewOwner): Promise<{ token: MadeToken } | { refused: Exclude<ClaimState, "open"> }>;
}

export interface ClaimParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  publicUrl: URL;
}

/** The way to the first owner: only who reads the hub's terminal gets the link. */
export function createClaims({ db, clock, audit, publicUrl }: ClaimParts): Claims {
  async function stateOf(where: Pick<Database, "query">, hash: string): Promise<ClaimState> {
    const claim = await store.findClaim(where, hash);
    if (!claim) return "unknown"; // who has no link learns nothing
    if (claim.usedAt !== null || (await store.hasOwner(where))) return "taken";
    return claim.expiresAt <= clock.now() ? "expired" : "open";
  }

  return {
    async issue() {
      if (await store.hasOwner(db)) return undefined;
      const code = newClaimCode();
      const expiresAt = new Date(clock.now().getTime() + VALID_MS);
      await store.insertClaim(db, hashOf(code), expiresAt);
      return { url: new URL(`claim/${code}`, withSlash(publicUrl)).href, expiresAt };
    },

    look: (code) => stateOf(db, hashOf(code)),

    claim: (code, { name, email }) =>
      db.transaction(async (tx) => {
        await store.lockClaims(tx); // of two at the same moment, the second finds an owner
        const state = await stateOf(tx, hashOf(code));
        if (state !== "open") return { refused: state };

        const now = clock.now();
        const staffId = newId();
        await store.insertStaff(tx, { id: staffId, name, email, role: "owner", createdAt: now }).catch(explainTaken);
        await store.markClaimUsed(tx, hashOf(code), now);
        await audit.append(tx, { asker: "claim", action: "owner.claimed", subject: `staff:${staffId}` });
        return {
          token: await issueToken(tx, { clock, audit }, { name: "first token", role: "owner", staffId }, "claim"),
        };
      }),
  };
}

function explainTaken(error: unknown): never {
  if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
  throw new Conflict("Somebody of ours has, or had, this e-mail address. Give another one.");
}

function withSlash(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/`, url);
}
