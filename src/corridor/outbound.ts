import { cleanJson, fit, plainText, type Part, type Referrer } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Transaction } from "../store/index.ts";
import type { HubAct, OpenChannel, RecordedEvent } from "./types.ts";

/** A conversation whose row this transaction has locked. */
export interface LockedConversation {
  id: string;
  channelId: string;
  kind: RecordedEvent["placeKind"];
  contactId: string | null;
  inSeq: number;
}

/** One message of ours on its way out: it fits the platform. */
interface Piece {
  messageId: string;
  conversationId: string;
  channelId: string;
  seq: number;
  author: "bot" | "agent";
  staffId: string | null;
  parts: Part[];
  replyTo: string | null;
  referrer: Referrer | null;
}

interface Line {
  conversation: LockedConversation;
  seq: number;
  act: HubAct;
}

/** Collects what is to be said and done in locked conversations, and writes it in a few statements. */
export interface Draft {
  /** @returns the ids of the messages, one for each piece that the platform can carry. */
  say(conversation: LockedConversation, channel: OpenChannel, saying: Saying): string[];
  note(conversation: LockedConversation, act: HubAct): void;
  /** Writes everything; the conversations' rows get their new `inSeq` from the caller. */
  write(tx: Transaction, now: Date): Promise<RecordedEvent[]>;
}

export interface Saying {
  author: "bot" | "agent";
  staffId?: string;
  parts: Part[];
  replyTo?: string;
  referrer?: Referrer;
}

const WRITE = `
  WITH piece AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::uuid[], $8::jsonb[], $9::text[], $10::text[], $11::jsonb[])
      AS t (message_id, delivery_id, channel_id, conversation_id, seq, author, staff_id, parts, text, reply_to, referrer)
  ), message AS (
    INSERT INTO message (id, conversation_id, seq, direction, author, staff_id, parts, text, reply_to, sent_at, delivery_state)
    SELECT message_id, conversation_id, seq, 'out', author, staff_id, parts, text, reply_to, $12::timestamptz, 'waiting' FROM piece
  ), delivery AS (
    INSERT INTO delivery (id, channel_id, conversation_id, message_id, seq, idempotency_key, referrer, due_at)
    SELECT delivery_id, channel_id, conversation_id, message_id, seq, message_id::text, referrer, clock_timestamp() FROM piece
  )
  INSERT INTO event (id, conversation_id, seq, type, contact_id, payload, sent_at)
  SELECT id, conversation_id, seq, type, contact_id, payload, $12::timestamptz
  FROM unnest($13::uuid[], $14::uuid[], $15::int[], $16::text[], $17::uuid[], $18::jsonb[])
    AS t (id, conversation_id, seq, type, contact_id, payload)`;

export function createDraft(): Draft {
  const pieces: Piece[] = [];
  const lines: Line[] = [];

  return {
    say(conversation, channel, { author, staffId = null, parts, replyTo = null, referrer = null }) {
      const fitted = fit(cleanJson(parts), channel.adapter.capabilities);
      const made = fitted.map((each, i): Piece => {
        const seq = conversation.inSeq + 1 + i;
        const base = { messageId: newId(), conversationId: conversation.id, channelId: conversation.channelId };
        const quoted = i === 0 && channel.adapter.capabilities.reply ? replyTo : null;
        return { ...base, seq, author, staffId, parts: each, replyTo: quoted, referrer };
      });
      pieces.push(...made);
      return made.map((piece) => piece.messageId);
    },
    note(conversation, act) {
      // An act that says something stands at its first message's number; the further pieces take the next ones.
      const said = "messageIds" in act ? act.messageIds.length : 0;
      lines.push({ conversation, seq: conversation.inSeq + 1, act });
      conversation.inSeq += Math.max(1, said);
    },
    async write(tx, now) {
      if (lines.length === 0) return [];
      const recorded = lines.map((line) => recordedAct(line, now));
      await tx.query(WRITE, [...columnsOfPieces(pieces), now, ...columnsOfActs(recorded)]);
      return recorded;
    },
  };
}

function columnsOfPieces(pieces: readonly Piece[]): unknown[] {
  return [
    pieces.map((piece) => piece.messageId),
    pieces.map(() => newId()),
    pieces.map((piece) => piece.channelId),
    pieces.map((piece) => piece.conversationId),
    pieces.map((piece) => piece.seq),
    pieces.map((piece) => piece.author),
    pieces.map((piece) => piece.staffId),
    pieces.map((piece) => JSON.stringify(piece.parts)),
    pieces.map((piece) => plainText(piece.parts)),
    pieces.map((piece) => piece.replyTo),
    pieces.map((piece) => piece.referrer && JSON.stringify(piece.referrer)),
  ];
}

function columnsOfActs(acts: readonly RecordedEvent[]): unknown[] {
  return [
    acts.map((act) => act.id),
    acts.map((act) => act.conversationId),
    acts.map((act) => act.seq),
    acts.map((act) => act.event.type),
    acts.map((act) => act.contactId),
    acts.map((act) => JSON.stringify(act.event)),
  ];
}

function recordedAct({ conversation, seq, act }: Line, now: Date): RecordedEvent {
  return {
    id: newId(),
    seq,
    channelId: conversation.channelId,
    conversationId: conversation.id,
    placeKind: conversation.kind,
    identityId: null,
    contactId: conversation.contactId,
    newContact: false,
    event: cleanJson(act),
    sentAt: now,
  };
}
