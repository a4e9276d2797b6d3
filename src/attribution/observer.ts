import type { Clock, Log } from "../contract/index.ts";
import type { Observer, RecordedEvent } from "../corridor/index.ts";
import type { Transaction } from "../store/index.ts";
import { clueOf, type Clue } from "./clues.ts";
import type { Facts, FactsKeeper } from "./facts.ts";
import { landingSaid, LANDING } from "./landing-store.ts";
import type { Happened, StageMoves } from "./stage-moves.ts";
import { givesContact } from "./stage-signs.ts";
import { rankOf, type Stage } from "./stages.ts";
import { touchesOf } from "./touches.ts";
import { findRecommenders, insertTouches, setFirstTouches, type NewTouch } from "./touch-store.ts";
import { isWordToUs, textOf } from "./words-to-us.ts";

/** Contacts whose stage is remembered, and for how long: it may change in another process. */
const MAX_KNOWN = 20_000;
const KNOWN_MS = 10 * 60_000;

export interface ObserverParts {
  facts: FactsKeeper;
  moves: StageMoves;
  /** Keeps the reports' counts, in the transaction that writes the touches. */
  countTouches(tx: Transaction, touches: readonly NewTouch[]): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Writes a touch for every event that came through a door, and moves people through the stages by what they do. A batch in
 * which nobody came through a door and nobody can move costs no statement.
 */
export function createObserver({ facts, moves, countTouches, clock, log }: ObserverParts): Observer {
  const known = createKnownStages(clock);
  return {
    name: "attribution",
    async observe(events, tx) {
      if (events.length === 0) return;
      const current = await facts.current(tx);
      const clues = events.flatMap((recorded) => clueOf(recorded, current, log) ?? []);
      const recommended = clues.length > 0 ? await writeTouches(clues, tx, countTouches) : [];

      const happened = [...events.flatMap((recorded) => doingsOf(recorded, current)), ...recommended];
      const open = happened.filter((each) => known.mayMove(each, current));
      if (open.length > 0) known.learn(await moves.move(tx, open), tx);

      const landed = events.flatMap((recorded) => landingOf(recorded) ?? []);
      if (landed.length > 0) await landingSaid(tx, landed);
    },
  };
}

/** Resolves to whose recommendation brought somebody new. */
async function writeTouches(
  clues: readonly Clue[],
  tx: Transaction,
  countTouches: ObserverParts["countTouches"],
): Promise<Happened[]> {
  const touches = await touchesOf(clues, tx);
  const made = touches.length > 0 ? await insertTouches(tx, touches) : [];
  const candidates = firstTouches(made);
  const first = candidates.length > 0 ? await setFirstTouches(tx, candidates) : new Set<string>();
  await countTouches(tx, made);
  if (candidates.length === 0) return [];
  return recommendations(
    candidates.filter(({ id, confidence }) => first.has(id) && confidence !== "low"),
    tx,
  );
}

async function recommendations(touches: readonly NewTouch[], tx: Transaction): Promise<Happened[]> {
  const doors = [...new Set(touches.flatMap(({ entryPointId }) => entryPointId ?? []))];
  const recommenders = doors.length > 0 ? await findRecommenders(tx, doors) : new Map<string, string>();
  return touches.flatMap((touch): Happened[] => {
    const contactId = touch.entryPointId === null ? undefined : recommenders.get(touch.entryPointId);
    if (contactId === undefined || contactId === touch.contactId) return [];
    return [
      {
        contactId,
        identityId: null,
        trigger: "recommended",
        cause: "somebody new came on their recommendation",
        at: touch.at,
      },
    ];
  });
}

/** What the event says about its person's way through the stages. */
function doingsOf(recorded: RecordedEvent, facts: Facts): Happened[] {
  const { event, contactId, identityId, sentAt: at } = recorded;
  if (!contactId) return [];
  const base = { contactId, identityId, at };
  if (event.type === "answered") {
    const article = articleOf(event.evidence);
    const asked = article !== undefined && facts.priceArticles.has(article);
    return asked ? [{ ...base, trigger: "price-asked", cause: "was told the price" }] : [];
  }
  if (!isWordToUs(event)) return [];
  const text = textOf(event);
  return [
    { ...base, trigger: "message", cause: "first message" },
    ...(facts.asksPrice(text) ? [{ ...base, trigger: "price-asked" as const, cause: "asked for the price" }] : []),
    ...(givesContact(event.parts)
      ? [{ ...base, trigger: "contact-given" as const, cause: "said how to reach them" }]
      : []),
  ];
}

function articleOf(evidence: unknown): string | undefined {
  if (typeof evidence !== "object" || evidence === null || !("articleId" in evidence)) return undefined;
  return typeof evidence.articleId === "string" ? evidence.articleId : undefined;
}

/** Our own words at the door, on their way out: written down with them, so that they are said once. */
function landingOf({ event, contactId, conversationId, sentAt: at }: RecordedEvent) {
  if (event.type !== "answered" || event.responder !== LANDING || !contactId) return undefined;
  const { evidence } = event;
  if (typeof evidence !== "object" || evidence === null || !("entryPointId" in evidence)) return undefined;
  const { entryPointId } = evidence;
  return typeof entryPointId === "string" ? { contactId, entryPointId, conversationId, at } : undefined;
}

/** Each contact's candidate for the first touch: the earliest, though a doubtful one only if there is no other. */
function firstTouches(touches: readonly NewTouch[]): NewTouch[] {
  const best = new Map<string, NewTouch>();
  for (const touch of touches) {
    if (touch.isCorrected) continue; // a guess, however good, is nobody's origin
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

/** How far people have come, as far as this process has seen it committed. */
function createKnownStages(clock: Clock) {
  const known = new Map<string, { stage: Stage; untilMs: number }>();
  const movedHere = new WeakMap<Transaction, Set<string>>();
  return {
    /** Could this move them, by what we know? */
    mayMove({ contactId, trigger }: Happened, { rules }: Facts): boolean {
      const seen = known.get(contactId);
      if (!seen || clock.monotonicMs() >= seen.untilMs) return true;
      return rules.some((rule) => rule.enabled && rule.trigger === trigger && rankOf(rule.to) > rankOf(seen.stage));
    },
    /** Remembers only whom an earlier, committed transaction moved: this one may still be rolled back. */
    learn(
      { stages, moved }: { stages: ReadonlyMap<string, Stage>; moved: ReadonlySet<string> },
      tx: Transaction,
    ): void {
      const own = movedHere.get(tx) ?? new Set();
      movedHere.set(tx, own);
      for (const id of moved) own.add(id);
      for (const [id, stage] of stages) {
        known.delete(id);
        if (!own.has(id) && stage !== "lapsed") known.set(id, { stage, untilMs: clock.monotonicMs() + KNOWN_MS });
      }
      for (const oldest of known.keys()) {
        if (known.size <= MAX_KNOWN) break;
        known.delete(oldest);
      }
    },
  };
}
