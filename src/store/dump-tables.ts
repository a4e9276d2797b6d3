import type pg from "pg";

/** A table as it stands in a dump. */
export interface DumpTable {
  name: string;
  /** Of the primary key. */
  key: readonly string[];
  /** Columns that belong to a running hub or to one machine, and stay behind. */
  without?: readonly string[];
  /** Rows with the same key must agree in this column, or they are not the same rows. */
  proof?: string;
  /** How many rows to fetch at a time, where they are large. */
  batch?: number;
}

/**
 * What belongs to the organisation, in an order in which each row finds what it refers to. Left behind are tokens and claims
 * (a copy of a dump must open nothing), what waits to be recorded or sent, and what a hub keeps for its own running.
 */
export const DUMP_TABLES: readonly DumpTable[] = [
  { name: "staff", key: ["id"] },
  { name: "channel", key: ["id"], without: ["settings", "last_inbound_at", "last_error", "last_error_at"] },
  { name: "contact", key: ["id"] },
  { name: "identity", key: ["id"] },
  { name: "link", key: ["id"] },
  { name: "conversation", key: ["id"], without: ["lease_hub", "lease_until", "fence"] },
  { name: "participant", key: ["conversation_id", "identity_id"] },
  { name: "event", key: ["id"] },
  { name: "message", key: ["id"] },
  { name: "stored_file", key: ["id"], batch: 4 },
  { name: "media", key: ["id"] },
  { name: "entry_point", key: ["id"] },
  { name: "entry_alias", key: ["channel_id", "alias"] },
  { name: "cost", key: ["id"] },
  { name: "hit", key: ["id"] },
  { name: "touch", key: ["id"] },
  { name: "touch_candidate", key: ["touch_id", "alias"] },
  { name: "stage_change", key: ["id"] },
  { name: "conversion", key: ["id"] },
  { name: "article", key: ["id"] },
  { name: "article_text", key: ["article_id", "language"] },
  { name: "phrasing", key: ["id"] },
  { name: "answer_log", key: ["id"] },
  { name: "audit", key: ["seq"], proof: "hash" },
];

/** Tables of the hub that no dump holds; a new table must be put into one of the two lists. */
export const NOT_DUMPED: readonly string[] = [
  "api_token",
  "arrival",
  "cache_entry",
  "claim",
  "delivery",
  "hub_process",
  "idempotent_reply",
  "place_pace",
  "rate_bucket",
  "reply_window",
  "_prisma_migrations",
];

/** The tables' columns as they are in this database, in their order. */
export async function readColumns(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT table_name AS table, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY 1`,
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** What makes the values' text the same everywhere, and lets the transaction wait for a slow reader. */
export const PLAIN_SESSION =
  "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET idle_in_transaction_session_timeout = 0";
