import type { JourneyStep, StageMove, Touch } from "../contract/api-attribution.ts";
import { NotFound, pageOf, type Clock, type Page } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import { lockPerson, writeStage } from "./conversion-store.ts";
import type { PageRequest } from "./entry-points.ts";
import { hasContact, listSteps, listTouches } from "./journey-store.ts";
import type { Stage } from "./stages.ts";

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
}

export function createJourneys({ db, clock }: { db: Database; clock: Clock }): Journeys {
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
        const person = await lockPerson(tx, contactId);
        if (!person) throw noContact(contactId);
        if (person.stage === stage) return { contactId, stage, stageAt: person.stageAt.toISOString(), moved: false };

        const at = clock.now();
        await writeStage(tx, { id: newId(), contactId, from: person.stage, to: stage, cause, at });
        return { contactId, stage, stageAt: at.toISOString(), moved: true };
      }),
  };
}

function noContact(id: string): NotFound {
  return new NotFound(`There is no contact ${id}.`);
}
