import type { Credit, EntryPointReport, Money } from "../contract/api-attribution.ts";
import { Invalid } from "../contract/index.ts";
import type { CreditRow, DoorRow, ReportRows, ReportWindow } from "./report-store.ts";

type Row = EntryPointReport["rows"][number];

/** Lays the sums out: one row per entry point, and one for what nobody knows the door of. */
export function buildReport({ from, to }: ReportWindow, rows: ReportRows): EntryPointReport {
  const hits = byDoor(rows.hits);
  const people = byDoor(rows.people);
  const costs = byDoor(rows.costs);
  const credits = byDoor(rows.credits);
  const countsOf = (door: string | null) => ({
    hits: hits.get(door)?.[0]?.hits ?? 0,
    people: people.get(door)?.[0]?.people ?? 0,
    conversations: people.get(door)?.[0]?.conversations ?? 0,
  });
  const moneyOf = (door: string | null) => ({
    cost: sums(costs.get(door) ?? []),
    first: creditOf(credits.get(door) ?? [], "first"),
    last: creditOf(credits.get(door) ?? [], "last"),
  });

  const all = countsOf(null);
  const { strangers } = rows;
  return {
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    rows: [
      ...rows.doors.map((door) => ({ entryPoint: presentDoor(door), ...countsOf(door.id), ...moneyOf(door.id) })),
      { entryPoint: null, hits: 0, ...strangers, ...moneyOf(null) },
    ],
    totals: {
      hits: all.hits,
      people: all.people + strangers.people,
      conversations: all.conversations + strangers.conversations,
      cost: sums(rows.costs),
      ...creditOf(rows.credits, "first"),
    },
  };
}

function byDoor<Row extends { door: string | null }>(rows: readonly Row[]): Map<string | null, Row[]> {
  const groups = new Map<string | null, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.door);
    if (group) group.push(row);
    else groups.set(row.door, [row]);
  }
  return groups;
}

function presentDoor({ id, code, name, medium, campaign, archivedAt }: DoorRow): Row["entryPoint"] {
  return { id, code, name, medium, campaign, archivedAt: archivedAt?.toISOString() ?? null };
}

function creditOf(rows: readonly CreditRow[], model: CreditRow["model"]): Credit {
  const own = rows.filter((row) => row.model === model);
  return {
    conversions: own.reduce((sum, { conversions }) => sum + conversions, 0),
    revenue: sums(own.map(({ currency, revenue }) => ({ currency, amount: revenue }))),
  };
}

/** One sum per currency, in the order of their names. */
function sums(amounts: readonly { currency: string; amount: string }[]): Money[] {
  const total = new Map<string, bigint>();
  for (const { currency, amount } of amounts) total.set(currency, (total.get(currency) ?? 0n) + BigInt(amount));
  return [...total]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => ({ currency, amount: exact(amount) }));
}

/** @throws Invalid for a sum that JSON's numbers cannot carry to the last cent. */
function exact(amount: bigint): number {
  const number = Number(amount);
  if (Number.isSafeInteger(number)) return number;
  throw new Invalid("A sum of money in this period is beyond 2^53 - 1 minor units. Ask for a shorter period.");
}
