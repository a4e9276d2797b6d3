import type { Referrer } from "../contract/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import type { LockedConversation } from "./outbound.ts";
import type { Channels, OpenChannel, Turn, TurnMessage } from "./types.ts";

/** A turn this process has leased, and what it needs to settle it. */
export interface LeasedTurn {
  turn: Turn;
  channel: OpenChannel;
  fence: number;
  /** Everything up to this number is answered when the turn is settled. */
  upTo: number;
  referrer: Referrer | undefined;
}

interface ClaimRow {
  id: string;
  channelId: string;
  place: string;
  kind: Turn["conversation"]["kind"];
  owner: Turn["conversation"]["owner"];
  language: string | null;
  fence: number;
  turnSeq: number;
}

// Claims and reads in one statement. The claim sees a conversation as it is now, the rest of the statement sees the
// moment it began: a message recorded in between is in the claimed row's turn_seq and not yet among the events. How far
// the turn reaches is therefore read from `seen`, the row as it was when the events were; what is newer stays unanswered.
// Deleted messages ask for nothing any more; edited ones ask what they say now.
const CLAIM = `
  WITH claimed AS (
    UPDATE conversation c
    SET lease_hub = $1, lease_until = clock_timestamp() + $2 * interval '1 ms', fence = c.fence + 1
    FROM (
      SELECT id FROM conversation
      WHERE turn_seq > done_seq AND ready_at <= clock_timestamp() AND (lease_until IS NULL OR lease_until < clock_timestamp())
      ORDER BY ready_at LIMIT $3 FOR UPDATE SKIP LOCKED
    ) ripe
    WHERE c.id = ripe.id
    RETURNING c.*
  )
  SELECT c.id, c.channel_id AS "channelId", c.place, c.kind, c.owner, c.language, c.fence, seen.turn_seq AS "turnSeq",
         e.type, e.seq, m.id AS "messageId", m.external_id AS "externalId",
         coalesce(m.parts, '[]') AS parts, coalesce(m.text, '') AS text, e.payload ->> 'choice' AS pressed,
         coalesce(m.addressed, true) AS addressed, coalesce(i.is_bot, false) AS "authorIsBot", e.sent_at AS "sentAt",
         e.payload -> 'referrer' AS referrer, e.contact_id AS "contactId", p.name AS "contactName", p.locale, p.stage,
         came.entry_point_id AS "entryPointId"
  FROM claimed c
  JOIN conversation seen ON seen.id = c.id
  LEFT JOIN event e ON e.conversation_id = c.id AND e.seq > c.done_seq AND e.seq <= seen.turn_seq
    AND e.type IN ('message', 'pressed', 'entered')
    AND NOT EXISTS (SELECT 1 FROM message d WHERE d.conversation_id = e.conversation_id AND d.seq = e.seq AND d.deleted_at IS NOT NULL)
  LEFT JOIN message m ON m.conversation_id = e.conversation_id AND m.seq = e.seq
  LEFT JOIN identity i ON i.id = e.identity_id
  LEFT JOIN contact p ON p.id = e.contact_id
  LEFT JOIN touch came ON came.event_id = e.id
  ORDER BY c.id, e.seq`;

const NEXT_RIPE = `
  SELECT extract(epoch FROM min(greatest(ready_at, coalesce(lease_until, ready_at))) - clock_timestamp()) * 1000 AS "inMs"
  FROM conversation WHERE turn_seq > done_seq`;

/** One unanswered event of a claimed conversation; of one that has none left, a row without a `type`. */
interface UnansweredRow extends ClaimRow, Omit<TurnMessage, "type"> {
  type: TurnMessage["type"] | null;
  referrer: { data: Referrer["data"]; expiresAt: string } | null;
  contactId: string | null;
  contactName: string | null;
  locale: string | null;
  stage: string | null;
}

/** Leases ripe turns: nobody else answers them until the lease ends, and the fence tells a late settlement apart. */
export async function claimTurns(
  db: Database,
  channels: Channels,
  lease: { hub: string; ms: number; limit: number },
): Promise<LeasedTurn[]> {
  const rows = await db.query<UnansweredRow>(CLAIM, [lease.hub, lease.ms, lease.limit]);
  const byConversation = new Map<string, UnansweredRow[]>();
  for (const row of rows) byConversation.set(row.id, [...(byConversation.get(row.id) ?? []), row]);
  return [...byConversation.values()].flatMap((unanswered) => {
    const channel = channels.get(unanswered[0]!.channelId);
    return channel ? [leasedTurn(unanswered[0]!, channel, unanswered)] : []; // the others wait for their channel
  });
}

/** Milliseconds until the next turn is ripe; `undefined` when none is in sight. */
export async function nextRipe(db: Database): Promise<number | undefined> {
  const [row] = await db.query<{ inMs: string | null }>(NEXT_RIPE);
  return row?.inMs == null ? undefined : Math.max(0, Math.ceil(Number(row.inMs)));
}

