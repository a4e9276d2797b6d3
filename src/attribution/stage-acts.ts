import type { Clock, Log, Part } from "../contract/index.ts";
import { windowState, type Outbox } from "../corridor/index.ts";
import { languageOfTag } from "../lib/language.ts";
import type { Database, Transaction } from "../store/index.ts";
import type { FactsKeeper } from "./facts.ts";
import { text } from "./landing.ts";
import type { StageRule } from "./stage-rules.ts";
import { claimAct, finishAct, placeToSpeak, type DueAct, type Place } from "./stage-act-store.ts";

export interface StageActParts {
  db: Database;
  facts: FactsKeeper;
  clock: Clock;
  log: Log;
}

export interface Speakers {
  outbox: Outbox;
  /** Gives a conversation to a member of staff. */
  assign(conversationId: string, staffId: string): Promise<void>;
}

const AT_ONCE = 0;
const POLL_MS = 2_000;

/** Says and does what a stage rule has for those it moved: once per person and rule, and never into an agent's talk. */
export function createStageActs({ db, facts, clock, log }: StageActParts) {
  /** One person; resolves with how long to wait before the next. */
  return async function step({ outbox, assign }: Speakers): Promise<number> {
    const { rules } = await facts.current(db);
    const done = await db.transaction(async (tx) => {
      const due = await claimAct(tx, clock.now());
      return due && perform(tx, due, rules, { outbox, now: clock.now() });
    });
    if (!done) return POLL_MS;
    outbox.wake();
    if (done.assign) {
      const { conversationId, staffId } = done.assign;
      await assign(conversationId, staffId).catch((error: unknown) => {
        log.error({ conversationId, err: error }, "A stage rule could not give a conversation to somebody.");
      });
    }
    return AT_ONCE;
  };
}

interface Done {
  assign?: { conversationId: string; staffId: string };
}

async function perform(
  tx: Transaction,
  due: DueAct,
  rules: readonly StageRule[],
  { outbox, now }: { outbox: Outbox; now: Date },
): Promise<Done> {
  const rule = rules.find(({ id }) => id === due.ruleId);
  const place = await placeToSpeak(tx, due.contactId);
  const finish = (outcome: string) => finishAct(tx, due, { outcome, conversationId: place?.id ?? null, at: now });
  if (!rule?.enabled) return (await finish("the rule is switched off or gone"), {});
  if (!place) return (await finish("there is no chat with them"), {});

  const { greeting, offer, assignTo } = rule.act;
  const language = languageOfTag(place.language) ?? languageOfTag(place.locale);
  const parts = [greeting, offer].flatMap((both): Part[] => (both ? [text(both, language)] : []));
  const reason = parts.length > 0 ? reasonForSilence(place, now) : undefined;
  if (parts.length > 0 && reason === undefined) {
    await outbox.say({ conversationId: place.id, author: "bot", parts }, tx);
  }
  await finish(reason ?? "done");
  const isFree = assignTo !== undefined && place.assigneeId === null;
  return isFree ? { assign: { conversationId: place.id, staffId: assignTo } } : {};
}

/** Why nothing may be said there now. */
function reasonForSilence({ owner, isOpen, blockedAt, grants }: Place, now: Date): string | undefined {
  if (owner === "agent") return "not said: an agent has the conversation";
  if (blockedAt) return "not said: they blocked us";
  if (!isOpen) return "not said: the channel is switched off";
  if (grants && !windowState(grants, now).open) return "not said: the platform's reply window is closed";
  return undefined;
}
