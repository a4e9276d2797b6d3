import type { Database, Queryable, Transaction } from "../../store/index.ts";
import { CONTACT, CONVERSION, contactsNow, conversionsNow, NOBODY, SALE_KEY, salesOf, STEPS } from "./tally-store.ts";

export const PEOPLE = ["hits", "touches", "people", ...STEPS] as const;
const SALE = ["conversions", "amount", "refunded"] as const;
const list = (names: readonly string[]) => names.join(", ");
const sums = (names: readonly string[]) => names.map((name) => `sum(${name})`).join(", ");
const differs = (names: readonly string[]) => names.map((name) => `sum(${name}) <> 0`).join(" OR ");

export const ZONE = "coalesce((SELECT time_zone FROM report_setting WHERE id = 1), 'UTC')";

/** When the local day of a moment begins: the earlier moment where midnight comes twice, the next where it is left out. */
export const dayStart = (at: string, zone: string): string => {
  const midnight = `date_trunc('day', ${at} AT TIME ZONE ${zone})`;
  return `least(${midnight} AT TIME ZONE ${zone}, ((${midnight} - interval '1 second') AT TIME ZONE ${zone}) + interval '1 second')`;
};

// ── Facts: what is counted, one row each, from the rows themselves ──

const HIT = `SELECT at, entry_point_id, '${NOBODY}'::uuid AS channel_id, 1 AS hits, 0 AS touches, 0 AS people, ${STEPS.map((step) => `0 AS ${step}`).join(", ")} FROM hit`;
const TOUCH = `SELECT at, coalesce(entry_point_id, '${NOBODY}'), coalesce(channel_id, '${NOBODY}'), 0, 1, 0, ${STEPS.map(() => "0").join(", ")} FROM touch`;
const contactFact = (from: string) =>
  `SELECT at, entry_point_id, channel_id, 0, 0, 1, ${STEPS.map((step) => `${step}::int`).join(", ")} FROM ${from}`;
const ERASED = `SELECT at, entry_point_id, channel_id, ${list(PEOPLE)} FROM erased_people`;

/** What people did, fact by fact, each part narrowed by the same condition on its `at`. */
export const peopleFacts = (contacts: string, where = ""): string =>
  [HIT, TOUCH, contactFact(contacts), ERASED].map((part) => `${part} ${where}`).join(" UNION ALL ");

export const saleFacts = (conversions: string, where = ""): string => `
  SELECT at, ${list(SALE_KEY)}, 1 AS conversions, amount, refunded FROM (${salesOf(conversions)}) s ${where}
  UNION ALL SELECT at, ${list(SALE_KEY)}, conversions, amount, refunded FROM erased_sale ${where}`;

// ── Merging ──

const mergeSql = (table: string, key: readonly string[], counts: readonly string[]) => `
  WITH fresh AS (DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE NOT merged ORDER BY at LIMIT 20000) RETURNING *),
  days AS (SELECT DISTINCT ${dayStart("at", ZONE)} AS at FROM fresh),
  before AS (
    DELETE FROM ${table} t USING days WHERE t.merged AND t.at = days.at
      AND (${list(key.map((name) => `t.${name}`))}) IN (SELECT ${list(key)} FROM fresh) RETURNING t.*
  ), merged AS (
    INSERT INTO ${table} (merged, at, ${list(key)}, ${list(counts)})
    SELECT true, day, ${list(key)}, ${sums(counts)}
    FROM (SELECT *, ${dayStart("at", ZONE)} AS day FROM fresh UNION ALL SELECT *, at FROM before) parts
    GROUP BY 2, ${list(key)} HAVING ${differs(counts)}
  )
  SELECT count(*)::int AS n FROM fresh`;

const PEOPLE_KEY = ["entry_point_id", "channel_id"];
const MERGE_PEOPLE = mergeSql("people_count", PEOPLE_KEY, PEOPLE);
const MERGE_SALES = mergeSql("sale_count", SALE_KEY, SALE);
const LOCK = "SELECT pg_try_advisory_xact_lock($1) AS got";

