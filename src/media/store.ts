import type { FileKind } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Queryable, Transaction } from "../store/index.ts";

/** A file that a message refers to. */
export interface Reference {
  channelId: string;
  ref: string;
  kind: FileKind;
  name: string | null;
}

export interface ClaimedMedia extends Reference {
  id: string;
  attempts: number;
}

const UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

// What the hub itself keeps for the channel (the website chat's files) is there already.
const NOTE = `
  INSERT INTO media (id, channel_id, ref, kind, name, state, stored_file_id)
  SELECT t.id, t.channel_id, t.ref, t.kind, t.name, CASE WHEN f.id IS NULL THEN 'waiting' ELSE 'kept' END, f.id
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) AS t (id, channel_id, ref, kind, name)
  LEFT JOIN stored_file f ON f.id = CASE WHEN t.ref ~ '${UUID}' THEN t.ref::uuid END AND f.channel_id = t.channel_id
  ON CONFLICT (channel_id, ref) DO NOTHING`;

export async function noteMedia(tx: Transaction, references: readonly Reference[]): Promise<void> {
  await tx.query(NOTE, [
    references.map(() => newId()),
    references.map((each) => each.channelId),
    references.map((each) => each.ref),
    references.map((each) => each.kind),
    references.map((each) => each.name),
  ]);
}

// The lease is the time of the next attempt: a process that dies leaves the file due again.
const CLAIM = `
  UPDATE media m SET attempts = m.attempts + 1, due_at = $1::timestamptz + $2 * interval '1 ms'
  FROM (
    SELECT id FROM media WHERE state = 'waiting' AND due_at <= $1 AND channel_id = ANY ($3::uuid[])
    ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
  ) t WHERE m.id = t.id
  RETURNING m.id, m.channel_id AS "channelId", m.ref, m.kind, m.name, m.attempts`;

export function claimMedia(
  db: Queryable,
  { now, leaseMs, channelIds, limit }: { now: Date; leaseMs: number; channelIds: readonly string[]; limit: number },
): Promise<ClaimedMedia[]> {
  return db.query(CLAIM, [now, leaseMs, channelIds, limit]);
}

const STORE = "INSERT INTO stored_file (id, channel_id, name, mime_type, bytes) VALUES ($1, $2, $3, $4, $5)";
const KEEP = "UPDATE media SET state = 'kept', stored_file_id = $2, reason = NULL WHERE id = $1 AND state = 'waiting'";

/** Keeps the bytes; of two processes that fetched the same file, the first does. */
export async function keepMedia(
  db: Database,
  media: ClaimedMedia,
  file: { name: string; mimeType: string; bytes: Uint8Array },
): Promise<void> {
  await db.transaction(async (tx) => {
    const [waiting] = await tx.query("SELECT 1 FROM media WHERE id = $1 AND state = 'waiting' FOR UPDATE", [media.id]);
    if (!waiting) return;
    const fileId = newId();
    await tx.query(STORE, [fileId, media.channelId, file.name, file.mimeType, Buffer.from(file.bytes)]);
    await tx.query(KEEP, [media.id, fileId]);
  });
}

const REFUSE = "UPDATE media SET state = 'refused', reason = $2 WHERE id = $1 AND state = 'waiting'";
const LATER = "UPDATE media SET due_at = $2, reason = $3 WHERE id = $1 AND state = 'waiting'";

export async function refuseMedia(db: Queryable, id: string, reason: string): Promise<void> {
  await db.query(REFUSE, [id, reason]);
}

export async function postponeMedia(db: Queryable, id: string, dueAt: Date, reason: string): Promise<void> {
  await db.query(LATER, [id, dueAt, reason]);
}

/** How it stands with a file. */
export interface MediaRow {
  id: string;
  channelId: string;
  ref: string;
  kind: FileKind;
  state: "waiting" | "kept" | "refused";
  reason: string | null;
  name: string | null;
  mimeType: string | null;
  size: number | null;
}

const COLUMNS = `m.id, m.channel_id AS "channelId", m.ref, m.kind, m.state, m.reason, coalesce(f.name, m.name) AS name,
  f.mime_type AS "mimeType", octet_length(f.bytes) AS size`;

/** What is known of the files that these references name. */
export function findMedia(db: Queryable, channelId: string, refs: readonly string[]): Promise<MediaRow[]> {
  return db.query(
    `SELECT ${COLUMNS} FROM media m LEFT JOIN stored_file f ON f.id = m.stored_file_id
     WHERE m.channel_id = $1 AND m.ref = ANY ($2::text[])`,
    [channelId, refs],
  );
}

export async function readMedia(
  db: Queryable,
  id: string,
): Promise<(MediaRow & { bytes: Uint8Array | null }) | undefined> {
  const [row] = await db.query<MediaRow & { bytes: Uint8Array | null }>(
    `SELECT ${COLUMNS}, f.bytes FROM media m LEFT JOIN stored_file f ON f.id = m.stored_file_id WHERE m.id = $1`,
    [id],
  );
  return row;
}

const AGAIN =
  "UPDATE media SET state = 'waiting', attempts = 0, due_at = $2, reason = NULL WHERE id = $1 AND state = 'refused'";

/** Tries a refused file once more. */
export async function retryMedia(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query(AGAIN, [id, now]);
}

const UPLOADED = `
  INSERT INTO media (id, channel_id, ref, kind, name, state, stored_file_id)
  VALUES ($1, $2, $3::uuid::text, $4, $5, 'kept', $3::uuid)`;

/** A file of ours, to be sent. Its id is the reference that an outgoing part carries. */
export function storeUpload(
  db: Database,
  file: { channelId: string; kind: FileKind; name: string; mimeType: string; bytes: Uint8Array },
): Promise<string> {
  return db.transaction(async (tx) => {
    const id = newId();
    await tx.query(STORE, [id, file.channelId, file.name, file.mimeType, Buffer.from(file.bytes)]);
    await tx.query(UPLOADED, [newId(), file.channelId, id, file.kind, file.name]);
    return id;
  });
}
