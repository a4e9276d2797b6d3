import type { ContactRow, IdentityView, LinkView } from "../contract/api-conversations.ts";
import { newId } from "../lib/ids.ts";
import type { Queryable, Transaction } from "../store/index.ts";

type Dated<View, Keys extends keyof View> = Omit<View, Keys> & {
  [Key in Keys]: View[Key] extends string ? Date : Date | null;
};
type PersonRow = Dated<ContactRow, "stageAt" | "createdAt" | "lastSeenAt">;

const CONTACT = `
  SELECT p.id, p.name, p.locale, p.stage, p.stage_at AS "stageAt", p.created_at AS "createdAt",
         ARRAY(
           SELECT DISTINCT ch.adapter FROM identity i JOIN channel ch ON ch.id = i.channel_id WHERE i.contact_id = p.id ORDER BY 1
         ) AS channels,
         (SELECT json_build_object('id', e.id, 'name', e.name) FROM touch t JOIN entry_point e ON e.id = t.entry_point_id
          WHERE t.id = p.first_touch_id) AS source,
         (SELECT max(c.last_message_at) FROM conversation c WHERE c.contact_id = p.id) AS "lastSeenAt"
  FROM contact p`;

// A contact whose identities have all been linked to others is not a person of its own any more.
const LIST = `${CONTACT}
  WHERE ($1::uuid IS NULL OR p.id < $1)
    AND ($2::text IS NULL OR p.stage = $2)
    AND ($3::text IS NULL OR p.name ILIKE $3 OR EXISTS (
      SELECT 1 FROM identity i WHERE i.contact_id = p.id
        AND (i.name ILIKE $3 OR i.username ILIKE $3 OR i.external_id ILIKE $3 OR i.attributes ->> 'email' ILIKE $3)))
    AND (EXISTS (SELECT 1 FROM identity i WHERE i.contact_id = p.id)
      OR NOT EXISTS (SELECT 1 FROM link l WHERE l.from_contact_id = p.id AND l.undone_at IS NULL))
    AND ($5::uuid IS NULL OR p.first_touch_id IN (SELECT id FROM touch WHERE entry_point_id = $5))
  ORDER BY p.id DESC LIMIT $4`;

const ONE = `${CONTACT} WHERE p.id = $1`;

