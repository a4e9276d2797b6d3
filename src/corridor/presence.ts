import type { HubEvent } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";

export interface Presence {
  conversationId: string;
  identityId: string;
  event: HubEvent;
}

// What the platform dates later wins, whichever was delivered first; what came before this one stands in the ledger.
const BLOCK = `
  UPDATE identity SET blocked_at = t.at
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS t (conversation_id, id, at)
  WHERE identity.id = t.id AND (identity.blocked_at IS NULL OR identity.blocked_at < t.at)
    AND NOT EXISTS (
      SELECT 1 FROM event e
      WHERE e.conversation_id = t.conversation_id AND e.identity_id = t.id AND e.type IN ('entered', 'joined') AND e.sent_at > t.at)`;

const UNBLOCK = `
  UPDATE identity SET blocked_at = NULL
  FROM unnest($1::uuid[], $2::timestamptz[]) AS t (id, at)
  WHERE identity.id = t.id AND identity.blocked_at <= t.at`;

// The ledger is asked only about somebody who is said to have left: did they do anything after that?
const JOIN = `
  INSERT INTO participant AS p (conversation_id, identity_id, joined_at, left_at)
  SELECT conversation_id, identity_id, joined_at, CASE WHEN seen_at > left_at THEN NULL ELSE left_at END
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
    AS t (conversation_id, identity_id, joined_at, left_at, seen_at)
  ON CONFLICT (conversation_id, identity_id) DO UPDATE
  SET joined_at = greatest(p.joined_at, excluded.joined_at),
      left_at = CASE WHEN greatest(p.left_at, excluded.left_at) IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM event e
        WHERE e.conversation_id = p.conversation_id AND e.identity_id = p.identity_id AND e.type <> 'left'
          AND e.sent_at > greatest(p.left_at, excluded.left_at)
      ) THEN greatest(p.left_at, excluded.left_at) END`;

/** Who is in which group, and who stopped the bot. */
export async function updatePresence(tx: Transaction, presences: readonly Presence[]): Promise<void> {
  const direct = presences.filter(({ event }) => event.placeKind === "direct");
  await updateBlocks(tx, direct);
  const members = latest(presences.filter(({ event }) => event.placeKind !== "direct"));
  if (members.length === 0) return;
  await tx.query(JOIN, [
    members.map((row) => row.conversationId),
    members.map((row) => row.identityId),
    members.map((row) => row.joinedAt),
    members.map((row) => row.leftAt),
    members.map((row) => row.seenAt),
  ]);
}

async function updateBlocks(tx: Transaction, direct: readonly Presence[]): Promise<void> {
  const blocks = direct.filter(({ event }) => event.type === "left" && event.blocked);
  const returns = direct.filter(({ event }) => isReturn(event));
  if (blocks.length > 0) {
    const rows = latest(blocks);
    await tx.query(BLOCK, [
      rows.map((row) => row.conversationId),
      rows.map((row) => row.identityId),
      rows.map((row) => row.leftAt),
    ]);
  }
  if (returns.length === 0) return;
  const rows = latest(returns);
  await tx.query(UNBLOCK, [rows.map((row) => row.identityId), rows.map((row) => row.seenAt ?? row.leftAt)]);
}

function isReturn(event: HubEvent): boolean {
  return event.type === "entered" || event.type === "joined" || (event.type === "left" && !event.blocked);
}

interface Times {
  conversationId: string;
  identityId: string;
  joinedAt: Date | null;
  leftAt: Date | null;
  /** When they last did anything but leave. */
  seenAt: Date | null;
}

/** One row for each person and place, with the last time of each kind. */
function latest(presences: readonly Presence[]): Times[] {
  const rows = new Map<string, Times>();
  for (const { conversationId, identityId, event } of presences) {
    const key = `${conversationId} ${identityId}`;
    const row = rows.get(key) ?? { conversationId, identityId, joinedAt: null, leftAt: null, seenAt: null };
    rows.set(key, row);
    if (event.type === "left") row.leftAt = later(row.leftAt, event.sentAt);
    else row.seenAt = later(row.seenAt, event.sentAt);
    if (event.type === "joined") row.joinedAt = later(row.joinedAt, event.sentAt);
  }
  return [...rows.values()];
}

function later(a: Date | null, b: Date): Date {
  return a && a > b ? a : b;
}
