import type {
  Dimension,
  Figures,
  FunnelReport,
  ReportFilter,
  ReportSettings,
  TrendReport,
} from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { settingsOf, spanOf } from "./facts-store.ts";
import { concealed, figuresOf, totalOf } from "./figures.ts";
import {
  bucketOf,
  keyOf,
  namesOf,
  sumPeople,
  sumSales,
  type Grouping,
  type PeopleRow,
  type SaleRow,
} from "./funnel-store.ts";

const TOGETHER = "fewer than five each";

/** What each group brought, from the first scan to the recommendation. */
export async function funnel(db: Queryable, by: Dimension, filter: ReportFilter): Promise<FunnelReport> {
  const span = await spanOf(db, filter);
  const { people, sales } = await sums(db, { span, filter, key: keyOf(by) });
  const hidden = filter.shared === "true" ? concealed(sizesOf(people, sales)) : new Set<string | null>();
  const head = { from: filter.from ?? null, to: filter.to ?? null, by };
  if (!hidden) return { ...head, rows: [], totals: null };
  const shown = <Row extends { key: string | null }>(rows: readonly Row[]) =>
    rows.filter(({ key }) => !hidden.has(key));
  const apart = <Row extends { key: string | null }>(rows: readonly Row[]) => rows.filter(({ key }) => hidden.has(key));
  const figures = figuresOf(shown(people), shown(sales));
  const names = await namesOf(
    db,
    by,
    [...figures.keys()].filter((key) => key !== null),
  );
  const rows: FunnelReport["rows"] = [...figures].map(([key, each]) => ({
    group: key === null ? null : { id: key, name: names.get(key) ?? key },
    ...each,
  }));
  if (hidden.size > 0) rows.push({ group: { id: null, name: TOGETHER }, ...totalOf(apart(people), apart(sales)) });
  return { ...head, rows, totals: totalOf(people, sales) };
}

export interface Calendar {
  unit: "day" | "week" | "month";
  timeZone?: string | undefined;
  weekStart?: ReportSettings["weekStart"] | undefined;
}

/** The same figures in the order of time, with the days on which nothing happened. */
export async function trend(db: Queryable, calendar: Calendar, filter: ReportFilter): Promise<TrendReport> {
  const settings = await settingsOf(db);
  const { timeZone = settings.timeZone, weekStart = settings.weekStart, unit } = calendar;
  const span = await spanOf(db, filter);
  const fromRows = timeZone !== settings.timeZone;
  const { people, sales } = await sums(db, { span, filter, key: bucketOf(unit, weekStart), zone: timeZone, fromRows });
  const figures = figuresOf(people, sales);
  const hidden = filter.shared === "true" ? concealed(sizesOf(people, sales)) : new Set<string | null>();
  const head = { from: filter.from ?? null, to: filter.to ?? null, unit, timeZone };
  if (!hidden) return { ...head, rows: [], totals: null };
  const none = totalOf([], []);
  const dates = [...figures.keys()].filter((key) => key !== null).sort();
  const shown = datesBetween(dates, unit).filter((date) => !hidden.has(date));
  const rows = shown.map((date) => ({ date, ...(figures.get(date) ?? none) }));
  return { ...head, rows, totals: totalOf(people, sales) };
}

async function sums(db: Queryable, grouping: Grouping): Promise<{ people: PeopleRow[]; sales: SaleRow[] }> {
  return { people: await sumPeople(db, grouping), sales: await sumSales(db, grouping) };
}

/** A group is as large as the people in it, or the conversions, whichever are fewer but not none. */
function sizesOf(people: readonly PeopleRow[], sales: readonly SaleRow[]): Map<string | null, number> {
  return new Map([...figuresOf(people, sales)].map(([key, each]) => [key, sizeOf(each)]));
}

function sizeOf({ people, sales }: Figures): number {
  const some = [people, sales.conversions].filter((count) => count > 0);
  return some.length > 0 ? Math.min(...some) : 0;
}

const DAY_MS = 86_400_000;
const MOST_DATES = 4_000;

/** Every day, week or month from the first of the sorted dates to the last; too long a time keeps its gaps. */
export function datesBetween(dates: readonly string[], unit: Calendar["unit"]): string[] {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all: string[] = [];
  for (let date = first; date <= last && all.length < MOST_DATES; date = dateAfter(date, unit)) all.push(date);
  return all.at(-1) === last ? all : [...dates];
}

function dateAfter(date: string, unit: Calendar["unit"]): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (unit === "month") at.setUTCMonth(at.getUTCMonth() + 1);
  else at.setTime(at.getTime() + (unit === "week" ? 7 : 1) * DAY_MS);
  return at.toISOString().slice(0, 10);
}
