import type { Me, MeChange } from "../contract/api-staff.ts";
import { Conflict, Forbidden, Invalid, NotFound, type Asker, type Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import * as credentials from "./credential-store.ts";
import type { Account } from "./credential-store.ts";
import type { Pace } from "./pace.ts";
import { PASSWORD_FAULTS, passwordFault, type Passwords } from "./passwords.ts";
import * as store from "./people-store.ts";
import { endSessions } from "./session-store.ts";

/** What people of ours do about themselves. */
export interface Self {
  me(asker: Asker): Promise<Me>;
  change(asker: Asker, change: MeChange): Promise<Me>;
  /** All other sessions end. @throws Invalid, Conflict, TooMany */
  changePassword(asker: Asker, current: string, next: string): Promise<void>;
  /** The asker's account, proven by their password once more: a session may be somebody else's for a minute. */
  prove(asker: Asker, password: string): Promise<Account>;
  /** The asker's account, by their session alone. */
  account(asker: Asker): Promise<Account>;
}

export interface SelfParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  passwords: Passwords;
  pace: Pace;
}

export function createSelf({ db, clock, audit, passwords, pace }: SelfParts): Self {
  async function me(asker: Asker): Promise<Me> {
    const { staffId, name, role, sessionId = null } = asker;
    const profile = staffId === null ? undefined : await store.findProfile(db, staffId);
    const nobody = { email: null, language: null, theme: null, hasPassword: false, secondFactor: false };
    return { ...nobody, staffId, name, ...profile, role, sessionId };
  }

  /** A token must not change how its person signs in: it would outlive itself. */
  async function account({ staffId, sessionId }: Asker): Promise<Account> {
    if (staffId === null || sessionId === undefined)
      throw new Forbidden("A person does this in their own session; a token cannot.");
    const found = await credentials.findAccount(db, { id: staffId });
    if (!found) throw new NotFound("You are not one of this hub's people any more.");
    return found;
  }

  async function prove(asker: Asker, password: string, field = "body.password"): Promise<Account> {
    const found = await account(asker);
    if (found.passwordHash === null)
      throw new Conflict("You have no password yet. Ask an owner or admin for a link to set one.");
    await pace.take("proof", found.id);
    if (!(await passwords.verify(password, found.passwordHash)))
      throw new Invalid("The password is not right.", { [field]: "It is not your password." });
    await pace.forgive("proof", found.id);
    return found;
  }

  return {
    me,
    account,
    prove: (asker, password) => prove(asker, password),

    async change(asker, change) {
      const { staffId } = asker;
      if (staffId === null) throw new Forbidden("This token belongs to a machine; there is nobody to change.");
      await db.transaction(async (tx) => {
        await store.updateProfile(tx, staffId, change);
        if (change.name !== undefined)
          await audit.append(tx, { asker, action: "staff.renamed", subject: `staff:${staffId}` });
      });
      return me(change.name === undefined ? asker : { ...asker, name: change.name });
    },

    async changePassword(asker, current, next) {
      const proven = await prove(asker, current, "body.current");
      const fault = passwordFault(next, [proven.name, proven.email]);
      if (fault) throw new Invalid("The new password is not good enough.", { "body.next": PASSWORD_FAULTS[fault] });
      const hash = await passwords.hash(next);
      await db.transaction(async (tx) => {
        await credentials.lockCredential(tx, proven.id);
        const now = await credentials.findAccount(tx, { id: proven.id });
        if (now?.passwordHash !== proven.passwordHash) throw new Conflict("The password was changed meanwhile.");
        await credentials.setPassword(tx, proven.id, hash, clock.now());
        await endSessions(tx, proven.id, clock.now(), { except: asker.sessionId });
        await audit.append(tx, { asker, action: "password.changed", subject: `staff:${proven.id}` });
      });
    },
  };
}
