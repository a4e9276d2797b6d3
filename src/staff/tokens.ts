import { Forbidden, Invalid, NotFound, type Asker, type Clock, type Role } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Transaction } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import { effectiveRole, mayGive } from "./roles.ts";
import { hashOf, looksLikeToken, newToken, prefixOf } from "./secrets.ts";
import * as store from "./store.ts";
import type { TokenRow } from "./store.ts";

const MINUTE = 60_000;

/** An asker who has shown a token or a session: what the API works with. */
export type Principal = Asker & ({ tokenId: string } | { sessionId: string });

export interface NewToken {
  name: string;
  role: Role;
  /** The person it speaks for; without one it belongs to a machine. */
  staffId?: string | undefined;
}

/** The only time that the token itself is seen. */
export interface MadeToken extends TokenRow {
  token: string;
}

export interface Tokens {
  /**
   * Whose token is it? `revoked`: it was good once, so showing it is no guessing.
   * Asks the database every time, so that a revoked token is refused by every hub at once.
   */
  authenticate(token: string): Promise<Principal | "unknown" | "revoked">;
  /** Those of the token ids that are still good. */
  stillGood(tokenIds: readonly string[]): Promise<Set<string>>;
  /** @param by who gives it; "cli" is the operator at the machine, who may do everything. */
  create(input: NewToken, by: Asker | "cli"): Promise<MadeToken>;
  revoke(tokenId: string, by: Asker | "cli"): Promise<TokenRow>;
  list(before: string | undefined, limit: number): Promise<TokenRow[]>;
}

export interface TokenParts {
  db: Database;
  clock: Clock;
  audit: Audit;
}

export function createTokens({ db, clock, audit }: TokenParts): Tokens {
  async function noteUse(token: TokenRow): Promise<void> {
    const now = clock.now();
    const minuteAgo = new Date(now.getTime() - MINUTE);
    if (token.lastUsedAt === null || token.lastUsedAt <= minuteAgo)
      await store.markTokenUsed(db, token.id, now, minuteAgo);
  }

  return {
    async authenticate(token) {
      const shown = looksLikeToken(token) ? await store.findShownToken(db, hashOf(token)) : undefined;
      if (!shown) return "unknown";
      if (shown.revokedAt !== null || shown.staffEnded) return "revoked";
      await noteUse(shown);
      return {
        staffId: shown.staffId,
        name: shown.staffName ?? shown.name,
        role: effectiveRole(shown.role, shown.staffRole),
        tokenId: shown.id,
      };
    },

    stillGood: async (tokenIds) => new Set(await store.goodTokens(db, tokenIds)),

    create: (input, by) =>
      db.transaction(async (tx) => {
        await refuseTooMuch(tx, input, by);
        return issueToken(tx, { clock, audit }, input, by);
      }),

    revoke: (tokenId, by) =>
      db.transaction(async (tx) => {
        const token = await store.lockToken(tx, tokenId);
        if (!token) throw new NotFound("There is no such token.");
        if (by !== "cli" && !mayGive(by.role, token.role))
          throw new Forbidden(`A token of role ${token.role} is not yours to revoke.`);
        if (token.revokedAt !== null) return token;
        const revokedAt = clock.now();
        await store.markTokenRevoked(tx, tokenId, revokedAt);
        await audit.append(tx, { asker: by, action: "token.revoked", subject: `token:${tokenId}` });
        return { ...token, revokedAt };
      }),

    list: (before, limit) => store.listTokens(db, before, limit),
  };
}

/** Nobody gives more than they have, nor in the name of somebody who is more than they are. */
async function refuseTooMuch(tx: Transaction, { role, staffId }: NewToken, by: Asker | "cli"): Promise<void> {
  if (by !== "cli" && !mayGive(by.role, role)) throw new Forbidden(`The role ${role} is not yours to give.`);
  if (staffId === undefined) return;
  const person = await store.findStaff(tx, staffId);
  if (!person) throw new Invalid("There is no such person of ours.", { "body.staffId": "Nobody has this id." });
  if (by !== "cli" && by.staffId !== staffId && !mayGive(by.role, person.role)) {
    throw new Forbidden(`You may not give out a token of ${person.name}, whose role is ${person.role}.`);
  }
  if (effectiveRole(role, person.role) !== role) {
    throw new Invalid(`${person.name} is ${person.role}, and a token cannot be more.`, {
      "body.role": `At most ${person.role}.`,
    });
  }
}

/** Makes a token inside a transaction of the caller, who has checked that it may be made. */
export async function issueToken(
  tx: Transaction,
  { clock, audit }: Pick<TokenParts, "clock" | "audit">,
  { name, role, staffId = undefined }: NewToken,
  by: Asker | string,
): Promise<MadeToken> {
  const token = newToken();
  const row: TokenRow = {
    id: newId(),
    staffId: staffId ?? null,
    name,
    role,
    prefix: prefixOf(token),
    createdAt: clock.now(),
    lastUsedAt: null,
    revokedAt: null,
  };
  await store.insertToken(tx, { ...row, hash: hashOf(token) });
  await audit.append(tx, {
    asker: by,
    action: "token.created",
    subject: `token:${row.id}`,
    detail: { role, staffId: row.staffId },
  });
  return { ...row, token };
}
