import type { EntryPointReport } from "../src/contract/api-attribution.ts";
import type { Language } from "./cast.ts";
import { money } from "./money.ts";

/** What one order cost at a door, with its 95 % interval, in minor units. `to` is Infinity where there may be none. */
interface CostPerOrder {
  name: string;
  orders: number;
  each: number;
  from: number;
  to: number;
}

const Z = 1.96;

/**
 * A sentence about the cheapest door by first touch, as far as the numbers carry it. Two doors are told apart where
 * their 95 % intervals do not meet, which is stricter than a test at 5 % and so leaves room for comparing several.
 */
export function findingOf(report: EntryPointReport, currency: string, language: Language): string {
  const doors = report.rows.flatMap((row) => costPerOrder(row, currency) ?? []).sort((a, b) => a.each - b.each);
  const [best, ...others] = doors;
  const words = WORDS[language];
  if (!best || others.length === 0) return words.nothing;

  const say = (amount: number) => money(Math.round(amount), currency, language);
  const range = `${say(best.from)}${words.to}${best.to === Infinity ? "∞" : say(best.to)}`;
  const apart = others.filter(({ from }) => best.to < from).map(({ name }) => name);
  const unclear = others.filter(({ from }) => best.to >= from).map(({ name }) => name);
  return [
    words.best(best.name, say(best.each), range),
    ...(apart.length > 0 ? [words.apart(listed(apart, language))] : []),
    ...(unclear.length > 0 ? [words.unclear(listed(unclear, language))] : []),
    words.caution,
  ].join(language === "en" ? " " : "");
}

function costPerOrder(
  { entryPoint, cost, first }: EntryPointReport["rows"][number],
  currency: string,
): CostPerOrder | undefined {
  const spent = cost.find((each) => each.currency === currency)?.amount ?? 0;
  if (!entryPoint || spent <= 0 || first.conversions === 0) return undefined;
  const [fewest, most] = countInterval(first.conversions);
  const [from, to] = [spent / most, fewest > 0 ? spent / fewest : Infinity];
  return { name: entryPoint.name, orders: first.conversions, each: spent / first.conversions, from, to };
}

/** What a reader may stumble over in the table. */
export function remarksOf({ rows, totals }: EntryPointReport, language: Language): string[] {
  const words = WORDS[language];
  const moved = rows.flatMap(({ entryPoint, first, last }) =>
    entryPoint && first.conversions !== last.conversions
      ? [words.moved(entryPoint.name, first.conversions, last.conversions)]
      : [],
  );
  const twice = rows.reduce((sum, { people }) => sum + people, 0) - totals.people;
  return [...(moved.length > 0 ? [words.differ(moved)] : []), ...(twice > 0 ? [words.twice(twice)] : [])];
}

/** The 95 % interval of a count that came about by chance (Poisson), by Byar's approximation. */
export function countInterval(count: number): [number, number] {
  const bound = (n: number, z: number) => n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
  return [count > 0 ? Math.max(0, bound(count, -Z)) : 0, bound(count + 1, Z)];
}

function listed(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}

const WORDS = {
  en: {
    nothing: "Too few orders to tell which entry point is the cheapest.",
    best: (name: string, each: string, range: string) =>
      `By first touch, “${name}” brings orders most cheaply: ${each} each (${range} at 95 %).`,
    apart: (names: string) => `That is less than ${names}.`,
    unclear: (names: string) => `Against ${names}: too few to tell.`,
    caution: "Attributed, not caused.",
    to: " to ",
    moved: (name: string, first: number, last: number) => `${name} ${first} by first touch and ${last} by last`,
    differ: (moved: string[]) => `Who gets the credit depends on the touch: ${moved.join("; ")}.`,
    twice: (count: number) => `The people add up to ${count} more than there are: some came through two entry points.`,
  },
  zh: {
    nothing: "订单太少，暂无法判断哪个入口最省钱。",
    best: (name: string, each: string, range: string) =>
      `按首次触点，“${name}”每单成本最低：${each}（95% 区间 ${range}）。`,
    apart: (names: string) => `低于${names}。`,
    unclear: (names: string) => `与${names}相比：样本太少，暂无法判断。`,
    caution: "归因所得，不等于因果。",
    to: " 至 ",
    moved: (name: string, first: number, last: number) => `${name}按首次触点 ${first} 单，按末次触点 ${last} 单`,
    differ: (moved: string[]) => `功劳归谁取决于看哪个触点：${moved.join("；")}。`,
    twice: (count: number) => `各行人数之和比合计多 ${count}：有人从两个入口来过。`,
  },
} as const;
