import type { Actor, HubEvent } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import type { Incoming } from "./incoming.ts";

export interface Person {
  identityId: string;
  contactId: string;
  isNew: boolean;
}

interface Wanted {
  channelId: string;
  actor: Actor;
}

interface IdentityRow {
  channelId: string;
  externalId: string;
  identityId: string;
  contactId: string;
  name: string | null;
  username: string | null;
}

const FIND = `
  SELECT i.channel_id AS "channelId", i.external_id AS "externalId", i.id AS "identityId",
         i.contact_id AS "contactId", i.name, i.username
  FROM unnest($1::uuid[], $2::text[]) AS t (channel_id, external_id)
  JOIN identity i ON i.channel_id = t.channel_id AND i.external_id = t.external_id`;

// The contact's row is made by the same statement, for the identities that were really new: a race leaves no orphans.
const MAKE = `
  WITH t AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::boolean[], $8::jsonb[], $9::text[])
      AS t (id, channel_id, external_id, contact_id, name, username, is_bot, attributes, locale)
  ), made AS (
    INSERT INTO identity (id, channel_id, external_id, contact_id, name, username, is_bot, attributes)
    SELECT id, channel_id, external_id, contact_id, name, username, is_bot, attributes FROM t
    ON CONFLICT (channel_id, external_id) DO NOTHING
    RETURNING id, channel_id, external_id, contact_id, name, username
  ), people AS (
    INSERT INTO contact (id, name, locale)
    SELECT made.contact_id, t.name, t.locale FROM made JOIN t ON t.id = made.id
  )
  SELECT channel_id AS "channelId", external_id AS "externalId", id AS "identityId", contact_id AS "contactId", name, username
  FROM made`;

// Where a platform tells the name only later, the person is not nameless for ever.
const RENAME = `
  WITH renamed AS (
    UPDATE identity SET name = coalesce(t.name, identity.name), username = coalesce(t.username, identity.username)
    FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, name, username)
    WHERE identity.id = t.id
    RETURNING identity.contact_id, identity.name
  )
  UPDATE contact SET name = renamed.name FROM renamed
  WHERE contact.id = renamed.contact_id AND contact.name IS NULL AND renamed.name IS NOT NULL`;

/** Whom the event is about: who joined or left, else who acted. Our own bot is nobody. */
export function personOf(event: HubEvent): Actor | undefined {
  const actor = event.type === "joined" || event.type === "left" ? event.member : event.actor;
  return actor?.isSelf ? undefined : actor;
}

export function personKey(channelId: string, externalId: string): string {
  return `${channelId} ${externalId}`;
}

/** Under which key `resolvePeople` has the person whom this is about. */
export function personKeyOf({ channelId, event, personId }: Incoming): string | undefined {
  const id = personId ?? personOf(event)?.id;
  return id === undefined ? undefined : personKey(channelId, id);
}

/** Finds or makes the identities of all the people in a batch, and a contact for each new one. */
export async function resolvePeople(tx: Transaction, incoming: readonly Incoming[]): Promise<Map<string, Person>> {
  const wanted = new Map<string, Wanted>();
  for (const each of incoming) {
    const { channelId, event, personId } = each;
    const actor = personOf(event);
    const key = personKeyOf(each);
    if (!actor || key === undefined) continue;
    // The later says who they are now.
    wanted.set(key, { channelId, actor: { ...wanted.get(key)?.actor, ...actor, ...(personId && { id: personId }) } });
  }
  const people = new Map<string, Person>();
  if (wanted.size === 0) return people;

  const found = await find(tx, [...wanted.values()]);
  await rename(tx, found, wanted);
  keep(people, found, false);
  const missing = [...wanted].filter(([key]) => !people.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (missing.length === 0) return people;

  const values = missing.map(([, want]) => want);
  keep(people, await make(tx, values), true);
  const raced = values.filter((want) => !people.has(personKey(want.channelId, want.actor.id)));
  if (raced.length > 0) keep(people, await find(tx, raced), false);
  return people;
}

function keep(people: Map<string, Person>, rows: readonly IdentityRow[], isNew: boolean): void {
  for (const { channelId, externalId, identityId, contactId } of rows) {
    people.set(personKey(channelId, externalId), { identityId, contactId, isNew });
  }
}

function find(tx: Transaction, wanted: readonly Wanted[]): Promise<IdentityRow[]> {
  return tx.query(FIND, [wanted.map((want) => want.channelId), wanted.map((want) => want.actor.id)]);
}

function make(tx: Transaction, wanted: readonly Wanted[]): Promise<IdentityRow[]> {
  return tx.query(MAKE, [
    wanted.map(() => newId()),
    wanted.map((want) => want.channelId),
    wanted.map((want) => want.actor.id),
    wanted.map(() => newId()),
    wanted.map((want) => want.actor.name ?? null),
    wanted.map((want) => want.actor.username ?? null),
    wanted.map((want) => want.actor.isBot ?? false),
    wanted.map((want) => JSON.stringify(want.actor.attributes ?? {})),
    wanted.map((want) => want.actor.locale ?? null),
  ]);
}

async function rename(tx: Transaction, found: readonly IdentityRow[], wanted: Map<string, Wanted>): Promise<void> {
  const changed = found.flatMap((row) => {
    const { name, username } = wanted.get(personKey(row.channelId, row.externalId))!.actor;
    const same = (name ?? row.name) === row.name && (username ?? row.username) === row.username;
    return same ? [] : [{ id: row.identityId, name: name ?? null, username: username ?? null }];
  });
  if (changed.length === 0) return;
  changed.sort((a, b) => (a.id < b.id ? -1 : 1));
  await tx.query(RENAME, [
    changed.map((row) => row.id),
    changed.map((row) => row.name),
    changed.map((row) => row.username),
  ]);
}
