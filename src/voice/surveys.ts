import type { Clock } from "../contract/index.ts";
import { windowState, type Outbox } from "../corridor/index.ts";
import { languageOfTag } from "../lib/language.ts";
import { LOCKS } from "../lib/locks.ts";
import type { Database } from "../store/index.ts";
import type { FactsKeeper } from "./facts.ts";
import { claimAsk, finishAsk, planAsks, putOff, type DueAsk } from "./survey-store.ts";
import { surveyQuestion } from "./words-said.ts";

const DAY = 86_400_000;
/** What is longer ago is not asked about any more. */
const LATEST_MS = 400 * DAY;
const PUT_OFF_MS = 60_000;
const PLAN_EVERY_MS = 10_000;

/** Asks people how it was, each at their time. */
export function createSurveyor({ db, facts, clock }: { db: Database; facts: FactsKeeper; clock: Clock }) {
  let plannedAtMs = -Infinity;
  return {
    /** Writes down whom to ask, now and then. */
    async plan(): Promise<void> {
      if (clock.monotonicMs() - plannedAtMs < PLAN_EVERY_MS) return;
      plannedAtMs = clock.monotonicMs();
      const now = clock.now();
      await planAsks(db, LOCKS.voice, now, new Date(now.getTime() - LATEST_MS));
    },

    /** Asks one person; resolves `false` when nobody is due. */
    async askNext(outbox: Outbox): Promise<boolean> {
      const { settings } = await facts.current(db);
      const now = clock.now();
      const found = await db.transaction(async (tx) => {
        const due = await claimAsk(tx, now);
        if (!due) return false;
        const skipped = reasonToSkip(due, now, settings.surveyGapDays);
        if (skipped === undefined && due.isWaiting) {
          await putOff(tx, due.id, new Date(now.getTime() + PUT_OFF_MS)); // first an answer to what they asked
          return true;
        }
        if (skipped === undefined) {
          const language = languageOfTag(due.language) ?? languageOfTag(due.locale) ?? "en";
          const parts = [surveyQuestion({ id: due.id, kind: due.kind, language, own: due.own })];
          await outbox.say({ conversationId: due.conversationId, author: "bot", parts }, tx);
        }
        await finishAsk(tx, due.id, skipped ?? null, now);
        return true;
      });
      if (found) outbox.wake();
      return found;
    },
  };
}

function reasonToSkip(due: DueAsk, now: Date, gapDays: number): string | undefined {
  if (!due.enabled) return "the survey is switched off";
  if (due.blockedAt) return "they blocked us";
  if (!due.isOpen) return "the channel is switched off";
  if (due.grants && !windowState(due.grants, now).open) return "the platform's reply window is closed";
  if (due.lastAskedAt && now.getTime() - due.lastAskedAt.getTime() < gapDays * DAY) return "they were asked lately";
  return undefined;
}
