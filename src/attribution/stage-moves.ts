import type { Clock } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";
import type { FactsKeeper } from "./facts.ts";
import { movesOf, type Happening, type Stage } from "./stages.ts";
import { lockStages, writeChanges, type NewChange } from "./stage-store.ts";

/** Something that happened to a person, and the account that it is known from. */
export type Happened = Happening & { contactId: string; identityId: string | null };

export interface StageMoves {
  /** Moves everybody whom the rules move. Resolves to where those who were asked about stand now, and who moved. */
  move(tx: Transaction, happened: readonly Happened[]): Promise<{ stages: Map<string, Stage>; moved: Set<string> }>;
}

export function createStageMoves({ facts, clock }: { facts: FactsKeeper; clock: Clock }): StageMoves {
  return {
    async move(tx, happened) {
      const byContact = new Map<string, Happened[]>();
      for (const each of happened) byContact.set(each.contactId, [...(byContact.get(each.contactId) ?? []), each]);
      const { rules } = await facts.current(tx);
      const changes: NewChange[] = [];
      const stages = new Map<string, Stage>();
      for (const held of await lockStages(tx, [...byContact.keys()])) {
        const theirs = byContact.get(held.contactId) ?? [];
        const moves = movesOf(held, theirs, rules);
        stages.set(held.contactId, moves.at(-1)?.to ?? held.stage);
        for (const move of moves) {
          const identityId = theirs.find(({ trigger }) => trigger === move.trigger)?.identityId ?? held.soleIdentityId;
          const rule = rules.find(({ id }) => id === move.ruleId);
          const hasAct = rule !== undefined && Object.keys(rule.act).length > 0;
          changes.push({ ...move, contactId: held.contactId, identityId, hasAct });
        }
      }
      if (changes.length > 0) await writeChanges(tx, changes, clock.now());
      return { stages, moved: new Set(changes.map(({ contactId }) => contactId)) };
    },
  };
}
