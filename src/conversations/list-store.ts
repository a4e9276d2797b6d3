import type { ConversationView } from "../contract/api-conversations.ts";
import type { ViewFilter } from "../contract/api-desk.ts";
import type { Queryable } from "../store/index.ts";
import { conversationsByIds } from "./inbox-store.ts";

/** The sort key of a list of conversations. */
export type ConversationKey = [lastMessageAt: string, id: string];

const FIRST_TOUCHED = "SELECT p.id FROM contact p JOIN touch t ON t.id = p.first_touch_id WHERE t.entry_point_id = ";

/** By name: the condition, given the number of its value. Only those that are asked for stand in the statement. */
const CONDITIONS: Readonly<Record<string, (value: string) => string>> = {
  owner: (value) => `c.owner = ${value}`,
  status: (value) => `c.status = ${value}`,
  channelId: (value) => `c.channel_id = ${value}::uuid`,
  assigneeId: (value) => `c.assignee_id = ${value}::uuid`,
  nobody: (value) => `(c.assignee_id IS NULL) = ${value}::boolean`,
  contactId: (value) => `c.contact_id = ${value}::uuid`,
  labelId: (value) => `c.id IN (SELECT conversation_id FROM conversation_label WHERE label_id = ${value}::uuid)`,
  stage: (value) => `c.contact_id IN (SELECT id FROM contact WHERE stage = ${value})`,
  entryPointId: (value) => `c.contact_id IN (${FIRST_TOUCHED}${value}::uuid)`,
  unreadBy: (value) => `c.in_seq > coalesce((
      SELECT r.seq FROM conversation_read r WHERE r.staff_id = ${value}::uuid AND r.conversation_id = c.id), 0)
    AND EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.direction = 'in' AND m.seq > coalesce((
      SELECT r.seq FROM conversation_read r WHERE r.staff_id = ${value}::uuid AND r.conversation_id = c.id), 0))`,
  mentions: (value) =>
    `c.id IN (SELECT conversation_id FROM note WHERE mentions @> ARRAY[${value}::uuid] AND deleted_at IS NULL)`,
};

/** Conversations in which somebody wrote, the latest first. @param viewer who looks. */
export async function listConversations(
  db: Queryable,
  filter: ViewFilter,
  viewer: string | null,
  behind: ConversationKey | undefined,
  limit: number,
): Promise<ConversationView[]> {
  const wanted = Object.entries(conditionsOf(filter, viewer)).filter(([, value]) => value !== undefined);
  const [at, id] = behind ?? [null, null];
  const values: unknown[] = [limit, at, id, ...wanted.map(([, value]) => value)];
  const where = wanted.map(([name], i) => `AND ${CONDITIONS[name]!(`$${i + 4}`)}`).join("\n    ");
  const sql = `
  SELECT c.id FROM conversation c
  WHERE c.last_message_at IS NOT NULL
    AND ($2::timestamptz IS NULL OR (c.last_message_at, c.id) < ($2::timestamptz, $3::uuid))
    ${where}
  ORDER BY c.last_message_at DESC, c.id DESC LIMIT $1`;
  const rows = await db.query<{ id: string }>(sql, values);
  return conversationsByIds(db, rows.map((row) => row.id), viewer); // prettier-ignore
}

/** In one order, so that the same choice is the same statement. Who is no person of ours has read nothing. */
function conditionsOf(filter: ViewFilter, viewer: string | null): Record<string, unknown> {
  const { owner, status, channelId, assignee, contactId, labelId, stage, entryPointId, unread, mentioned } = filter;
  const nobody = "00000000-0000-0000-0000-000000000000";
  return {
    owner,
    status,
    channelId,
    assigneeId: assignee === "me" ? (viewer ?? nobody) : filter.assigneeId,
    nobody: assignee === "nobody" ? true : undefined,
    contactId,
    labelId,
    stage,
    entryPointId,
    unreadBy: unread ? (viewer ?? nobody) : undefined,
    mentions: mentioned ? (viewer ?? nobody) : undefined,
  };
}
