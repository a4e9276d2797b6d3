import { cleanText, type AdapterTools, type Cache, type Clock, type Files, type Log } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { indexKey } from "../lib/index-key.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";

export interface ToolParts {
  db: Database;
  vault: Vault;
  fetch: typeof fetch;
  log: Log;
  clock: Clock;
  publicUrl: () => URL;
}

/** What the hub lends to one channel's connection. */
export function createTools(parts: ToolParts, channelId: string): AdapterTools {
  return {
    channelId,
    fetch: parts.fetch,
    log: parts.log,
    clock: parts.clock,
    publicUrl: new URL(`webhooks/${channelId}/`, parts.publicUrl()),
    cache: createCache(parts, channelId),
    files: createFiles(parts.db, channelId),
  };
}

const READ = "SELECT value FROM cache_entry WHERE channel_id = $1 AND key = $2 AND expires_at > $3";
const WRITE = `
  INSERT INTO cache_entry (channel_id, key, value, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (channel_id, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;

/** Adapters name what they keep after what came from outside: a message's id, a person's. */
function createCache({ db, vault, clock }: ToolParts, channelId: string): Cache {
  const context = (key: string) => `cache ${channelId} ${key}`;
  const read = async (from: Pick<Database, "query">, key: string) => {
    const [row] = await from.query<{ value: Uint8Array }>(READ, [channelId, key, clock.now()]);
    return row && vault.open(row.value, context(key));
  };
  const write = async (to: Pick<Database, "query">, key: string, value: string, ttlMs: number) => {
    const expiresAt = new Date(clock.now().getTime() + ttlMs);
    await to.query(WRITE, [channelId, key, vault.seal(value, context(key)), expiresAt]);
  };
  const once = (key: string, ttlMs: number, make: () => Promise<string>) =>
    db.transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [context(key)]);
      const raced = await read(tx, key);
      if (raced !== undefined) return raced;
      const value = await make();
      await write(tx, key, value, ttlMs);
      return value;
    });
  return {
    get: (name) => read(db, indexKey(name)),
    set: (name, value, ttlMs) => write(db, indexKey(name), value, ttlMs),
    async once(name, ttlMs, make) {
      const key = indexKey(name);
      return (await read(db, key)) ?? once(key, ttlMs, make);
    },
  };
}

function createFiles(db: Database, channelId: string): Files {
  return {
    async put({ name, mimeType, bytes }) {
      const id = newId();
      await db.query("INSERT INTO stored_file (id, channel_id, name, mime_type, bytes) VALUES ($1, $2, $3, $4, $5)", [
        id,
        channelId,
        name,
        mimeType,
        Buffer.from(bytes),
      ]);
      return id;
    },
    async get(ref) {
      const [file] = await db.query<{ name: string; mimeType: string; bytes: Uint8Array }>(
        'SELECT name, mime_type AS "mimeType", bytes FROM stored_file WHERE id::text = $1 AND channel_id = $2',
        [cleanText(ref), channelId],
      );
      return file;
    },
  };
}