function leasedTurn(claim: ClaimRow, channel: OpenChannel, all: readonly UnansweredRow[]): LeasedTurn {
  const rows = all.filter((row): row is UnansweredRow & TurnMessage => row.type !== null);
  const last = rows.at(-1);
  const referrer = rows.findLast((row) => row.referrer)?.referrer;
  const { id, channelId, place, kind, owner, language } = claim;
  return {
    turn: {
      conversation: { id, channelId, place, kind, owner, language },
      contact: last?.contactId ? contactOf(last, last.contactId) : null,
      adapter: channel.adapter.name,
      capabilities: channel.adapter.capabilities,
      messages: rows.map(turnMessage),
    },
    channel,
    fence: claim.fence,
    upTo: claim.turnSeq,
    referrer: referrer ? { data: referrer.data, expiresAt: new Date(referrer.expiresAt) } : undefined,
  };
}

function contactOf({ contactName: name, locale, stage }: UnansweredRow, id: string): NonNullable<Turn["contact"]> {
  return { id, name, locale, ...(stage !== null && { stage }) };
}

function turnMessage(row: TurnMessage): TurnMessage {
  const { type, seq, messageId, externalId, parts, text, pressed, addressed, authorIsBot, sentAt } = row;
  const { entryPointId = null } = row;
  return { type, seq, messageId, externalId, parts, text, pressed, addressed, authorIsBot, entryPointId, sentAt };
}

const EXTEND = `
  UPDATE conversation SET lease_until = clock_timestamp() + $3 * interval '1 ms'
  FROM unnest($1::uuid[], $2::int[]) AS t (id, fence)
  WHERE conversation.id = t.id AND conversation.fence = t.fence AND conversation.lease_hub IS NOT NULL`;

/** Keeps the leases of turns that are still being thought about. */
export async function extendLeases(db: Database, turns: readonly LeasedTurn[], ms: number): Promise<void> {
  const sorted = [...turns].sort((a, b) => (a.turn.conversation.id < b.turn.conversation.id ? -1 : 1));
  await db.query(EXTEND, [sorted.map(({ turn }) => turn.conversation.id), sorted.map(({ fence }) => fence), ms]);
}

const LOCK = `
  SELECT c.id, c.channel_id AS "channelId", c.kind, c.contact_id AS "contactId", c.in_seq AS "inSeq", c.owner
  FROM unnest($1::uuid[], $2::int[]) AS t (id, fence)
  JOIN conversation c ON c.id = t.id AND c.fence = t.fence AND c.lease_hub IS NOT NULL
  ORDER BY c.id FOR UPDATE OF c`;

/**
 * Locks the conversations that are still ours: where the fence has moved on somebody else answered, and where the lease
 * is gone we did (the commit went through and only its answer was lost).
 */
export function lockLeased(tx: Transaction, turns: readonly LeasedTurn[]) {
  return tx.query<LockedConversation & { owner: "bot" | "agent" }>(LOCK, [
    turns.map(({ turn }) => turn.conversation.id),
    turns.map(({ fence }) => fence),
  ]);
}

export interface Settlement {
  conversation: LockedConversation;
  upTo: number;
  answered: boolean;
  handedOver: boolean;
  /** Gets the conversation if nobody has it. */
  assigneeId: string | null;
  language: string | null;
  preview: string | null;
}

const SETTLE = `
  WITH t AS (
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::boolean[], $5::boolean[], $6::text[], $7::text[], $9::uuid[])
      AS t (id, in_seq, up_to, answered, handed_over, language, preview, assignee_id)
  ), done AS (
    UPDATE conversation c
    SET in_seq = t.in_seq, done_seq = greatest(c.done_seq, t.up_to), lease_hub = NULL, lease_until = NULL,
        owner = CASE WHEN t.handed_over THEN 'agent' ELSE c.owner END,
        assignee_id = coalesce(c.assignee_id, t.assignee_id),
        language = coalesce(t.language, c.language),
        last_message_at = CASE WHEN t.preview IS NULL THEN c.last_message_at ELSE $8::timestamptz END,
        last_message_text = coalesce(t.preview, c.last_message_text)
    FROM t WHERE c.id = t.id
  )
  UPDATE message SET answered_at = clock_timestamp()
  FROM t WHERE t.answered AND message.conversation_id = t.id AND message.seq <= t.up_to
    AND message.direction = 'in' AND message.answered_at IS NULL`;

/** Marks the turns done and gives their leases back. */
export async function settleConversations(
  tx: Transaction,
  settlements: readonly Settlement[],
  now: Date,
): Promise<void> {
  await tx.query(SETTLE, [
    settlements.map((each) => each.conversation.id),
    settlements.map((each) => each.conversation.inSeq),
    settlements.map((each) => each.upTo),
    settlements.map((each) => each.answered),
    settlements.map((each) => each.handedOver),
    settlements.map((each) => each.language),
    settlements.map((each) => each.preview),
    now,
    settlements.map((each) => each.assigneeId),
  ]);
}
