import type { Reply } from "../contract/api-conversations.ts";
import type { ScheduledView } from "../contract/api-desk.ts";
import { newId } from "../lib/ids.ts";
import type { Queryable, Transaction } from "../store/index.ts";

type Row = Omit<ScheduledView, "dueAt" | "createdAt" | "text"> & { dueAt: Date; createdAt: Date; reply: Reply };

const SCHEDULED = `
  SELECT m.id, m.conversation_id AS "conversationId", m.staff_id AS "staffId", s.name, m.reply, m.due_at AS "dueAt", m.state,
         m.reason, m.created_at AS "createdAt"
  FROM scheduled_message m LEFT JOIN staff s ON s.id = m.staff_id`;

function view({ reply, dueAt, createdAt, ...row }: Row): ScheduledView {
  return { ...row, text: wordsOf(reply), dueAt: dueAt.toISOString(), createdAt: createdAt.toISOString() };
}

function wordsOf({ text, parts }: Reply): string {
  const words = (parts ?? []).map(
    (part) => ("text" in part && part.text) || ("name" in part && part.name) || part.type,
  );
  return text ?? words.join("\n");
}

/** Those that wait and those that failed. */
export async function scheduledIn(db: Queryable, conversationId: string): Promise<ScheduledView[]> {
  const sql = `${SCHEDULED} WHERE m.conversation_id = $1 AND m.state IN ('waiting', 'failed') ORDER BY m.due_at LIMIT 100`;
  return (await db.query<Row>(sql, [conversationId])).map(view);
}

export async function findScheduled(db: Queryable, id: string): Promise<ScheduledView | undefined> {
  const [row] = await db.query<Row>(`${SCHEDULED} WHERE m.id = $1`, [id]);
  return row && view(row);
}

const INSERT = `
  INSERT INTO scheduled_message (id, conversation_id, staff_id, reply, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)`;

export async function insertScheduled(
  db: Queryable,
  row: { conversationId: string; staffId: string | null; reply: Reply; dueAt: Date; now: Date },
): Promise<string> {
  const id = newId();
  await db.query(INSERT, [id, row.conversationId, row.staffId, JSON.stringify(row.reply), row.dueAt, row.now]);
  return id;
}

const CANCEL = `
  UPDATE scheduled_message SET state = 'cancelled', done_at = $2 WHERE id = $1 AND state IN ('waiting', 'failed') RETURNING id`;

export async function cancelScheduled(db: Queryable, id: string, now: Date): Promise<boolean> {
  return (await db.query(CANCEL, [id, now])).length > 0;
}

export interface DueMessage {
  id: string;
  conversationId: string;
  staffId: string | null;
  reply: Reply;
}

const TAKE = `
  SELECT id, conversation_id AS "conversationId", staff_id AS "staffId", reply FROM scheduled_message
  WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** The one that has been due longest and that nobody else sends right now; held until the transaction ends. */
export async function takeDue(tx: Transaction, now: Date): Promise<DueMessage | undefined> {
  return (await tx.query<DueMessage>(TAKE, [now]))[0];
}

const SETTLE = "UPDATE scheduled_message SET state = $2, reason = $3, done_at = $4 WHERE id = $1 AND state = 'waiting'";

export async function settle(
  db: Queryable,
  id: string,
  state: "sent" | "failed",
  reason: string | null,
  now: Date,
): Promise<void> {
  await db.query(SETTLE, [id, state, reason, now]);
}

const WAKE = `
  UPDATE conversation SET status = 'open', snoozed_until = NULL WHERE id IN (
    SELECT id FROM conversation WHERE status = 'snoozed' AND snoozed_until <= $1 ORDER BY snoozed_until LIMIT 200 FOR UPDATE SKIP LOCKED)
  RETURNING id`;

/** Opens what was put aside until now; resolves with which. */
export async function wakeSnoozed(db: Queryable, now: Date): Promise<string[]> {
  return (await db.query<{ id: string }>(WAKE, [now])).map(({ id }) => id);
}

export async function setSnoozed(tx: Transaction, id: string, until: Date): Promise<void> {
  await tx.query("UPDATE conversation SET status = 'snoozed', snoozed_until = $2 WHERE id = $1", [id, until]);
}
