import type { Clock, Role } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { sqlState, type Database, type Transaction } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import * as credentials from "./credential-store.ts";
import * as links from "./link-store.ts";
import type { LinkRow } from "./link-store.ts";
import { stateOf, type LinkKind } from "./links.ts";
import { passwordFault, type PasswordFault, type Passwords } from "./passwords.ts";
import { findPerson, findPersonByEmail, lockPeople } from "./people-store.ts";
import { hashOf } from "./secrets.ts";
import { endSessions } from "./session-store.ts";
import { insertStaff } from "./store.ts";

/** `mayEnter`: the second factor is not asked for, so that they may be signed in at once. */
export type Joined =
  { staffId: string; mayEnter: boolean } | { refused: "unknown" | "over" | "taken" } | { fault: PasswordFault };

/** Where one-time links lead: somebody joins, or has a new password. Each works once, however many use it at once. */
export interface Joining {
  accept(kind: LinkKind, code: string, given: { name: string; password: string }): Promise<Joined>;
}

export interface JoiningParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  passwords: Passwords;
}

export function createJoining({ db, clock, audit, passwords }: JoiningParts): Joining {
  /** What the password must not be made of; undefined when the link is no good any more. */
  async function peek(
    kind: LinkKind,
    code: string,
  ): Promise<{ refused: "unknown" | "over" } | { about: readonly string[] }> {
    const found = stateOf(await links.findLink(db, kind, hashOf(code)), clock.now());
    if (found.state !== "open") return { refused: found.state };
    const { staffId, email } = found.link;
    const person = staffId === null ? undefined : await findPerson(db, staffId);
    return { about: [email, ...(person ? [person.name] : [])] };
  }

  async function join(tx: Transaction, link: LinkRow, name: string, hash: string): Promise<Joined> {
    if (await findPersonByEmail(tx, link.email)) return { refused: "taken" };
    const staffId = await addPerson(tx, { clock, audit }, { name, email: link.email, role: link.role! }, link.id);
    await credentials.setPassword(tx, staffId, hash, clock.now());
    return { staffId, mayEnter: true };
  }

  async function renew(tx: Transaction, { staffId, forgetFactor }: LinkRow, hash: string): Promise<Joined> {
    const now = clock.now();
    const account = await credentials.findAccount(tx, { id: staffId! });
    if (!account) return { refused: "over" };
    await credentials.lockCredential(tx, account.id);
    await credentials.setPassword(tx, account.id, hash, now);
    if (forgetFactor) {
      await credentials.forgetTotp(tx, account.id);
      await credentials.forgetSubject(tx, account.id);
    }
    await endSessions(tx, account.id, now);
    const entry = { asker: "link", action: "password.reset", subject: `staff:${account.id}`, detail: { forgetFactor } };
    await audit.append(tx, entry);
    return { staffId: account.id, mayEnter: forgetFactor || account.totpAt === null };
  }

  return {
    async accept(kind, code, { name, password }) {
      const seen = await peek(kind, code);
      if ("refused" in seen) return { refused: seen.refused };
      const fault = passwordFault(password, [...seen.about, name]);
      if (fault) return { fault };
      const hash = await passwords.hash(password); // outside of the transaction: it takes a while
      return db.transaction(async (tx): Promise<Joined> => {
        if (kind === "invitation") await lockPeople(tx); // before the link, as everybody does who needs both
        const found = stateOf(await links.lockLink(tx, kind, hashOf(code)), clock.now());
        if (found.state !== "open") return { refused: found.state };
        await links.markLinkUsed(tx, found.link.id, clock.now());
        return kind === "invitation" ? join(tx, found.link, name, hash) : renew(tx, found.link, hash);
      });
    },
  };
}

/** A new person of ours, inside the caller's transaction. */
export async function addPerson(
  tx: Transaction,
  { clock, audit }: Pick<JoiningParts, "clock" | "audit">,
  person: { name: string; email: string; role: Role },
  invitationId: string | null,
): Promise<string> {
  const id = newId();
  await insertStaff(tx, { id, ...person, createdAt: clock.now() });
  const detail = { role: person.role, ...(invitationId !== null && { invitationId }) };
  await audit.append(tx, { asker: `staff:${id}`, action: "staff.joined", subject: `staff:${id}`, detail });
  return id;
}

const UNIQUE_VIOLATION = "23505";

/** Somebody has, or had, this e-mail address. */
export function isTaken(error: unknown): boolean {
  return sqlState(error) === UNIQUE_VIOLATION;
}
