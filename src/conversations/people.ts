import type { ContactView } from "../contract/api-conversations.ts";
import { Conflict, NotFound, type Asker, type Clock } from "../contract/index.ts";
import type { Observer, RecordedEvent } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { conversationsOfContact } from "./inbox-store.ts";
import {
  findContact,
  findIdentity,
  identitiesOf,
  insertLink,
  lastLinkOf,
  linksOf,
  lockContacts,
  lockIdentity,
  lockLink,
  markUndone,
  moveIdentity,
} from "./people-store.ts";

/** Told inside the transaction that gives an identity to another contact: what hangs on the identity goes along. */
export type IdentityMoved = (move: { identityId: string; contactId: string }, tx: Transaction) => Promise<void>;

export interface PeopleParts {
  db: Database;
  onMoved: IdentityMoved;
  clock: Clock;
  live: { changed(topic: string, id: string): void };
}

/** Who people are, over all channels. Both contacts of a link keep all they had, so that it can be taken back. */
export interface People {
  get(contactId: string): Promise<ContactView>;
  link(contactId: string, link: { identityId: string; evidence: string }, asker: Asker): Promise<ContactView>;
  /** Takes a link back: the identity and its direct conversations are the former contact's again. */
  undo(linkId: string): Promise<ContactView>;
}

export function createPeople({ db, clock, live, onMoved }: PeopleParts): People {
  async function get(contactId: string): Promise<ContactView> {
    const contact = await findContact(db, contactId);
    if (!contact) throw new NotFound("There is no such contact.");
    const [identities, links, conversations] = await Promise.all([
      identitiesOf(db, contactId),
      linksOf(db, contactId),
      conversationsOfContact(db, contactId),
    ]);
    return { ...contact, identities, links, conversations };
  }

  function tell(contactIds: readonly string[], conversationIds: readonly string[]): void {
    contactIds.forEach((id) => live.changed("contact", id));
    conversationIds.forEach((id) => live.changed("conversation", id));
  }

  return {
    get,

    async link(contactId, { identityId, evidence }, { staffId }) {
      const moved = await db.transaction((tx) =>
        linkIdentity(tx, { contactId, identityId, evidence, linkedBy: staffId }, onMoved),
      );
      tell([contactId, moved.fromContactId], moved.conversationIds);
      return get(contactId);
    },

    async undo(linkId) {
      const { fromContactId, toContactId, conversationIds } = await db.transaction((tx) =>
        undoLink(tx, linkId, clock.now(), onMoved),
      );
      tell([fromContactId, toContactId], conversationIds);
      return get(fromContactId);
    },
  };
}

interface WantedLink {
  contactId: string;
  identityId: string;
  evidence: string;
  linkedBy: string | null;
}

async function linkIdentity(tx: Transaction, wanted: WantedLink, onMoved: IdentityMoved) {
  const { contactId, identityId, evidence, linkedBy } = wanted;
  const identity = await lockIdentity(tx, identityId);
  if (!identity) throw new NotFound("There is no such identity.");
  const fromContactId = identity.contactId;
  if (fromContactId === contactId) throw new Conflict("This identity is the contact's already.");
  const locked = await lockContacts(tx, [fromContactId, contactId]);
  if (!locked.includes(contactId)) throw new NotFound("There is no such contact.");
  const conversationIds = await moveIdentity(tx, identityId, fromContactId, contactId);
  await insertLink(tx, { identityId, fromContactId, toContactId: contactId, evidence, linkedBy });
  await onMoved({ identityId, contactId }, tx);
  return { fromContactId, conversationIds };
}

async function undoLink(tx: Transaction, linkId: string, now: Date, onMoved: IdentityMoved) {
  const link = await lockLink(tx, linkId);
  if (!link) throw new NotFound("There is no such link.");
  if (link.undoneAt) throw new Conflict("This link was taken back already.");
  await lockIdentity(tx, link.identityId);
  if ((await lastLinkOf(tx, link.identityId)) !== linkId) {
    throw new Conflict("The identity was linked on since. Take the later link back first.");
  }
  const { identityId, fromContactId, toContactId } = link;
  await lockContacts(tx, [fromContactId, toContactId]);
  const conversationIds = await moveIdentity(tx, identityId, toContactId, fromContactId);
  await markUndone(tx, linkId, now);
  await onMoved({ identityId, contactId: fromContactId }, tx);
  return { fromContactId, toContactId, conversationIds };
}

/**
 * A visitor whom their website now vouches for keeps what they did without a name: their former identity, with its
 * touches, becomes the user's. It is a link like any other, and can be taken back.
 */
export function createVouching(onMoved: IdentityMoved): Observer {
  return {
    name: "vouched for",
    async observe(events, tx) {
      for (const recorded of events) {
        const before = placeBeforeOf(recorded);
        if (before === undefined || !recorded.contactId) continue;
        const former = await findIdentity(tx, recorded.channelId, before);
        if (!former || former.contactId === recorded.contactId) continue;
        const evidence = "The website vouched for this visitor's user account in the same browser.";
        const wanted = { contactId: recorded.contactId, identityId: former.id, evidence, linkedBy: null };
        await linkIdentity(tx, wanted, onMoved);
      }
    },
  };
}

/** In a direct chat the place is the person; a group that moved says nothing about who is who. */
function placeBeforeOf({ event, placeKind }: RecordedEvent): string | undefined {
  return event.type === "entered" && placeKind === "direct" ? event.placeBefore : undefined;
}
