import type { NewSession } from "../contract/api-staff.ts";
import { Unauthorized, type Caller, type Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import * as store from "./credential-store.ts";
import type { Account } from "./credential-store.ts";
import type { Marks } from "./marks.ts";
import type { Pace, PaceKind } from "./pace.ts";
import type { Passwords } from "./passwords.ts";
import type { SecondFactor } from "./second-factor.ts";
import { hashOf } from "./secrets.ts";
import { endSessions, findShownSession, type SessionMethod } from "./session-store.ts";
import type { MadeSession, Sessions } from "./sessions.ts";
import type { Principal } from "./tokens.ts";

export interface SignIn {
  /**
   * Signs somebody in. Says the same, and takes the same time, whatever is wrong.
   * @returns who it is now, or undefined when the password is right and the second factor's code is missing. @throws Unauthorized, TooMany
   */
  withPassword(given: NewSession, caller: Caller): Promise<Principal | undefined>;
  /** For somebody whose proof is another: a one-time link, or the identity provider. @throws Unauthorized */
  admit(staffId: string, method: SessionMethod, caller: Caller): Promise<void>;
}

export interface SignInParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  passwords: Passwords;
  sessions: Sessions;
  secondFactor: SecondFactor;
  pace: Pace;
  marks: Marks;
}

const WRONG = "E-mail, password or code are not right.";
/** After so many failures in a row somebody may be guessing, which is worth a line that cannot be taken out. */
const NOTED = [5, 20, 100, 500];

export function createSignIn(parts: SignInParts): SignIn {
  const { db, clock, audit, passwords, sessions, secondFactor, pace, marks } = parts;

  async function refuse(account: Account | undefined, failures: number, caller: Caller): Promise<never> {
    if (NOTED.includes(failures)) {
      const subject = account ? `staff:${account.id}` : "staff:unknown";
      const detail = { failures, address: caller.address };
      await audit.append(db, { asker: "sign-in", action: "sign-in.failed", subject, detail });
    }
    throw new Unauthorized(WRONG);
  }

  /** The browser's session from before ends with the new one: two people may share a desk. */
  async function open(account: Account, method: SessionMethod, caller: Caller, newHash?: string): Promise<Principal> {
    const made = await db.transaction(async (tx): Promise<MadeSession | undefined> => {
      await store.lockCredential(tx, account.id);
      const now = await store.findAccount(tx, { id: account.id });
      if (!now || (method === "password" && now.passwordHash !== account.passwordHash)) return undefined; // changed meanwhile
      if (newHash !== undefined) await store.setPassword(tx, account.id, newHash, clock.now());
      const session = await sessions.open(tx, account.id, method, caller);
      if (!session) return undefined;
      await endBefore(tx, caller);
      const detail = { method, address: caller.address };
      const asker = `staff:${account.id}`;
      await audit.append(tx, { asker, action: "session.opened", subject: `session:${session.id}`, detail });
      return session;
    });
    if (!made) throw new Unauthorized(WRONG);
    caller.keep({ ...made, mark: marks.make(account.email) });
    return { staffId: account.id, name: account.name, role: account.role, sessionId: made.id };
  }

  async function endBefore(tx: Parameters<typeof endSessions>[0], caller: Caller): Promise<void> {
    if (caller.session === undefined) return;
    const now = clock.now();
    const before = await findShownSession(tx, hashOf(caller.session), now, new Date(0));
    if (before) await endSessions(tx, before.staffId, now, { only: before.id });
  }

  return {
    async withPassword({ email, password, code }, caller) {
      const address = email.trim().toLowerCase();
      const browser = marks.browserOf(caller.mark, address);
      const counted: [PaceKind, string] = browser ? ["browser", `${browser}:${address}`] : ["account", address];
      await pace.take("network", caller.network);
      const failures = await pace.take(...counted);

      const account = await store.findAccount(db, { email: address });
      const right = await passwords.verify(password, account?.passwordHash ?? null);
      if (!account || !right) return refuse(account, failures, caller);
      await pace.forgive(...counted);
      await pace.giveBack("network", caller.network);

      if (account.totpAt) {
        if (code === undefined) return undefined;
        if (!(await secondFactor.check(account, code))) return refuse(account, NOTED[0]!, caller);
      }
      const newHash = passwords.isStale(account.passwordHash!) ? await passwords.hash(password) : undefined;
      return open(account, "password", caller, newHash);
    },

    async admit(staffId, method, caller) {
      const account = await store.findAccount(db, { id: staffId });
      if (!account) throw new Unauthorized("You are not, or no longer, one of this hub's people.");
      await open(account, method, caller);
    },
  };
}
