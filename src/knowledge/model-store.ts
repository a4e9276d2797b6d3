import type { ModelView } from "../contract/api-learning.ts";
import { NotFound } from "../contract/index.ts";
import { LOCKS } from "../lib/locks.ts";
import type { Database, Queryable } from "../store/index.ts";

export type Figures = ModelView["figures"];

interface NewModel {
  id: string;
  madeAt: Date;
  inputsHash: string;
  figures: Figures;
  /** Why it is not promoted; null where it may be. */
  reason: string | null;
  bytes: Uint8Array;
}

/** A slice of a model: read in one piece, a large one would hold up everything else for the time that its bytes take to decode. */
const SLICE = 1 << 20;
/** Besides the live one, so many stay to go back to. */
const KEPT = 5;

export async function addModel(db: Queryable, model: NewModel): Promise<void> {
  await db.query(
    `INSERT INTO model_version (id, made_at, inputs_hash, figures, state, reason, bytes) VALUES ($1, $2, $3, $4, 'candidate', $5, $6)`,
    [model.id, model.madeAt, model.inputsHash, JSON.stringify(model.figures), model.reason, Buffer.from(model.bytes)],
  );
  await db.query(
    `DELETE FROM model_version WHERE state <> 'live' AND id NOT IN
       (SELECT id FROM model_version WHERE state <> 'live' ORDER BY id DESC LIMIT $1)`,
    [KEPT],
  );
}

/** The hash of the inputs of the model made last, whatever became of it. */
export async function lastInputs(db: Queryable): Promise<string | null> {
  const [row] = await db.query<{ hash: string }>(
    "SELECT inputs_hash AS hash FROM model_version ORDER BY id DESC LIMIT 1",
  );
  return row?.hash ?? null;
}

/** Makes a model the live one; the former one can be taken back. @throws NotFound */
export async function promoteModel(
  db: Database,
  id: string,
  { by, at, reason }: { by: string; at: Date; reason: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCKS.models]);
    const known = await tx.query("SELECT FROM model_version WHERE id = $1", [id]);
    if (known.length === 0)
      throw new NotFound("There is no such model. The oldest ones are removed; list the models again.");
    await tx.query("UPDATE model_version SET state = 'retired', reason = $2 WHERE state = 'live' AND id <> $1", [
      id,
      reason,
    ]);
    await tx.query(
      `UPDATE model_version SET state = 'live', reason = NULL, promoted_at = $2, promoted_by = $3 WHERE id = $1 AND state <> 'live'`,
      [id, at, by],
    );
  });
}

/** @throws NotFound when it was removed meanwhile. */
export async function readModel(db: Queryable, id: string): Promise<Uint8Array> {
  const [row] = await db.query<{ size: number }>(
    "SELECT octet_length(bytes) AS size FROM model_version WHERE id = $1",
    [id],
  );
  if (!row) throw new NotFound("The model was removed meanwhile.");
  const bytes = new Uint8Array(row.size);
  for (let at = 0; at < row.size; at += SLICE) {
    const [slice] = await db.query<{ part: Buffer }>(
      "SELECT substring(bytes FROM $2 FOR $3) AS part FROM model_version WHERE id = $1",
      [id, at + 1, SLICE],
    );
    if (!slice) throw new NotFound("The model was removed meanwhile.");
    bytes.set(slice.part, at);
  }
  return bytes;
}

interface ModelRow {
  id: string;
  madeAt: Date;
  figures: Figures;
  state: ModelView["state"];
  reason: string | null;
  promotedAt: Date | null;
  promotedBy: string | null;
  bytes: number;
}

/** Newest first. */
export async function listModels(db: Queryable): Promise<ModelView[]> {
  const rows = await db.query<ModelRow>(
    `SELECT id, made_at AS "madeAt", figures, state, reason, promoted_at AS "promotedAt", promoted_by AS "promotedBy",
            octet_length(bytes) AS bytes
     FROM model_version ORDER BY id DESC`,
  );
  return rows.map(({ madeAt, promotedAt, ...row }) => ({
    ...row,
    madeAt: madeAt.toISOString(),
    promotedAt: promotedAt?.toISOString() ?? null,
  }));
}
