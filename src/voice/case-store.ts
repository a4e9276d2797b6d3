import type { CaseDetail, CaseView } from "../contract/api-voice.ts";
import type { Queryable, Transaction } from "../store/index.ts";
import { newId } from "../lib/ids.ts";
import { severityOf } from "./severity.ts";

export interface NewCaseRow {
  conversationId: string;
  channelId: string;
  identityId: string | null;
  contactId: string;
  eventId: string | null;
  source: "complaint" | "survey" | "agent";
  severity: number;
  reasons: readonly string[];
  topic: string | null;
  ownerId: string | null;
  at: Date;
  firstReplyDueAt: Date;
  resolveDueAt: Date;
}

const BEFORE = `
  SELECT contact_id AS id, count(DISTINCT event_id)::int AS n FROM feedback
  WHERE contact_id = ANY ($1::uuid[]) AND label = 'complaint' AND state <> 'wrong' AND at > $2 AND NOT event_id = ANY ($3::uuid[])
  GROUP BY 1`;

/** How often these people complained since then, these messages left aside. */
export async function complaintsBefore(
  tx: Queryable,
  contactIds: readonly string[],
  since: Date,
  eventIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; n: number }>(BEFORE, [contactIds, since, eventIds]);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

// A further complaint belongs to the case that is open: it can make it worse and due earlier, never better.
const OPEN = `
  INSERT INTO voice_case AS c (id, conversation_id, channel_id, identity_id, contact_id, event_id, source, severity, reasons, topic, owner_id,
                               opened_at, first_reply_due_at, resolve_due_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  ON CONFLICT (conversation_id, identity_id) WHERE state IN ('open', 'waiting') DO UPDATE
  SET messages = c.messages + 1, state = 'open', severity = greatest(c.severity, excluded.severity),
      reasons = (SELECT array_agg(DISTINCT r) FROM unnest(c.reasons || excluded.reasons) r),
      resolve_due_at = least(c.resolve_due_at, excluded.resolve_due_at)
  RETURNING id, (xmax = 0) AS "isNew"`;

/** Opens a case, or adds to the one that is open with this person here. */
export async function openCase(tx: Transaction, row: NewCaseRow): Promise<{ id: string; isNew: boolean }> {
  const values = [
    ...[newId(), row.conversationId, row.channelId, row.identityId, row.contactId, row.eventId, row.source],
    ...[row.severity, row.reasons, row.topic, row.ownerId, row.at, row.firstReplyDueAt, row.resolveDueAt],
  ];
  return (await tx.query<{ id: string; isNew: boolean }>(OPEN, values))[0]!;
}

const VIEW = `
  SELECT k.id, k.conversation_id AS "conversationId", k.channel_id AS "channelId", json_build_object('id', p.id, 'name', p.name) AS contact,
         k.source, k.severity::int AS rank, k.reasons, k.topic, k.state,
         CASE WHEN s.id IS NOT NULL THEN json_build_object('id', s.id, 'name', s.name) END AS owner,
         CASE WHEN m.deleted_at IS NULL THEN m.text END AS text, k.messages, k.opened_at AS "openedAt",
         k.first_reply_due_at AS "firstReplyDueAt", k.resolve_due_at AS "resolveDueAt",
         CASE WHEN k.state IN ('solved', 'closed') THEN NULL
              WHEN k.resolve_due_at < $1 THEN 'resolve'
              WHEN k.first_replied_at IS NULL AND k.first_reply_due_at < $1 THEN 'first-reply' END AS overdue,
         k.acknowledged_at AS "acknowledgedAt", k.first_replied_at AS "firstRepliedAt", k.solved_at AS "solvedAt", k.told_at AS "toldAt",
         t.delivery_state AS "toldDelivery", k.closed_at AS "closedAt"
  FROM voice_case k
  JOIN contact p ON p.id = k.contact_id
  LEFT JOIN staff s ON s.id = k.owner_id
  LEFT JOIN event e ON e.id = k.event_id
  LEFT JOIN message m ON m.conversation_id = e.conversation_id AND m.seq = e.seq
  LEFT JOIN message t ON t.id = k.told_message_id`;

