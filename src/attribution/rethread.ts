import type { Transaction } from "../store/index.ts";
import { stageAfter, type Stage } from "./stages.ts";
import { formerContacts, hasWritten, lockStages, setStage, stageHistory, takeStagesAlong } from "./stage-store.ts";
import { findFirstTouches, takeTouchesAlong } from "./touch-store.ts";

export interface IdentityMove {
  identityId: string;
  /** Whose the identity is from now on. */
  contactId: string;
}

/**
 * An identity is another contact's now: touches and stage changes that are known from it go along and stand in the order
 * of time. First touch and stage are then read off what each of the two has, so that moving it back restores both.
 */
export async function rethread({ identityId, contactId }: IdentityMove, tx: Transaction): Promise<void> {
  const former = await formerContacts(tx, identityId);
  if (former.length === 0) return; // it has left no trace here
  const concerned = [...new Set([contactId, ...former])];
  const held = await lockStages(tx, concerned);
  await takeTouchesAlong(tx, identityId, contactId);
  await takeStagesAlong(tx, identityId, contactId);
  await findFirstTouches(tx, concerned);
  for (const { contactId: id, stage } of held) {
    const history = await stageHistory(tx, id);
    const after = stageAfter(history, await baseOf(tx, id)).stage;
    if (after !== stage) await setStage(tx, id, after, history.at(-1)?.at);
  }
}

/** Without a line of history: did they write, or only come by? */
async function baseOf(tx: Transaction, contactId: string): Promise<Stage> {
  return (await hasWritten(tx, contactId)) ? "contact" : "visitor";
}
