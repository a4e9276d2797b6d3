import { cleanText, type Clock, type Role } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import * as credentials from "./credential-store.ts";
import { addPerson } from "./joining.ts";
import { lockInvitationTo, markLinkUsed } from "./link-store.ts";
import type { Vouched } from "./oidc.ts";
import { findPerson, findPersonByEmail, lockPeople } from "./people-store.ts";

/** Why somebody whom the identity provider vouches for is not let in. */
export type NotAdmitted = "unverified" | "stranger" | "left" | "other-account";

export type Admission = { staffId: string } | { refused: NotAdmitted };

export interface AdmissionParts {
  clock: Clock;
  audit: Audit;
}

/** The person, pinned to this account of the provider from their first sign-in on: addresses are given to others. */
export async function admit(
  tx: Transaction,
  parts: AdmissionParts,
  vouched: Vouched,
  newRole: Role | null,
): Promise<Admission> {
  await lockPeople(tx);
  const { issuer, subject, email } = vouched;
  const pinned = await credentials.findBySubject(tx, issuer, subject);
  if (pinned !== undefined) return (await findPerson(tx, pinned))?.endedAt ? refused("left") : { staffId: pinned };
  if (email === undefined) return refused("unverified");
  const there = await findPersonByEmail(tx, email);
  if (there?.endedAt) return refused("left");
  const staffId = there?.id ?? (await welcome(tx, parts, { ...vouched, email }, newRole));
  if (staffId === undefined) return refused("stranger");
  await credentials.lockCredential(tx, staffId);
  if (!(await credentials.pinSubject(tx, staffId, issuer, subject))) return refused("other-account");
  const asker = `staff:${staffId}`;
  await parts.audit.append(tx, { asker, action: "provider.linked", subject: asker, detail: { issuer } });
  return { staffId };
}

/** Somebody new, who was invited or whom the organisation lets in anyway. */
async function welcome(
  tx: Transaction,
  { clock, audit }: AdmissionParts,
  { email, name }: Vouched & { email: string },
  newRole: Role | null,
): Promise<string | undefined> {
  const invitation = await lockInvitationTo(tx, email, clock.now());
  const role = invitation?.role ?? newRole;
  if (!role) return undefined;
  if (invitation) await markLinkUsed(tx, invitation.id, clock.now());
  const person = { name: nameOf(name, email), email, role };
  return addPerson(tx, { clock, audit }, person, invitation?.id ?? null);
}

function refused(why: NotAdmitted): Admission {
  return { refused: why };
}

function nameOf(name: string | undefined, email: string): string {
  const given = cleanText(name ?? "")
    .trim()
    .slice(0, 100);
  return given === "" ? email.split("@")[0]!.slice(0, 100) : given;
}
