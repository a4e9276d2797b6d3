import type { Queryable, Transaction } from "../store/index.ts";
import { withSpent, type Grant } from "./reply-window.ts";

export interface StoredWindow {
  conversationId: string;
  grants: Grant[];
  heardAt: Date;
}

const READ = `
  SELECT conversation_id AS "conversationId", grants, heard_at AS "heardAt"
  FROM reply_window WHERE conversation_id = ANY ($1::uuid[])`;

const WRITE = `
  INSERT INTO reply_window (conversation_id, grants, heard_at)
  SELECT * FROM unnest($1::uuid[], $2::jsonb[], $3::timestamptz[])
  ON CONFLICT (conversation_id) DO UPDATE
  SET grants = excluded.grants, heard_at = greatest(reply_window.heard_at, excluded.heard_at)`;

/** @param lock until the transaction ends, in one order everywhere */
export async function readWindows(
  db: Queryable,
  conversationIds: readonly string[],
  lock = false,
): Promise<Map<string, StoredWindow>> {
  const sql = lock ? `${READ} ORDER BY conversation_id FOR UPDATE` : READ;
  const rows = await db.query<StoredWindow>(sql, [conversationIds]);
  return new Map(rows.map((row) => [row.conversationId, row]));
}

export async function writeWindows(tx: Transaction, windows: readonly StoredWindow[]): Promise<void> {
  const rows = [...windows].sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1));
  await tx.query(WRITE, [
    rows.map((row) => row.conversationId),
    rows.map((row) => JSON.stringify(row.grants)),
    rows.map((row) => row.heardAt),
  ]);
}

/** One message went out to the conversation's place. */
export async function spendWindow(tx: Transaction, conversationId: string, now: Date): Promise<void> {
  const window = (await readWindows(tx, [conversationId], true)).get(conversationId);
  if (window) await writeWindows(tx, [{ ...window, grants: withSpent(window.grants, now) }]);
}
