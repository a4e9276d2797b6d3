import type { Queryable, Transaction } from "../../store/index.ts";

/** Everything that a person is here: contacts, accounts, and the conversations that are theirs alone. */
export interface Whole {
  contacts: string[];
  identities: string[];
  conversations: string[];
}

// With what they were before accounts were linked: contacts all of whose accounts are this person's now.
const CONTACTS = `
  WITH RECURSIVE part AS (
    SELECT id FROM contact WHERE id = $1
    UNION
    SELECT l.from_contact_id FROM part JOIN link l ON l.to_contact_id = part.id AND l.undone_at IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM identity i WHERE i.contact_id = l.from_contact_id)
  )
  SELECT c.id FROM part JOIN contact c ON c.id = part.id ORDER BY c.id`;
const IDENTITIES = "SELECT id FROM identity WHERE contact_id = ANY ($1::uuid[]) ORDER BY id";
const CONVERSATIONS = "SELECT id FROM conversation WHERE contact_id = ANY ($1::uuid[]) ORDER BY id";

/** `undefined` where there is nobody of this id. */
export async function findWhole(db: Queryable, contactId: string): Promise<Whole | undefined> {
  const ids = async (sql: string, value: unknown) => (await db.query<{ id: string }>(sql, [value])).map(({ id }) => id);
  const contacts = await ids(CONTACTS, contactId);
  if (contacts.length === 0) return undefined;
  return { contacts, identities: await ids(IDENTITIES, contacts), conversations: await ids(CONVERSATIONS, contacts) };
}

const WHO = "WITH who AS (SELECT $1::uuid[] AS contacts, $2::uuid[] AS identities, $3::uuid[] AS conversations)";
const among = (column: string, list: keyof Whole) => `${column} = ANY ((SELECT ${list} FROM who)::uuid[])`;
const valuesOf = ({ contacts, identities, conversations }: Whole) => [contacts, identities, conversations];

const THEIR_CONVERSIONS = `SELECT id FROM conversion WHERE ${among("contact_id", "contacts")}`;
const THEIR_EVENTS = `(${among("conversation_id", "conversations")} OR ${among("identity_id", "identities")} OR ${among("contact_id", "contacts")})`;
const THEIR_MESSAGES = `(${among("conversation_id", "conversations")} OR ${among("identity_id", "identities")})`;
// What they sent; and what we sent to them alone.
const THEIR_MEDIA = `
  SELECT DISTINCT media.id FROM message m
  JOIN conversation c ON c.id = m.conversation_id
  CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(m.parts) = 'array' THEN m.parts ELSE '[]' END) part
  JOIN media ON media.channel_id = c.channel_id AND media.ref = part ->> 'ref'
  WHERE (${among("m.conversation_id", "conversations")} OR ${among("m.identity_id", "identities")})
    AND (m.direction = 'in' OR NOT EXISTS (
      SELECT 1 FROM message o WHERE o.id <> m.id AND o.parts @> jsonb_build_array(jsonb_build_object('ref', media.ref))
        AND NOT ${among("o.conversation_id", "conversations")}))`;

const THEIR_BRIDGES = `SELECT id FROM bridge WHERE ${among("conversation_id", "conversations")}`;

