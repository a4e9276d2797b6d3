import type { Part } from "../contract/index.ts";
import type { ConversationView, EventView, MessageView } from "../contract/api-conversations.ts";
import { windowState, type Grant } from "../corridor/index.ts";
import type { Queryable, Transaction } from "../store/index.ts";

type Dated<View, Keys extends keyof View> = Omit<View, Keys> & {
  [Key in Keys]: View[Key] extends string ? Date : Date | null;
};
type ConversationRow = Omit<Dated<ConversationView, "lastMessageAt" | "createdAt" | "snoozedUntil">, "replyWindow"> & {
  grants: Grant[] | null;
  now: Date;
};

// Whether somebody waits is read off the last message: the one that nobody answered.
// $1 is who looks. Somebody's first look at a conversation finds all of it unread, up to 99.
const CONVERSATION = `
  SELECT c.id, c.channel_id AS "channelId", ch.name AS "channelName", ch.adapter, c.place, c.kind, c.title, c.owner,
         c.assignee_id AS "assigneeId", s.name AS "assigneeName", c.status, c.language,
         c.last_message_at AS "lastMessageAt", c.last_message_text AS "lastMessageText", c.created_at AS "createdAt",
         CASE WHEN p.id IS NULL THEN NULL ELSE jsonb_build_object('id', p.id, 'name', p.name, 'stage', p.stage) END AS contact,
         coalesce((
           SELECT m.direction = 'in' AND m.answered_at IS NULL FROM message m
           WHERE m.conversation_id = c.id AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1
         ), false) AS waiting,
         CASE WHEN $1::uuid IS NULL OR c.in_seq <= coalesce(r.seq, 0) THEN 0 ELSE (
           SELECT count(*)::int FROM (
             SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.seq > coalesce(r.seq, 0) AND m.direction = 'in' LIMIT 99
           ) fresh) END AS unread,
         coalesce((
           SELECT jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'nameZh', l.name_zh, 'colour', l.colour) ORDER BY l.name)
           FROM conversation_label cl JOIN label l ON l.id = cl.label_id WHERE cl.conversation_id = c.id
         ), '[]') AS labels,
         (SELECT jsonb_build_object('id', e.id, 'name', e.name, 'medium', e.medium)
          FROM touch t JOIN entry_point e ON e.id = t.entry_point_id WHERE t.id = p.first_touch_id) AS source,
         CASE WHEN c.status = 'snoozed' THEN c.snoozed_until END AS "snoozedUntil",
         w.grants, clock_timestamp() AS now
  FROM conversation c
  JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN contact p ON p.id = c.contact_id
  LEFT JOIN staff s ON s.id = c.assignee_id
  LEFT JOIN reply_window w ON w.conversation_id = c.id
  LEFT JOIN conversation_read r ON r.conversation_id = c.id AND r.staff_id = $1::uuid`;

const BY_ID = `${CONVERSATION} WHERE c.id = ANY ($2::uuid[])`;
const OF_CONTACT = `${CONVERSATION} WHERE c.contact_id = $2 ORDER BY c.last_message_at DESC NULLS LAST, c.id LIMIT 200`;

/** In the order of the ids. @param viewer whose unread messages are counted; null counts none. */
export async function conversationsByIds(db: Queryable, ids: readonly string[], viewer: string | null) {
  if (ids.length === 0) return [];
  const rows = await db.query<ConversationRow>(BY_ID, [viewer, ids]);
  const found = new Map(rows.map((row) => [row.id, conversationView(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

export async function findConversation(
  db: Queryable,
  id: string,
  viewer: string | null = null,
): Promise<ConversationView | undefined> {
  return (await conversationsByIds(db, [id], viewer))[0];
}

export async function conversationsOfContact(db: Queryable, contactId: string): Promise<ConversationView[]> {
  return (await db.query<ConversationRow>(OF_CONTACT, [null, contactId])).map(conversationView);
}

function conversationView({ grants, now, ...row }: ConversationRow): ConversationView {
  const window = grants && windowState(grants, now);
  const replyWindow = window && { ...window, until: window.until?.toISOString() ?? null };
  return {
    ...row,
    replyWindow,
    lastMessageAt: row.lastMessageAt?.toISOString() ?? null,
    snoozedUntil: row.snoozedUntil?.toISOString() ?? null,
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
