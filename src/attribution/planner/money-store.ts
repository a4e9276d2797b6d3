import type { Queryable } from "../../store/index.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** What is looked at. */
export interface Look {
  from: Date;
  to: Date;
  currency: string;
  kind: string;
}

/** People who came through a door so many days ago, and after how many days they bought. */
export interface PeopleRow {
  entryPointId: string;
  ageDays: number;
  waitDays: number | null;
  people: number;
}

export interface MoneyRow {
  entryPointId: string;
  code: string;
  name: string;
  cost: string;
  customers: number;
  buyers: number;
  revenue: string;
  refunded: string;
  /** Of what each buyer left, refunds taken off: the sum of squares. */
  squares: number;
  /** What was left by days since the first touch. */
  days: { day: number; net: number }[];
}

const DAYS = (later: string, earlier: string) => `floor(extract(epoch FROM ${later} - ${earlier}) / 86400)::int`;
const PEOPLE = `
  SELECT t.entry_point_id AS "entryPointId", ${DAYS("$2::timestamptz", "t.at")} AS "ageDays", ${DAYS("v.at", "t.at")} AS "waitDays",
         count(*)::int AS people
  FROM contact_tally t LEFT JOIN LATERAL (
    SELECT min(c.at) AS at FROM conversion_tally c
    WHERE c.contact_id = t.contact_id AND c.kind = $3 AND c.at >= t.at AND c.at < $2 AND (c.amount = 0 OR c.amount > c.refunded)
  ) v ON true
  WHERE t.wrote AND t.at >= $1 AND t.at < $2 AND t.entry_point_id <> '${NOBODY}' GROUP BY 1, 2, 3`;

/** Everybody who wrote, by the door of their first touch. */
export function readPeople(db: Queryable, { from, to, kind }: Look): Promise<PeopleRow[]> {
  return db.query<PeopleRow>(PEOPLE, [from, to, kind]);
}

const MONEY = `
  WITH bought AS (
    SELECT first_entry_point_id AS door, contact_id, amount, refunded, turn, greatest(0, ${DAYS("at", "first_at")}) AS day
    FROM conversion_tally WHERE kind = $4 AND currency = $3 AND at >= $1 AND at < $2 AND first_at >= $1
  ), buyers AS (
    SELECT door, contact_id, sum(amount - refunded)::float8 AS net, bool_or(turn = 'first') AS is_new FROM bought GROUP BY 1, 2
  )
  SELECT e.id AS "entryPointId", e.code, e.name,
    coalesce((SELECT sum(c.amount) FROM cost c WHERE c.entry_point_id = e.id AND c.currency = $3 AND c.at >= $1 AND c.at < $2), 0) AS cost,
    (SELECT count(*)::int FROM buyers b WHERE b.door = e.id AND b.net > 0) AS buyers,
    (SELECT count(*)::int FROM buyers b WHERE b.door = e.id AND b.is_new AND b.net > 0) AS customers,
    coalesce((SELECT sum(b.net * b.net) FROM buyers b WHERE b.door = e.id), 0)::float8 AS squares,
    coalesce((SELECT sum(b.amount) FROM bought b WHERE b.door = e.id), 0) AS revenue,
    coalesce((SELECT sum(b.refunded) FROM bought b WHERE b.door = e.id), 0) AS refunded,
    coalesce((
      SELECT json_agg(json_build_object('day', d.day, 'net', d.net) ORDER BY d.day)
      FROM (SELECT day, sum(amount - refunded) AS net FROM bought b WHERE b.door = e.id GROUP BY 1) d), '[]') AS days
  FROM entry_point e ORDER BY e.id`;

/** What each door cost and what those brought who came through it first, in the same window. */
export function readMoney(db: Queryable, { from, to, currency, kind }: Look): Promise<MoneyRow[]> {
  return db.query<MoneyRow>(MONEY, [from, to, currency, kind]);
}