/**
 * Puts the appended counts together, one row for a day. A reader sees either the parts or the whole. One hub at a time
 * does it; resolves to how many rows there were.
 */
export function mergeCounts(db: Database, lock: number): Promise<number> {
  return db.transaction(async (tx) => {
    if (!(await tx.query<{ got: boolean }>(LOCK, [lock]))[0]?.got) return 0;
    const people = await tx.query<{ n: number }>(MERGE_PEOPLE);
    const sales = await tx.query<{ n: number }>(MERGE_SALES);
    return (people[0]?.n ?? 0) + (sales[0]?.n ?? 0);
  });
}

// ── Counting anew ──

// In the order in which those who count take them.
const TABLES = ["people_count", "contact_tally", "sale_count", "conversion_tally"];
const ANEW = [
  ...TABLES.map((table) => `DELETE FROM ${table}`),
  `INSERT INTO contact_tally (${list(CONTACT)}) SELECT ${list(CONTACT)} FROM (${contactsNow("true")}) now`,
  `INSERT INTO conversion_tally (${list(CONVERSION)}) SELECT ${list(CONVERSION)} FROM (${conversionsNow("true")}) now`,
  `INSERT INTO people_count (merged, at, entry_point_id, channel_id, ${list(PEOPLE)})
   SELECT true, ${dayStart("at", ZONE)}, entry_point_id, channel_id, ${sums(PEOPLE)} FROM (${peopleFacts("contact_tally")}) fact
   GROUP BY 2, 3, 4`,
  `INSERT INTO sale_count (merged, at, ${list(SALE_KEY)}, ${list(SALE)})
   SELECT true, ${dayStart("at", ZONE)}, ${list(SALE_KEY)}, ${sums(SALE)} FROM (${saleFacts("conversion_tally")}) fact
   GROUP BY 2, ${list(SALE_KEY)}`,
];

/** Whoever is counting just now is waited for; whoever begins meanwhile waits, and counts on top of what is new. */
export async function rebuildCounts(tx: Transaction, lock: number): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [lock]);
  await tx.query(`LOCK TABLE ${TABLES.join(", ")} IN SHARE ROW EXCLUSIVE MODE`);
  for (const statement of ANEW) await tx.query(statement);
}

const NEVER_COUNTED = `
  SELECT (EXISTS (SELECT 1 FROM contact) AND NOT EXISTS (SELECT 1 FROM contact_tally))
      OR (EXISTS (SELECT 1 FROM conversion) AND NOT EXISTS (SELECT 1 FROM conversion_tally))
      OR (EXISTS (SELECT 1 FROM hit) AND NOT EXISTS (SELECT 1 FROM people_count)) AS never`;

/** True of a hub that was just filled by an import, or that is older than the counts. */
export async function wasNeverCounted(db: Queryable): Promise<boolean> {
  return (await db.query<{ never: boolean }>(NEVER_COUNTED))[0]?.never ?? false;
}

// ── Checking ──

/** A count that is not what the rows say. */
export interface Difference {
  what: string;
  key: Record<string, unknown>;
  counted: Record<string, unknown> | null;
  found: Record<string, unknown> | null;
}

const MOST_DIFFERENCES = 100;
const apart = (what: string, key: readonly string[], counts: readonly string[], counted: string, found: string) => `
  WITH counted AS (${counted}), found AS (${found})
  SELECT '${what}' AS what, to_jsonb(k) AS key, CASE WHEN c IS NOT NULL THEN to_jsonb(c) END AS counted, CASE WHEN f IS NOT NULL THEN to_jsonb(f) END AS found
  FROM counted c FULL JOIN found f USING (${list(key)}) CROSS JOIN LATERAL (SELECT ${list(key)}) k
  WHERE (${list(counts.map((name) => `c.${name}`))}) IS DISTINCT FROM (${list(counts.map((name) => `f.${name}`))})
  LIMIT ${MOST_DIFFERENCES}`;