const MOMENTS = [
  ...[
    "openedAt",
    "firstReplyDueAt",
    "resolveDueAt",
    "acknowledgedAt",
    "firstRepliedAt",
    "solvedAt",
    "toldAt",
    "closedAt",
  ],
] as const;

function shown(row: Record<string, unknown>): CaseView {
  const { rank, ...rest } = row;
  const moments = MOMENTS.map((name) => [name, (row[name] as Date | null)?.toISOString() ?? null]);
  return { ...rest, severity: severityOf(Number(rank)), ...Object.fromEntries(moments) } as CaseView;
}

const LIST = `
  SELECT * FROM (${VIEW}) v
  WHERE ($2::text IS NULL OR v.state = $2) AND ($3::int IS NULL OR v.rank = $3) AND ($4::text IS NULL OR v.owner ->> 'id' = $4)
    AND ($5::uuid IS NULL OR v."conversationId" = $5) AND (NOT $6::boolean OR v.overdue IS NOT NULL)
    AND ($7::timestamptz IS NULL OR (v."openedAt", v.id) < ($7, $8::uuid))
  ORDER BY v."openedAt" DESC, v.id DESC LIMIT $9`;

export interface CaseFilter {
  state?: string | undefined;
  rank?: number | undefined;
  ownerId?: string | undefined;
  conversationId?: string | undefined;
  overdue: boolean;
}

