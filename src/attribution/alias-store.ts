import type { Database } from "../store/index.ts";

/** A platform's own name for an entry point, on one channel. */
export interface Alias {
  channelId: string;
  alias: string;
  entryPointId: string;
  /** Where it is a link that the hub had made. */
  url: string | null;
}

export interface AliasStore {
  /** The link made for the entry point on this channel, if there is one. */
  link(channelId: string, entryPointId: string): Promise<string | undefined>;
  /** The first to name an entry point so keeps the name. */
  keep(alias: Alias): Promise<void>;
}

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
  };
}
