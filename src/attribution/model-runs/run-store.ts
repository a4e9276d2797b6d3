import type { Dimension } from "../../contract/api-reports.ts";
import type { Queryable, Transaction } from "../../store/index.ts";
import type { Model } from "../models/index.ts";

export interface RunRow {
  id: string;
  batchId: string;
  staffId: string | null;
  model: Model;
  version: number;
  kind: string;
  currency: string;
  from: Date | null;
  to: Date;
  windowDays: number;
  unit: Dimension;
  inputHash: string;
  result: unknown;
  createdAt: Date;
}

const INSERT = `
  INSERT INTO model_run (id, batch_id, staff_id, model, version, kind, currency, from_at, to_at, window_days, unit, input_hash, result, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;
const HEAD = `id, batch_id AS "batchId", staff_id AS "staffId", model, version, kind, currency, from_at AS "from", to_at AS "to",
  window_days AS "windowDays", unit, input_hash AS "inputHash", created_at AS "createdAt"`;
const LIST = `
  SELECT ${HEAD} FROM model_run
  WHERE ($1::text IS NULL OR model = $1) AND ($2::text IS NULL OR kind = $2) AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`;

/** Runs are appended, and nothing changes them. */
export async function insertRuns(tx: Transaction, rows: readonly RunRow[]): Promise<void> {
  for (const row of rows) {
    const { id, batchId, staffId, model, version, kind, currency, from, to, windowDays, unit, inputHash } = row;
    const values = [id, batchId, staffId, model, version, kind, currency, from, to, windowDays, unit, inputHash];
    await tx.query(INSERT, [...values, JSON.stringify(row.result), row.createdAt]);
  }
}

export function listRuns(
  db: Queryable,
  {
    model,
    kind,
    after,
    take,
  }: { model: string | undefined; kind: string | undefined; after: string | undefined; take: number },
): Promise<Omit<RunRow, "result">[]> {
  return db.query(LIST, [model ?? null, kind ?? null, after ?? null, take]);
}

export async function findRun(db: Queryable, id: string): Promise<RunRow | undefined> {
  return (await db.query<RunRow>(`SELECT ${HEAD}, result FROM model_run WHERE id = $1`, [id]))[0];
}

export function findBatch(db: Queryable, batchId: string): Promise<RunRow[]> {
  return db.query<RunRow>(`SELECT ${HEAD}, result FROM model_run WHERE batch_id = $1 ORDER BY id`, [batchId]);
}
