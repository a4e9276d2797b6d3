import type { NewInvitation } from "../contract/api-staff.ts";
import { Conflict, Forbidden, NotFound, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Transaction } from "../store/index.ts";
import { askerName, type Audit } from "./audit.ts";
import * as store from "./link-store.ts";
import type { LinkRow } from "./link-store.ts";
import type { By } from "./people.ts";
import { findPerson, findPersonByEmail } from "./people-store.ts";
import { mayGive } from "./roles.ts";
import { hashOf, newSecret } from "./secrets.ts";

const HOUR_MS = 3_600_000;
/** There is no mail server: whoever makes a link hands it over, which may take a weekend. */
const INVITATION_MS = 7 * 24 * HOUR_MS;
const RESET_MS = 4 * HOUR_MS;

export type LinkKind = LinkRow["kind"];

/** `over`: it was used, revoked or is too old. */
export type LinkState = { state: "open"; link: LinkRow } | { state: "unknown" | "over" };

/** Makes one-time links: invitations, and new passwords. `joining.ts` is where they lead. */
export interface Links {
  /** In place of an earlier one to the same address. @throws Forbidden, Conflict */
  invite(input: NewInvitation, by: By): Promise<{ link: LinkRow; url: string }>;
  invitations(before: string | undefined, limit: number): Promise<LinkRow[]>;
  /** @throws NotFound, Forbidden */
  revoke(invitationId: string, by: By): Promise<LinkRow>;
  /** For somebody who forgot their password. @throws NotFound, Forbidden, Conflict */
  reset(staffId: string, forgetFactor: boolean, by: By): Promise<{ url: string; expiresAt: Date }>;
  look(kind: LinkKind, code: string): Promise<LinkState>;
}

export interface LinkParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  publicUrl: URL;
}

export function createLinks({ db, clock, audit, publicUrl }: LinkParts): Links {
  const at = { clock, base: publicUrl.href.replace(/\/*$/, "/") };
  const after = (ms: number) => new Date(clock.now().getTime() + ms);

  return {
    invite: ({ email, role }, by) =>
      db.transaction(async (tx) => {
        if (by !== "cli" && !mayGive(by.role, role)) throw new Forbidden(`The role ${role} is not yours to give.`);
        const there = await findPersonByEmail(tx, email);
        if (there)
          throw new Conflict(
            there.endedAt ? `${there.name} was here before. Bring them back.` : "They are here already.",
          );
        const expiresAt = after(INVITATION_MS);
        const made = await make(
          tx,
          at,
          { kind: "invitation", email, role, staffId: null, forgetFactor: false, expiresAt },
          by,
        );
        const subject = `invitation:${made.link.id}`;
        await audit.append(tx, { asker: by, action: "staff.invited", subject, detail: { role } });
        return made;
      }),

    invitations: (before, limit) => store.listInvitations(db, { before, limit, now: clock.now() }),

    revoke: (id, by) =>
      db.transaction(async (tx) => {
        const link = await store.lockInvitation(tx, id);
        if (!link || link.usedAt) throw new NotFound("There is no such invitation, or it was accepted.");
        if (by !== "cli" && !mayGive(by.role, link.role!))
          throw new Forbidden(`An invitation for the role ${link.role} is not yours to revoke.`);
        if (link.revokedAt) return link;
        await store.markLinkRevoked(tx, id, clock.now());
        await audit.append(tx, { asker: by, action: "invitation.revoked", subject: `invitation:${id}` });
        return link;
      }),

    reset: (staffId, forgetFactor, by) =>
      db.transaction(async (tx) => {
        const person = await findPerson(tx, staffId);
        if (!person) throw new NotFound("There is no such person of ours.");
        if (person.endedAt) throw new Conflict(`${person.name} has left. Bring them back first.`);
        if (by !== "cli" && !mayGive(by.role, person.role))
          throw new Forbidden(`${person.name} is ${person.role}; a link in their name is not yours to make.`);
        const { email } = person;
        const expiresAt = after(RESET_MS);
        const { url } = await make(tx, at, { kind: "reset", email, role: null, staffId, forgetFactor, expiresAt }, by);
        const detail = { forgetFactor };
        await audit.append(tx, { asker: by, action: "reset.made", subject: `staff:${staffId}`, detail });
        return { url, expiresAt };
      }),

    look: async (kind, code) => stateOf(await store.findLink(db, kind, hashOf(code)), clock.now()),
  };
}

/** The newest link to somebody is the only one that works. */
async function make(
  tx: Transaction,
  { clock, base }: { clock: Clock; base: string },
  link: Pick<LinkRow, "kind" | "email" | "role" | "staffId" | "forgetFactor" | "expiresAt">,
  by: By,
): Promise<{ link: LinkRow; url: string }> {
  const code = newSecret();
  const now = clock.now();
  await store.revokeLinksTo(tx, link.kind, link.email, now);
  const row = { id: newId(), ...link, madeBy: askerName(by), createdAt: now, usedAt: null, revokedAt: null };
  await store.insertLink(tx, { ...row, hash: hashOf(code) });
  return { link: row, url: new URL(`${link.kind}/${code}`, base).href };
}

/** Who has no link learns nothing. */
export function stateOf(link: LinkRow | undefined, now: Date): LinkState {
  if (!link) return { state: "unknown" };
  return link.usedAt || link.revokedAt || link.expiresAt <= now ? { state: "over" } : { state: "open", link };
}
