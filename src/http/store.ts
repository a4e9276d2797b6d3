import type { Queryable } from "../store/index.ts";

/** 0 while the first request is still being worked on. `body` is the exact text that was sent. */
export interface StoredReply {
  fingerprint: string;
  status: number;
  body: string | null;
}

export interface ReplyKey {
  asker: string;
  key: string;
}

/**
 * Takes the key for one request. False when it is another's: finished and not older than `keptSince`, or being worked
 * on and not older than `workingSince` (its process would have answered by then).
 */
export async function takeReplyKey(
  db: Queryable,
  { asker, key }: ReplyKey,
  fingerprint: string,
  { now, keptSince, workingSince }: { now: Date; keptSince: Date; workingSince: Date },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO idempotent_reply AS r (asker, key, fingerprint, status, body, created_at)
     VALUES ($1, $2, $3, 0, NULL, $4)
     ON CONFLICT (asker, key) DO UPDATE
       SET fingerprint = excluded.fingerprint, status = 0, body = NULL, created_at = excluded.created_at
       WHERE r.created_at < $5 OR (r.status = 0 AND r.created_at < $6)
     RETURNING 1`,
    [asker, key, fingerprint, now, keptSince, workingSince],
  );
  return rows.length > 0;
}

export async function findReply(db: Queryable, { asker, key }: ReplyKey): Promise<StoredReply | undefined> {
  const rows = await db.query<StoredReply>(
    "SELECT fingerprint, status, body FROM idempotent_reply WHERE asker = $1 AND key = $2",
    [asker, key],
  );
  return rows[0];
}

/** `takenAt` fences: a request that was given up for lost cannot write over its successor. */
export async function keepReply(
  db: Queryable,
  { asker, key }: ReplyKey,
  takenAt: Date,
  { status, body }: { status: number; body: string | null },
): Promise<void> {
  await db.query(
    "UPDATE idempotent_reply SET status = $4, body = $5 WHERE asker = $1 AND key = $2 AND created_at = $3 AND status = 0",
    [asker, key, takenAt, status, body === null ? null : JSON.stringify(body)],
  );
}

export async function freeReplyKey(db: Queryable, { asker, key }: ReplyKey, takenAt: Date): Promise<void> {
  await db.query("DELETE FROM idempotent_reply WHERE asker = $1 AND key = $2 AND created_at = $3 AND status = 0", [
    asker,
    key,
    takenAt,
  ]);
}

export async function deleteRepliesBefore(db: Queryable, moment: Date): Promise<number> {
  const rows = await db.query("DELETE FROM idempotent_reply WHERE created_at < $1 RETURNING 1", [moment]);
  return rows.length;
}
