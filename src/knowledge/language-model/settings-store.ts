import type { LanguageModelCallView, LanguageModelSettings } from "../../contract/api-language-model.ts";
import { newId } from "../../lib/ids.ts";
import { LOCKS } from "../../lib/locks.ts";
import type { Database, Queryable, Transaction } from "../../store/index.ts";

export interface SettingsRow {
  settings: LanguageModelSettings;
  /** Sealed. */
  key: Uint8Array | null;
  updatedAt: Date;
}

export async function readSettingsRow(db: Queryable, { lock = false } = {}): Promise<SettingsRow | undefined> {
  const [row] = await db.query<{ settings: LanguageModelSettings; key: Buffer | null; updated_at: Date }>(
    `SELECT settings, key, updated_at FROM language_model_settings WHERE id = 1${lock ? " FOR UPDATE" : ""}`,
  );
  return row && { settings: row.settings, key: row.key, updatedAt: row.updated_at };
}

export async function writeSettingsRow(
  tx: Transaction,
  { settings, key, by, at }: { settings: LanguageModelSettings; key: Uint8Array | null; by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO language_model_settings (id, settings, key, updated_at, updated_by) VALUES (1, $1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, key = excluded.key, updated_at = excluded.updated_at,
       updated_by = excluded.updated_by`,
    [JSON.stringify(settings), key && Buffer.from(key), at, by],
  );
}

interface Spent {
  calls: number;
  tokens: number;
  cost: number;
}

const DAY_MS = 86_400_000;

export async function spentIn(db: Queryable, now: Date): Promise<Spent> {
  const [row] = await db.query<Spent>(
    `SELECT count(*)::int AS calls, coalesce(sum(input_tokens + output_tokens), 0)::int8::float8 AS tokens,
       coalesce(sum(cost), 0)::float8 AS cost
     FROM language_model_call WHERE at > $1`,
    [new Date(now.getTime() - DAY_MS)],
  );
  return row!;
}

interface NewCall {
  purpose: LanguageModelCallView["purpose"];
  model: string;
  inputTokens: number;
  outputTokens: number;
  cost: number;
}

/**
 * Sets the estimate aside before it is spent, one after another, so that many questions at once stay within the budget.
 * `undefined` where it would not.
 */
export async function reserve(
  db: Database,
  call: NewCall,
  { dailyTokens, dailyCost }: LanguageModelSettings,
  at: Date,
): Promise<string | undefined> {
  return db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCKS.budget]);
    const spent = await spentIn(tx, at);
    const tokens = spent.tokens + call.inputTokens + call.outputTokens;
    if (tokens > dailyTokens || (dailyCost !== null && spent.cost + call.cost > dailyCost)) return undefined;
    const id = newId();
    await tx.query(
      `INSERT INTO language_model_call (id, purpose, model, input_tokens, output_tokens, cost, verdict, at)
       VALUES ($1, $2, $3, $4, $5, $6, 'asking', $7)`,
      [id, call.purpose, call.model, call.inputTokens, call.outputTokens, call.cost, at],
    );
    return id;
  });
}

interface Settled {
  id: string;
  /** As the service counted; `undefined` keeps the estimate. */
  usage: { inputTokens: number; outputTokens: number; cost: number } | undefined;
  ms: number;
  verdict: LanguageModelCallView["verdict"];
  reason: string | null;
}

export async function settle(db: Queryable, { id, usage, ms, verdict, reason }: Settled): Promise<void> {
  await db.query(
    `UPDATE language_model_call SET input_tokens = coalesce($2, input_tokens), output_tokens = coalesce($3, output_tokens),
       cost = coalesce($4, cost), ms = $5, verdict = $6, reason = $7 WHERE id = $1`,
    [id, usage?.inputTokens ?? null, usage?.outputTokens ?? null, usage?.cost ?? null, Math.round(ms), verdict, reason],
  );
}

/** Newest first. */
export async function listCalls(
  db: Queryable,
  { verdict, cursor, limit }: { verdict?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<LanguageModelCallView[]> {
  const rows = await db.query<Omit<LanguageModelCallView, "at"> & { at: Date }>(
    `SELECT id, purpose, model, input_tokens AS "inputTokens", output_tokens AS "outputTokens", cost, ms, verdict, reason, at
     FROM language_model_call WHERE ($1::text IS NULL OR verdict = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [verdict ?? null, cursor ?? null, limit],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}
