import { cleanJson, plainText, type HubEvent, type MessageEvent } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import { personKey, personKeyOf, resolvePeople, type Person } from "./identities.ts";
import type { Incoming } from "./incoming.ts";
import { updatePresence } from "./presence.ts";
import { previewOf } from "./preview.ts";
import { isAmendment } from "./projection.ts";
import { projectMessages, type Target } from "./projection-store.ts";
import { followRenamed } from "./renaming.ts";
import type { RecordedEvent } from "./types.ts";

/** Long enough for the other pictures of an album to arrive. */
const ALBUM_MS = 1_000;

// The same statement finds, makes, locks and counts: in_seq numbers events under the row's lock, turn_seq says that a
// turn is due. Two counters instead of an "is there work" flag, which a waiting update would compute from old rows.
const OPEN = `
  INSERT INTO conversation AS c
    (id, channel_id, place, kind, title, contact_id, in_seq, turn_seq, ready_at, last_message_at, last_message_text)
  SELECT id, channel_id, place, kind, title, contact_id, events, turn, clock_timestamp() + wait_ms * interval '1 ms', last_at, last_text
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::int[], $9::int[], $10::timestamptz[], $11::text[])
    AS t (id, channel_id, place, kind, title, contact_id, events, turn, wait_ms, last_at, last_text)
  ON CONFLICT (channel_id, place) DO UPDATE SET
    in_seq = c.in_seq + excluded.in_seq,
    turn_seq = CASE WHEN excluded.turn_seq > 0 THEN c.in_seq + excluded.turn_seq ELSE c.turn_seq END,
    ready_at = CASE WHEN excluded.turn_seq > 0 THEN excluded.ready_at ELSE c.ready_at END,
    status = CASE WHEN excluded.turn_seq > 0 AND c.status IN ('resolved', 'snoozed') THEN 'open' ELSE c.status END,
    title = coalesce(excluded.title, c.title),
    contact_id = coalesce(c.contact_id, excluded.contact_id),
    last_message_at = greatest(c.last_message_at, excluded.last_message_at),
    last_message_text = CASE WHEN excluded.last_message_at >= coalesce(c.last_message_at, '-infinity')
                             THEN excluded.last_message_text ELSE c.last_message_text END
  RETURNING id, channel_id AS "channelId", place, in_seq AS "inSeq"`;

// One statement, since each one more is a wait in the line that every message goes through. It also says which messages
// have been spoken of before they came: an edit or a delete may overtake what it is about.
const APPEND = `
  WITH e AS (
    INSERT INTO event (id, conversation_id, seq, type, external_id, target, identity_id, contact_id, arrival_id, payload, sent_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::uuid[], $10::jsonb[], $11::timestamptz[])
    ON CONFLICT (conversation_id, type, external_id) DO NOTHING
    RETURNING id, conversation_id, seq, type, external_id, identity_id, sent_at
  ), m AS (
    INSERT INTO message (id, conversation_id, seq, direction, author, identity_id, external_id, parts, text, addressed, reply_to, sent_at, delivery_state)
    SELECT t.id, e.conversation_id, e.seq, CASE WHEN t.ours THEN 'out' ELSE 'in' END, CASE WHEN t.ours THEN 'agent' ELSE 'contact' END,
           e.identity_id, e.external_id, t.parts, t.text, t.addressed, t.reply_to, e.sent_at, CASE WHEN t.ours THEN 'sent' END
    FROM unnest($12::uuid[], $13::uuid[], $14::jsonb[], $15::text[], $16::boolean[], $17::text[], $18::boolean[])
      AS t (id, event_id, parts, text, addressed, reply_to, ours)
    JOIN e ON e.id = t.event_id
    ON CONFLICT (conversation_id, external_id) DO NOTHING
  )
  SELECT e.id, e.type = 'message' AND EXISTS (
    SELECT 1 FROM event a WHERE a.conversation_id = e.conversation_id AND a.target = e.external_id) AS overtaken
  FROM e`;

