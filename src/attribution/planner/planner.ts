import type * as api from "../../contract/api-planner.ts";
import { Invalid, NotFound, pageOf, type Asker, type Clock, type Json, type Page } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Database } from "../../store/index.ts";
import { planSpend, scoreAdvice, USUAL_RULES, type Advice } from "../economics/index.ts";
import { armsOf, economicsOf, lookOf, outcomesOf } from "./economics.ts";
import {
  findAdvice,
  insertAdvice,
  insertDecision,
  insertScore,
  listAdvice,
  type AdviceWithScores,
} from "./planner-store.ts";

/** What entry points cost and brought, and where the next money should go. */
export interface Planner {
  /** @throws Invalid */
  economics(query: api.EconomicsQuery): Promise<api.Economics>;
  /** Advises and keeps the advice with all that it saw. @throws Invalid */
  advise(input: api.NewAdvice, asker: Asker): Promise<api.Advice>;
  list(after: string | undefined, limit: number): Promise<Page<api.Advice>>;
  /** Holds an advice against what happened since; the advice stays as it is. @throws NotFound, Invalid */
  score(id: string, to: string | undefined): Promise<api.Advice>;
  /** Notes whether somebody follows it; the record of both is kept. @throws NotFound */
  decide(id: string, decision: api.AdviceDecision, asker: Asker): Promise<api.Advice>;
}

/** With what was asked, so that it is scored by the same measure. */
type Kept = Advice & { kind: string; marginShare: number };

export function createPlanner({ db, clock }: { db: Database; clock: Clock }): Planner {
  async function find(id: string): Promise<AdviceWithScores> {
    const row = await findAdvice(db, id);
    if (!row) throw new NotFound(`There is no advice ${id}.`);
    return row;
  }

  return {
    economics: ({ marginShare, ...asked }) => economicsOf(db, lookOf(asked, clock.now()), marginShare),

    async advise({ marginShare, budgets, rules, periodDays, ...asked }, { staffId }) {
      const look = lookOf(asked, clock.now());
      const arms = await armsOf(db, look, marginShare, budgets);
      const advice: Kept = { ...planSpend(arms, { ...USUAL_RULES, ...rules }), kind: look.kind, marginShare };
      const { currency, from: fromAt, to: toAt } = look;
      const about = { id: newId(), staffId, currency, fromAt, toAt, periodDays, createdAt: clock.now() };
      await insertAdvice(db, { ...about, advice: advice as unknown as Json });
      return present(await find(about.id));
    },

    async list(after, limit) {
      const page = pageOf(await listAdvice(db, after, limit + 1), limit, (last) => last.id);
      return { ...page, items: page.items.map(present) };
    },

    async score(id, until) {
      const row = await find(id);
      const advice = row.advice as unknown as Kept;
      const to = until === undefined ? clock.now() : new Date(until);
      if (to <= row.createdAt || to > clock.now())
        throw new Invalid("An advice is scored by what happened after it, up to now.", { to: "Not in that time." });
      const look = { from: row.createdAt, to, currency: row.currency, kind: advice.kind };
      const score = scoreAdvice(advice, await outcomesOf(db, look, advice.marginShare));
      await insertScore(db, { id: newId(), adviceId: id, toAt: to, score, createdAt: clock.now() });
      return present(await find(id));
    },

    async decide(id, { taken, reason }, { staffId }) {
      await find(id);
      await insertDecision(db, { id: newId(), adviceId: id, taken, reason: reason ?? null, staffId, at: clock.now() });
      return present(await find(id));
    },
  };
}

function present({ fromAt, toAt, createdAt, advice, scores, decisions, ...row }: AdviceWithScores): api.Advice {
  const { id, currency, periodDays } = row;
  return {
    ...{ id, currency, periodDays, from: fromAt.toISOString(), to: toAt.toISOString() },
    createdAt: createdAt.toISOString(),
    advice: advice as api.Advice["advice"],
    scores: scores.map(({ to, score, createdAt }) => ({
      to: new Date(to).toISOString(),
      score: score as api.Advice["advice"],
      createdAt: new Date(createdAt).toISOString(),
    })),
    decisions: decisions.map(({ at, ...decision }) => ({ ...decision, at: new Date(at).toISOString() })),
  };
}
