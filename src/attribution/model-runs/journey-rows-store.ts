import type { Queryable } from "../../store/index.ts";

/** Which journeys are wanted. */
export interface Wanted {
  kind: string;
  currency: string;
  from: Date | null;
  to: Date;
  windowDays: number;
  turn: "first" | "repeat" | "any";
}

export interface ConversionJourney {
  id: string;
  at: string;
  contactId: string;
  /** What is left of it after refunds, in minor units. */
  net: string;
  /** Doors by their ids, the oldest first; `?` and a touch's id where the platform left open which it was. */
  steps: string[] | null;
  daysBefore: number[] | null;
}

export interface IdleJourney {
  contactId: string;
  steps: string[];
  daysBefore: number[];
}

const STEP = "coalesce(t.entry_point_id::text, '?' || t.id)";
const IS_STEP = "(t.entry_point_id IS NOT NULL OR EXISTS (SELECT FROM touch_candidate c WHERE c.touch_id = t.id))";

const CONVERTED = `
  SELECT v.conversion_id AS id, v.at::text AS at, v.contact_id AS "contactId", (v.amount - v.refunded)::text AS net, way.steps, way."daysBefore"
  FROM (
    SELECT * FROM conversion_tally v
    WHERE v.kind = $1 AND v.currency = $2 AND ($3::timestamptz IS NULL OR v.at >= $3) AND v.at < $4 AND ($6 = 'any' OR v.turn = $6)
      AND ($7::timestamptz IS NULL OR (v.at, v.conversion_id) > ($7, $8::uuid))
    ORDER BY v.at, v.conversion_id LIMIT $9
  ) v
  LEFT JOIN LATERAL (
    SELECT array_agg(${STEP} ORDER BY t.at, t.id) AS steps,
           array_agg((extract(epoch FROM v.at - t.at) / 86400)::float8 ORDER BY t.at, t.id) AS "daysBefore"
    FROM touch t WHERE t.contact_id = v.contact_id AND t.at <= v.at AND t.at >= v.at - $5::int * interval '1 day' AND ${IS_STEP}
  ) way ON true
  ORDER BY v.at, v.conversion_id`;

/** Conversions in the order of time, behind the one before, with the touches within the window. */
export function readConverted(
  db: Queryable,
  { kind, currency, from, to, windowDays, turn }: Wanted,
  { after, take }: { after: { at: string; id: string } | undefined; take: number },
): Promise<ConversionJourney[]> {
  const values = [kind, currency, from, to, windowDays, turn, after?.at ?? null, after?.id ?? null, take];
  return db.query<ConversionJourney>(CONVERTED, values);
}

// People who came in the period and did not convert in it: what they did up to their last touch.
const IDLE = `
  SELECT k.contact_id AS "contactId", way.steps, way."daysBefore"
  FROM (
    SELECT k.contact_id FROM contact_tally k
    WHERE ($5::uuid IS NULL OR k.contact_id > $5) AND k.at < $3
      AND NOT EXISTS (SELECT FROM conversion_tally v WHERE v.contact_id = k.contact_id AND v.kind = $1 AND v.at < $3 AND ($2::timestamptz IS NULL OR v.at >= $2))
    ORDER BY k.contact_id LIMIT $6
  ) k
  LEFT JOIN LATERAL (
    SELECT array_agg(step ORDER BY at, id) AS steps, array_agg((extract(epoch FROM last - at) / 86400)::float8 ORDER BY at, id) AS "daysBefore"
    FROM (
      SELECT t.id, t.at, ${STEP} AS step, max(t.at) OVER () AS last FROM touch t
      WHERE t.contact_id = k.contact_id AND t.at < $3 AND ($2::timestamptz IS NULL OR t.at >= $2) AND ${IS_STEP}
    ) t WHERE at >= last - $4::int * interval '1 day'
  ) way ON true
  ORDER BY k.contact_id`;

/** A page of people, by their ids; those who came through no door have no steps. */
export function readIdle(
  db: Queryable,
  { kind, from, to, windowDays }: Wanted,
  { after, take }: { after: string | undefined; take: number },
): Promise<(Omit<IdleJourney, "steps" | "daysBefore"> & { steps: string[] | null; daysBefore: number[] | null })[]> {
  return db.query(IDLE, [kind, from, to, windowDays, after ?? null, take]);
}

export interface Candidate {
  touchId: string;
  entryPointId: string | null;
  weight: number;
}

export function readCandidates(db: Queryable, touchIds: readonly string[]): Promise<Candidate[]> {
  return db.query<Candidate>(
    `SELECT touch_id AS "touchId", entry_point_id AS "entryPointId", sum(weight) AS weight FROM touch_candidate
     WHERE touch_id = ANY ($1::uuid[]) GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`,
    [touchIds],
  );
}

const ELSEWHERE = `
  SELECT count(*)::int AS n FROM conversion_tally v
  WHERE v.kind = $1 AND v.currency <> $2 AND ($3::timestamptz IS NULL OR v.at >= $3) AND v.at < $4 AND ($5 = 'any' OR v.turn = $5)`;

/** Conversions that are left out because their money is another. */
export async function countElsewhere(db: Queryable, { kind, currency, from, to, turn }: Wanted): Promise<number> {
  return (await db.query<{ n: number }>(ELSEWHERE, [kind, currency, from, to, turn]))[0]?.n ?? 0;
}

export async function windowOf(db: Queryable, kind: string): Promise<number | undefined> {
  const sql = `SELECT window_days AS "windowDays" FROM conversion_kind WHERE kind = $1`;
  return (await db.query<{ windowDays: number }>(sql, [kind]))[0]?.windowDays;
}

export function listWindows(db: Queryable): Promise<{ kind: string; windowDays: number }[]> {
  return db.query(`SELECT kind, window_days AS "windowDays" FROM conversion_kind ORDER BY kind`);
}

export async function writeWindow(db: Queryable, kind: string, windowDays: number): Promise<void> {
  const sql = `INSERT INTO conversion_kind (kind, window_days) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET window_days = excluded.window_days`;
  await db.query(sql, [kind, windowDays]);
}
