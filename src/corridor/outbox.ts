import { Conflict, NotFound, type Clock } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";
import { createDraft, type LockedConversation } from "./outbound.ts";
import { previewOf } from "./preview.ts";
import type { Channels, Observer, Outbox, RecordedEvent } from "./types.ts";

const LOCK = `
  SELECT id, channel_id AS "channelId", kind, contact_id AS "contactId", in_seq AS "inSeq"
  FROM conversation WHERE id = $1 FOR UPDATE`;

const COUNT = `
  UPDATE conversation SET in_seq = $2, last_message_at = coalesce($3, last_message_at), last_message_text = coalesce($4, last_message_text)
  WHERE id = $1`;

const ANSWERED = `
  UPDATE message SET answered_at = clock_timestamp()
  WHERE conversation_id = $1 AND direction = 'in' AND answered_at IS NULL AND seq <= $2`;

export interface OutboxParts {
  channels: Channels;
  observers: readonly Observer[];
  clock: Clock;
  wake(): void;
}

/** The door by which rooms speak: messages, deliveries and ledger lines, in the caller's transaction. */
export function createOutbox({ channels, observers, clock, wake }: OutboxParts): Outbox {
  async function lock(id: string, tx: Transaction): Promise<LockedConversation> {
    const [conversation] = await tx.query<LockedConversation>(LOCK, [id]);
    if (!conversation) throw new NotFound(`There is no conversation ${id}.`);
    return conversation;
  }

  async function observe(events: readonly RecordedEvent[], tx: Transaction): Promise<void> {
    for (const observer of observers) await observer.observe(events, tx);
  }

  return {
    async say(utterance, tx) {
      const conversation = await lock(utterance.conversationId, tx);
      const channel = channels.get(conversation.channelId);
      if (!channel) throw new Conflict("Its channel is closed. Enable the channel first.");
      const before = conversation.inSeq;
      const draft = createDraft();
      const messageIds = draft.say(conversation, channel, utterance);
      draft.note(
        conversation,
        utterance.author === "agent"
          ? { type: "replied", staffId: utterance.staffId ?? null, messageIds }
          : { type: "answered", responder: "hub", messageIds },
      );
      const events = await draft.write(tx, clock.now());
      const preview = previewOf(utterance.parts);
      await tx.query(COUNT, [conversation.id, conversation.inSeq, clock.now(), preview]);
      if (utterance.author === "agent") await tx.query(ANSWERED, [conversation.id, before]);
      await observe(events, tx);
      return messageIds;
    },
    async note(conversationId, act, tx) {
      const conversation = await lock(conversationId, tx);
      const draft = createDraft();
      draft.note(conversation, act);
      const events = await draft.write(tx, clock.now());
      await tx.query(COUNT, [conversation.id, conversation.inSeq, null, null]);
      await observe(events, tx);
      return events[0]!;
    },
    wake,
  };
}
