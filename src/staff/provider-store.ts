import type { Role } from "../contract/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";

export interface ProviderRow {
  name: string;
  issuer: string;
  clientId: string;
  secret: Uint8Array;
  newRole: Role | null;
  updatedAt: Date;
}

/** There is one at most. */
const ID = "main";

export async function findProvider(db: Queryable): Promise<ProviderRow | undefined> {
  const rows = await db.query<ProviderRow>(
    `SELECT name, issuer, client_id AS "clientId", secret, new_role AS "newRole", updated_at AS "updatedAt"
     FROM identity_provider WHERE id = $1`,
    [ID],
  );
  return rows[0];
}

export async function writeProvider(tx: Transaction, row: ProviderRow): Promise<void> {
  await tx.query(
    `INSERT INTO identity_provider (id, name, issuer, client_id, secret, new_role, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
       secret = excluded.secret, new_role = excluded.new_role, updated_at = excluded.updated_at`,
    [ID, row.name, row.issuer, row.clientId, row.secret, row.newRole, row.updatedAt],
  );
}

export async function deleteProvider(tx: Transaction): Promise<boolean> {
  return (await tx.query("DELETE FROM identity_provider WHERE id = $1 RETURNING 1", [ID])).length > 0;
}
