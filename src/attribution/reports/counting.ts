import type { Observer, RecordedEvent } from "../../corridor/index.ts";
import type { Transaction } from "../../store/index.ts";
import { recount, recountHeld } from "./tally-store.ts";
import { countTouches, type CountedTouch, type Stirred } from "./touch-count-store.ts";
import { noteAnswers, noteWords, type Word } from "./word-store.ts";

/** Accounts known to have written in a conversation before. */
const MAX_KNOWN = 20_000;

/** Keeps the counts of people beside the events: who came, who is new, who wrote, who was answered. */
export interface Counting {
  /** After the touches of a batch were written; the people whom they concern are counted when it is observed. */
  countTouches(tx: Transaction, touches: readonly CountedTouch[]): Promise<void>;
  /** The last of the room. A batch of people who have written before costs no statement. */
  observer: Observer;
}

export function createCounting(): Counting {
  const words = createKnownWords();
  const stirred = new WeakMap<Transaction, Stirred>();

  async function observe(events: readonly RecordedEvent[], tx: Transaction): Promise<void> {
    const { held = [], unknown = [] } = stirred.get(tx) ?? {};
    stirred.delete(tx);
    // Whom this transaction has just made, nobody else can see.
    const fresh = events.flatMap(({ newContact, contactId }) => (newContact && contactId ? [contactId] : []));
    const ours = new Set([...held, ...fresh]);
    const changed = [...unknown, ...(await words.note(wordsIn(events), tx))];
    const answers = answersIn(events);
    if (answers.size > 0) changed.push(...(await noteAnswers(tx, answers)));
    if (changed.every((id) => ours.has(id))) await recountHeld(tx, [...ours]);
    else await recount(tx, [...ours, ...changed]);
  }

  return {
    async countTouches(tx, touches) {
      const before = stirred.get(tx);
      const { held, unknown } = await countTouches(tx, touches);
      stirred.set(tx, { held: [...(before?.held ?? []), ...held], unknown: [...(before?.unknown ?? []), ...unknown] });
    },
    observer: { name: "counting", observe },
  };
}

function createKnownWords() {
  const known = new Set<string>();
  const ownOf = new WeakMap<Transaction, Set<string>>();

  /** Remembers only what an earlier, committed transaction wrote: this one may still be rolled back. */
  function remember(words: readonly Word[], fresh: readonly Omit<Word, "at">[], tx: Transaction): void {
    const own = ownOf.get(tx) ?? new Set();
    ownOf.set(tx, own);
    for (const word of fresh) own.add(keyOf(word));
    for (const word of words) if (!own.has(keyOf(word))) known.add(keyOf(word));
    for (const oldest of known) {
      if (known.size <= MAX_KNOWN) break;
      known.delete(oldest);
    }
  }

  return {
    /** Resolves to the contacts who wrote for the first time in a conversation. */
    async note(said: readonly Word[], tx: Transaction): Promise<string[]> {
      const words = said.filter((word) => !known.has(keyOf(word)));
      if (words.length === 0) return [];
      const fresh = await noteWords(tx, words);
      remember(words, fresh, tx);
      return fresh.map(({ contactId }) => contactId);
    },
  };
}

function keyOf({ conversationId, identityId }: Omit<Word, "at">): string {
  return `${conversationId} ${identityId}`;
}

/** Who wrote to us where, each once, in one order for everybody. */
function wordsIn(events: readonly RecordedEvent[]): Word[] {
  const words = new Map<string, Word>();
  for (const { event, identityId, conversationId, sentAt: at } of events) {
    if (event.type !== "message" || identityId === null || event.actor?.isBot || event.actor?.isSelf) continue;
    if (!event.addressed && event.placeKind !== "direct") continue;
    const word = { conversationId, identityId, at };
    if (!words.has(keyOf(word))) words.set(keyOf(word), word);
  }
  return [...words].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, word]) => word);
}

function answersIn(events: readonly RecordedEvent[]): Map<string, Date> {
  const answers = new Map<string, Date>();
  for (const { event, conversationId, sentAt } of events) {
    const isAnswer =
      event.type === "answered" ||
      event.type === "replied" ||
      (event.type === "message" && event.actor?.isSelf === true);
    if (isAnswer && !answers.has(conversationId)) answers.set(conversationId, sentAt);
  }
  return new Map([...answers].sort(([a], [b]) => (a < b ? -1 : 1)));
}