/** By table: which rows are a person's. In the order in which they are told. */
const THEIRS: Readonly<Record<string, string>> = {
  contact: among("id", "contacts"),
  identity: among("contact_id", "contacts"),
  link: `(${among("identity_id", "identities")} OR ${among("from_contact_id", "contacts")} OR ${among("to_contact_id", "contacts")})`,
  conversation: among("contact_id", "contacts"),
  participant: `(${among("identity_id", "identities")} OR ${among("conversation_id", "conversations")})`,
  event: THEIR_EVENTS,
  message: THEIR_MESSAGES,
  note: among("conversation_id", "conversations"),
  conversation_label: among("conversation_id", "conversations"),
  conversation_read: among("conversation_id", "conversations"),
  scheduled_message: among("conversation_id", "conversations"),
  webhook_delivery: `(${among("subject_id", "contacts")} OR ${among("subject_id", "conversations")} OR subject_id IN (${THEIR_CONVERSIONS}))`,
  delivery: among("conversation_id", "conversations"),
  handover: among("conversation_id", "conversations"),
  bridge: among("conversation_id", "conversations"),
  bridge_message: `bridge_id IN (${THEIR_BRIDGES})`,
  relay: among("conversation_id", "conversations"),
  arrival: `id IN (SELECT arrival_id FROM event WHERE ${THEIR_EVENTS})`,
  answer_log: `(${among("conversation_id", "conversations")} OR event_id IN (SELECT id FROM event WHERE ${among("identity_id", "identities")}))`,
  correction: `(${among("conversation_id", "conversations")} OR event_id IN (SELECT id FROM event WHERE ${among("identity_id", "identities")}))`,
  suggestion: `(${among("conversation_id", "conversations")} OR event_id IN (SELECT id FROM event WHERE ${among("identity_id", "identities")}))`,
  media: `id IN (${THEIR_MEDIA})`,
  first_word: `(${among("identity_id", "identities")} OR ${among("conversation_id", "conversations")})`,
  reply_window: among("conversation_id", "conversations"),
  entry_point: among("contact_id", "contacts"),
  touch: among("contact_id", "contacts"),
  touch_candidate: `touch_id IN (SELECT id FROM touch WHERE ${among("contact_id", "contacts")})`,
  entry_landing: among("contact_id", "contacts"),
  stage_change: among("contact_id", "contacts"),
  stage_act: among("contact_id", "contacts"),
  conversion: among("contact_id", "contacts"),
  conversion_line: `conversion_id IN (${THEIR_CONVERSIONS})`,
  voucher: `(${among("contact_id", "contacts")} OR ${among("identity_id", "identities")})`,
  upload: `conversion_id IN (${THEIR_CONVERSIONS})`,
  consent: among("contact_id", "contacts"),
  holdout_member: among("contact_id", "contacts"),
  feedback: among("contact_id", "contacts"),
  feedback_wait: `event_id IN (SELECT id FROM event WHERE ${THEIR_EVENTS})`,
  feedback_correction: among("contact_id", "contacts"),
  voice_case: among("contact_id", "contacts"),
  voice_case_change: `case_id IN (SELECT id FROM voice_case WHERE ${among("contact_id", "contacts")})`,
  opportunity: among("contact_id", "contacts"),
  survey_ask: among("contact_id", "contacts"),
};
export const TOLD_TABLES: readonly string[] = Object.keys(THEIRS);

/** A person's rows in every table, as they stand. A file's bytes are fetched by its own address. */
export async function readPerson(db: Queryable, whole: Whole): Promise<Record<string, Record<string, never>[]>> {
  const tables: Record<string, Record<string, never>[]> = {};
  for (const [table, theirs] of Object.entries(THEIRS)) {
    const sql = `${WHO} SELECT to_jsonb(t) AS row FROM (SELECT * FROM ${table} WHERE ${theirs}) t`;
    tables[table] = (await db.query<{ row: Record<string, never> }>(sql, valuesOf(whole))).map(({ row }) => row);
  }
  return tables;
}

// ── Erasing ──

const remove = (table: string): [string, string] => [table, `DELETE FROM ${table} WHERE ${THEIRS[table]}`];
const DIGEST = "array_to_string((SELECT contacts || identities || conversations FROM who), '|')";

