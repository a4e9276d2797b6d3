import type { Queryable, Transaction } from "../../store/index.ts";
import type { TargetRow } from "./upload-store.ts";

const COLUMNS = `id, api, name, settings, enabled, kinds, created_at AS "createdAt"`;
const INSERT = `
  INSERT INTO upload_target (id, api, name, settings, enabled, kinds, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`;
const UPDATE =
  "UPDATE upload_target SET name = $2, settings = $3, enabled = $4, kinds = $5, updated_at = $6 WHERE id = $1";

/** All of them where no ids are given. */
export function findTargets(db: Queryable, ids?: readonly string[]): Promise<TargetRow[]> {
  const sql = `SELECT ${COLUMNS} FROM upload_target WHERE $1::uuid[] IS NULL OR id = ANY ($1) ORDER BY id`;
  return db.query<TargetRow>(sql, [ids ?? null]);
}

export async function lockTarget(tx: Transaction, id: string): Promise<TargetRow | undefined> {
  return (await tx.query<TargetRow>(`SELECT ${COLUMNS} FROM upload_target WHERE id = $1 FOR UPDATE`, [id]))[0];
}

export async function insertTarget(db: Queryable, row: TargetRow): Promise<void> {
  const { id, api, name, settings, enabled, kinds, createdAt } = row;
  await db.query(INSERT, [id, api, name, settings, enabled, kinds, createdAt]);
}

export async function updateTarget(tx: Transaction, row: TargetRow, now: Date): Promise<void> {
  await tx.query(UPDATE, [row.id, row.name, row.settings, row.enabled, row.kinds, now]);
}
