import type { Grant } from "../corridor/index.ts";
import type { Transaction } from "../store/index.ts";

export interface DueAct {
  ruleId: string;
  contactId: string;
}

const CLAIM = `
  SELECT rule_id AS "ruleId", contact_id AS "contactId" FROM stage_act
  WHERE outcome IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** The one that has waited longest, held until the transaction ends. */
export async function claimAct(tx: Transaction, now: Date): Promise<DueAct | undefined> {
  return (await tx.query<DueAct>(CLAIM, [now]))[0];
}

export interface Place {
  id: string;
  owner: "bot" | "agent";
  assigneeId: string | null;
  language: string | null;
  locale: string | null;
  isOpen: boolean;
  blockedAt: Date | null;
  /** On platforms with a reply window. */
  grants: Grant[] | null;
}

// Their own chats alone: what is for one person is not said before others. The one in which they spoke last.
const PLACE = `
  SELECT c.id, c.owner, c.assignee_id AS "assigneeId", c.language, p.locale, ch.enabled AS "isOpen", w.grants,
         (SELECT max(i.blocked_at) FROM identity i WHERE i.contact_id = p.id AND i.channel_id = c.channel_id) AS "blockedAt"
  FROM contact p
  JOIN conversation c ON c.contact_id = p.id AND c.kind = 'direct'
  JOIN channel ch ON ch.id = c.channel_id
  LEFT JOIN reply_window w ON w.conversation_id = c.id
  WHERE p.id = $1 ORDER BY ch.enabled DESC, c.last_message_at DESC NULLS LAST, c.id LIMIT 1`;

export async function placeToSpeak(tx: Transaction, contactId: string): Promise<Place | undefined> {
  return (await tx.query<Place>(PLACE, [contactId]))[0];
}

const FINISH = `
  UPDATE stage_act SET outcome = $3, conversation_id = $4, done_at = $5 WHERE rule_id = $1 AND contact_id = $2`;

export async function finishAct(
  tx: Transaction,
  { ruleId, contactId }: DueAct,
  { outcome, conversationId, at }: { outcome: string; conversationId: string | null; at: Date },
): Promise<void> {
  await tx.query(FINISH, [ruleId, contactId, outcome, conversationId, at]);
}
