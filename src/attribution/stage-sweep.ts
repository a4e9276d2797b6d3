import type { Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { FactsKeeper } from "./facts.ts";
import type { Happened, StageMoves } from "./stage-moves.ts";
import type { StageRule } from "./stage-rules.ts";
import { findSilent } from "./stage-sweep-store.ts";

const PAGE = 1_000;
const DAY_MS = 86_400_000;
const AT_ONCE = 0;

/**
 * Once a day, moves those who have fallen silent: a page of people at a time, so that nothing waits long for their rows.
 * Two hubs that sweep at once do it once: under the lock, who has lapsed lapses no further.
 */
export function createSweep(parts: { db: Database; facts: FactsKeeper; moves: StageMoves; clock: Clock }) {
  const { db, facts, moves, clock } = parts;
  let after: string | null = null;
  let lastMs: number | undefined;

  /** One page; resolves with how long to wait before the next. */
  return async function step(): Promise<number> {
    if (after === null && lastMs !== undefined && clock.monotonicMs() < lastMs + DAY_MS) {
      return lastMs + DAY_MS - clock.monotonicMs();
    }
    if (after === null) lastMs = clock.monotonicMs();
    const now = clock.now();
    const { rules } = await facts.current(db);
    const silent = rules.filter(({ enabled, trigger, days }) => enabled && trigger === "silent" && days !== null);
    if (silent.length === 0) return DAY_MS;
    const days = Math.min(...silent.map((rule) => rule.days ?? Infinity));
    const page = await findSilent(db, { after, cutoff: new Date(now.getTime() - days * DAY_MS), take: PAGE });
    const happened = page.people.flatMap((person) => lapses(person, silent, now));
    if (happened.length > 0) await db.transaction((tx) => moves.move(tx, happened));
    after = page.next;
    return after === null ? DAY_MS : AT_ONCE;
  };
}

function lapses(person: { contactId: string; lastAt: Date }, rules: readonly StageRule[], now: Date): Happened[] {
  const { contactId, lastAt } = person;
  return rules.flatMap((rule): Happened[] => {
    const days = rule.days ?? 0;
    if (lastAt.getTime() > now.getTime() - days * DAY_MS) return [];
    return [
      { contactId, identityId: null, trigger: "silent", ruleId: rule.id, cause: `silent for ${days} days`, at: now },
    ];
  });
}
