import type { Database, Transaction } from "../store/index.ts";

export interface ReportWindow {
  from: Date | undefined;
  to: Date | undefined;
  currency: string | undefined;
}

export interface DoorRow {
  id: string;
  code: string;
  name: string;
  medium: string;
  campaign: string | null;
  archivedAt: Date | null;
}
/** `door`: an entry point's id, or null for all of them together. */
export interface HitRow {
  door: string | null;
  hits: number;
}
export interface PeopleRow {
  door: string | null;
  people: number;
  conversations: number;
}
export interface CostSumRow {
  door: string;
  currency: string;
  amount: string;
}
/** `door`: null where the model knows of none. */
export interface CreditRow {
  model: "first" | "last";
  door: string | null;
  currency: string;
  conversions: number;
  revenue: string;
}

export interface ReportRows {
  doors: DoorRow[];
  hits: HitRow[];
  people: PeopleRow[];
  /** Those who came through no door of ours. */
  strangers: Omit<PeopleRow, "door">;
  costs: CostSumRow[];
  credits: CreditRow[];
}

const within = (column: string) =>
  `($1::timestamptz IS NULL OR ${column} >= $1) AND ($2::timestamptz IS NULL OR ${column} < $2)`;

const DOORS = `
  SELECT id, code, name, medium, campaign, archived_at AS "archivedAt" FROM entry_point ORDER BY id`;

const HITS = `
  SELECT entry_point_id AS door, count(*)::int AS hits FROM hit
  WHERE ${within("at")} GROUP BY GROUPING SETS ((entry_point_id), ())`;

// A conversation counts once the very person who came has written in it: many scan, fewer write.
const PEOPLE = `
  SELECT t.entry_point_id AS door, count(DISTINCT t.contact_id)::int AS people,
         count(DISTINCT t.conversation_id) FILTER (WHERE words.found)::int AS conversations
  FROM touch t
  LEFT JOIN LATERAL (
    SELECT true AS found FROM message m
    WHERE m.conversation_id = t.conversation_id AND m.identity_id = t.identity_id AND m.direction = 'in' LIMIT 1
  ) words ON true
  WHERE t.entry_point_id IS NOT NULL AND ${within("t.at")}
  GROUP BY GROUPING SETS ((t.entry_point_id), ())`;

const STRANGERS = `
  WITH stranger AS (
    SELECT c.id FROM contact c
    WHERE ${within("c.created_at")}
      AND NOT EXISTS (SELECT 1 FROM touch t WHERE t.contact_id = c.id AND t.entry_point_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.contact_id = c.id AND i.is_bot)
  )
  SELECT (SELECT count(*) FROM stranger)::int AS people, count(*)::int AS conversations
  FROM conversation v JOIN stranger s ON s.id = v.contact_id
  WHERE EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = v.id AND m.direction = 'in')`;

const COSTS = `
  SELECT entry_point_id AS door, currency, sum(amount)::text AS amount FROM cost
  WHERE ${within("at")} AND ($3::text IS NULL OR currency = $3) GROUP BY 1, 2`;

// The first touch is the one written once on the contact; where that one leads to no door, the earliest that does.
// The last touch is the latest before the conversion. A touch after it is nobody's credit. Touches that lead to no
// door (a misspelt code, a visit from elsewhere) are evidence in the journey and take no credit away.
const CREDITS = `
  WITH sale AS (
    SELECT c.contact_id, c.at, c.currency,
           c.amount + coalesce((SELECT sum(r.amount) FROM conversion r WHERE r.refund_of = c.id), 0) AS net
    FROM conversion c
    WHERE c.refund_of IS NULL AND ${within("c.at")} AND ($3::text IS NULL OR c.currency = $3)
  ), credited AS (
    SELECT sale.currency, sale.net, first.door AS first, last.door AS last
    FROM sale
    LEFT JOIN contact ON contact.id = sale.contact_id
    LEFT JOIN LATERAL (
      SELECT t.entry_point_id AS door FROM touch t
      WHERE t.contact_id = sale.contact_id AND t.entry_point_id IS NOT NULL AND t.at <= sale.at
      ORDER BY coalesce(t.id = contact.first_touch_id, false) DESC, t.at, t.id LIMIT 1
    ) first ON true
    LEFT JOIN LATERAL (
      SELECT t.entry_point_id AS door FROM touch t
      WHERE t.contact_id = sale.contact_id AND t.entry_point_id IS NOT NULL AND t.at <= sale.at
      ORDER BY t.at DESC, t.id DESC LIMIT 1
    ) last ON true
  )
  SELECT model, CASE model WHEN 'first' THEN first ELSE last END AS door, currency,
         count(*)::int AS conversions, sum(net)::text AS revenue
  FROM credited CROSS JOIN (VALUES ('first'), ('last')) AS models (model)
  GROUP BY 1, 2, 3`;

/** Reads everything at one moment, so that the sums agree whatever is written meanwhile. */
export async function readReport(db: Database, { from, to, currency }: ReportWindow): Promise<ReportRows> {
  const times = [from ?? null, to ?? null];
  const all = [...times, currency ?? null];
  return db.transaction(async (tx: Transaction) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    return {
      doors: await tx.query<DoorRow>(DOORS),
      hits: await tx.query<HitRow>(HITS, times),
      people: await tx.query<PeopleRow>(PEOPLE, times),
      strangers: (await tx.query<Omit<PeopleRow, "door">>(STRANGERS, times))[0] ?? { people: 0, conversations: 0 },
      costs: await tx.query<CostSumRow>(COSTS, all),
      credits: await tx.query<CreditRow>(CREDITS, all),
    };
  });
}
