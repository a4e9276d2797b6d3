import type { Dimension, ReportFilter } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { dayStart, PEOPLE, peopleFacts, saleFacts, ZONE } from "./count-store.ts";
import { NOBODY, SALE_KEY } from "./tally-store.ts";

/**
 * The period of a report, cut where the merged days begin and end: the days are read from the counts, what is left at
 * the edges from the rows. PostgreSQL's own texts, so that infinity is one of them.
 */
export interface Span {
  from: string;
  to: string;
  innerFrom: string;
  innerTo: string;
}

const next = (at: string) => dayStart(`(${dayStart(at, ZONE)} + interval '36 hours')`, ZONE);
const SPAN = `
  SELECT "from"::text, "to"::text, "innerFrom"::text, greatest("innerFrom", "innerTo")::text AS "innerTo" FROM (
    SELECT f AS "from", t AS "to",
           CASE WHEN f IN ('-infinity', ${dayStart("f", ZONE)}) THEN f ELSE least(t, ${next("f")}) END AS "innerFrom",
           CASE WHEN t = 'infinity' THEN t ELSE ${dayStart("t", ZONE)} END AS "innerTo"
    FROM (SELECT coalesce($1::timestamptz, '-infinity') AS f, coalesce($2::timestamptz, 'infinity') AS t) given
  ) cut`;

export async function spanOf(db: Queryable, { from, to }: Pick<ReportFilter, "from" | "to">): Promise<Span> {
  const [span] = await db.query<Span>(SPAN, [from ?? null, to ?? null]);
  return span!;
}

export async function settingsOf(
  db: Queryable,
): Promise<{ timeZone: string; weekStart: "monday" | "sunday" | "saturday" }> {
  const [row] = await db.query<{ timeZone: string; weekStart: "monday" }>(
    `SELECT time_zone AS "timeZone", week_start AS "weekStart" FROM report_setting WHERE id = 1`,
  );
  return row ?? { timeZone: "UTC", weekStart: "monday" };
}

export async function writeSettings(db: Queryable, timeZone: string, weekStart: string): Promise<void> {
  await db.query(
    `INSERT INTO report_setting (id, time_zone, week_start) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone, week_start = excluded.week_start`,
    [timeZone, weekStart],
  );
}

/** Gathers a statement's values and names them by their places. */
export function createValues() {
  const values: unknown[] = [];
  return { values, put: (value: unknown) => `$${values.push(value)}` };
}
export type Values = ReturnType<typeof createValues>;

const between = (from: string, to: string) => `WHERE at >= ${from}::timestamptz AND at < ${to}::timestamptz`;
const instead = (value: string, or: string) => `coalesce(nullif(${value}, '${NOBODY}'), ${or})`;

/** How the facts `f`, joined with their entry point `e`, are grouped. A hit's channel is its door's. */
export const KEYS: Readonly<Record<Dimension, string>> = {
  "entry-point": "e.id::text",
  campaign: "e.campaign",
  channel: `${instead("f.channel_id", "e.channel_id")}::text`,
  owner: "e.owner",
  region: "e.region",
  medium: "e.medium",
};

/** Rows of people's facts within the span: from the counts, and from the rows at its edges, or from the rows alone. */
export function peopleWithin(span: Span, { put }: Values, fromRows = false): string {
  const names = `at, entry_point_id, channel_id, ${PEOPLE.join(", ")}`;
  return pieces(
    span,
    put,
    fromRows,
    (within) => mergedAndNot(`SELECT ${names} FROM people_count ${within}`),
    (within) => peopleFacts("contact_tally", within),
  );
}

const SALE_COLUMNS = `at, ${SALE_KEY.join(", ")}, conversions, amount, refunded`;

export function salesWithin(span: Span, values: Values, filter: ReportFilter, fromRows = false): string {
  const { put } = values;
  const all =
    filter.windowDays === undefined
      ? pieces(
          span,
          put,
          fromRows,
          (within) => mergedAndNot(`SELECT ${SALE_COLUMNS} FROM sale_count ${within}`),
          (within) => saleFacts("conversion_tally", within),
        )
      : windowed(span, values, filter.windowDays);
  return `SELECT * FROM (${all}) s WHERE model = ${put(filter.model)}
    ${filter.kind === undefined ? "" : `AND kind = ${put(filter.kind)}`}
    ${filter.currency === undefined ? "" : `AND currency = ${put(filter.currency)}`}`;
}

/** Each half has an index of its own. */
const mergedAndNot = (select: string) => `${select} AND merged UNION ALL ${select} AND NOT merged`;

function pieces(
  span: Span,
  put: (value: unknown) => string,
  fromRows: boolean,
  counted: (within: string) => string,
  facts: (within: string) => string,
): string {
  if (fromRows) return facts(between(put(span.from), put(span.to)));
  const parts = [counted(between(put(span.innerFrom), put(span.innerTo)))];
  if (span.from !== span.innerFrom) parts.push(facts(between(put(span.from), put(span.innerFrom))));
  if (span.innerTo !== span.to) parts.push(facts(between(put(span.innerTo), put(span.to))));
  return parts.join(" UNION ALL ");
}

/** Conversions of the span with the first and the last touch within the window before each. */
function windowed(span: Span, { put }: Values, windowDays: number): string {
  const days = put(windowDays);
  const touch = (order: string) => `
    SELECT t.entry_point_id, t.channel_id FROM touch t
    WHERE t.contact_id = v.contact_id AND t.entry_point_id IS NOT NULL AND t.at <= v.at
      AND t.at >= v.at - ${days}::float8 * interval '1 day' ORDER BY t.at ${order}, t.id ${order} LIMIT 1`;
  const doors = ["ASC", "DESC"].map((order, i) => `LEFT JOIN LATERAL (${touch(order)}) d${i} ON true`);
  const pick = (column: string) =>
    `coalesce(CASE m.model WHEN 'first' THEN d0.${column} ELSE d1.${column} END, '${NOBODY}')`;
  return `SELECT v.at, m.model, ${pick("entry_point_id")} AS entry_point_id, ${pick("channel_id")} AS channel_id,
      v.kind, v.currency, v.offline, v.turn, 1 AS conversions, v.amount, v.refunded
    FROM (SELECT * FROM conversion_tally ${between(put(span.from), put(span.to))}) v ${doors.join(" ")}
    CROSS JOIN (VALUES ('first'), ('last')) AS m (model)`;
}

/** The conditions on what the facts' doors are. */
export function doorFilter(filter: Partial<ReportFilter>, { put }: Values): string {
  const wanted: [string, string | undefined][] = [
    ["e.id", filter.entryPointId],
    [instead("f.channel_id", "e.channel_id"), filter.channelId],
    ["e.campaign", filter.campaign],
    ["e.region", filter.region],
    ["e.owner", filter.owner],
    ["e.medium", filter.medium],
  ];
  const given = wanted.flatMap(([column, value]) => (value === undefined ? [] : [`${column} = ${put(value)}`]));
  return given.length > 0 ? given.join(" AND ") : "true";
}

export const DOORS = "LEFT JOIN entry_point e ON e.id = f.entry_point_id";
