import { z } from "zod";
import { Email, PersonName, TypedPassword } from "../contract/api-staff.ts";
import { Conflict, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import { setPassword } from "./credential-store.ts";
import { isTaken } from "./joining.ts";
import { passwordFault, type PasswordFault, type Passwords } from "./passwords.ts";
import { lockPeople } from "./people-store.ts";
import { hashOf, newSecret } from "./secrets.ts";
import * as store from "./store.ts";

const VALID_MS = 15 * 60_000;

/** Who wants to be the owner. */
export const NewOwner = z.object({ name: PersonName, email: Email, password: TypedPassword });
export type NewOwner = z.infer<typeof NewOwner>;

/** `taken`: the hub has an owner. */
export type ClaimState = "open" | "unknown" | "expired" | "taken";

export interface Claims {
  /** A new one-time link, valid for 15 minutes; `undefined` when the hub has an owner. */
  issue(): Promise<{ url: string; expiresAt: Date } | undefined>;
  look(code: string): Promise<ClaimState>;
  /** Makes the owner, once. @throws Conflict when the e-mail address is somebody else's. */
  claim(
    code: string,
    owner: NewOwner,
  ): Promise<{ staffId: string } | { refused: Exclude<ClaimState, "open"> } | { fault: PasswordFault }>;
}

export interface ClaimParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  passwords: Passwords;
  publicUrl: URL;
}

/** The way to the first owner: only who reads the hub's terminal gets the link. */
export function createClaims({ db, clock, audit, passwords, publicUrl }: ClaimParts): Claims {
  async function stateOf(where: Pick<Database, "query">, hash: string): Promise<ClaimState> {
    const claim = await store.findClaim(where, hash);
    if (!claim) return "unknown"; // who has no link learns nothing
    if (claim.usedAt !== null || (await store.hasOwner(where))) return "taken";
    return claim.expiresAt <= clock.now() ? "expired" : "open";
  }

  return {
    async issue() {
      if (await store.hasOwner(db)) return undefined;
      const code = newSecret();
      const expiresAt = new Date(clock.now().getTime() + VALID_MS);
      await store.insertClaim(db, hashOf(code), expiresAt);
      return { url: new URL(`claim/${code}`, withSlash(publicUrl)).href, expiresAt };
    },

    look: (code) => stateOf(db, hashOf(code)),

    async claim(code, { name, email, password }) {
      const seen = await stateOf(db, hashOf(code));
      if (seen !== "open") return { refused: seen };
      const fault = passwordFault(password, [name, email]);
      if (fault) return { fault };
      const hash = await passwords.hash(password); // outside of the transaction: it takes a while
      return db.transaction(async (tx) => {
        await lockPeople(tx); // of two at the same moment, the second finds an owner
        const state = await stateOf(tx, hashOf(code));
        if (state !== "open") return { refused: state };

        const now = clock.now();
        const staffId = newId();
        await store.insertStaff(tx, { id: staffId, name, email, role: "owner", createdAt: now }).catch(explainTaken);
        await setPassword(tx, staffId, hash, now);
        await store.markClaimUsed(tx, hashOf(code), now);
        await audit.append(tx, { asker: "claim", action: "owner.claimed", subject: `staff:${staffId}` });
        return { staffId };
      });
    },
  };
}

function explainTaken(error: unknown): never {
  if (!isTaken(error)) throw error;
  throw new Conflict("Somebody of ours has, or had, this e-mail address. Give another one.");
}

function withSlash(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/`, url);
}
