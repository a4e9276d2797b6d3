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
  setStatus(id: string, status: "open" | "resolved", asker: Asker): Promise<void>;
  assign(id: string, staffId: string | null): Promise<void>;
  /** As `reply`, in the caller's transaction; call `wake` and tell that it changed after the commit. */
  replyIn(tx: Transaction, id: string, reply: Reply, staffId: string | null): Promise<MessageView[]>;
  /** Does something to a conversation behind its row's lock, and tells it when it is committed. */
  change<T>(id: string, work: (tx: Transaction, state: ConversationState) => Promise<T>): Promise<T>;
  /** There is something to send. */
  wake(): void;
}

export function createInbox({ db, outbox, live }: InboxParts): Inbox {
  /** Everything about one conversation happens behind its row's lock, and is told when it is committed. */
  async function change<T>(id: string, work: (tx: Transaction, state: ConversationState) => Promise<T>): Promise<T> {
    const result = await db.transaction(async (tx) => work(tx, await locked(tx, id)));
    live.changed("conversation", id);
    return result;
  }
  const replyIn: Inbox["replyIn"] = (tx, id, reply, staffId) => writeReply({ tx, outbox, id }, reply, staffId);

  return {
    change,
    replyIn,
    wake: () => outbox.wake(),

    async reply(id, reply, { staffId }) {
      const messages = await db.transaction((tx) => replyIn(tx, id, reply, staffId));
      live.changed("conversation", id);
      outbox.wake();
      return messages;
    },

    take: (id, { staffId }) =>
      change(id, (tx, state) => takeOver({ tx, outbox, id }, state, staffId, "an agent took it")),

    giveBack: (id, { staffId }) =>
      change(id, async (tx, state) => {
        if (state.owner === "bot") throw new Conflict("The bot has this conversation already.");
        await outbox.note(id, { type: "given-back", staffId }, tx);
        await setGivenBack(tx, id);
      }),

    setStatus: (id, status, { staffId }) =>
      change(id, async (tx, state) => {
        await setConversation(tx, id, { ...state, status });
        if (status === "resolved" && state.status !== "resolved")
          await outbox.note(id, { type: "resolved", staffId }, tx);
        if (status === "open" && state.status === "resolved") await outbox.note(id, { type: "reopened", staffId }, tx);
      }),

    assign: (id, staffId) =>
      change(id, async (tx, state) => {
        if (staffId === null) return setConversation(tx, id, { ...state, assigneeId: null });
        if (!(await canHoldConversations(tx, staffId))) {
          throw new Invalid("There is no such agent.", {
            "body.staffId": "Not the id of an owner, admin or agent of yours.",
          });
        }
        return takeOver({ tx, outbox, id }, state, staffId, "assigned to an agent");
      }),
  };
}

/** A conversation in a transaction that changes it. */
interface Within {
  tx: Transaction;
  outbox: Outbox;
  id: string;
}

async function locked(tx: Transaction, id: string): Promise<ConversationState> {
  const state = await lockConversation(tx, id);
  if (!state) throw new NotFound("There is no such conversation.");
  return state;
}

async function takeOver(
  { tx, outbox, id }: Within,
  state: ConversationState,
  assigneeId: string | null,
  reason: string,
): Promise<void> {
  const status = state.status === "open" || state.status === "pending" ? state.status : "open";
  await setConversation(tx, id, { owner: "agent", assigneeId, status });
  if (state.owner === "bot") await outbox.note(id, { type: "handed-over", reason }, tx);
}

async function writeReply(within: Within, { text, parts, replyTo }: Reply, staffId: string | null) {
  const { tx, outbox, id } = within;
  const state = await locked(tx, id);
  const said: Part[] = parts ?? [{ type: "text", text: text ?? "" }];
  await takeOver(within, state, state.assigneeId ?? staffId, "agent replied");
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
}
