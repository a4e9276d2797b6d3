import type { z } from "zod";
import type {
  FeedbackCorrection,
  FeedbackStatusChange,
  FeedbackView,
  OpportunityPatch,
  OpportunityView,
} from "../contract/api-voice.ts";
import {
  Conflict,
  Forbidden,
  Invalid,
  NotFound,
  plainText,
  type Asker,
  type Clock,
  type Part,
} from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import { languageOf } from "../lib/language.ts";
import type { Database } from "../store/index.ts";
import type { Brain } from "./brain.ts";
import { tell } from "./cases.ts";
import type { FactsKeeper } from "./facts.ts";
import {
  feedbackOfEvent,
  findFeedback,
  heardEvent,
  insertCorrection,
  insertFeedback,
  markAdded,
  setStatus,
  settleLabels,
  type WaitingRow,
} from "./feedback-store.ts";
import type { Heard } from "./heard.ts";
import { openCases, rowsOf, understand, type Understood } from "./intake.ts";
import { changeOpportunity, findOpportunity, isConversion } from "./opportunity-store.ts";

export interface DeskParts {
  db: Database;
  clock: Clock;
  brain: Brain;
  facts: FactsKeeper;
  outbox(): Outbox;
  changed(topic: string, id: string): void;
}

/** What people of ours do with what was heard. */
export interface Desk {
  /** Says what a message is. In force at once for the same words; learnt at the next training. */
  correct(eventId: string, said: z.infer<typeof FeedbackCorrection>, asker: Asker): Promise<FeedbackView[]>;
  setStatus(id: string, change: z.infer<typeof FeedbackStatusChange>, asker: Asker): Promise<FeedbackView>;
  changeOpportunity(id: string, patch: z.infer<typeof OpportunityPatch>, asker: Asker): Promise<OpportunityView>;
}

const STATUSES: Readonly<Record<string, readonly string[]>> = {
  suggestion: ["new", "considered", "adopted", "declined"],
  buying: ["new", "working", "won", "lost"],
};

/** A stored message as one that was heard. */
export function heardAgain({ parts, ...row }: WaitingRow): Heard {
  const text = plainText((parts as Part[]).filter((part) => part.type === "text"));
  return { ...row, text, offset: Math.max(0, plainText(parts as Part[]).indexOf(text)) };
}

export function createDesk({ db, clock, brain, facts, outbox, changed }: DeskParts): Desk {
  return {
    async correct(eventId, { labels, sentiment }, { staffId }) {
      if (staffId === null)
        throw new Forbidden("Only a member of staff can correct: an API token has no name to teach by.");
      const row = await heardEvent(db, eventId);
      if (!row) throw new NotFound("There is no such message of a customer.");
      const heard = heardAgain(row);
      if (heard.text.trim() === "") throw new Invalid("This message has no words that could be learnt from.");
      const current = await facts.current(db);
      const language = languageOf(heard.text) ?? "en";
      const span = { start: 0, end: heard.text.length };
      const findings = labels.map((label) => ({ label, confidence: 1, span }));
      const said: Understood = understand(heard, { language, sentiment, findings, isCorrected: true }, current);
      await db.transaction(async (tx) => {
        const correction = { id: newId(), heard, language, labels, sentiment, staffId, at: clock.now() };
        await insertCorrection(tx, correction);
        const rows = rowsOf(said);
        await insertFeedback(tx, rows);
        await settleLabels(tx, eventId, labels, sentiment);
        await markAdded(tx, rows.map(({ id }) => id)); // prettier-ignore
        const wasComplaint = (await feedbackOfEvent(tx, eventId)).some(
          ({ id, label }) => label === "complaint" && !rows.some((each) => each.id === id),
        );
        if (labels.includes("complaint") && !wasComplaint) await openCases(tx, [said], current);
      });
      await brain.refresh();
      changed("feedback", eventId);
      return feedbackOfEvent(db, eventId);
    },

    async setStatus(id, { status, note, tell: words }, { staffId }) {
      const found = await findFeedback(db, id);
      if (!found) throw new NotFound("There is no such feedback.");
      if (!(STATUSES[found.label] ?? []).includes(status))
        throw new Conflict(`A row of the kind "${found.label}" cannot be "${status}".`);
      const at = clock.now();
      await db.transaction(async (tx) => {
        const { conversationId } = found;
        if (words !== undefined) await tell(tx, outbox(), { conversationId, text: words, staffId });
        await setStatus(tx, id, { status, note: note ?? null, staffId, at, toldAt: words === undefined ? null : at });
      });
      if (words !== undefined) {
        outbox().wake();
        changed("conversation", found.conversationId);
      }
      changed("feedback", found.eventId);
      return (await findFeedback(db, id))!;
    },

    async changeOpportunity(id, { outcome, conversionId, note, offered }, { staffId }) {
      if (conversionId && !(await isConversion(db, conversionId)))
        throw new Invalid("There is no such conversion.", { "body.conversionId": "Not the id of a conversion." });
      const change = { conversionId, note, offered: offered === true, staffId, at: clock.now() };
      if (!(await changeOpportunity(db, id, { ...change, outcome: outcome ?? null })))
        throw new NotFound("There is no such opportunity.");
      const found = (await findOpportunity(db, id))!;
      changed("conversation", found.conversationId);
      return found;
    },
  };
}
