import type { EntryPointReport } from "../src/contract/api-attribution.ts";
import type { Both, Language } from "./cast.ts";
import { padLeft, padRight, shorten, widthOf } from "./columns.ts";
import { amount } from "./money.ts";

type Row = EntryPointReport["rows"][number];
type Amounts = readonly { amount: number; currency: string }[];

interface Column {
  heading: Both;
  group?: "first" | "last";
  cell(row: Row): string;
  total(totals: EntryPointReport["totals"]): string;
}

const NAME_WIDTH = 15;
const GAP = "  ";
const UNKNOWN: Both = { en: "No known door", zh: "来源未知" };
const TOTAL: Both = { en: "All", zh: "合计" };
const GROUPS = {
  first: { en: "by first touch", zh: "按首次触点" },
  last: { en: "by last touch", zh: "按末次触点" },
} as const;

function columnsIn(currency: string): Column[] {
  const sum = (amounts: Amounts) => amount(amounts.find((each) => each.currency === currency)?.amount ?? 0, currency);
  const orders = { en: "orders", zh: "转化" };
  const revenue = { en: "revenue", zh: "收入" };
  return [
    { heading: { en: "hits", zh: "点击" }, cell: (row) => `${row.hits}`, total: (all) => `${all.hits}` },
    { heading: { en: "people", zh: "人数" }, cell: (row) => `${row.people}`, total: (all) => `${all.people}` },
    {
      heading: { en: "conv.", zh: "会话" },
      cell: (row) => `${row.conversations}`,
      total: (all) => `${all.conversations}`,
    },
    ...(["first", "last"] as const).flatMap((group): Column[] => [
      {
        heading: orders,
        group,
        cell: (row) => `${row[group].conversions}`,
        total: (all) => `${all.conversions}`,
      },
      { heading: revenue, group, cell: (row) => sum(row[group].revenue), total: (all) => sum(all.revenue) },
    ]),
    { heading: { en: "cost", zh: "成本" }, cell: (row) => sum(row.cost), total: (all) => sum(all.cost) },
  ];
}

/** The attribution report as lines of aligned columns: one row per entry point, who came by no known door, and the sum. */
export function layTable(report: EntryPointReport, currency: string, language: Language): string[] {
  const columns = columnsIn(currency).map((column) => {
    const cells = [...report.rows.map((row) => column.cell(row)), column.total(report.totals)];
    return { ...column, cells, width: Math.max(...[...cells, column.heading[language]].map(widthOf)) };
  });
  const names = [...report.rows.map(({ entryPoint }) => entryPoint?.name ?? UNKNOWN[language]), TOTAL[language]];
  const line = (name: string, texts: readonly string[]) =>
    [padRight(shorten(name, NAME_WIDTH), NAME_WIDTH), ...columns.map(({ width }, at) => padLeft(texts[at]!, width))]
      .join(GAP)
      .trimEnd();
  const headings = line(
    "",
    columns.map(({ heading }) => heading[language]),
  );
  const body = names.map((name, row) =>
    line(
      name,
      columns.map(({ cells }) => cells[row]!),
    ),
  );
  const rule = "─".repeat(widthOf(body[0]!));
  return [groupTitles(columns, language), headings, rule, ...body.slice(0, -1), rule, body.at(-1)!];
}

/** Each group's title, ending where its last column ends. */
function groupTitles(columns: readonly { group?: "first" | "last"; width: number }[], language: Language): string {
  let line = "";
  for (const group of ["first", "last"] as const) {
    const last = columns.findLastIndex((column) => column.group === group);
    const widths = columns.slice(0, last + 1).map(({ width }) => width + GAP.length);
    line += padLeft(
      GROUPS[group][language],
      NAME_WIDTH + widths.reduce((sum, width) => sum + width, 0) - widthOf(line),
    );
  }
  return line;
}