interface Place {
  channelId: string;
  place: string;
  events: Incoming[];
}

interface Row {
  id: string;
  conversationId: string;
  seq: number;
  person: Person | undefined;
  incoming: Incoming;
}

/**
 * Writes what channels reported: people, conversations, the ledger, the messages. An event that the ledger has already
 * (a redelivery under another key, the same fact told twice) is left out of the result.
 */
export async function appendEvents(tx: Transaction, reported: readonly Incoming[]): Promise<RecordedEvent[]> {
  const clean = reported.map((each) => ({ ...each, event: cleanJson(each.event) }));
  const incoming = await followRenamed(tx, clean);
  const people = await resolvePeople(tx, incoming);
  const rows = await openConversations(tx, groupByPlace(incoming), people);
  const added = new Map((await append(tx, rows)).map((row) => [row.id, row]));
  const fresh = rows.filter((row) => added.has(row.id));
  await projectMessages(
    tx,
    fresh.flatMap((row) => targetOf(row, added.get(row.id)!.overtaken)),
  );
  await updatePresence(
    tx,
    fresh.flatMap((row) => presenceOf(row)),
  );
  return [
    ...fresh.map(recorded),
    ...(await lateEntries(
      tx,
      rows.filter((row) => !added.has(row.id)),
    )),
  ];
}

const FIRST_TOLD = `
  SELECT t.n::int AS n, e.id, e.seq FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS t (conversation_id, type, external_id, n)
  JOIN event e ON e.conversation_id = t.conversation_id AND e.type = t.type AND e.external_id = t.external_id`;

/**
 * A platform may tell one join twice and name the invite link only in the second telling. The ledger keeps the first;
 * the observers hear of the door all the same, under the first one's id, so that it counts once.
 */
async function lateEntries(tx: Transaction, repeated: readonly Row[]): Promise<RecordedEvent[]> {
  const withEntry = repeated.filter((row) => row.incoming.event.type === "joined" && row.incoming.event.entry);
  if (withEntry.length === 0) return [];
  const told = await tx.query<{ n: number; id: string; seq: number }>(FIRST_TOLD, [
    withEntry.map((row) => row.conversationId),
    withEntry.map((row) => row.incoming.event.type),
    withEntry.map((row) => row.incoming.event.id),
  ]);
  return told.map(({ n, id, seq }) => recorded({ ...withEntry[n - 1]!, id, seq }));
}

