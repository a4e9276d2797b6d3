import type {
  CohortReport,
  DelayReport,
  Figures,
  FunnelReport,
  PathReport,
  TrendReport,
} from "../../contract/api-reports.ts";
import type { Money } from "../../contract/api-attribution.ts";
import { csvOf } from "./csv.ts";

type Cell = string | number | boolean | null;

const COUNTS = ["hits", "touches", "people", "wrote", "answered", "lead", "ordered", "online", "offline", "repeated", "recommended"] as const; // prettier-ignore
const SALES = ["conversions", "first", "repeat"] as const;

/** One line a group; money in minor units, a column for each currency. */
export function funnelCsv({ by, rows, totals }: FunnelReport): string {
  const lines = rows.map(({ group, ...figures }) => ({ cells: [group?.id ?? "", group?.name ?? "(none)"], figures }));
  return figuresCsv([by, "name"], totals ? [...lines, { cells: ["", "(total)"], figures: totals }] : lines);
}

export function trendCsv({ unit, rows, totals }: TrendReport): string {
  const lines = rows.map(({ date, ...figures }) => ({ cells: [date], figures }));
  return figuresCsv([unit], totals ? [...lines, { cells: ["(total)"], figures: totals }] : lines);
}

function figuresCsv(head: string[], lines: readonly { cells: Cell[]; figures: Figures }[]): string {
  const currencies = [
    ...new Set(lines.flatMap(({ figures }) => figures.sales.gross.map(({ currency }) => currency))),
  ].sort();
  const money = currencies.flatMap((currency) => [`gross ${currency}`, `refunded ${currency}`, `net ${currency}`]);
  return csvOf(
    [...head, ...COUNTS, ...SALES, "offline orders", ...money],
    lines.map(({ cells, figures }) => [
      ...cells,
      ...COUNTS.map((name) => figures[name]),
      ...SALES.map((name) => figures.sales[name]),
      figures.sales.offline,
      ...currencies.flatMap((currency) =>
        (["gross", "refunded", "net"] as const).map((name) => sumIn(figures.sales[name], currency)),
      ),
    ]),
  );
}

function sumIn(money: readonly Money[], currency: string): number {
  return money.find((sum) => sum.currency === currency)?.amount ?? 0;
}

export function cohortsCsv({ unit, rows }: CohortReport): string {
  const lines = rows.flatMap(({ date, people, buyers }) =>
    buyers.map((point) => [date, people, point.age, point.people, point.share, point.complete]),
  );
  return csvOf([unit, "people", "age", "had ordered", "share", "complete"], lines);
}

export function delaysCsv({ curve }: DelayReport): string {
  return csvOf(
    ["within days", "conversions", "share"],
    curve.map(({ days, conversions, share }) => [days, conversions, share]),
  );
}

export function pathsCsv({ paths }: PathReport): string {
  const currencies = [...new Set(paths.flatMap(({ net }) => net.map(({ currency }) => currency)))].sort();
  return csvOf(
    ["path", "conversions", ...currencies.map((currency) => `net ${currency}`)],
    paths.map(({ steps, conversions, net }) => [
      steps.join(" > "),
      conversions,
      ...currencies.map((currency) => sumIn(net, currency)),
    ]),
  );
}
