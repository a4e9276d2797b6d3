import { cleanJson, type Entry, type EntryMethod, type Json, type Log, type MessageEvent } from "../contract/index.ts";
import type { Observer, RecordedEvent } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import { codesIn, foldCase, looksLikeCode, type WrittenCode } from "./codes.ts";
import { confidenceOf, type CodeMatch } from "./confidence.ts";
import {
  aliasKey,
  findAliases,
  findDoors,
  insertTouches,
  moveVisitors,
  setFirstTouches,
  type Door,
  type NewTouch,
} from "./touch-store.ts";

/** Longer evidence is cut; the ledger has all of it. */
const MAX_EVIDENCE = 2_000;
/** More codes than these in one text are no person's doing. */
const MAX_CODES = 5;
/** More doors than these at once tell nothing. */
const MAX_CANDIDATES = 50;
/** Contacts known to be past their first message. */
const MAX_SETTLED = 20_000;

/** What an event says about the door, before we know whether the code is one of ours. */
interface Clue {
  recorded: RecordedEvent & { contactId: string };
  method: EntryMethod;
  codes: readonly WrittenCode[];
  /** The platform's own names for the doors that it may have been; one alone is certain. */
  candidates: readonly { alias: string; weight: number }[];
  evidence: Json;
  /** The platform vouches that they came through a door, even if we do not know it. Words in a text prove nothing. */
  isTouch: boolean;
}

/**
 * Writes a touch for every event that came through a door, and makes visitors who write contacts. A batch in which
 * nobody came through a door and nobody is new costs no statement.
 */
export function createObserver({ log }: { log: Log }): Observer {
  const settled = new Set<string>();
  const movedHere = new WeakMap<Transaction, Set<string>>();

  /** Remembers only whom an earlier, committed transaction moved: this one may still be rolled back. */
  function settle(contactIds: Iterable<string>, moved: ReadonlySet<string>, tx: Transaction): void {
    const own = movedHere.get(tx) ?? new Set();
    movedHere.set(tx, own);
    for (const id of moved) own.add(id);
    for (const id of contactIds) if (!own.has(id)) settled.add(id);
    for (const oldest of settled) {
      if (settled.size <= MAX_SETTLED) break;
      settled.delete(oldest);
    }
  }

  return {
    name: "attribution",
    async observe(events, tx) {
      const clues = events.flatMap((recorded) => clueOf(recorded, log) ?? []);
      if (clues.length > 0) await writeTouches(clues, tx);

      const wrote = firstWords(events, settled);
      if (wrote.size > 0) settle(wrote.keys(), await moveVisitors(tx, wrote), tx);
    },
  };
}

async function writeTouches(clues: readonly Clue[], tx: Transaction): Promise<void> {
  const codes = clues.flatMap((clue) => clue.codes.map((written) => written.code)).filter(looksLikeCode);
  const doors = codes.length > 0 ? await findDoors(tx, codes) : new Map<string, Door>();
  const named = clues.flatMap(({ recorded: { channelId }, candidates }) =>
    candidates.map(({ alias }) => ({ channelId, alias })),
  );
  const aliases = named.length > 0 ? await findAliases(tx, named) : new Map<string, string>();
  const touches = clues.flatMap((clue) => touchOf(clue, doors, aliases) ?? []);
  if (touches.length === 0) return;
  const made = await insertTouches(tx, touches);
  if (made.length > 0) await setFirstTouches(tx, firstTouches(made));
}

/** When each person not yet known to be past it wrote to us. */
function firstWords(events: readonly RecordedEvent[], settled: ReadonlySet<string>): Map<string, Date> {
  const wrote = new Map<string, Date>();
  for (const { contactId, event, sentAt } of events) {
    if (!contactId || !isWordToUs(event) || settled.has(contactId) || wrote.has(contactId)) continue;
    wrote.set(contactId, sentAt);
  }
  return new Map([...wrote].sort(([a], [b]) => (a < b ? -1 : 1))); // rows are locked in one order everywhere
}

/** A person's message that is meant for us; talk among members of a group is not. */
function isWordToUs(event: RecordedEvent["event"]): event is MessageEvent {
  if (event.type !== "message" || event.actor?.isBot || event.actor?.isSelf) return false;
  return event.addressed || event.placeKind === "direct";
}

