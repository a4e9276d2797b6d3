import type { Queryable, Transaction } from "../../store/index.ts";

/** Stands in keys where there is no entry point or no channel. */
export const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Of a contact: how far they came. All but the door and the time are yes or no. */
export const STEPS = ["wrote", "answered", "lead", "ordered", "online", "offline", "repeated", "recommended"] as const;
const FAR: readonly string[] = ["lead", "opportunity", "customer", "repeat", "advocate"];
const LEADS = `(${FAR.map((stage) => `'${stage}'`).join(", ")})`;

/** Does reaching this stage change what is counted of a person? */
export const isCountedStage = (stage: string | undefined): boolean => stage === undefined || FAR.includes(stage);
const BOUGHT = "(v.kind = 'order' OR v.amount > 0)";

/** A quarter of an hour: every time zone's day begins with one. */
export const quarter = (at: string) => `date_bin('15 minutes', ${at}, TIMESTAMPTZ '2000-01-01 00:00Z')`;

/**
 * What is true of contacts, from the rows themselves. Where a person came from is the touch written once on the contact;
 * where that one leads to no door, or is another's now, the earliest that does. Bots are no people, and neither is a
 * contact whose accounts have all been linked to others. An order that was taken back wholly was none.
 */
export const contactsNow = (which: string): string => `
  SELECT c.id AS contact_id, coalesce(door.at, c.created_at) AS at, coalesce(door.entry_point_id, '${NOBODY}') AS entry_point_id,
         coalesce(door.channel_id, account.channel_id) AS channel_id,
         coalesce(words.wrote, false) AS wrote, coalesce(words.answered, false) AS answered,
         (c.stage IN ${LEADS} OR coalesce(stages.lead, false) OR coalesce(orders.kept, 0) > 0) AS lead,
         coalesce(orders.kept, 0) > 0 AS ordered, coalesce(orders.online, false) AS online, coalesce(orders.offline, false) AS offline,
         coalesce(orders.kept, 0) > 1 AS repeated, (c.stage = 'advocate' OR coalesce(stages.advocate, false)) AS recommended,
         orders.bought_at, orders.sold_at
  FROM contact c
  JOIN LATERAL (SELECT i.channel_id FROM identity i WHERE i.contact_id = c.id ORDER BY i.id LIMIT 1) account ON true
  LEFT JOIN LATERAL (
    SELECT t.at, t.entry_point_id, t.channel_id FROM touch t
    WHERE t.contact_id = c.id AND t.entry_point_id IS NOT NULL
    ORDER BY coalesce(t.id = c.first_touch_id, false) DESC, t.at, t.id LIMIT 1
  ) door ON true
  LEFT JOIN LATERAL (
    SELECT true AS wrote, bool_or(w.answered_at IS NOT NULL) AS answered
    FROM identity i JOIN first_word w ON w.identity_id = i.id WHERE i.contact_id = c.id HAVING count(*) > 0
  ) words ON true
  LEFT JOIN LATERAL (
    SELECT bool_or(s.to_stage IN ${LEADS}) AS lead, bool_or(s.to_stage = 'advocate') AS advocate
    FROM stage_change s WHERE s.contact_id = c.id
  ) stages ON true
  LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kept) AS kept, bool_or(kept AND NOT offline) AS online, bool_or(kept AND offline) AS offline,
           min(at) FILTER (WHERE bought) AS bought_at, max(at) AS sold_at
    FROM (
      SELECT v.at, v.offline, ${BOUGHT} AS bought,
             ${BOUGHT} AND (v.amount = 0 OR v.amount + coalesce((SELECT sum(r.amount) FROM conversion r WHERE r.refund_of = v.id), 0) > 0) AS kept
      FROM conversion v WHERE v.contact_id = c.id AND v.refund_of IS NULL
    ) sold
  ) orders ON true
  WHERE ${which} AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.contact_id = c.id AND i.is_bot)`;

/** Longer ways are cut at their beginning. */
const LONGEST_PATH = 30;

/**
 * Conversions with the doors that may claim them. A touch after a conversion, and one that leads to no door, has no
 * share in it.
 */
