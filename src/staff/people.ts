import { Conflict, Forbidden, NotFound, type Asker, type Clock, type Role } from "../contract/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import { forgetCredentials } from "./credential-store.ts";
import * as store from "./people-store.ts";
import type { Person, PersonRow } from "./people-store.ts";
import { mayGive } from "./roles.ts";
import { endSessions } from "./session-store.ts";

/** Who does it; "cli" is the operator at the machine, who may do everything. */
export type By = Asker | "cli";

export interface People {
  list(query: { ended: boolean; after: string | undefined; limit: number }): Promise<PersonRow[]>;
  /** @throws NotFound when there is no such person, Forbidden when they are more than `by` may manage */
  refuseAbove(id: string, by: By): Promise<void>;
  /** Their sessions and tokens have the new role at once. @throws NotFound, Forbidden, Conflict */
  changeRole(id: string, role: Role, by: By): Promise<Person>;
  /** They are out at once: sessions, tokens, links and passwords are gone. What they wrote stays theirs. */
  end(id: string, by: By): Promise<Person>;
  /** Back again, with nothing to sign in by: make them a link for a new password. */
  restore(id: string, by: By): Promise<Person>;
}

export function createPeople({ db, clock, audit }: { db: Database; clock: Clock; audit: Audit }): People {
  /** The person, whom nobody else changes meanwhile, and whom `by` may change. */
  async function theirs(tx: Transaction, id: string, by: By): Promise<Person> {
    await store.lockPeople(tx);
    return allowed(await store.findPerson(tx, id), by);
  }

  async function refuseLastOwner(tx: Transaction, { name, role }: Person): Promise<void> {
    if (role === "owner" && (await store.countOwners(tx)) <= 1)
      throw new Conflict(`${name} is the only owner. Make somebody else an owner first.`);
  }

  return {
    list: (query) => store.listPeople(db, query),

    async refuseAbove(id, by) {
      allowed(await store.findPerson(db, id), by);
    },

    changeRole: (id, role, by) =>
      db.transaction(async (tx) => {
        const person = await theirs(tx, id, by);
        if (person.endedAt) throw new Conflict(`${person.name} has left. Bring them back first.`);
        if (by !== "cli" && !mayGive(by.role, role)) throw new Forbidden(`The role ${role} is not yours to give.`);
        if (person.role === role) return person;
        await refuseLastOwner(tx, person);
        await store.setRole(tx, id, role);
        await store.revokeLinksOf(tx, id, clock.now()); // an invitation is worth what its maker may give
        const detail = { from: person.role, to: role };
        await audit.append(tx, { asker: by, action: "staff.role-changed", subject: `staff:${id}`, detail });
        return { ...person, role };
      }),

    end: (id, by) =>
      db.transaction(async (tx) => {
        const person = await theirs(tx, id, by);
        if (person.endedAt) return person;
        await refuseLastOwner(tx, person);
        const endedAt = clock.now();
        await store.setEnded(tx, id, endedAt);
        await endSessions(tx, id, endedAt);
        await store.revokeTokensOf(tx, id, endedAt);
        await store.revokeLinksOf(tx, id, endedAt);
        await forgetCredentials(tx, id);
        await audit.append(tx, { asker: by, action: "staff.ended", subject: `staff:${id}` });
        return { ...person, endedAt };
      }),

    restore: (id, by) =>
      db.transaction(async (tx) => {
        const person = await theirs(tx, id, by);
        if (!person.endedAt) return person;
        await store.setEnded(tx, id, null);
        await audit.append(tx, { asker: by, action: "staff.restored", subject: `staff:${id}` });
        return { ...person, endedAt: null };
      }),
  };
}

function allowed(person: Person | undefined, by: By): Person {
  if (!person) throw new NotFound("There is no such person of ours.");
  if (by !== "cli" && !mayGive(by.role, person.role))
    throw new Forbidden(`${person.name} is ${person.role}; that is not yours to manage.`);
  return person;
}
