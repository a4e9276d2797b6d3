import type { Part } from "../contract/index.ts";
import type { ConversationView, EventView, MessageView } from "../contract/api-conversations.ts";
import { windowState, type Grant } from "../corridor/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";

/** Which conversations to list; null asks for all. */
export interface ConversationFilter {
  owner: string | null;
  status: string | null;
  channelId: string | null;
  assigneeId: string | null;
  contactId: string | null;
}

/** The sort key of a list of conversations. */
export type ConversationKey = [lastMessageAt: string, id: string];

type Dated<View, Keys extends keyof View> = Omit<View, Keys> & {
  [Key in Keys]: View[Key] extends string ? Date : Date | null;
};
type ConversationRow = Omit<Dated<ConversationView, "lastMessageAt" | "createdAt">, "replyWindow"> & {
  grants: Grant[] | null;
  now: Date;
};

// Whether somebody waits is read off the last message: the one that nobody answered.
const CONVERSATION = `
  SELECT c.id, c.channel_id AS "channelId", ch.name AS "channelName", ch.adapter, c.place, c.kind, c.title, c.owner,
         c.assignee_id AS "assigneeId", s.name AS "assigneeName", c.status, c.language,
         c.last_message_at AS "lastMessageAt", c.last_message_text AS "lastMessageText", c.created_at AS "createdAt",
         CASE WHEN p.id IS NULL THEN NULL ELSE jsonb_build_object('id', p.id, 'name', p.name, 'stage', p.stage) END AS contact,
         coalesce((
           SELECT m.direction = 'in' AND m.answered_at IS NULL FROM message m
           WHERE m.conversation_id = c.id AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1
         ), false) AS waiting,
         w.grants, clock_timestamp() AS now
  FROM conversation c
  JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN contact p ON p.id = c.contact_id
  LEFT JOIN staff s ON s.id = c.assignee_id
  LEFT JOIN reply_window w ON w.conversation_id = c.id`;

const LIST = `${CONVERSATION}
  WHERE c.last_message_at IS NOT NULL
    AND ($1::text IS NULL OR c.owner = $1) AND ($2::text IS NULL OR c.status = $2)
    AND ($3::uuid IS NULL OR c.channel_id = $3) AND ($4::uuid IS NULL OR c.assignee_id = $4)
    AND ($5::uuid IS NULL OR c.contact_id = $5)
    AND ($6::timestamptz IS NULL OR (c.last_message_at, c.id) < ($6, $7::uuid))
  ORDER BY c.last_message_at DESC, c.id DESC LIMIT $8`;

const ONE = `${CONVERSATION} WHERE c.id = $1`;
const OF_CONTACT = `${CONVERSATION} WHERE c.contact_id = $1 ORDER BY c.last_message_at DESC NULLS LAST, c.id LIMIT 200`;

/** Conversations in which somebody wrote, the latest first. */
export async function listConversations(
  db: Queryable,
  filter: ConversationFilter,
  behind: ConversationKey | undefined,
  limit: number,
) {
  const { owner, status, channelId, assigneeId, contactId } = filter;
  const [at, id] = behind ?? [null, null];
  const rows = await db.query<ConversationRow>(LIST, [owner, status, channelId, assigneeId, contactId, at, id, limit]);
  return rows.map(conversationView);
}

export async function findConversation(db: Queryable, id: string): Promise<ConversationView | undefined> {
  const [row] = await db.query<ConversationRow>(ONE, [id]);
  return row && conversationView(row);
}

export async function conversationsOfContact(db: Queryable, contactId: string): Promise<ConversationView[]> {
  return (await db.query<ConversationRow>(OF_CONTACT, [contactId])).map(conversationView);
}

