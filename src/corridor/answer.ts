import type { Clock, Log } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { createGroupCommit } from "./group-commit.ts";
import { inTime } from "./in-time.ts";
import { insist } from "./insist.ts";
import { createDraft, type Draft, type LockedConversation } from "./outbound.ts";
import { previewOf } from "./preview.ts";
import { reasonForSilence } from "./silence.ts";
import {
  claimTurns,
  extendLeases,
  lockLeased,
  nextRipe,
  settleConversations,
  type LeasedTurn,
  type Settlement,
} from "./turns.ts";
import type { Answer, Channels, HubAct, Observer, Responder } from "./types.ts";

export interface AnswerParts {
  db: Database;
  channels: Channels;
  responders: readonly Responder[];
  observers: readonly Observer[];
  clock: Clock;
  log: Log;
  hubId: string;
  onSettled(conversationIds: readonly string[], somethingToSend: boolean, somethingToAnswer: boolean): void;
  count(outcome: "answered" | "handed-over" | "silent" | "fenced", n: number): void;
}

export interface Answerer {
  /** Takes ripe turns and thinks about them; resolves with how long to wait before looking again. */
  step(signal: AbortSignal): Promise<number>;
  /** Keeps the leases of the turns in thought. */
  heartbeat(): Promise<void>;
  /** Resolves when every turn in thought is settled. */
  idle(): Promise<void>;
}

type Said = Answer & { responder: string };

interface Thought {
  leased: LeasedTurn;
  /** One answer, or several that follow each other: each of the former left something to the next. */
  answer: readonly Said[] | { silence: string };
}

const LEASE_MS = 10_000;
const MOST_TURNS = 256;
/** Taken at a time: thinking may be all computation, and the door must get its turn in between. */
const MOST_CLAIMED = 32;
const AT_ONCE = 0;
const LONG = 60_000;
/** A responder that says nothing for so long has failed: the person must not wait for ever. */
const LONGEST_THOUGHT_MS = 60_000;
/** How long the end of the hub waits for turns in thought; whoever comes next answers them. */
const PATIENCE_MS = 5_000;

/** The third step: thinking happens outside any transaction, settling inside one and behind a fence. */
export function createAnswerer(parts: AnswerParts): Answerer {
  const { db, channels, clock, log, hubId } = parts;
  const inThought = new Map<string, LeasedTurn>();
  const settle = createGroupCommit<Thought, void>(
    (thoughts) => insist(() => settleAll(parts, thoughts), LEASE_MS, clock),
    MOST_TURNS,
  );
  let wakeWhenFree: (() => void) | undefined;

  async function work(leased: LeasedTurn, signal: AbortSignal): Promise<void> {
    try {
      await settle.submit({ leased, answer: await think(parts, leased, signal) });
    } catch (error) {
      const fields = { err: error, conversationId: leased.turn.conversation.id };
      if (signal.aborted) log.info(fields, "a turn was broken off by the end; the next hub answers it");
      else log.error(fields, "a turn could not be settled; its lease will end");
    } finally {
      inThought.delete(leased.turn.conversation.id);
      wakeWhenFree?.();
    }
  }

  return {
    async step(signal) {
      const free = MOST_TURNS - inThought.size;
      if (free < MOST_TURNS / 4) {
        await new Promise<void>((resolve) => (wakeWhenFree = resolve));
        return AT_ONCE;
      }
      const turns = await claimTurns(db, channels, { hub: hubId, ms: LEASE_MS, limit: Math.min(free, MOST_CLAIMED) });
      for (const leased of turns) {
        inThought.set(leased.turn.conversation.id, leased);
        acknowledge(parts, leased, signal);
        void work(leased, signal);
      }
      if (turns.length > 0) return AT_ONCE;
      return (await nextRipe(db)) ?? LONG;
    },
    async heartbeat() {
      if (inThought.size > 0) await extendLeases(db, [...inThought.values()], LEASE_MS);
    },
    async idle() {
      for (const endMs = clock.monotonicMs() + PATIENCE_MS; inThought.size > 0 && clock.monotonicMs() < endMs;) {
        await clock.sleep(10);
      }
      await settle.idle();
    },
  };
}

/** Tells the platform at once that a button's press has arrived; it matters for the person's screen alone. */
function acknowledge({ clock, log }: AnswerParts, { referrer, channel }: LeasedTurn, signal: AbortSignal): void {
  if (!referrer || !channel.adapter.capabilities.acknowledge || referrer.expiresAt <= clock.now()) return;
  channel.connection.act?.({ type: "acknowledge", referrer }, signal).catch((error: unknown) => {
    log.debug({ err: error, channelId: channel.id }, "a press could not be acknowledged");
  });
}

