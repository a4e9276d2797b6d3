import { plainText, type Clock } from "../contract/index.ts";
import type { Observer, RecordedEvent } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import * as bridges from "./bridge-store.ts";
import { placeCodeIn } from "./codes.ts";
import * as queue from "./queue-store.ts";
import { kindOf, REASONS } from "./reasons.ts";
import { RESUMER } from "./responders.ts";

export interface ObserverParts {
  clock: Clock;
  /** Those who look at customers: what our own people write in their places is nothing for them. */
  others: readonly Observer[];
  /** Conversations in which this transaction speaks to one of ours. */
  isOurs(tx: Transaction, conversationId: string): boolean;
}

type Standings = ReadonlyMap<string, bridges.Standing>;

/**
 * Notes, in the transaction that records them, what has to be carried across a bridge and who waits for a person; and
 * keeps our own people's places apart: nobody answers, counts or learns from what is written there.
 */
export function createObserver({ clock, others, isOurs }: ObserverParts): Observer {
  return {
    name: "handover",
    async observe(events, tx) {
      const heard = events.filter(isHeard);
      const standings =
        heard.length > 0 ? await bridges.standingOf(tx, idsOf(heard)) : new Map<string, bridges.Standing>();
      const registered = await register(tx, heard, standings, clock.now());
      const threads = await threadsOf(tx, events);
      const isPlace = (id: string) =>
        threads.has(id) || registered.has(id) || standings.get(id)?.isPlace === true || isOurs(tx, id);
      const customers = events.filter(({ conversationId }) => !isPlace(conversationId));
      for (const other of others) if (customers.length > 0) await other.observe(customers, tx);
      const places = [
        ...idsOf(heard.filter(({ conversationId }) => isPlace(conversationId))),
        ...threads.keys(),
      ].sort();
      if (places.length > 0) await bridges.hush(tx, places);
      await follow(tx, customers, standings, clock.now());
      const quoting = events.flatMap((each) => quotingRelay(each, threads) ?? []);
      const relays = [...heard.flatMap((each) => relayOf(each, standings, registered) ?? []), ...quoting];
      const back = customers.flatMap((each) => givenBack(each) ?? []);
      if (relays.length + back.length > 0) await bridges.addRelays(tx, [...relays, ...back]);
    },
  };
}

/** Something from the platform in a chat of two. */
function isHeard({ event, placeKind }: RecordedEvent): boolean {
  const { type } = event;
  return (
    placeKind === "direct" && (type === "message" || type === "edited" || type === "pressed" || type === "entered")
  );
}

function idsOf(events: readonly RecordedEvent[]): string[] {
  return [...new Set(events.map(({ conversationId }) => conversationId))].sort();
}

/** Threads under what the hub said in somebody's place: on Slack that is how one quotes. */
async function threadsOf(tx: Transaction, events: readonly RecordedEvent[]): Promise<Map<string, string>> {
  const threads = events.flatMap(({ event, placeKind, conversationId, channelId }) => {
    if (placeKind !== "thread" || event.type !== "message" || event.replyTo === undefined || event.actor?.isSelf)
      return [];
    return [{ conversationId, channelId, replyTo: event.replyTo }];
  });
  return threads.length > 0 ? bridges.threadsInPlaces(tx, threads) : new Map<string, string>();
}

function quotingRelay(
  { id: causeId, event, conversationId, sentAt: at }: RecordedEvent,
  threads: ReadonlyMap<string, string>,
): bridges.NewRelay | undefined {
  const placeId = threads.get(conversationId);
  if (placeId === undefined || event.type !== "message") return undefined;
  return { causeId, conversationId: placeId, kind: "expert", bridgeId: null, at };
}

/** Places that came about now, by their code's message. */
async function register(
  tx: Transaction,
  heard: readonly RecordedEvent[],
  standings: Standings,
  now: Date,
): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  for (const { id, event, conversationId } of heard) {
    if (event.type !== "message" || event.actor?.isSelf || event.actor?.isBot) continue;
    const hash = placeCodeIn(plainText(event.parts));
    const staffId = hash && (await bridges.takeCode(tx, hash, now));
    if (!staffId || standings.get(conversationId)?.bridgeId) continue;
    await bridges.addPlace(tx, staffId, conversationId, now);
    made.set(conversationId, id);
  }
  return made;
}

function relayOf(
  { id: causeId, event, conversationId, sentAt: at }: RecordedEvent,
  standings: Standings,
  registered: ReadonlyMap<string, string>,
): bridges.NewRelay | undefined {
  const standing = standings.get(conversationId);
  const base = { causeId, conversationId, at };
  if (registered.get(conversationId) === causeId) return { ...base, kind: "registered", bridgeId: null };
  if (event.type === "entered" || event.type === "pressed") return undefined;
  if (standing?.isPlace || registered.has(conversationId)) {
    return event.type === "message" ? { ...base, kind: "expert", bridgeId: null } : undefined;
  }
  const isTheirs = "actor" in event && !event.actor?.isSelf;
  return standing?.bridgeId && isTheirs ? { ...base, kind: "customer", bridgeId: standing.bridgeId } : undefined;
}

/** Who waits for people, who was answered, who is done. In the events' order, kind by kind. */
async function follow(
  tx: Transaction,
  events: readonly RecordedEvent[],
  standings: Standings,
  now: Date,
): Promise<void> {
  const opened = events.flatMap((each) => openedBy(each, standings, now) ?? []);
  if (opened.length > 0) await queue.openHandovers(tx, opened);
  const replies = events.filter(
    ({ event, placeKind }) => event.type === "replied" || (isSelf(event) && placeKind === "direct"),
  );
  if (replies.length > 0) await queue.noteReplies(tx, idsOf(replies), now);
  const resumed = events.filter(({ event }) => event.type === "answered" && event.responder === RESUMER);
  if (resumed.length > 0) await queue.resumed(tx, idsOf(resumed));
  const ended = events.filter(({ event }) => event.type === "given-back" || event.type === "resolved");
  if (ended.length > 0) await queue.closeHandovers(tx, idsOf(ended), now);
}

function isSelf(event: RecordedEvent["event"]): boolean {
  return event.type === "message" && event.actor?.isSelf === true;
}

/** By our own time: a platform's would let people into the line by their clocks. */
function openedBy(
  { id, event, conversationId, seq }: RecordedEvent,
  standings: Standings,
  at: Date,
): queue.NewHandover | undefined {
  const base = { id: newId(), conversationId, eventId: id, seq, at };
  if (event.type === "handed-over") return { ...base, kind: kindOf(event.reason), reason: event.reason };
  const isAsking = (event.type === "message" || event.type === "pressed") && !event.actor?.isSelf;
  const isAlone = standings.get(conversationId)?.isAlone === true;
  return isAsking && isAlone ? { ...base, kind: "again", reason: REASONS.again } : undefined;
}

function givenBack({
  id: causeId,
  event,
  conversationId,
  placeKind,
  sentAt: at,
}: RecordedEvent): bridges.NewRelay | undefined {
  if (event.type !== "given-back" || placeKind !== "direct") return undefined;
  return { causeId, conversationId, kind: "given-back", bridgeId: null, at };
}
