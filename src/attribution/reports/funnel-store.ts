import type { Dimension, ReportFilter } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { PEOPLE } from "./count-store.ts";
import {
  createValues,
  doorFilter,
  DOORS,
  KEYS,
  peopleWithin,
  salesWithin,
  type Span,
  type Values,
} from "./facts-store.ts";

/** Sums of people's facts of one group; `bigint`s as the database writes them. */
export type PeopleRow = { key: string | null } & Record<(typeof PEOPLE)[number], string>;
export interface SaleRow {
  key: string | null;
  currency: string;
  turn: "first" | "repeat" | "other";
  offline: boolean;
  conversions: string;
  amount: string;
  refunded: string;
}

export interface Grouping {
  span: Span;
  filter: ReportFilter;
  /** SQL over the facts `f` and their doors `e`, or with a zone over the facts' time, `$zone` standing for the zone. */
  key: string;
  zone?: string | undefined;
  /** Read rows where the counts cannot tell. */
  fromRows?: boolean | undefined;
}

export const keyOf = (by: Dimension): string => KEYS[by];

/** The start of a day, week or month in a time zone, as a date. @param local SQL of the moment in that zone */
export function bucketOf(
  unit: "day" | "week" | "month",
  weekStart: "monday" | "sunday" | "saturday",
  local = "(f.at AT TIME ZONE $zone)",
): string {
  const shift = { monday: 0, sunday: 1, saturday: 2 }[weekStart];
  if (unit !== "week" || shift === 0) return `date_trunc('${unit}', ${local})::date::text`;
  return `(date_trunc('week', ${local} + interval '${shift} days') - interval '${shift} days')::date::text`;
}

// Rows are summed by what decides their group before it is looked up: some hundred doors, or days, for many rows.

export function sumPeople(db: Queryable, grouping: Grouping): Promise<PeopleRow[]> {
  const values = createValues();
  const facts = peopleWithin(grouping.span, values, grouping.fromRows);
  const sums = PEOPLE.map((name) => `sum(f.${name}) AS ${name}`).join(", ");
  const sql = `SELECT ${keyed(grouping, values)} AS key, ${PEOPLE.map((name) => `sum(f.${name})::text AS ${name}`).join(", ")}
    FROM (${summed(grouping, values, facts, sums)}) f ${doorsOf(grouping, values)} GROUP BY 1 ORDER BY 1`;
  return db.query<PeopleRow>(sql, values.values);
}

export function sumSales(db: Queryable, grouping: Grouping): Promise<SaleRow[]> {
  const values = createValues();
  const facts = salesWithin(grouping.span, values, grouping.filter, grouping.fromRows);
  const sums = "sum(f.conversions) AS conversions, sum(f.amount) AS amount, sum(f.refunded) AS refunded";
  const sql = `SELECT ${keyed(grouping, values)} AS key, f.currency, f.turn, f.offline, sum(f.conversions)::text AS conversions,
      sum(f.amount)::text AS amount, sum(f.refunded)::text AS refunded
    FROM (${summed(grouping, values, facts, sums, "f.currency, f.turn, f.offline")}) f ${doorsOf(grouping, values)} GROUP BY 1, 2, 3, 4
    HAVING sum(f.conversions) <> 0 OR sum(f.amount) <> 0 OR sum(f.refunded) <> 0 ORDER BY 1, 2, 3, 4`;
  return db.query<SaleRow>(sql, values.values);
}

function summed({ zone, filter }: Grouping, values: Values, facts: string, sums: string, also?: string): string {
  const more = also === undefined ? "" : `, ${also}`;
  if (zone === undefined)
    return `SELECT f.entry_point_id, f.channel_id${more}, ${sums} FROM (${facts}) f GROUP BY f.entry_point_id, f.channel_id${more}`;
  const condition = doorFilter(filter, values);
  const doors = condition === "true" ? "" : `${DOORS} WHERE ${condition}`;
  return `SELECT f.at${more}, ${sums} FROM (${facts}) f ${doors} GROUP BY f.at${more}`;
}

function doorsOf({ zone, filter }: Grouping, values: Values): string {
  return zone === undefined ? `${DOORS} WHERE ${doorFilter(filter, values)}` : "";
}

function keyed({ key, zone }: Grouping, { put }: Values): string {
  return zone === undefined ? key : key.replaceAll("$zone", `${put(zone)}::text`);
}

const NAMES: Partial<Record<Dimension, string>> = {
  "entry-point": "SELECT id::text AS id, name FROM entry_point WHERE id = ANY ($1::uuid[])",
  channel: "SELECT id::text AS id, name FROM channel WHERE id = ANY ($1::uuid[])",
};

/** What the groups are called; those of other kinds are their own names. */
export async function namesOf(db: Queryable, by: Dimension, keys: readonly string[]): Promise<Map<string, string>> {
  const sql = NAMES[by];
  if (sql === undefined || keys.length === 0) return new Map(keys.map((key) => [key, key]));
  const rows = await db.query<{ id: string; name: string }>(sql, [keys]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