/**
 * Asks the responders in order. One that throws or takes too long is logged and skipped; when none answers, people take
 * over. @throws when the hub ends meanwhile: a thought that was broken off is no reason to hand over.
 */
async function think(
  { responders, clock, log }: AnswerParts,
  { turn }: LeasedTurn,
  signal: AbortSignal,
): Promise<Thought["answer"]> {
  const silence = reasonForSilence(turn);
  if (silence !== undefined) return { silence };
  const said: Said[] = [];
  let open = turn;
  for (const responder of responders) {
    try {
      const answer = await inTime((limited) => responder.respond(open, limited), LONGEST_THOUGHT_MS, clock, signal);
      if (answer) said.push({ ...answer, responder: responder.name });
      if (answer && !answer.rest?.length) return said;
      if (answer?.rest) open = { ...open, messages: answer.rest };
    } catch (error) {
      if (signal.aborted) throw error;
      log.error({ err: error, responder: responder.name, conversationId: turn.conversation.id }, "a responder failed");
    }
  }
  // Only entering the chat asks nothing, and a group has its own people.
  const asked = open.messages.some((message) => message.type !== "entered");
  if (asked && turn.conversation.kind === "direct") {
    return [...said, { parts: [], handover: "no answer found", responder: "none" }];
  }
  return said.length > 0 ? said : { silence: "nobody had anything to say" };
}

async function settleAll(parts: AnswerParts, thoughts: readonly Thought[]): Promise<void[]> {
  let more = false; // somebody wrote on while we thought
  const settled = await parts.db.transaction(async (tx) => {
    const locked = await lockLeased(
      tx,
      thoughts.map(({ leased }) => leased),
    );
    const byId = new Map(locked.map((row) => [row.id, row]));
    more = thoughts.some(({ leased }) => (byId.get(leased.turn.conversation.id)?.inSeq ?? 0) > leased.upTo);
    const draft = createDraft();
    const settlements = thoughts.flatMap((thought) => {
      const conversation = byId.get(thought.leased.turn.conversation.id);
      // An agent who took over while we thought keeps the word.
      return conversation ? [settlementOf(draft, conversation, thought, conversation.owner === "agent")] : [];
    });
    const now = parts.clock.now();
    const events = await draft.write(tx, now);
    if (settlements.length > 0) await settleConversations(tx, settlements, now);
    for (const observer of parts.observers) if (events.length > 0) await observer.observe(events, tx);
    return settlements;
  });
  report(parts, settled, thoughts.length, more);
  return [];
}

function settlementOf(
  draft: Draft,
  conversation: LockedConversation,
  { leased, answer }: Thought,
  taken: boolean,
): Settlement {
  const nothing = {
    conversation,
    upTo: leased.upTo,
    answered: false,
    handedOver: false,
    assigneeId: null,
    language: null,
    preview: null,
  };
  if ("silence" in answer || taken) return nothing;
  for (const said of answer) say(draft, conversation, leased, said);
  const handover = answer.find((said) => said.handover !== undefined)?.handover;
  if (handover !== undefined) draft.note(conversation, { type: "handed-over", reason: handover });
  const spoken = answer.findLast(({ parts }) => parts.length > 0);
  return {
    ...nothing,
    answered: handover === undefined,
    handedOver: handover !== undefined,
    assigneeId: answer.find((said) => said.assigneeId !== undefined)?.assigneeId ?? null,
    language: answer.findLast(({ language }) => language !== undefined)?.language ?? null,
    preview: spoken ? previewOf(spoken.parts) : null,
  };
}

function say(
  draft: Draft,
  conversation: LockedConversation,
  { turn, channel, referrer }: LeasedTurn,
  said: Said,
): void {
  const { parts, evidence, responder } = said;
  if (parts.length === 0 && evidence === undefined) return;
  const replyTo = turn.conversation.kind === "direct" ? undefined : turn.messages.at(-1)?.externalId;
  const messageIds = draft.say(conversation, channel, {
    author: "bot",
    parts,
    ...(replyTo && { replyTo }),
    ...(referrer && { referrer }),
  });
  const act: HubAct = { type: "answered", responder, messageIds, ...(evidence !== undefined && { evidence }) };
  draft.note(conversation, act);
}

function report(parts: AnswerParts, settled: readonly Settlement[], thoughts: number, more: boolean): void {
  const answered = settled.filter((each) => each.answered).length;
  const handedOver = settled.filter((each) => each.handedOver).length;
  parts.count("answered", answered);
  parts.count("handed-over", handedOver);
  parts.count("silent", settled.length - answered - handedOver);
  parts.count("fenced", thoughts - settled.length);
  parts.onSettled(
    settled.map((each) => each.conversation.id),
    settled.some((each) => each.preview !== null),
    more,
  );
}
