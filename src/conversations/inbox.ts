import type { MessageView, Reply } from "../contract/api-conversations.ts";
import { Conflict, Invalid, NotFound, type Asker, type Part } from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import {
  canHoldConversations,
  lockConversation,
  messagesByIds,
  setConversation,
  setGivenBack,
  type ConversationState,
} from "./inbox-store.ts";

export interface InboxParts {
  db: Database;
  outbox: Outbox;
  live: { changed(topic: string, id: string): void };
}

/** What agents do with conversations. */
export interface Inbox {
  /** Writes as an agent. A conversation that was the bot's becomes the agent's. */
  reply(id: string, reply: Reply, asker: Asker): Promise<MessageView[]>;
  take(id: string, asker: Asker): Promise<void>;
  /** The bot answers again: what is asked from now on, not what the agent had before them. */
  giveBack(id: string, asker: Asker): Promise<void>;
  setStatus(id: string, status: "open" | "resolved"): Promise<void>;
  assign(id: string, staffId: string | null): Promise<void>;
}

export function createInbox({ db, outbox, live }: InboxParts): Inbox {
  /** Everything about one conversation happens behind its row's lock, and is told when it is committed. */
  async function change<T>(id: string, work: (tx: Transaction, state: ConversationState) => Promise<T>): Promise<T> {
    const result = await db.transaction(async (tx) => {
      const state = await lockConversation(tx, id);
      if (!state) throw new NotFound("There is no such conversation.");
      return work(tx, state);
    });
    live.changed("conversation", id);
    return result;
  }

  async function takeOver(
    tx: Transaction,
    id: string,
    state: ConversationState,
    assigneeId: string | null,
    reason: string,
  ) {
    const status = state.status === "open" || state.status === "pending" ? state.status : "open";
    await setConversation(tx, id, { owner: "agent", assigneeId, status });
    if (state.owner === "bot") await outbox.note(id, { type: "handed-over", reason }, tx);
  }

  return {
    async reply(id, { text, parts, replyTo }, { staffId }) {
      const said: Part[] = parts ?? [{ type: "text", text: text ?? "" }];
      const messages = await change(id, async (tx, state) => {
        await takeOver(tx, id, state, state.assigneeId ?? staffId, "agent replied");
        const utterance = {
          conversationId: id,
          author: "agent" as const,
          parts: said,
          ...(staffId && { staffId }),
          ...(replyTo && { replyTo }),
        };
        const messageIds = await outbox.say(utterance, tx);
        if (messageIds.length === 0) throw new Invalid("There is nothing in this message that could be sent.");
        return messagesByIds(tx, id, messageIds);
      });
      outbox.wake();
      return messages;
    },

    take: (id, { staffId }) => change(id, (tx, state) => takeOver(tx, id, state, staffId, "an agent took it")),

    giveBack: (id, { staffId }) =>
      change(id, async (tx, state) => {
        if (state.owner === "bot") throw new Conflict("The bot has this conversation already.");
        await outbox.note(id, { type: "given-back", staffId }, tx);
        await setGivenBack(tx, id);
      }),

    setStatus: (id, status) => change(id, (tx, state) => setConversation(tx, id, { ...state, status })),

    assign: (id, staffId) =>
      change(id, async (tx, state) => {
        if (staffId === null) return setConversation(tx, id, { ...state, assigneeId: null });
        if (!(await canHoldConversations(tx, staffId))) {
          throw new Invalid("There is no such agent.", {
            "body.staffId": "Not the id of an owner, admin or agent of yours.",
          });
        }
        return takeOver(tx, id, state, staffId, "assigned to an agent");
      }),
  };
}
