import type { Queryable } from "../store/index.ts";

/** Counts a try, unless the one before makes it wait. */
export async function takeTry(
  db: Queryable,
  key: string,
  now: Date,
  { free, firstMs, mostMs, forgetMs }: { free: number; firstMs: number; mostMs: number; forgetMs: number },
): Promise<{ failures: number } | { freeAt: Date }> {
  const rows = await db.query<{ failures: number }>(
    `INSERT INTO sign_in_pace AS p (key, failures, at, free_at) VALUES ($1, 1, $2, $2)
     ON CONFLICT (key) DO UPDATE SET
       failures = CASE WHEN p.at < $3 THEN 1 ELSE p.failures + 1 END,
       at = excluded.at,
       free_at = excluded.at + CASE WHEN p.at < $3 OR p.failures + 1 < $4::int THEN interval '0'
         ELSE interval '1 ms' * least($6::float8, $5::float8 * 2 ^ least(p.failures + 1 - $4::int, 30)) END
     WHERE p.free_at <= excluded.at
     RETURNING failures`,
    [key, now, new Date(now.getTime() - forgetMs), free, firstMs, mostMs],
  );
  if (rows[0]) return rows[0];
  const waiting = await db.query<{ freeAt: Date }>(`SELECT free_at AS "freeAt" FROM sign_in_pace WHERE key = $1`, [
    key,
  ]);
  return waiting[0] ?? { freeAt: now }; // forgiven meanwhile: the next try is free
}

export async function forgetTries(db: Queryable, key: string): Promise<void> {
  await db.query("DELETE FROM sign_in_pace WHERE key = $1", [key]);
}

export async function giveBackTry(db: Queryable, key: string, now: Date): Promise<void> {
  await db.query(
    "UPDATE sign_in_pace SET failures = greatest(failures - 1, 0), free_at = least(free_at, $2) WHERE key = $1",
    [key, now],
  );
}
