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
  { name: "label", key: ["id"] },
  { name: "conversation_label", key: ["conversation_id", "label_id"] },
  { name: "note", key: ["id"] },
  { name: "canned_reply", key: ["id"] },
  { name: "saved_view", key: ["id"] },
  { name: "conversation_read", key: ["staff_id", "conversation_id"] },
  { name: "organisation", key: ["id"] },
  { name: "team", key: ["id"] },
  { name: "team_member", key: ["team_id", "staff_id"] },
  { name: "expert", key: ["staff_id"] },
  { name: "handover_rule", key: ["id"] },
  { name: "handover_setting", key: ["id"] },
  { name: "handover", key: ["id"] },
  { name: "staff_place", key: ["id"] },
  { name: "bridge", key: ["id"] },
  { name: "bridge_message", key: ["message_id"] },
  { name: "stored_file", key: ["id"], batch: 4 },
  { name: "media", key: ["id"] },
  { name: "entry_point", key: ["id"] },
  { name: "entry_alias", key: ["channel_id", "alias"] },
  { name: "cost", key: ["id"] },
  { name: "hit", key: ["id"] },
  { name: "touch", key: ["id"] },
  { name: "touch_candidate", key: ["touch_id", "alias"] },
  { name: "entry_landing", key: ["contact_id", "entry_point_id"] },
  { name: "stage_rule", key: ["id"] },
  { name: "stage_change", key: ["id"] },
  { name: "stage_act", key: ["rule_id", "contact_id"] },
  { name: "conversion", key: ["id"] },
  { name: "conversion_line", key: ["conversion_id", "position"] },
  { name: "conversion_kind", key: ["kind"] },
  { name: "voucher", key: ["code"] },
  { name: "first_word", key: ["conversation_id", "identity_id"] },
  { name: "erased_people", key: ["id"] },
  { name: "erased_sale", key: ["id"] },
  { name: "report_setting", key: ["id"] },
  { name: "model_run", key: ["id"] },
  { name: "consent", key: ["id"] },
  { name: "privacy_setting", key: ["id"] },
  { name: "advice", key: ["id"] },
  { name: "advice_score", key: ["id"] },
  { name: "advice_decision", key: ["id"] },
  { name: "holdout", key: ["id"] },
  { name: "holdout_member", key: ["holdout_id", "contact_id"] },
  { name: "switchback", key: ["id"] },
  { name: "switchback_period", key: ["switchback_id", "position"] },
  { name: "article", key: ["id"] },
  { name: "article_text", key: ["article_id", "language"] },
  { name: "phrasing", key: ["id"] },
  { name: "article_version", key: ["id"] },
  { name: "answer_log", key: ["id"] },
  { name: "answer_settings", key: ["id"] },
  { name: "correction", key: ["id"] },
  { name: "golden_question", key: ["id"] },
  { name: "suggestion", key: ["id"] },
  { name: "dismissed_question", key: ["key"] },
  { name: "document", key: ["id"] },
  { name: "document_version", key: ["id"], batch: 4 },
  { name: "passage", key: ["id"] },
  { name: "document_change", key: ["id"] },
  { name: "quote_settings", key: ["id"] },
  { name: "language_model_settings", key: ["id"], without: ["key"] },
  { name: "feedback", key: ["id"] },
  { name: "feedback_wait", key: ["event_id"] },
  { name: "feedback_correction", key: ["id"] },
  { name: "voice_topic", key: ["id"] },
  { name: "voice_case", key: ["id"] },
  { name: "voice_case_change", key: ["id"] },
  { name: "opportunity_rule", key: ["id"] },
  { name: "opportunity", key: ["id"] },
  { name: "survey", key: ["id"] },
  { name: "survey_ask", key: ["id"] },
  { name: "voice_setting", key: ["id"] },
  { name: "audit", key: ["seq"], proof: "hash" },
];

/** Tables of the hub that no dump holds; a new table must be put into one of the two lists. */
export const NOT_DUMPED: readonly string[] = [
  "api_token",
  "arrival",
  "cache_entry",
  "claim",
  "contact_tally", // derived: the hub counts anew where there are people and no counts
  "conversion_tally",
  "credential",
  "delivery",
  "desk_presence",
  "hub_process",
  "idempotent_reply",
  "identity_provider",
  "language_model_call", // what this hub spent
  "model_version", // derived: the hub trains anew where there are articles and no model
  "people_count",
  "place_code",
  "place_pace",
  "rate_bucket",
  "recovery_code",
  "relay", // it would be carried from both
  "reply_window",
  "sale_count",
  "scheduled_message", // it would be sent from both
  "session",
  "sign_in_pace",
  "staff_link",
  "upload", // what was told, and what waits to be
  "upload_target", // its settings are sealed
  "webhook", // its secret is sealed
  "webhook_delivery",
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
