import type { ReportFilter, ReportSettings } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { createValues, doorFilter, DOORS, type Span } from "./facts-store.ts";
import { bucketOf } from "./funnel-store.ts";

export interface BuyerRow {
  cohort: string;
  /** Whole weeks or months between coming and first buying. */
  age: number;
  people: string;
}

/**
 * When the people of the span first bought, by the week or month they came in. Each layer works its part out once for
 * each row (`OFFSET 0` keeps PostgreSQL from writing it into the next as often as that names it).
 */
export function readBuyers(
  db: Queryable,
  {
    span,
    filter,
    unit,
    weekStart,
    zone,
  }: { span: Span; filter: ReportFilter; unit: "week" | "month"; weekStart: ReportSettings["weekStart"]; zone: string },
): Promise<BuyerRow[]> {
  const values = createValues();
  const { put } = values;
  const named = `${put(zone)}::text`;
  const age =
    unit === "month"
      ? "(date_part('year', since) * 12 + date_part('month', since))::int"
      : "floor(extract(epoch FROM waited) / 604800)::int";
  return db.query<BuyerRow>(
    `SELECT cohort, greatest(0, age) AS age, sum(people)::text AS people FROM (
       SELECT ${bucketOf(unit, weekStart, "came")} AS cohort, ${age} AS age, count(*) AS people FROM (
         SELECT came, waited, ${unit === "month" ? "age(bought, came)" : "NULL"} AS since FROM (
           SELECT f.at AT TIME ZONE ${named} AS came, f.bought_at AT TIME ZONE ${named} AS bought, f.bought_at - f.at AS waited
           FROM contact_tally f ${DOORS}
           WHERE f.bought_at IS NOT NULL AND f.at >= ${put(span.from)}::timestamptz AND f.at < ${put(span.to)}::timestamptz
             AND ${doorFilter(filter, values)} OFFSET 0
         ) local OFFSET 0
       ) aged GROUP BY 1, 2
     ) counted GROUP BY 1, 2 ORDER BY 1, 2`,
    values.values,
  );
}

/** Conversions of the span, with the door `e` of the touch that the model credits. */
function credited(filter: ReportFilter, span: Span, values: ReturnType<typeof createValues>): string {
  const { put } = values;
  const wanted = [
    `s.at >= ${put(span.from)}::timestamptz AND s.at < ${put(span.to)}::timestamptz`,
    ...(filter.kind === undefined ? [] : [`s.kind = ${put(filter.kind)}`]),
    ...(filter.currency === undefined ? [] : [`s.currency = ${put(filter.currency)}`]),
  ];
  const { model } = filter;
  return `(SELECT s.*, s.${model}_entry_point_id AS entry_point_id, s.${model}_channel_id AS channel_id
           FROM conversion_tally s WHERE ${wanted.join(" AND ")}) f ${DOORS} WHERE ${doorFilter(filter, values)}`;
}

/** How many whole days after the first touch conversions came; null for those without one. */
export function readDelays(
  db: Queryable,
  span: Span,
  filter: ReportFilter,
): Promise<{ days: number | null; conversions: string }[]> {
  const values = createValues();
  const from = credited(filter, span, values);
  return db.query(
    `SELECT floor(extract(epoch FROM f.at - f.first_at) / 86400)::int AS days, count(*)::text AS conversions
     FROM ${from} GROUP BY 1 ORDER BY 1 NULLS LAST`,
    values.values,
  );
}

export interface PathRow {
  /** Ids of doors, the oldest first, one blank between them. */
  path: string;
  currency: string;
  conversions: string;
  net: string;
}

/** So many conversions of a period are looked at, the latest; more would say the same, later. */
export const MOST_WAYS = 20_000;

/** Ways to conversions, each with how many went it. */
export function readPaths(db: Queryable, span: Span, filter: ReportFilter): Promise<PathRow[]> {
  const values = createValues();
  const from = credited(filter, span, values);
  return db.query<PathRow>(
    `SELECT array_to_string(path, ' ') AS path, currency, count(*)::text AS conversions, sum(net)::text AS net
     FROM (SELECT f.path, f.currency, f.amount - f.refunded AS net FROM ${from} ORDER BY f.at DESC LIMIT ${MOST_WAYS}) latest
     GROUP BY latest.path, currency`,
    values.values,
  );
}

/** How many conversions there are in all. */
export async function countSales(db: Queryable, span: Span, filter: ReportFilter): Promise<number> {
  const values = createValues();
  const from = credited(filter, span, values);
  const [row] = await db.query<{ n: string }>(`SELECT count(*)::text AS n FROM ${from}`, values.values);
  return Number(row?.n ?? 0);
}