function groupByPlace(incoming: readonly Incoming[]): Place[] {
  const places = new Map<string, Place>();
  for (const each of incoming) {
    if (each.event.type === "unknown") continue;
    const { channelId, place = each.event.place } = each;
    const key = personKey(channelId, place);
    const known = places.get(key) ?? { channelId, place, events: [] };
    known.events.push(each);
    places.set(key, known);
  }
  // One order for everybody who locks several conversations.
  return [...places.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

async function openConversations(
  tx: Transaction,
  places: readonly Place[],
  people: Map<string, Person>,
): Promise<Row[]> {
  if (places.length === 0) return [];
  const summaries = places.map((place) => summarise(place, people));
  const opened = await tx.query<{ id: string; channelId: string; place: string; inSeq: number }>(OPEN, [
    places.map(() => newId()),
    places.map((place) => place.channelId),
    places.map((place) => place.place),
    summaries.map((summary) => summary.kind),
    summaries.map((summary) => summary.title),
    summaries.map((summary) => summary.contactId),
    places.map((place) => place.events.length),
    summaries.map((summary) => summary.turn),
    summaries.map((summary) => summary.waitMs),
    summaries.map((summary) => summary.lastAt),
    summaries.map((summary) => summary.lastText),
  ]);
  const byPlace = new Map(opened.map((row) => [personKey(row.channelId, row.place), row]));
  return places.flatMap(({ channelId, place, events }) => {
    const conversation = byPlace.get(personKey(channelId, place))!;
    const firstSeq = conversation.inSeq - events.length + 1;
    return events.map((incoming, i) => {
      const person = people.get(personKeyOf(incoming) ?? "");
      return { id: newId(), conversationId: conversation.id, seq: firstSeq + i, person, incoming };
    });
  });
}

/** What the events of one place mean for its conversation. */
function summarise({ events }: Place, people: Map<string, Person>) {
  const last = lastMessage(events);
  const first = events[0]!.event;
  const person = events.map(personKeyOf).find((key) => key !== undefined);
  const asking = events.findLastIndex(({ event }) => asksForTurn(event));
  const album = events.some(({ event }) => event.type === "message" && event.album !== undefined);
  return {
    kind: first.placeKind,
    title: events.findLast(({ event }) => event.placeTitle !== undefined)?.event.placeTitle ?? null,
    contactId: first.placeKind === "direct" ? (people.get(person ?? "")?.contactId ?? null) : null,
    turn: asking + 1,
    waitMs: album ? ALBUM_MS : 0,
    lastAt: last?.sentAt ?? null,
    lastText: last ? previewOf(last.parts) : null,
  };
}

/** By the platform's time: what was delivered late is not the last. */
function lastMessage(events: readonly Incoming[]): MessageEvent | undefined {
  const messages = events.flatMap(({ event }) => (event.type === "message" ? [event] : []));
  return messages.reduce<MessageEvent | undefined>(
    (last, event) => (last && last.sentAt > event.sentAt ? last : event),
    undefined,
  );
}

function asksForTurn(event: HubEvent): boolean {
  return (event.type === "message" || event.type === "pressed" || event.type === "entered") && !event.actor?.isSelf;
}

function append(tx: Transaction, rows: readonly Row[]): Promise<{ id: string; overtaken: boolean }[]> {
  if (rows.length === 0) return Promise.resolve([]);
  const messages = rows.flatMap(({ id, incoming: { event } }) =>
    event.type === "message" ? [{ eventId: id, event }] : [],
  );
  return tx.query(APPEND, [
    rows.map((row) => row.id),
    rows.map((row) => row.conversationId),
    rows.map((row) => row.seq),
    rows.map((row) => row.incoming.event.type),
    rows.map((row) => row.incoming.event.id),
    rows.map((row) => (isAmendment(row.incoming.event) ? row.incoming.event.messageId : null)),
    rows.map((row) => row.person?.identityId ?? null),
    rows.map((row) => row.person?.contactId ?? null),
    rows.map((row) => row.incoming.arrivalId),
    rows.map((row) => JSON.stringify(row.incoming.event)),
    rows.map((row) => row.incoming.event.sentAt),
    messages.map(() => newId()),
    messages.map(({ eventId }) => eventId),
    messages.map(({ event }) => JSON.stringify(event.parts)),
    messages.map(({ event }) => plainText(event.parts)),
    messages.map(({ event }) => event.addressed),
    messages.map(({ event }) => event.replyTo ?? null),
    messages.map(({ event }) => event.actor?.isSelf ?? false),
  ]);
}

/** The message that must be brought up to the ledger, if any. */
function targetOf({ conversationId, incoming: { event } }: Row, overtaken: boolean): Target[] {
  if (isAmendment(event)) return [{ conversationId, externalId: event.messageId }];
  return overtaken ? [{ conversationId, externalId: event.id }] : [];
}

function presenceOf({ conversationId, person, incoming: { event } }: Row) {
  return person ? [{ conversationId, identityId: person.identityId, event }] : [];
}

function recorded({ id, conversationId, seq, person, incoming }: Row): RecordedEvent {
  return {
    id,
    seq,
    channelId: incoming.channelId,
    conversationId,
    placeKind: incoming.event.placeKind,
    identityId: person?.identityId ?? null,
    contactId: person?.contactId ?? null,
    newContact: person?.isNew ?? false,
    event: incoming.event,
    sentAt: incoming.event.sentAt,
  };
}
