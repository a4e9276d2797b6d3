/**
 * The names of the database's advisory locks, all on one page so that no two jobs wait for each other by accident.
 * They must never change: hubs of different versions share a database while it is upgraded.
 */
export const LOCKS = {
  /** Applying migrations. */
  migrations: 7_262_001,
  /** Held by the hub that owns an embedded database. */
  owner: 7_262_002,
  /** Recording; the shard is the second half of the name. */
  shards: 7_262_003,
  /** Shared by commands that visit an embedded database. */
  visitors: 7_262_004,
  /** Removing what has served its time. */
  tidy: 7_262_005,
  /** Appending to the audit's chain. */
  audit: 7_262_010,
  /** Claiming ownership. */
  claims: 7_262_011,
  /** Changing the knowledge base. */
  articles: 7_262_012,
  /** Training a model: one process at a time. */
  training: 7_262_013,
  /** Changing which model is live. */
  models: 7_262_014,
  /** Deciding who takes what was handed over. */
  handover: 7_262_030,
  /** Carrying messages across bridges, in their order. */
  relays: 7_262_031,
  /** Spending of the language model's budget. */
  budget: 7_262_015,
  /** Planning surveys. */
  voice: 7_262_031,
  /** Merging the counts of the reports, or making them anew. */
  counts: 7_262_020,
} as const;