function conversationView({ grants, now, ...row }: ConversationRow): ConversationView {
  const window = grants && windowState(grants, now);
  const replyWindow = window && { ...window, until: window.until?.toISOString() ?? null };
  return {
    ...row,
    replyWindow,
    lastMessageAt: row.lastMessageAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

type MessageRow = Dated<MessageView, "sentAt" | "editedAt" | "deletedAt" | "answeredAt"> & { parts: Part[] };

const MESSAGE = `
  SELECT m.id, m.seq, m.direction, m.author, m.identity_id AS "identityId", coalesce(i.name, s.name) AS name,
         m.staff_id AS "staffId", m.external_id AS "externalId", m.parts, m.text, m.reply_to AS "replyTo", m.reactions,
         m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt", m.answered_at AS "answeredAt",
         m.delivery_state AS "deliveryState", d.id AS "deliveryId", d.error AS "deliveryError",
         coalesce(d.doubts > 0, false) AS "maybeTwice",
         (SELECT coalesce(jsonb_object_agg(md.ref, jsonb_build_object('id', md.id, 'state', md.state)), '{}')
          FROM jsonb_array_elements(m.parts) part
          JOIN media md ON md.channel_id = c.channel_id AND md.ref = part ->> 'ref') AS media
  FROM message m
  JOIN conversation c ON c.id = m.conversation_id
  LEFT JOIN identity i ON i.id = m.identity_id
  LEFT JOIN staff s ON s.id = m.staff_id
  LEFT JOIN delivery d ON d.message_id = m.id
  WHERE m.conversation_id = $1`;

const BEFORE = `${MESSAGE} AND ($2::int IS NULL OR m.seq < $2) ORDER BY m.seq DESC LIMIT $3`;
const AFTER = `${MESSAGE} AND m.seq > $2 ORDER BY m.seq LIMIT $3`;
const BY_IDS = `${MESSAGE} AND m.id = ANY ($2::uuid[]) ORDER BY m.seq`;

/** The messages before the number (the last ones without it), the nearest first. */
export async function messagesBefore(db: Queryable, conversationId: string, seq: number | undefined, limit: number) {
  return (await db.query<MessageRow>(BEFORE, [conversationId, seq ?? null, limit])).map(messageView);
}

export async function messagesAfter(db: Queryable, conversationId: string, seq: number, limit: number) {
  return (await db.query<MessageRow>(AFTER, [conversationId, seq, limit])).map(messageView);
}

export async function messagesByIds(db: Queryable, conversationId: string, ids: readonly string[]) {
  return (await db.query<MessageRow>(BY_IDS, [conversationId, ids])).map(messageView);
}

/** What somebody took back is not shown again; the ledger still has it. */
function messageView(row: MessageRow): MessageView {
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const times = { editedAt: iso(row.editedAt), deletedAt: iso(row.deletedAt), answeredAt: iso(row.answeredAt) };
  const view = { ...row, ...times, sentAt: row.sentAt.toISOString() };
  return row.deletedAt ? { ...view, parts: [], media: {}, text: "", reactions: {} } : view;
}

type EventRow = Dated<EventView, "sentAt" | "recordedAt">;

const EVENTS = `
  SELECT id, seq, type, external_id AS "externalId", target, identity_id AS "identityId", contact_id AS "contactId",
         payload, sent_at AS "sentAt", recorded_at AS "recordedAt"
  FROM event WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

/** The ledger from the number on. */
export async function eventsAfter(
  db: Queryable,
  conversationId: string,
  seq: number,
  limit: number,
): Promise<EventView[]> {
  const rows = await db.query<EventRow>(EVENTS, [conversationId, seq, limit]);
  return rows.map((row) => ({ ...row, sentAt: row.sentAt.toISOString(), recordedAt: row.recordedAt.toISOString() }));
}

/** What decides how a conversation may change. */
export interface ConversationState {
  owner: "bot" | "agent";
  status: string;
  assigneeId: string | null;
}

const LOCK = `SELECT owner, status, assignee_id AS "assigneeId" FROM conversation WHERE id = $1 FOR UPDATE`;

/** Locks the row until the transaction ends, as everything does that numbers events in it. */
export async function lockConversation(tx: Transaction, id: string): Promise<ConversationState | undefined> {
  const [row] = await tx.query<ConversationState>(LOCK, [id]);
  return row;
}

const SET = "UPDATE conversation SET owner = $2, assignee_id = $3, status = $4 WHERE id = $1";

export async function setConversation(
  tx: Transaction,
  id: string,
  { owner, assigneeId, status }: ConversationState,
): Promise<void> {
  await tx.query(SET, [id, owner, assigneeId, status]);
}

// Both in one update: else the bot would see its conversation back with old questions that the agent has dealt with.
const GIVE_BACK = "UPDATE conversation SET owner = 'bot', assignee_id = NULL, done_seq = in_seq WHERE id = $1";

export async function setGivenBack(tx: Transaction, id: string): Promise<void> {
  await tx.query(GIVE_BACK, [id]);
}

const STAFF = "SELECT id FROM staff WHERE id = $1 AND ended_at IS NULL AND role IN ('owner', 'admin', 'agent')";

/** Whether this is somebody of ours who can be given a conversation. */
export async function canHoldConversations(db: Queryable, staffId: string): Promise<boolean> {
  return (await db.query(STAFF, [staffId])).length > 0;
}
