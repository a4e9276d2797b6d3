import { plainText, type Part } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";
import { foldMessage, type Amendment } from "./projection.ts";

/** A message by the platform's id. */
export interface Target {
  conversationId: string;
  externalId: string;
}

interface AmendmentRow {
  conversationId: string;
  target: string;
  payload: Amendment & { sentAt: string };
}

interface MessageRow {
  id: string;
  conversationId: string;
  externalId: string;
  direction: "in" | "out";
  original: Part[] | null;
  parts: Part[];
  deliveryState: string | null;
}

const AMENDMENTS = `
  SELECT e.conversation_id AS "conversationId", e.target, e.payload
  FROM unnest($1::uuid[], $2::text[]) AS t (conversation_id, target)
  JOIN event e ON e.conversation_id = t.conversation_id AND e.target = t.target`;

// An incoming message's first words stand in the ledger; an outgoing one's parts are never rewritten by others.
const MESSAGES = `
  SELECT m.id, m.conversation_id AS "conversationId", m.external_id AS "externalId", m.direction, m.parts,
         m.delivery_state AS "deliveryState", e.payload -> 'parts' AS original
  FROM unnest($1::uuid[], $2::text[]) AS t (conversation_id, external_id)
  JOIN message m ON m.conversation_id = t.conversation_id AND m.external_id = t.external_id
  LEFT JOIN event e ON e.conversation_id = m.conversation_id AND e.seq = m.seq AND e.type = 'message'`;

const UPDATE = `
  UPDATE message SET parts = t.parts, text = t.text, edited_at = t.edited_at, deleted_at = t.deleted_at,
         reactions = t.reactions, delivery_state = t.delivery_state
  FROM unnest($1::uuid[], $2::jsonb[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::jsonb[], $7::text[])
    AS t (id, parts, text, edited_at, deleted_at, reactions, delivery_state)
  WHERE message.id = t.id`;

/**
 * Brings messages up to all that the ledger says about them. Called for what an amendment points at and for what has
 * just been stored, since an amendment may have come before its message.
 */
export async function projectMessages(tx: Transaction, targets: readonly Target[]): Promise<void> {
  if (targets.length === 0) return;
  const amendments = await tx.query<AmendmentRow>(AMENDMENTS, columns(targets));
  if (amendments.length === 0) return;

  const byTarget = new Map<string, AmendmentRow[]>();
  for (const row of amendments) {
    const key = `${row.conversationId} ${row.target}`;
    byTarget.set(key, [...(byTarget.get(key) ?? []), row]);
  }
  const amended = targets.filter((target) => byTarget.has(`${target.conversationId} ${target.externalId}`));
  const messages = await tx.query<MessageRow>(MESSAGES, columns(amended));
  const rows = messages.map((message) => {
    const events = byTarget.get(`${message.conversationId} ${message.externalId}`)!.map(revive);
    const parts = message.original ?? message.parts;
    return { id: message.id, ...foldMessage({ parts, deliveryState: message.deliveryState }, events) };
  });
  if (rows.length === 0) return;
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  await tx.query(UPDATE, [
    rows.map((row) => row.id),
    rows.map((row) => JSON.stringify(row.parts)),
    rows.map((row) => plainText(row.parts)),
    rows.map((row) => row.editedAt),
    rows.map((row) => row.deletedAt),
    rows.map((row) => JSON.stringify(row.reactions)),
    rows.map((row) => row.deliveryState),
  ]);
}

function columns(targets: readonly Target[]): unknown[] {
  return [targets.map((target) => target.conversationId), targets.map((target) => target.externalId)];
}

function revive(row: AmendmentRow): Amendment {
  return { ...row.payload, sentAt: new Date(row.payload.sentAt) };
}