export async function listCases(
  db: Queryable,
  now: Date,
  { state, rank, ownerId, conversationId, overdue }: CaseFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<CaseView[]> {
  const filters = [state ?? null, rank ?? null, ownerId ?? null, conversationId ?? null, overdue];
  const rows = await db.query(LIST, [now, ...filters, after?.[0] ?? null, after?.[1] ?? null, limit]);
  return rows.map(shown);
}

export async function findCase(db: Queryable, now: Date, id: string): Promise<CaseDetail | undefined> {
  const [row] = await db.query(`${VIEW} WHERE k.id = $2`, [now, id]);
  if (!row) return undefined;
  const changes = await db.query<{ at: Date; staffId: string | null; change: Record<string, unknown> }>(
    `SELECT at, staff_id AS "staffId", change FROM voice_case_change WHERE case_id = $1 ORDER BY at, id`,
    [id],
  );
  return { ...shown(row), changes: changes.map((each) => ({ ...each, at: each.at.toISOString() })) };
}

export interface LockedCase {
  id: string;
  conversationId: string;
  state: "open" | "waiting" | "solved" | "closed";
  toldAt: Date | null;
  toldDelivery: string | null;
}

export async function lockCase(tx: Transaction, id: string): Promise<LockedCase | undefined> {
  const [row] = await tx.query<LockedCase>(
    `SELECT k.id, k.conversation_id AS "conversationId", k.state, k.told_at AS "toldAt",
            (SELECT m.delivery_state FROM message m WHERE m.id = k.told_message_id) AS "toldDelivery"
     FROM voice_case k WHERE k.id = $1 FOR UPDATE`,
    [id],
  );
  return row;
}

export interface CaseChange {
  state?: LockedCase["state"] | undefined;
  severity?: number | undefined;
  ownerId?: string | null | undefined;
  resolveDueAt?: Date | undefined;
  told?: { messageId: string } | undefined;
}

const CHANGE = `
  UPDATE voice_case SET state = coalesce($2, state), severity = coalesce($3, severity),
    owner_id = CASE WHEN $4 THEN $5::uuid ELSE owner_id END, resolve_due_at = coalesce($6, resolve_due_at),
    solved_at = CASE WHEN $2 IN ('solved', 'closed') THEN coalesce(solved_at, $7) WHEN $2 IN ('open', 'waiting') THEN NULL ELSE solved_at END,
    told_at = CASE WHEN $8::uuid IS NOT NULL THEN $7 WHEN $2 IN ('open', 'waiting') THEN NULL ELSE told_at END,
    told_message_id = CASE WHEN $8::uuid IS NOT NULL THEN $8 WHEN $2 IN ('open', 'waiting') THEN NULL ELSE told_message_id END,
    closed_at = CASE WHEN $2 = 'closed' THEN $7 WHEN $2 IS NOT NULL THEN NULL ELSE closed_at END
  WHERE id = $1`;

export async function changeCase(
  tx: Transaction,
  id: string,
  change: CaseChange,
  by: { staffId: string | null; at: Date },
): Promise<void> {
  const { state = null, severity = null, ownerId, resolveDueAt = null, told } = change;
  await tx.query(CHANGE, [
    ...[id, state, severity, ownerId !== undefined, ownerId ?? null, resolveDueAt, by.at],
    told?.messageId ?? null,
  ]);
  await tx.query("INSERT INTO voice_case_change (id, case_id, staff_id, change, at) VALUES ($1, $2, $3, $4, $5)", [
    ...[newId(), id, by.staffId, JSON.stringify(change), by.at],
  ]);
}

// An agent's words in the conversation: the first reply, and after it was solved the telling.
const REPLIED = `
  UPDATE voice_case k
  SET first_replied_at = coalesce(k.first_replied_at, t.at),
      told_at = CASE WHEN k.state = 'solved' THEN t.at ELSE k.told_at END,
      told_message_id = CASE WHEN k.state = 'solved' THEN t.message_id ELSE k.told_message_id END
  FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS t (conversation_id, at, message_id)
  WHERE k.conversation_id = t.conversation_id AND k.state <> 'closed'`;

export async function noteReplies(
  tx: Transaction,
  replies: readonly { conversationId: string; at: Date; messageId: string | null }[],
): Promise<void> {
  await tx.query(REPLIED, [
    replies.map(({ conversationId }) => conversationId),
    replies.map(({ at }) => at),
    replies.map(({ messageId }) => messageId),
  ]);
}

export async function noteAcknowledged(tx: Transaction, caseIds: readonly string[], at: Date): Promise<void> {
  await tx.query("UPDATE voice_case SET acknowledged_at = coalesce(acknowledged_at, $2) WHERE id = ANY ($1::uuid[])", [
    caseIds,
    at,
  ]);
}

export interface Unacknowledged {
  id: string;
  rank: number;
  firstReplyDueAt: Date;
}

/** A case that these messages opened and that nobody has said a word to. */
export async function unacknowledged(
  db: Queryable,
  conversationId: string,
  seqs: readonly number[],
): Promise<Unacknowledged | undefined> {
  const [row] = await db.query<Unacknowledged>(
    `SELECT k.id, k.severity::int AS rank, k.first_reply_due_at AS "firstReplyDueAt"
     FROM voice_case k JOIN event e ON e.id = k.event_id
     WHERE k.conversation_id = $1 AND e.seq = ANY ($2::int[]) AND k.source = 'complaint' AND k.state = 'open' AND k.acknowledged_at IS NULL
     ORDER BY k.severity DESC LIMIT 1`,
    [conversationId, seqs],
  );
  return row;
}

/** Whom a case of a conversation is about: its own person. */
export async function personOf(
  db: Queryable,
  conversationId: string,
): Promise<{ channelId: string; contactId: string; identityId: string | null } | undefined> {
  const [row] = await db.query<{ channelId: string; contactId: string; identityId: string | null }>(
    `SELECT c.channel_id AS "channelId", c.contact_id AS "contactId",
            (SELECT i.id FROM identity i WHERE i.contact_id = c.contact_id AND i.channel_id = c.channel_id ORDER BY i.id LIMIT 1) AS "identityId"
     FROM conversation c WHERE c.id = $1 AND c.contact_id IS NOT NULL`,
    [conversationId],
  );
  return row;
}

export async function isAgent(db: Queryable, staffId: string): Promise<boolean> {
  const sql = "SELECT 1 FROM staff WHERE id = $1 AND ended_at IS NULL AND role IN ('owner', 'admin', 'agent')";
  return (await db.query(sql, [staffId])).length > 0;
}
