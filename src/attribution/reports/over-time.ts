import type { CohortReport, DelayReport, ReportFilter } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { settingsOf, spanOf } from "./facts-store.ts";
import { bucketOf, sumPeople } from "./funnel-store.ts";
import type { Calendar } from "./funnel.ts";
import { LEAST } from "./figures.ts";
import { readBuyers, readDelays } from "./time-store.ts";

const DAY_MS = 86_400_000;
const MOST_AGES = 60;

/** Of those who came in a week or month, how many had ordered how soon. Young cohorts are marked, not judged. */
export async function cohorts(
  db: Queryable,
  calendar: Calendar & { unit: "week" | "month" },
  filter: ReportFilter,
  now: Date,
): Promise<CohortReport> {
  const settings = await settingsOf(db);
  const { timeZone = settings.timeZone, weekStart = settings.weekStart, unit } = calendar;
  const span = await spanOf(db, filter);
  const bucket = bucketOf(unit, weekStart);
  const fromRows = timeZone !== settings.timeZone;
  const came = await sumPeople(db, { span, filter, key: bucket, zone: timeZone, fromRows });
  const buyers = await readBuyers(db, { span, filter, unit, weekStart, zone: timeZone });
  const least = filter.shared === "true" ? LEAST : 1;
  const rows = came.flatMap(({ key: date, people: text }) => {
    const people = Number(text);
    if (date === null || people < least) return [];
    const bought = buyers.filter(({ cohort }) => cohort === date);
    return [{ date, people, buyers: curve(date, unit, people, bought, now) }];
  });
  return { from: filter.from ?? null, to: filter.to ?? null, unit, timeZone, rows };
}

function curve(
  cohort: string,
  unit: "week" | "month",
  people: number,
  bought: readonly { age: number; people: string }[],
  now: Date,
): CohortReport["rows"][number]["buyers"] {
  const lengthMs = (unit === "week" ? 7 : 30.4375) * DAY_MS;
  const elapsed = Math.max(0, Math.floor((now.getTime() - new Date(`${cohort}T00:00:00Z`).getTime()) / lengthMs));
  let buyers = 0;
  return Array.from({ length: Math.min(elapsed, MOST_AGES) + 1 }, (_, age) => {
    for (const row of bought) if (row.age === age) buyers += Number(row.people);
    // The last who came in the cohort must have had all that time.
    return { age, people: buyers, share: people > 0 ? buyers / people : 0, complete: age + 2 <= elapsed };
  });
}

const MARKS = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365];

/** How long it takes from the first touch to a conversion. */
export async function delays(db: Queryable, filter: ReportFilter): Promise<DelayReport> {
  const rows = await readDelays(db, await spanOf(db, filter), filter);
  const known = rows.flatMap(({ days, conversions }) => (days === null ? [] : [{ days, count: Number(conversions) }]));
  const total = known.reduce((sum, { count }) => sum + count, 0);
  const unknown = rows
    .filter(({ days }) => days === null)
    .reduce((sum, { conversions }) => sum + Number(conversions), 0);
  const isSmall = filter.shared === "true" && total + unknown < LEAST;
  const within = (days: number) => known.filter((row) => row.days < days).reduce((sum, { count }) => sum + count, 0);
  const quantile = (share: number) => {
    let seen = 0;
    for (const { days, count } of known) if ((seen += count) >= share * total) return days;
    return known.at(-1)?.days ?? 0;
  };
  return {
    ...{ from: filter.from ?? null, to: filter.to ?? null },
    ...{ conversions: isSmall ? 0 : total + unknown, unknown: isSmall ? 0 : unknown },
    quantiles:
      total === 0 || isSmall
        ? null
        : { p25: quantile(0.25), p50: quantile(0.5), p75: quantile(0.75), p90: quantile(0.9) },
    curve: isSmall || total === 0 ? [] : MARKS.map((mark) => pointOf(mark + 1, within(mark + 1), total)),
  };
}

function pointOf(days: number, conversions: number, total: number) {
  return { days, conversions, share: conversions / total };
}
