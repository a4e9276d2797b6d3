import type { Json } from "../../contract/index.ts";
import type { Queryable, Transaction } from "../../store/index.ts";

export interface AdviceRow {
  id: string;
  staffId: string | null;
  currency: string;
  fromAt: Date;
  toAt: Date;
  periodDays: number;
  advice: Json;
  createdAt: Date;
}
export type AdviceWithScores = AdviceRow & {
  scores: { to: string; score: Json; createdAt: string }[];
  decisions: { taken: boolean; reason: string | null; by: string | null; at: string }[];
};

const INSERT_ADVICE = `
  INSERT INTO advice (id, staff_id, currency, from_at, to_at, period_days, advice, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const ADVICE = `
  SELECT a.id, a.staff_id AS "staffId", a.currency, a.from_at AS "fromAt", a.to_at AS "toAt", a.period_days AS "periodDays", a.advice,
    a.created_at AS "createdAt", coalesce((
      SELECT json_agg(json_build_object('to', s.to_at, 'score', s.score, 'createdAt', s.created_at) ORDER BY s.id)
      FROM advice_score s WHERE s.advice_id = a.id), '[]') AS scores, coalesce((
      SELECT json_agg(json_build_object('taken', d.taken, 'reason', d.reason, 'by', p.name, 'at', d.at) ORDER BY d.id)
      FROM advice_decision d LEFT JOIN staff p ON p.id = d.staff_id WHERE d.advice_id = a.id), '[]') AS decisions
  FROM advice a`;
const INSERT_SCORE = "INSERT INTO advice_score (id, advice_id, to_at, score, created_at) VALUES ($1, $2, $3, $4, $5)";

export async function insertAdvice(db: Queryable, row: AdviceRow): Promise<void> {
  const { id, staffId, currency, fromAt, toAt, periodDays, advice, createdAt } = row;
  await db.query(INSERT_ADVICE, [id, staffId, currency, fromAt, toAt, periodDays, JSON.stringify(advice), createdAt]);
}

export function listAdvice(db: Queryable, after: string | undefined, take: number): Promise<AdviceWithScores[]> {
  const sql = `${ADVICE} WHERE $1::uuid IS NULL OR a.id < $1 ORDER BY a.id DESC LIMIT $2`;
  return db.query<AdviceWithScores>(sql, [after ?? null, take]);
}

export async function findAdvice(db: Queryable, id: string): Promise<AdviceWithScores | undefined> {
  return (await db.query<AdviceWithScores>(`${ADVICE} WHERE a.id = $1`, [id]))[0];
}

export async function insertScore(
  db: Queryable,
  row: { id: string; adviceId: string; toAt: Date; score: unknown; createdAt: Date },
): Promise<void> {
  await db.query(INSERT_SCORE, [row.id, row.adviceId, row.toAt, JSON.stringify(row.score), row.createdAt]);
}

const INSERT_DECISION = `
  INSERT INTO advice_decision (id, advice_id, taken, reason, staff_id, at) VALUES ($1, $2, $3, $4, $5, $6)`;

export async function insertDecision(
  db: Queryable,
  row: { id: string; adviceId: string; taken: boolean; reason: string | null; staffId: string | null; at: Date },
): Promise<void> {
  await db.query(INSERT_DECISION, [row.id, row.adviceId, row.taken, row.reason, row.staffId, row.at]);
}

// ── Holdouts ──

export interface HoldoutRow {
  id: string;
  name: string;
  share: number;
  kind: string;
  startsAt: Date;
  endsAt: Date;
  createdAt: Date;
}

const INSERT_HOLDOUT = `
  INSERT INTO holdout (id, name, share, seed, kind, starts_at, ends_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
// Drawn from the seed and the person's id: the same draw can be made again by anybody who doubts it.
const DRAW = `
  INSERT INTO holdout_member (holdout_id, contact_id, is_control)
  SELECT $1::uuid, c.id, ('x' || substr(md5($2::text || c.id::text), 1, 8))::bit(32)::bigint < $3::float8 * 4294967296
  FROM contact c WHERE c.id = ANY ($4::uuid[]) ON CONFLICT DO NOTHING RETURNING contact_id`;
const HOLDOUTS = `
  SELECT id, name, share, kind, starts_at AS "startsAt", ends_at AS "endsAt", created_at AS "createdAt" FROM holdout
  WHERE $1::uuid IS NULL OR id = $1 ORDER BY id DESC LIMIT 200`;
const GROUPS = `
  SELECT m.is_control AS "isControl", count(*)::int AS people, count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM conversion_tally v WHERE v.contact_id = m.contact_id AND v.kind = h.kind AND v.at >= h.starts_at AND v.at < h.ends_at
      AND (v.amount = 0 OR v.amount > v.refunded)))::int AS converted
  FROM holdout h JOIN holdout_member m ON m.holdout_id = h.id WHERE h.id = $1 GROUP BY 1`;

/** Resolves with how many of the people there are. */
export async function insertHoldout(
  tx: Transaction,
  row: HoldoutRow & { seed: string },
  contactIds: readonly string[],
): Promise<number> {
  const { id, name, share, seed, kind, startsAt, endsAt, createdAt } = row;
  await tx.query(INSERT_HOLDOUT, [id, name, share, seed, kind, startsAt, endsAt, createdAt]);
  return (await tx.query(DRAW, [id, seed, share, contactIds])).length;
}

export function findHoldouts(db: Queryable, id?: string): Promise<HoldoutRow[]> {
  return db.query<HoldoutRow>(HOLDOUTS, [id ?? null]);
}

export function readGroups(
  db: Queryable,
  id: string,
): Promise<{ isControl: boolean; people: number; converted: number }[]> {
  return db.query(GROUPS, [id]);
}

export function readMembers(db: Queryable, id: string): Promise<{ contactId: string; isControl: boolean }[]> {
  const sql = `SELECT contact_id AS "contactId", is_control AS "isControl" FROM holdout_member WHERE holdout_id = $1 ORDER BY 1`;
  return db.query(sql, [id]);
}

// ── Switchbacks ──

export interface SwitchbackRow {
  id: string;
  name: string;
  entryPointId: string;
  region: string | null;
  kind: string;
  createdAt: Date;
}
export interface Period {
  from: Date;
  to: Date;
  isOn: boolean;
}

const INSERT_SWITCHBACK = `
  INSERT INTO switchback (id, name, entry_point_id, region, kind, seed, created_at)
  SELECT $1, $2, e.id, $4, $5, $6, $7 FROM entry_point e WHERE e.id = $3 RETURNING id`;
const INSERT_PERIODS = `
  INSERT INTO switchback_period (switchback_id, position, from_at, to_at, is_on)
  SELECT $1, * FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::boolean[])`;
const SWITCHBACKS = `
  SELECT id, name, entry_point_id AS "entryPointId", region, kind, created_at AS "createdAt" FROM switchback
  WHERE $1::uuid IS NULL OR id = $1 ORDER BY id DESC LIMIT 200`;
const PERIODS = `
  SELECT p.from_at AS "from", p.to_at AS "to", p.is_on AS "isOn", (
    SELECT count(*)::int FROM conversion_tally v LEFT JOIN entry_point e ON e.id = v.first_entry_point_id
    WHERE v.kind = s.kind AND v.at >= p.from_at AND v.at < p.to_at AND (v.amount = 0 OR v.amount > v.refunded)
      AND (s.region IS NULL OR e.region = s.region)) AS conversions
  FROM switchback s JOIN switchback_period p ON p.switchback_id = s.id WHERE s.id = $1 ORDER BY p.position`;

/** False where there is no such entry point. */
export async function insertSwitchback(
  tx: Transaction,
  row: SwitchbackRow & { seed: string },
  periods: readonly Period[],
): Promise<boolean> {
  const { id, name, entryPointId, region, kind, seed, createdAt } = row;
  if ((await tx.query(INSERT_SWITCHBACK, [id, name, entryPointId, region, kind, seed, createdAt])).length === 0)
    return false;
  const columns = [periods.map((each) => each.from), periods.map((each) => each.to), periods.map((each) => each.isOn)];
  await tx.query(INSERT_PERIODS, [id, periods.map((_, at) => at), ...columns]);
  return true;
}

export function findSwitchbacks(db: Queryable, id?: string): Promise<SwitchbackRow[]> {
  return db.query<SwitchbackRow>(SWITCHBACKS, [id ?? null]);
}

export function readPeriods(db: Queryable, id: string): Promise<(Period & { conversions: number })[]> {
  return db.query(PERIODS, [id]);
}
