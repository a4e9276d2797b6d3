import type { Clock } from "../contract/index.ts";
import type { Queryable } from "../store/index.ts";
import { listKeywords, listRules } from "./facts-store.ts";
import { rulesWith, type StageRule } from "./stage-rules.ts";
import { wordTest } from "./stage-signs.ts";

/** What recording asks with every message: kept in memory, since it seldom changes. */
export interface Facts {
  /** The open entry points' keywords: folded, and whose they are. */
  keywords: ReadonlyMap<string, string>;
  rules: readonly StageRule[];
  /** Does a rule's word ask for the price? */
  asksPrice(text: string): boolean;
  /** The articles whose answer says that they asked for the price. */
  priceArticles: ReadonlySet<string>;
}

export interface FactsKeeper {
  /** As they were at most two seconds ago; at once after a change in this process. */
  current(db: Queryable): Promise<Facts>;
  forget(): void;
}

const KEEP_MS = 2_000;

export function createFacts({ clock }: { clock: Clock }): FactsKeeper {
  let kept: { facts: Facts; untilMs: number } | undefined;
  let changes = 0;
  return {
    async current(db) {
      if (kept && clock.monotonicMs() < kept.untilMs) return kept.facts;
      const before = changes;
      const facts = factsFrom(await listKeywords(db), await listRules(db));
      // What was read before a change is not kept beyond it.
      if (before === changes) kept = { facts, untilMs: clock.monotonicMs() + KEEP_MS };
      return facts;
    },
    forget() {
      changes++;
      kept = undefined;
    },
  };
}

function factsFrom(keywords: readonly { folded: string; id: string }[], rows: Parameters<typeof rulesWith>[0]): Facts {
  const rules = rulesWith(rows);
  const price = rules.filter(({ trigger, enabled }) => trigger === "price-asked" && enabled);
  return {
    keywords: new Map(keywords.map(({ folded, id }) => [folded, id])),
    rules,
    asksPrice: wordTest(price.flatMap(({ words }) => words)),
    priceArticles: new Set(price.flatMap(({ articleIds }) => articleIds)),
  };
}