export const conversionsNow = (which: string): string => `
  SELECT v.id AS conversion_id, v.contact_id, v.at, v.kind, v.currency, v.offline,
         CASE WHEN NOT v.bought THEN 'other' WHEN v.nth = 1 THEN 'first' ELSE 'repeat' END AS turn, v.amount, v.refunded,
         coalesce(first.entry_point_id, '${NOBODY}') AS first_entry_point_id, coalesce(first.channel_id, '${NOBODY}') AS first_channel_id,
         first.at AS first_at,
         coalesce(last.entry_point_id, '${NOBODY}') AS last_entry_point_id, coalesce(last.channel_id, '${NOBODY}') AS last_channel_id,
         coalesce(way.path, '{}') AS path
  FROM (
    SELECT v.*, ${BOUGHT} AS bought,
           row_number() OVER (PARTITION BY v.contact_id, ${BOUGHT} ORDER BY v.at, v.id) AS nth,
           -coalesce((SELECT sum(r.amount) FROM conversion r WHERE r.refund_of = v.id), 0)::bigint AS refunded
    FROM conversion v WHERE v.refund_of IS NULL AND ${which}
  ) v
  LEFT JOIN contact c ON c.id = v.contact_id
  LEFT JOIN LATERAL (
    SELECT t.entry_point_id, t.channel_id, t.at FROM touch t
    WHERE t.contact_id = v.contact_id AND t.entry_point_id IS NOT NULL AND t.at <= v.at
    ORDER BY coalesce(t.id = c.first_touch_id, false) DESC, t.at, t.id LIMIT 1
  ) first ON true
  LEFT JOIN LATERAL (
    SELECT t.entry_point_id, t.channel_id FROM touch t
    WHERE t.contact_id = v.contact_id AND t.entry_point_id IS NOT NULL AND t.at <= v.at
    ORDER BY t.at DESC, t.id DESC LIMIT 1
  ) last ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(entry_point_id ORDER BY at, id) AS path FROM (
      SELECT * FROM (
        SELECT t.id, t.at, t.entry_point_id, lag(t.entry_point_id) OVER (ORDER BY t.at, t.id) AS before FROM touch t
        WHERE t.contact_id = v.contact_id AND t.entry_point_id IS NOT NULL AND t.at <= v.at
      ) all_touches WHERE entry_point_id IS DISTINCT FROM before ORDER BY at DESC, id DESC LIMIT ${LONGEST_PATH}
    ) latest
  ) way ON true`;

const columns = (names: readonly string[]) => names.join(", ");
export const CONTACT = ["contact_id", "at", "entry_point_id", "channel_id", ...STEPS, "bought_at", "sold_at"] as const;
export const CONVERSION = [
  ...["conversion_id", "contact_id", "at", "kind", "currency", "offline", "turn", "amount", "refunded"],
  ...["first_entry_point_id", "first_channel_id", "first_at", "last_entry_point_id", "last_channel_id", "path"],
] as const;

/** A conversion stands in the counts once for each of the two touches that are always known. */
export const salesOf = (conversions: string, sign = "1"): string => `
  SELECT ${sign} AS sign, s.at, m.model, CASE m.model WHEN 'first' THEN s.first_entry_point_id ELSE s.last_entry_point_id END AS entry_point_id,
         CASE m.model WHEN 'first' THEN s.first_channel_id ELSE s.last_channel_id END AS channel_id,
         s.kind, s.currency, s.offline, s.turn, s.amount, s.refunded
  FROM ${conversions} s CROSS JOIN (VALUES ('first'), ('last')) AS m (model)`;

export const SALE_KEY = ["model", "entry_point_id", "channel_id", "kind", "currency", "offline", "turn"] as const;

/** Writes the tally as it is now over the one that was, and appends the difference to the counts. */
const recountSql = (
  table: string,
  key: string,
  names: readonly string[],
  now: string,
  ofThem: string,
  append: string,
  last = "SELECT",
) => `
  WITH now AS MATERIALIZED (${now}),
  old AS MATERIALIZED (SELECT * FROM ${table} WHERE ${ofThem}),
  gone AS (
    DELETE FROM ${table} t USING old WHERE t.${key} = old.${key} AND NOT EXISTS (SELECT 1 FROM now WHERE now.${key} = t.${key})
  ), put AS (
    INSERT INTO ${table} AS t (${columns(names)}) SELECT ${columns(names)} FROM now
    ON CONFLICT (${key}) DO UPDATE SET (${columns(names)}) = (${names.map((name) => `excluded.${name}`).join(", ")})
    WHERE (${names.map((name) => `t.${name}`).join(", ")}) IS DISTINCT FROM (${names.map((name) => `excluded.${name}`).join(", ")})
  ), counted AS (
    ${append}
  )
  ${last}`;