/** People, the newest first. */
export async function listContacts(
  db: Queryable,
  filter: { q?: string; stage?: string; entryPointId?: string },
  behindId: string | undefined,
  limit: number,
) {
  const pattern = filter.q === undefined ? null : `%${filter.q.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const values = [behindId ?? null, filter.stage ?? null, pattern, limit, filter.entryPointId ?? null];
  return (await db.query<PersonRow>(LIST, values)).map(contactRow);
}

export async function findContact(db: Queryable, id: string): Promise<ContactRow | undefined> {
  const [row] = await db.query<PersonRow>(ONE, [id]);
  return row && contactRow(row);
}

function contactRow(row: PersonRow): ContactRow {
  const { stageAt, createdAt, lastSeenAt } = row;
  return {
    ...row,
    stageAt: stageAt.toISOString(),
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  };
}

const IDENTITIES = `
  SELECT i.id, i.channel_id AS "channelId", ch.name AS "channelName", ch.adapter, i.external_id AS "externalId", i.name,
         i.username, i.is_bot AS "isBot", i.attributes, i.blocked_at AS "blockedAt", i.created_at AS "createdAt"
  FROM identity i JOIN channel ch ON ch.id = i.channel_id
  WHERE i.contact_id = $1 ORDER BY i.created_at, i.id`;

export async function identitiesOf(db: Queryable, contactId: string): Promise<IdentityView[]> {
  const rows = await db.query<Dated<IdentityView, "blockedAt" | "createdAt">>(IDENTITIES, [contactId]);
  return rows.map((row) => ({
    ...row,
    blockedAt: row.blockedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}

type LinkRow = Dated<LinkView, "linkedAt" | "undoneAt">;

const LINK = `
  SELECT id, identity_id AS "identityId", from_contact_id AS "fromContactId", to_contact_id AS "toContactId", evidence,
         linked_by AS "linkedBy", linked_at AS "linkedAt", undone_at AS "undoneAt"
  FROM link`;
const LINKS_OF = `${LINK} WHERE to_contact_id = $1 OR from_contact_id = $1 ORDER BY id`;
const LOCK_LINK = `${LINK} WHERE id = $1 FOR UPDATE`;
const LAST_LINK = `SELECT id FROM link WHERE identity_id = $1 AND undone_at IS NULL ORDER BY id DESC LIMIT 1`;

export async function linksOf(db: Queryable, contactId: string): Promise<LinkView[]> {
  return (await db.query<LinkRow>(LINKS_OF, [contactId])).map(linkView);
}

export async function lockLink(tx: Transaction, id: string): Promise<LinkView | undefined> {
  const [row] = await tx.query<LinkRow>(LOCK_LINK, [id]);
  return row && linkView(row);
}

/** The identity's last move that still stands. */
export async function lastLinkOf(tx: Transaction, identityId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(LAST_LINK, [identityId]);
  return row?.id;
}

function linkView(row: LinkRow): LinkView {
  return { ...row, linkedAt: row.linkedAt.toISOString(), undoneAt: row.undoneAt?.toISOString() ?? null };
}

/** Locks both contacts, in one order for everybody, so that two links at once do not cross. */
export async function lockContacts(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    "SELECT id FROM contact WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE",
    [ids],
  );
  return rows.map((row) => row.id);
}

export async function lockIdentity(tx: Transaction, id: string): Promise<{ contactId: string } | undefined> {
  const [row] = await tx.query<{ contactId: string }>(
    `SELECT contact_id AS "contactId" FROM identity WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return row;
}

const OWN = `SELECT id, contact_id AS "contactId" FROM identity WHERE channel_id = $1 AND external_id = $2`;

export async function findIdentity(tx: Transaction, channelId: string, externalId: string) {
  const [row] = await tx.query<{ id: string; contactId: string }>(OWN, [channelId, externalId]);
  return row;
}

const MOVE = "UPDATE identity SET contact_id = $2 WHERE id = $1";

// An identity's direct conversations are those it has done something in; they are the contact's whose the identity is.
const MOVE_CONVERSATIONS = `
  UPDATE conversation c SET contact_id = $3
  WHERE c.kind = 'direct' AND c.contact_id = $2
    AND EXISTS (SELECT 1 FROM event e WHERE e.conversation_id = c.id AND e.identity_id = $1)
  RETURNING c.id`;

/** Makes the identity the other contact's, and its direct conversations with it. Resolves with those. */
export async function moveIdentity(tx: Transaction, identityId: string, from: string, to: string): Promise<string[]> {
  await tx.query(MOVE, [identityId, to]);
  return (await tx.query<{ id: string }>(MOVE_CONVERSATIONS, [identityId, from, to])).map((row) => row.id);
}

const INSERT_LINK = `
  INSERT INTO link (id, identity_id, from_contact_id, to_contact_id, evidence, linked_by) VALUES ($1, $2, $3, $4, $5, $6)`;

export async function insertLink(
  tx: Transaction,
  link: Pick<LinkView, "identityId" | "fromContactId" | "toContactId" | "evidence" | "linkedBy">,
) {
  const id = newId();
  const { identityId, fromContactId, toContactId, evidence, linkedBy } = link;
  await tx.query(INSERT_LINK, [id, identityId, fromContactId, toContactId, evidence, linkedBy]);
  return id;
}

export async function markUndone(tx: Transaction, linkId: string, at: Date): Promise<void> {
  await tx.query("UPDATE link SET undone_at = $2 WHERE id = $1", [linkId, at]);
}