function clueOf(recorded: RecordedEvent, log: Log): Clue | undefined {
  const { event, contactId } = recorded;
  const entry = "entry" in event ? event.entry : undefined;
  const found = entry ? entryClue(entry) : isWordToUs(event) ? textClue(event) : undefined;
  if (!found) return undefined;
  if (contactId) return { recorded: { ...recorded, contactId }, ...found };
  log.debug({ eventId: recorded.id }, "An entry without a person leaves no touch.");
  return undefined;
}

function entryClue(entry: Entry): Omit<Clue, "recorded"> {
  const { code, method, raw, details } = entry;
  const codes = code !== undefined ? [{ raw: code, code }] : [];
  const evidence = {
    raw: raw.slice(0, MAX_EVIDENCE),
    code: code?.slice(0, 100),
    alias: entry.alias?.slice(0, 200),
    details: details && cut(details),
  };
  return { method, codes, candidates: candidatesOf(entry), evidence: cleanJson<Json>(evidence), isTouch: true };
}

function candidatesOf({ alias, candidates = [] }: Entry): Clue["candidates"] {
  const known = alias !== undefined ? [{ alias, weight: 1 }] : candidates.slice(0, MAX_CANDIDATES);
  const sum = known.reduce((total, { weight }) => total + weight, 0);
  return sum > 0 ? known.map((each) => ({ alias: each.alias.slice(0, 200), weight: each.weight / sum })) : [];
}

/** A code that a person typed, pasted, or left in a text that a link had prepared. */
function textClue(event: MessageEvent): Omit<Clue, "recorded"> | undefined {
  const text = event.parts.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  const codes = codesIn(text).slice(0, MAX_CODES);
  if (codes.length === 0) return undefined;
  const method = text.trim() === codes[0]?.raw ? "keyword" : "prefilled";
  const raw = codes.map((written) => written.raw).join(" ");
  return { method, codes, candidates: [], evidence: { raw }, isTouch: false };
}

function touchOf(
  clue: Clue,
  doors: ReadonlyMap<string, Door>,
  aliases: ReadonlyMap<string, string>,
): NewTouch | undefined {
  const { recorded, method } = clue;
  const { door, match } = resolve(clue.codes, doors);
  if (!door && !clue.isTouch) return undefined;
  const candidates = clue.candidates.map(({ alias, weight }) => {
    return { alias, weight, entryPointId: aliases.get(aliasKey(recorded.channelId, alias)) ?? null };
  });
  const possible = new Set(candidates.map(({ entryPointId }) => entryPointId));
  const certain = possible.size === 1 ? ([...possible][0] ?? null) : null;
  return {
    id: newId(),
    contactId: recorded.contactId,
    identityId: recorded.identityId,
    conversationId: recorded.conversationId,
    channelId: recorded.channelId,
    entryPointId: door?.id ?? certain,
    candidates: !door && possible.size > 1 ? candidates : [],
    eventId: recorded.id,
    method,
    confidence: confidenceOf(method, !door && possible.size > 1 ? "ambiguous" : !door && certain ? "exact" : match),
    evidence: clue.evidence,
    at: recorded.sentAt,
  };
}

/** The first code that is one of ours; as it was given out if there is such a one. */
function resolve(codes: readonly WrittenCode[], doors: ReadonlyMap<string, Door>): { door?: Door; match: CodeMatch } {
  const known = codes.flatMap(({ code }) => {
    const door = doors.get(foldCase(code));
    return door ? [{ door, match: door.code === code ? ("exact" as const) : ("other-case" as const) }] : [];
  });
  return known.find(({ match }) => match === "exact") ?? known[0] ?? { match: codes.length > 0 ? "unknown" : "none" };
}

/** Each contact's candidate for the first touch: the earliest, though a doubtful one only if there is no other. */
function firstTouches(touches: readonly NewTouch[]): NewTouch[] {
  const best = new Map<string, NewTouch>();
  for (const touch of touches) {
    const other = best.get(touch.contactId);
    if (!other || comesBefore(touch, other)) best.set(touch.contactId, touch);
  }
  return [...best.values()].sort((a, b) => (a.contactId < b.contactId ? -1 : 1));
}

function comesBefore(a: NewTouch, b: NewTouch): boolean {
  return isDoubtful(a) === isDoubtful(b) ? a.at < b.at : isDoubtful(b);
}

function isDoubtful(touch: NewTouch): boolean {
  return touch.confidence === "low" || touch.entryPointId === null;
}

function cut(details: Record<string, string>): Record<string, string> {
  const entries = Object.entries(details).slice(0, 50);
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(0, 100), value.slice(0, MAX_EVIDENCE)]));
}