const daily = (key: readonly string[], counts: readonly string[], from: string) =>
  `SELECT ${dayStart("at", ZONE)} AS day, ${list(key)}, ${counts.map((name) => `sum(${name})::bigint AS ${name}`).join(", ")}
   FROM ${from} fact GROUP BY 1, ${list(key)} HAVING ${differs(counts)}`;
const without = (names: readonly string[], key: string) => names.filter((name) => name !== key);
const nowContacts = `(${contactsNow("true")}) now`;
const nowConversions = `(${conversionsNow("true")})`;
const CHECKS = [
  apart(
    "person",
    ["contact_id"],
    without(CONTACT, "contact_id"),
    `SELECT ${list(CONTACT)} FROM contact_tally`,
    contactsNow("true"),
  ),
  apart(
    "conversion",
    ["conversion_id"],
    without(CONVERSION, "conversion_id"),
    `SELECT ${list(CONVERSION)} FROM conversion_tally`,
    conversionsNow("true"),
  ),
  apart(
    "people",
    ["day", ...PEOPLE_KEY],
    PEOPLE,
    daily(PEOPLE_KEY, PEOPLE, "people_count"),
    daily(PEOPLE_KEY, PEOPLE, `(${peopleFacts(nowContacts)})`),
  ),
  apart(
    "sales",
    ["day", ...SALE_KEY],
    SALE,
    daily(SALE_KEY, SALE, "sale_count"),
    daily(SALE_KEY, SALE, `(${saleFacts(nowConversions)})`),
  ),
];

/** Compares every count with a recomputation from the rows, at one moment. Nothing to tell means that they agree. */
export function verifyCounts(db: Database): Promise<Difference[]> {
  return db.transaction(async (tx) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const all: Difference[] = [];
    for (const check of CHECKS) all.push(...(await tx.query<Difference>(check)));
    return all;
  });
}

// ── Forgetting ──

const at = dayStart("at", ZONE);
const FORGET = [
  `INSERT INTO erased_people (at, entry_point_id, channel_id, people, ${list(STEPS)})
   SELECT ${at}, entry_point_id, channel_id, 1, ${STEPS.map((step) => `${step}::int`).join(", ")} FROM contact_tally WHERE contact_id = $1`,
  `INSERT INTO erased_people (at, entry_point_id, channel_id, touches)
   SELECT ${at}, coalesce(entry_point_id, '${NOBODY}'), coalesce(channel_id, '${NOBODY}'), count(*) FROM touch WHERE contact_id = $1 GROUP BY 1, 2, 3`,
  `INSERT INTO erased_sale (at, ${list(SALE_KEY)}, ${list(SALE)})
   SELECT ${at}, ${list(SALE_KEY)}, count(*), sum(amount), sum(refunded)
   FROM (${salesOf("(SELECT * FROM conversion_tally WHERE contact_id = $1)")}) s GROUP BY 1, ${list(SALE_KEY)}`,
  "DELETE FROM contact_tally WHERE contact_id = $1",
  "DELETE FROM conversion_tally WHERE contact_id = $1",
  "DELETE FROM touch_candidate WHERE touch_id IN (SELECT id FROM touch WHERE contact_id = $1)",
  "DELETE FROM touch WHERE contact_id = $1",
  "DELETE FROM stage_change WHERE contact_id = $1",
  "DELETE FROM conversion_line WHERE conversion_id IN (SELECT id FROM conversion WHERE contact_id = $1)",
  "DELETE FROM conversion WHERE contact_id = $1",
  "DELETE FROM first_word WHERE identity_id IN (SELECT id FROM identity WHERE contact_id = $1)",
  "DELETE FROM voucher WHERE contact_id = $1 OR identity_id IN (SELECT id FROM identity WHERE contact_id = $1)",
];

/** Takes a person out of this room's rows and leaves what they were counted for as nobody's, by the day. */
export async function forgetRows(tx: Transaction, contactId: string): Promise<void> {
  for (const statement of FORGET) await tx.query(statement, [contactId]);
}
