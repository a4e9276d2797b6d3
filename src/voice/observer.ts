import type { Clock } from "../contract/index.ts";
import type { HubAct, Observer, RecordedEvent } from "../corridor/index.ts";
import type { Transaction } from "../store/index.ts";
import type { Brain } from "./brain.ts";
import { noteAcknowledged, noteReplies, openCase } from "./case-store.ts";
import { dueTimes } from "./cases.ts";
import type { FactsKeeper, VoiceFacts } from "./facts.ts";
import { letWait } from "./feedback-store.ts";
import { heardOf, type Heard } from "./heard.ts";
import { takeIn, understand } from "./intake.ts";
import { VOICE } from "./responder.ts";
import { pressedScore, SCALES, typedScore } from "./scores.ts";
import { rankOf } from "./severity.ts";
import { takeAnswer, type Answered, type GivenScore } from "./survey-store.ts";

export interface ObserverParts {
  brain: Brain;
  facts: FactsKeeper;
  clock: Clock;
}

/** A number typed later than this after the question is no answer to it. */
const ANSWER_MS = 7 * 86_400_000;

/**
 * Reads every message of a customer while it is recorded, in the same transaction. Where the models are not there yet, it
 * writes down what is to be read, and nothing is lost.
 */
export function createObserver({ brain, facts, clock }: ObserverParts): Observer {
  return {
    name: VOICE,
    async observe(events, tx) {
      const scores = events.flatMap((recorded) => scoreOf(recorded) ?? []);
      const answered = new Set<string>();
      for (const given of scores) if (await answer(tx, given, facts)) answered.add(given.eventId);

      const heard = events
        .flatMap((recorded) => heardOf(recorded) ?? [])
        .filter(({ eventId }) => !answered.has(eventId));
      if (heard.length > 0) await listen(tx, heard, brain, facts);
      await followActs(tx, events, clock);
    },
  };
}

/** Reads what was heard, or lets it wait. */
export async function listen(
  tx: Transaction,
  heard: readonly Heard[],
  brain: Brain,
  keeper: FactsKeeper,
): Promise<void> {
  const read = heard.map((each) => ({ heard: each, reading: brain.read(each.text) }));
  const unread = read.filter(({ reading }) => reading === undefined);
  await letWait(tx, unread.map((each) => each.heard.eventId)); // prettier-ignore
  if (unread.length === read.length) return;
  const facts = await keeper.current(tx);
  await takeIn(tx, read.flatMap((each) => (each.reading ? [understand(each.heard, each.reading, facts)] : [])), facts); // prettier-ignore
}

function scoreOf(recorded: RecordedEvent): GivenScore | undefined {
  const { event, contactId, conversationId, id: eventId, seq, sentAt: at } = recorded;
  if (!contactId) return undefined;
  const base = { contactId, conversationId, eventId, seq, at };
  if (event.type === "pressed") {
    const pressed = pressedScore(event.choice);
    return pressed && { ...base, ...pressed };
  }
  const score = event.type === "message" ? typedScore(heardOf(recorded)?.text ?? "") : undefined;
  return score === undefined ? undefined : { ...base, score, askId: null };
}

/** Whether it was an answer. A low one opens a case. */
async function answer(tx: Transaction, given: GivenScore, keeper: FactsKeeper): Promise<boolean> {
  const answered = await takeAnswer(tx, given, new Date(given.at.getTime() - ANSWER_MS));
  if (!answered) return false;
  if (!answered.isAgain && answered.score <= SCALES[answered.kind].low) {
    await openCaseFor(tx, answered, given.at, await keeper.current(tx));
  }
  return true;
}

async function openCaseFor(tx: Transaction, answered: Answered, at: Date, { settings }: VoiceFacts): Promise<void> {
  const { conversationId, channelId, identityId, contactId, eventId } = answered;
  await openCase(tx, {
    ...{ conversationId, channelId, identityId, contactId, eventId, at, ...dueTimes(settings, "normal", at) },
    source: "survey",
    severity: rankOf("normal"),
    reasons: ["low-score"],
    topic: null,
    ownerId: null,
  });
}

/** What we ourselves did: a reply to somebody who has a case, and the bot's own words about one. */
async function followActs(tx: Transaction, events: readonly RecordedEvent[], clock: Clock): Promise<void> {
  const replies = events.flatMap(({ event, conversationId, sentAt: at }) =>
    event.type === "replied" ? [{ conversationId, at, messageId: event.messageIds[0] ?? null }] : [],
  );
  if (replies.length > 0) await noteReplies(tx, replies);
  const said = events.flatMap(({ event }) => (event.type === "answered" ? (caseOf(event) ?? []) : []));
  if (said.length > 0) await noteAcknowledged(tx, said, clock.now());
}

function caseOf({ responder, evidence }: Extract<HubAct, { type: "answered" }>): string | undefined {
  if (responder !== VOICE || typeof evidence !== "object" || evidence === null || !("caseId" in evidence))
    return undefined;
  return typeof evidence["caseId"] === "string" ? evidence["caseId"] : undefined;
}
