import type { Database } from "../store/index.ts";

/** A platform's own name for an entry point, on one channel. */
export interface Alias {
  channelId: string;
  alias: string;
  entryPointId: string;
  /** Where it is a link that the hub had made. */
  url: string | null;
}

export type AliasRow = Alias & { createdAt: Date };

export interface AliasStore {
  /** The link made for the entry point on this channel, if there is one. */
  link(channelId: string, entryPointId: string): Promise<string | undefined>;
  /** The first to name an entry point so keeps the name. */
  keep(alias: Alias): Promise<void>;
  list(entryPointId: string): Promise<AliasRow[]>;
  find(channelId: string, alias: string): Promise<AliasRow | undefined>;
  remove(alias: Omit<Alias, "url">): Promise<AliasRow | undefined>;
}

const COLUMNS = `channel_id AS "channelId", alias, entry_point_id AS "entryPointId", url, created_at AS "createdAt"`;
const LIST = `SELECT ${COLUMNS} FROM entry_alias WHERE entry_point_id = $1 ORDER BY created_at, channel_id, alias`;
const FIND = `SELECT ${COLUMNS} FROM entry_alias WHERE channel_id = $1 AND alias = $2`;
const REMOVE = `
  DELETE FROM entry_alias WHERE channel_id = $1 AND alias = $2 AND entry_point_id = $3 RETURNING ${COLUMNS}`;

const LINK = `
  SELECT url FROM entry_alias WHERE channel_id = $1 AND entry_point_id = $2 AND url IS NOT NULL
  ORDER BY created_at, alias LIMIT 1`;

const KEEP = `
  INSERT INTO entry_alias (channel_id, alias, entry_point_id, url) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

export function createAliasStore(db: Database): AliasStore {
  return {
    async link(channelId, entryPointId) {
      const [row] = await db.query<{ url: string }>(LINK, [channelId, entryPointId]);
      return row?.url;
    },
    async keep({ channelId, alias, entryPointId, url }) {
      await db.query(KEEP, [channelId, alias, entryPointId, url]);
    },
    list: (entryPointId) => db.query<AliasRow>(LIST, [entryPointId]),
    find: async (channelId, alias) => (await db.query<AliasRow>(FIND, [channelId, alias]))[0],
    async remove({ channelId, alias, entryPointId }) {
      return (await db.query<AliasRow>(REMOVE, [channelId, alias, entryPointId]))[0];
    },
  };
}