/** Before the room forgets its own rows: what those lead to. */
const BEFORE: readonly [string, string][] = [
  ...[
    "feedback",
    "feedback_wait",
    "feedback_correction",
    "voice_case_change",
    "voice_case",
    "opportunity",
    "survey_ask",
  ].map(remove),
  remove("upload"),
  // What was carried to an expert's own place stands there as a message of ours.
  [
    "message",
    `UPDATE message SET text = '', parts = '[]' WHERE id IN (SELECT message_id FROM bridge_message WHERE ${THEIRS["bridge_message"]})`,
  ],
  ...["bridge_message", "relay", "bridge", "handover"].map(remove),
  ["stored_file", `DELETE FROM stored_file WHERE id IN (SELECT stored_file_id FROM media WHERE ${THEIRS["media"]})`],
  remove("media"),
  // The row stays, so that the platform's second delivery is still known as one.
  ["arrival", `UPDATE arrival SET payload = 'null', state = 'ignored', reason = 'erased' WHERE ${THEIRS["arrival"]}`],
  remove("answer_log"),
  remove("correction"),
  remove("suggestion"),
  remove("delivery"),
  [
    "conversation",
    `UPDATE conversation c SET last_message_text = NULL
     WHERE c.id IN (SELECT conversation_id FROM message WHERE ${among("identity_id", "identities")})
       AND ${among("(SELECT m.identity_id FROM message m WHERE m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1)", "identities")}`,
  ],
  remove("message"),
  remove("note"),
  remove("conversation_label"),
  remove("conversation_read"),
  remove("scheduled_message"),
  remove("webhook_delivery"),
  ["desk_presence", `DELETE FROM desk_presence WHERE ${among("conversation_id", "conversations")}`],
  remove("event"),
  remove("participant"),
  remove("reply_window"),
  ["place_pace", `DELETE FROM place_pace WHERE ${among("conversation_id", "conversations")}`],
  ["entry_point", `UPDATE entry_point SET contact_id = NULL WHERE ${THEIRS["entry_point"]}`],
  remove("entry_landing"),
  remove("stage_act"),
  remove("consent"),
  remove("holdout_member"),
];

/** And after it: who they were. */
const AFTER: readonly [string, string][] = [
  remove("first_word"), // of whoever else spoke in a conversation of theirs
  [
    "cache_entry",
    `DELETE FROM cache_entry e USING identity i
     WHERE ${among("i.id", "identities")} AND e.channel_id = i.channel_id AND length(i.external_id) > 3 AND strpos(e.key, i.external_id) > 0`,
  ],
  ["idempotent_reply", `DELETE FROM idempotent_reply WHERE body::text ~ ${DIGEST}`],
  remove("link"),
  remove("identity"),
  ["conversation", `DELETE FROM conversation WHERE ${THEIRS["conversation"]}`],
  remove("contact"),
];
/** Emptied, and told to nobody: working rows, and counts that are made anew. */
export const ERASED_UNTOLD: readonly string[] = [
  ...[
    "stored_file",
    "place_pace",
    "desk_presence",
    "cache_entry",
    "idempotent_reply",
    "contact_tally",
    "conversion_tally",
  ],
];

/**
 * Takes a person out of every table. `forget` takes them out of the room's own rows and keeps their anonymous counts.
 * Resolves with how many rows went or were emptied.
 */
export async function erasePerson(
  tx: Transaction,
  whole: Whole,
  forget: (contactId: string) => Promise<void>,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  const run = async ([table, statement]: [string, string]) => {
    const sql = `${WHO}, gone AS (${statement} RETURNING 1) SELECT count(*)::int AS n FROM gone`;
    const [gone] = await tx.query<{ n: number }>(sql, valuesOf(whole));
    if (gone && gone.n > 0) rows[table] = (rows[table] ?? 0) + gone.n;
  };
  for (const step of BEFORE) await run(step);
  for (const contactId of whole.contacts) await forget(contactId);
  for (const step of AFTER) await run(step);
  return rows;
}

/** Nobody records meanwhile, or a message could arrive for somebody who is being taken out. */
export async function holdRecording(tx: Transaction, lock: number, shards: number): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1::int, s) FROM generate_series(0, $2::int - 1) s", [lock, shards]);
}

export async function lockWhole(tx: Transaction, { contacts, conversations }: Whole): Promise<void> {
  await tx.query("SELECT id FROM conversation WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE", [conversations]);
  await tx.query("SELECT id FROM contact WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE", [contacts]);
}
