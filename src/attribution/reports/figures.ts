import type { Figures } from "../../contract/api-reports.ts";
import { Invalid } from "../../contract/index.ts";
import type { Money } from "../../contract/api-attribution.ts";
import type { PeopleRow, SaleRow } from "./funnel-store.ts";

const COUNTS = ["hits", "touches", "people", "wrote", "answered", "lead", "ordered", "online", "offline", "repeated", "recommended"] as const; // prettier-ignore

/** Sums by group; every group has all figures, those that it has nothing of as zero. */
export function figuresOf(people: readonly PeopleRow[], sales: readonly SaleRow[]): Map<string | null, Figures> {
  const groups = new Map<string | null, { people: PeopleRow[]; sales: SaleRow[] }>();
  const group = (key: string | null) => {
    const known = groups.get(key) ?? { people: [], sales: [] };
    groups.set(key, known);
    return known;
  };
  for (const row of people) group(row.key).people.push(row);
  for (const row of sales) group(row.key).sales.push(row);
  return new Map([...groups].map(([key, rows]) => [key, figures(rows.people, rows.sales)]));
}

/** All groups together. */
export function totalOf(people: readonly PeopleRow[], sales: readonly SaleRow[]): Figures {
  return figures(people, sales);
}

function figures(people: readonly PeopleRow[], sales: readonly SaleRow[]): Figures {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, count(people.map((row) => row[name]))]));
  const orders = (which: (row: SaleRow) => boolean) => count(sales.filter(which).map((row) => row.conversions));
  return {
    ...(counts as Record<(typeof COUNTS)[number], number>),
    sales: {
      conversions: orders(() => true),
      first: orders(({ turn }) => turn === "first"),
      repeat: orders(({ turn }) => turn === "repeat"),
      offline: orders(({ offline }) => offline),
      gross: moneyOf(sales, ({ amount }) => BigInt(amount)),
      refunded: moneyOf(sales, ({ refunded }) => BigInt(refunded)),
      net: moneyOf(sales, ({ amount, refunded }) => BigInt(amount) - BigInt(refunded)),
    },
  };
}

function count(numbers: readonly string[]): number {
  return exact(numbers.reduce((sum, each) => sum + BigInt(each), 0n));
}

/** One sum per currency, in the order of their names. */
export function moneyOf<Row extends { currency: string }>(rows: readonly Row[], amount: (row: Row) => bigint): Money[] {
  const total = new Map<string, bigint>();
  for (const row of rows) total.set(row.currency, (total.get(row.currency) ?? 0n) + amount(row));
  return [...total].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => ({ currency, amount: exact(sum) }));
}

/** @throws Invalid for a sum that JSON's numbers cannot carry to the last cent. */
function exact(sum: bigint): number {
  const number = Number(sum);
  if (Number.isSafeInteger(number)) return number;
  throw new Invalid("A sum in this period is beyond 2^53 - 1. Ask for a shorter period.");
}

export const LEAST = 5;

/**
 * Which groups a report may show to people outside. Groups of fewer than five go into one; and if that one is still
 * small, the next smallest goes with them, so that nobody can subtract it from the total. `undefined`: not even the
 * total may be shown.
 */
export function concealed<Key>(groups: ReadonlyMap<Key, number>): Set<Key> | undefined {
  const total = [...groups.values()].reduce((sum, each) => sum + each, 0);
  if (total < LEAST) return undefined;
  const bySize = [...groups].sort(([, a], [, b]) => a - b);
  const hidden = new Set<Key>();
  let people = 0;
  for (const [key, size] of bySize) {
    if (size >= LEAST && (hidden.size === 0 || people >= LEAST)) break;
    hidden.add(key);
    people += size;
  }
  return hidden;
}
