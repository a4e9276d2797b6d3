import type { Economics } from "../../contract/api-planner.ts";
import { Invalid } from "../../contract/index.ts";
import type { Queryable } from "../../store/index.ts";
import { ATTRIBUTED, delayCurve, delayShape, judgeCohorts, paybackDays, unitCosts } from "../economics/index.ts";
import type { Arm, DelayPoint, DelayShape, Outcome } from "../economics/index.ts";
import { readMoney, readPeople, type Look, type MoneyRow, type PeopleRow } from "./money-store.ts";

/** The time that is looked at. @throws Invalid */
export function lookOf(
  asked: { from: string; to?: string | undefined; currency: string; kind: string },
  now: Date,
): Look {
  const { currency, kind } = asked;
  const [from, to] = [new Date(asked.from), asked.to === undefined ? now : new Date(asked.to)];
  if (from < to) return { from, to, currency, kind };
  throw new Invalid("The period ends before it begins.", { to: "Not after `from`." });
}

/** What each entry point cost and brought, by the first touch. Nothing of it says that the money caused it. */
export async function economicsOf(db: Queryable, look: Look, marginShare: number): Promise<Economics> {
  const [money, people] = [await readMoney(db, look), await readPeople(db, look)];
  const all = delayShape(delayCurve(waitsOf(people)));
  const rows = money.flatMap((row) => {
    const own = people.filter(({ entryPointId }) => entryPointId === row.entryPointId);
    const isSilent = own.length === 0 && row.buyers === 0 && Number(row.cost) === 0;
    return isSilent ? [] : [economicsRow(row, own, all, marginShare)];
  });
  const { from, to, currency, kind } = look;
  return { label: ATTRIBUTED, from: from.toISOString(), to: to.toISOString(), currency, kind, rows };
}

function economicsRow(row: MoneyRow, people: readonly PeopleRow[], all: DelayShape, marginShare: number) {
  const { entryPointId: id, code, name, customers, days } = row;
  const [cost, revenue, refunded] = [Number(row.cost), Number(row.revenue), Number(row.refunded)];
  const curve: DelayPoint[] = delayCurve(waitsOf(people));
  const { label: _, ...figures } = unitCosts({ cost, customers, revenue, refunded, marginShare, rewards: 0 });
  const margins = days.map(({ day, net }) => ({ day, margin: net * marginShare }));
  return {
    ...{ entryPoint: { id, code, name }, people: countOf(people), ripePeople: ripeOf(people, all) },
    ...{ customers, cost, revenue, refunded, ...figures },
    ...{ paybackDays: paybackDays(cost, margins), medianDays: delayShape(curve).medianDays, delay: curve },
  };
}

/** The entry points as the planner sees them; who came lately counts only as far as they had time. */
export async function armsOf(
  db: Queryable,
  look: Look,
  marginShare: number,
  budgets: readonly { entryPointId: string; amount: number }[],
): Promise<Arm[]> {
  const [money, people] = [await readMoney(db, look), await readPeople(db, look)];
  const all = delayShape(delayCurve(waitsOf(people)));
  return budgets.map(({ entryPointId: id, amount: budget }) => {
    const row = money.find(({ entryPointId }) => entryPointId === id);
    if (!row) throw new Invalid("There is no such entry point.", { budgets: `Not an entry point: ${id}.` });
    const own = people.filter(({ entryPointId }) => entryPointId === id);
    return {
      ...{ id, budget, conversions: row.buyers, spend: Number(row.cost) },
      conversations: Math.max(row.buyers, ripeOf(own, all)),
      margin: Math.max(0, (Number(row.revenue) - Number(row.refunded)) * marginShare),
      marginSquares: row.squares * marginShare ** 2,
    };
  });
}

/** What came of them in a period. */
export async function outcomesOf(db: Queryable, look: Look, marginShare: number): Promise<Outcome[]> {
  return (await readMoney(db, look)).map((row) => ({
    id: row.entryPointId,
    margin: (Number(row.revenue) - Number(row.refunded)) * marginShare,
    spend: Number(row.cost),
  }));
}

function waitsOf(people: readonly PeopleRow[]) {
  return people.flatMap(({ ageDays, waitDays, people: count }) =>
    Array.from({ length: count }, () => ({ days: waitDays ?? ageDays, converted: waitDays !== null })),
  );
}

function countOf(people: readonly PeopleRow[]): number {
  return people.reduce((sum, each) => sum + each.people, 0);
}

/** Before anybody has bought nothing is known of the delay: then all count. */
function ripeOf(people: readonly PeopleRow[], shape: DelayShape): number {
  if (shape.medianDays === null) return countOf(people);
  const cohorts = people.map(({ ageDays, waitDays, people }) => ({
    ...{ ageDays, people, conversions: waitDays === null ? 0 : people },
  }));
  return judgeCohorts(cohorts, shape).reduce((sum, { ripePeople }) => sum + ripePeople, 0);
}
