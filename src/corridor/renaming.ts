import type { Transaction } from "../store/index.ts";
import { personKey, personOf } from "./identities.ts";
import type { Incoming } from "./incoming.ts";

/** What can get another name: where it is kept under its name, and how it gets the new one. */
interface Kind {
  known: string;
  /** Another hub may have made the new name's own row meanwhile: then the old one stays as it is. */
  move: string;
}

const PLACES: Kind = {
  known: `
    SELECT c.channel_id AS "channelId", c.place AS name FROM unnest($1::uuid[], $2::text[]) AS t (channel_id, name)
    JOIN conversation c ON c.channel_id = t.channel_id AND c.place = t.name`,
  move: `
    UPDATE conversation c SET place = t.name FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (channel_id, before, name)
    WHERE c.channel_id = t.channel_id AND c.place = t.before AND NOT EXISTS (
      SELECT 1 FROM conversation o WHERE o.channel_id = t.channel_id AND o.place = t.name)`,
};
const PEOPLE: Kind = {
  known: `
    SELECT i.channel_id AS "channelId", i.external_id AS name FROM unnest($1::uuid[], $2::text[]) AS t (channel_id, name)
    JOIN identity i ON i.channel_id = t.channel_id AND i.external_id = t.name`,
  move: `
    UPDATE identity i SET external_id = t.name FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (channel_id, before, name)
    WHERE i.channel_id = t.channel_id AND i.external_id = t.before AND NOT EXISTS (
      SELECT 1 FROM identity o WHERE o.channel_id = t.channel_id AND o.external_id = t.name)`,
};

/** Something is named, and perhaps said to have had another name before. */
export interface Naming {
  channelId: string;
  name: string;
  before?: string | undefined;
  /** Whether it is made where it is not known yet. */
  makes: boolean;
}
type Name = Pick<Naming, "channelId" | "name">;

/**
 * Conversations go along with a place that was renamed, accounts with an id, and so do the events of this very batch that
 * came before: it must not matter whether both came at once. Where the new name has a row of its own, the old one stays.
 */
export async function followRenamed(tx: Transaction, incoming: readonly Incoming[]): Promise<readonly Incoming[]> {
  const places = await rename(tx, PLACES, incoming, ({ channelId, event }) => ({
    channelId,
    name: event.place,
    before: event.placeBefore,
    makes: event.type !== "unknown",
  }));
  const people = await rename(tx, PEOPLE, incoming, ({ channelId, event }) => {
    const actor = personOf(event);
    return actor && { channelId, name: actor.id, before: actor.idBefore, makes: true };
  });
  return incoming.map((each, index) => ({
    ...each,
    ...(places[index] !== undefined && { place: places[index] }),
    ...(people[index] !== undefined && { personId: people[index] }),
  }));
}

/** Resolves with what each is called by the end of the batch, where that is of interest. */
async function rename(
  tx: Transaction,
  kind: Kind,
  incoming: readonly Incoming[],
  namingOf: (incoming: Incoming) => Naming | undefined,
): Promise<readonly (string | undefined)[]> {
  const namings = incoming.map(namingOf);
  const concerned = namings.flatMap((naming) => (naming ? renamedIn(naming) : []));
  if (concerned.length === 0) return [];
  const columns = [concerned.map(({ channelId }) => channelId), concerned.map(({ name }) => name)];
  const { names, moves } = playThrough(namings, await tx.query<Name>(kind.known, columns));
  const targets = new Set(moves.map(({ channelId, name }) => personKey(channelId, name)));
  const isChain = moves.some(({ channelId, before }) => targets.has(personKey(channelId, before)));
  for (const some of isChain ? moves.map((move) => [move]) : [moves].filter((all) => all.length > 0)) {
    await tx.query(kind.move, [
      some.map(({ channelId }) => channelId),
      some.map(({ before }) => before),
      some.map(({ name }) => name),
    ]);
  }
  return names;
}

/** Both names, where there are two. */
function renamedIn({ channelId, name, before }: Naming): Name[] {
  return before === undefined || before === name ? [] : [{ channelId, name: before }, { channelId, name }]; // prettier-ignore
}

/** One of them, whatever it is called in the course of a batch. */
interface Handle extends Name {
  isStored: boolean;
}

/** Plays a batch through, one naming after the other, as if each were recorded by itself. */
export function playThrough(namings: readonly (Naming | undefined)[], known: readonly Name[]) {
  const handles = new Map<string, Handle>();
  for (const { channelId, name } of known) handles.set(personKey(channelId, name), { channelId, name, isStored: true });
  const concerned = new Set(
    namings.flatMap((naming) => (naming ? renamedIn(naming) : [])).map((each) => personKey(each.channelId, each.name)),
  );
  /** Of what is stored, step by step: so each name is free when its turn comes. */
  const moves: { channelId: string; before: string; name: string }[] = [];

  function move(channelId: string, before: string, name: string): void {
    const handle = handles.get(personKey(channelId, before));
    if (!handle || handles.has(personKey(channelId, name))) return;
    handles.delete(personKey(channelId, before));
    handles.set(personKey(channelId, name), handle);
    handle.name = name;
    if (handle.isStored) moves.push({ channelId, before, name });
  }

  const found = namings.map((naming) => {
    const key = naming && personKey(naming.channelId, naming.name);
    if (key === undefined || !concerned.has(key)) return undefined;
    const { channelId, name, before, makes } = naming!;
    if (before !== undefined && before !== name) move(channelId, before, name);
    const handle = handles.get(key) ?? { channelId, name, isStored: false };
    if (makes) handles.set(key, handle);
    return handle;
  });
  return { names: found.map((handle) => handle?.name), moves };
}