const change = STEPS.map((step) => `sum(sign * ${step}::int)`);
const RECOUNT_CONTACTS = recountSql(
  "contact_tally",
  "contact_id",
  CONTACT,
  contactsNow("c.id = ANY ($1::uuid[])"),
  "contact_id = ANY ($1::uuid[])",
  `INSERT INTO people_count (merged, at, entry_point_id, channel_id, people, ${columns(STEPS)})
   SELECT false, ${quarter("at")}, entry_point_id, channel_id, sum(sign), ${change.join(", ")}
   FROM (SELECT -1 AS sign, * FROM (SELECT ${columns(CONTACT)} FROM old) o UNION ALL SELECT 1, * FROM (SELECT ${columns(CONTACT)} FROM now) n) parts
   GROUP BY 2, 3, 4 HAVING sum(sign) <> 0 OR ${change.map((sum) => `${sum} <> 0`).join(" OR ")}`,
  `SELECT EXISTS (SELECT FROM conversion WHERE contact_id = ANY ($1::uuid[]))
       OR EXISTS (SELECT FROM conversion_tally WHERE contact_id = ANY ($1::uuid[])) AS bought`,
);

const RECOUNT_CONVERSIONS = recountSql(
  "conversion_tally",
  "conversion_id",
  CONVERSION,
  conversionsNow("v.contact_id = ANY ($1::uuid[])"),
  // One that has just become another's stands under its former owner still.
  "contact_id = ANY ($1::uuid[]) OR conversion_id IN (SELECT id FROM conversion WHERE contact_id = ANY ($1::uuid[]))",
  `INSERT INTO sale_count (merged, at, ${columns(SALE_KEY)}, conversions, amount, refunded)
   SELECT false, ${quarter("at")}, ${columns(SALE_KEY)}, sum(sign), sum(sign * amount), sum(sign * refunded)
   FROM (${salesOf("old", "-1")} UNION ALL ${salesOf("now")}) parts
   GROUP BY 2, ${SALE_KEY.map((_, i) => i + 3).join(", ")}
   HAVING sum(sign) <> 0 OR sum(sign * amount) <> 0 OR sum(sign * refunded) <> 0`,
);

// One order for everybody, so that whatever else happens to them is seen or waits. Their tallies too: touches hold those
// alone, where there are any.
const LOCK = `
  WITH people AS MATERIALIZED (SELECT id FROM contact WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE),
  tallies AS MATERIALIZED (
    SELECT contact_id FROM contact_tally WHERE contact_id IN (SELECT id FROM people) ORDER BY contact_id FOR NO KEY UPDATE
  )
  SELECT count(*) FROM tallies`;

/**
 * Counts these people anew, after anything that may have changed where they came from, how far they came or what they
 * bought: touches, first words, stages, conversions, refunds, links. In the transaction that changed it.
 */
export async function recount(tx: Transaction, contacts: Iterable<string>): Promise<void> {
  const ids = [...new Set(contacts)].sort();
  if (ids.length === 0) return;
  await tx.query(LOCK, [ids]); // a statement of its own: the next one sees what it waited for
  await recountHeld(tx, ids);
}

/** The same of contacts whose rows, or whose tallies, this transaction holds. */
export async function recountHeld(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const [people] = await tx.query<{ bought: boolean }>(RECOUNT_CONTACTS, [ids]);
  if (people?.bought) await tx.query(RECOUNT_CONVERSIONS, [ids]);
}

const LINKED = `
  SELECT from_contact_id AS id FROM link WHERE identity_id = $1 UNION SELECT to_contact_id FROM link WHERE identity_id = $1`;

/** All contacts that an identity has ever been of: what moves with it leaves one of them. */
export async function contactsOfIdentity(db: Queryable, identityId: string): Promise<string[]> {
  return (await db.query<{ id: string }>(LINKED, [identityId])).map(({ id }) => id);
}
