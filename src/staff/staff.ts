import type { Clock } from "../contract/index.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";
import { createAudit } from "./audit.ts";
import { createClaims } from "./claim.ts";
import { createJoining } from "./joining.ts";
import { createLinks } from "./links.ts";
import { createMarks } from "./marks.ts";
import { createPace } from "./pace.ts";
import { createPasswords, type HashCost } from "./passwords.ts";
import { createPeople } from "./people.ts";
import { createProvider } from "./provider.ts";
import { createSecondFactor } from "./second-factor.ts";
import { createSelf } from "./self.ts";
import { createSessions } from "./sessions.ts";
import { createSignIn } from "./sign-in.ts";
import { createTokens } from "./tokens.ts";

export interface StaffParts {
  db: Database;
  clock: Clock;
  vault: Vault;
  publicUrl: URL;
  /** Calls the identity provider. */
  fetch: typeof fetch;
  /** What hashing a password costs; a test needs no dear ones. */
  hashCost?: HashCost | undefined;
}

export type Staff = ReturnType<typeof createStaff>;

/** People of ours: how they come, how they prove who they are, what they did. */
export function createStaff({ vault, publicUrl, fetch, hashCost, ...base }: StaffParts) {
  const { db } = base;
  const audit = createAudit(base);
  const parts = { ...base, audit, passwords: createPasswords(hashCost) };
  const pace = createPace({ ...base, salt: vault.derive("sign-in pace") });
  const marks = createMarks(vault.derive("browser marks"));
  const sessions = createSessions(parts);
  const secondFactor = createSecondFactor({ ...parts, vault, pace, issuer: `Tributary ${publicUrl.hostname}` });
  return {
    db,
    audit,
    sessions,
    secondFactor,
    tokens: createTokens(parts),
    claims: createClaims({ ...parts, publicUrl }),
    people: createPeople(parts),
    self: createSelf({ ...parts, pace }),
    links: createLinks({ ...parts, publicUrl }),
    joining: createJoining(parts),
    provider: createProvider({ ...parts, vault, publicUrl, fetch }),
    signIn: createSignIn({ ...parts, sessions, secondFactor, pace, marks }),
    /** For what must come back from a browser as it went out. */
    vault,
  };
}
