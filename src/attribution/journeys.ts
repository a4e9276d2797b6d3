import type { JourneyStep, StageMove, Touch } from "../contract/api-attribution.ts";
import type { ConversationJourney } from "../contract/api-stages.ts";
import { NotFound, pageOf, type Clock, type Page } from "../contract/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import type { PageRequest } from "./entry-points.ts";
import { hasContact, lastSteps, listSteps, listTouches, readSource, whoseConversation } from "./journey-store.ts";
import { lockStages, writeByHand } from "./stage-store.ts";
import type { Stage } from "./stages.ts";

const BESIDE = 50;
const DAY_MS = 86_400_000;

/** How people came to us and how far they have come. */
export interface Journeys {
  touches(request: PageRequest & { contactId: string | undefined }): Promise<Page<Touch>>;
  /** Touches, stage changes, conversions and refunds, the oldest first. @throws NotFound */
  steps(
    contactId: string,
    request: { after: readonly [string, string] | undefined; limit: number },
  ): Promise<Page<JourneyStep>>;
  /** Sets the stage by hand, up or down. @throws NotFound */
  setStage(contactId: string, stage: Stage, cause: string): Promise<StageMove>;
  /** Where the person of a direct conversation came from, and how far they are. @throws NotFound */
  ofConversation(conversationId: string): Promise<ConversationJourney>;
}

export interface JourneyParts {
  db: Database;
  clock: Clock;
  /** Counts anew what is counted about these people. */
  recount(tx: Transaction, contactIds: Iterable<string>): Promise<void>;
}

export function createJourneys({ db, clock, recount }: JourneyParts): Journeys {
  return {
    async touches({ contactId, after, limit }) {
      const page = pageOf(await listTouches(db, { contactId, after, take: limit + 1 }), limit, (last) => last.id);
      return { ...page, items: page.items.map((row) => ({ ...row, at: row.at.toISOString() })) };
    },
    async steps(contactId, { after, limit }) {
      if (!(await hasContact(db, contactId))) throw noContact(contactId);
      const rows = await listSteps(db, { contactId, after, take: limit + 1 });
      const page = pageOf(rows, limit, (last) => [last.at.toISOString(), last.id]);
      return { ...page, items: page.items.map(({ id, at, step }) => ({ ...step, id, at: at.toISOString() })) };
    },
    setStage: (contactId, stage, cause) =>
      db.transaction(async (tx) => {
        const [person] = await lockStages(tx, [contactId]);
        if (!person) throw noContact(contactId);
        const at = clock.now();
        const moved = person.stage !== stage;
        if (moved) {
          await writeByHand(tx, person, { to: stage, cause, at });
          await recount(tx, [contactId]);
        }
        return { contactId, stage, stageAt: (moved ? at : person.stageAt).toISOString(), moved };
      }),
    async ofConversation(conversationId) {
      const person = await whoseConversation(db, conversationId);
      if (!person) throw new NotFound("There is no such conversation, or it is a group's and nobody's in particular.");
      const { contactId, stage, stageAt, firstTouchId } = person;
      const [first, last, steps] = await Promise.all([
        firstTouchId === null ? null : readSource(db, { contactId, touchId: firstTouchId }),
        readSource(db, { contactId, touchId: null }),
        lastSteps(db, contactId, BESIDE),
      ]);
      return {
        ...{ contactId, stage, stageAt: stageAt.toISOString(), touches: person.touches },
        daysInStage: Math.max(0, (clock.now().getTime() - stageAt.getTime()) / DAY_MS),
        first: first && { ...first, at: first.at.toISOString() },
        last: last && { ...last, at: last.at.toISOString() },
        steps: steps.map(({ id, at, step }) => ({ ...step, id, at: at.toISOString() })),
      };
    },
  };
}

function noContact(id: string): NotFound {
  return new NotFound(`There is no contact ${id}.`);
}
