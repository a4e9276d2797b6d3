/** Under so many people a share says nothing; the page says so instead of a number. */
export const LEAST_PEOPLE = 30;
const Z = 1.959964;

export interface Share {
  share: number;
  low: number;
  high: number;
}

/** A share with Wilson's 95 % interval: none yet does not mean never. */
export function shareOf(events: number, all: number): Share {
  if (all <= 0) return { share: 0, low: 0, high: 1 };
  const part = Math.min(events, all) / all;
  const middle = part + Z ** 2 / (2 * all);
  const half = Z * Math.sqrt((part * (1 - part)) / all + Z ** 2 / (4 * all ** 2));
  const scale = 1 + Z ** 2 / all;
  return { share: part, low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

export interface Candidate {
  name: string;
  people: number;
  ordered: number;
}

export type Finding =
  | { type: "nobody" }
  | { type: "few"; most: number }
  | { type: "alone"; best: Candidate & Share }
  | { type: "best"; best: Candidate & Share; next: Candidate & Share }
  | { type: "tie"; names: string[] };

/** What can be said of who turns people into buyers, and no more than that. */
export function findingOf(rows: readonly Candidate[]): Finding {
  const people = rows.reduce((sum, row) => sum + row.people, 0);
  if (people === 0) return { type: "nobody" };
  const judged = rows
    .filter((row) => row.people >= LEAST_PEOPLE)
    .map((row) => ({ ...row, ...shareOf(row.ordered, row.people) }))
    .sort((a, b) => b.share - a.share);
  const [best, next] = judged;
  if (!best) return { type: "few", most: Math.max(...rows.map((row) => row.people)) };
  if (!next) return { type: "alone", best };
  if (best.low > next.high) return { type: "best", best, next };
  const level = judged.filter(({ high }) => high >= best.low);
  return { type: "tie", names: level.slice(0, 4).map(({ name }) => name) };
}

export interface Cost {
  each: number;
  low: number;
  high: number;
}

/** What one cost, with the 95 % interval that so small or large a number of them leaves (Byar's). */
export function costOf(cost: number, customers: number): Cost | undefined {
  if (customers <= 0) return undefined;
  const edge = (count: number, side: number) =>
    count * (1 - 1 / (9 * count) + (side * Z) / (3 * Math.sqrt(count))) ** 3;
  return { each: cost / customers, low: cost / edge(customers + 1, 1), high: cost / edge(customers, -1) };
}
