import { readJson, type Keep } from "./keep.ts";
import type { Message } from "./message.ts";
import { inOrder, type Store } from "./state.ts";
import type { Session } from "./visitor.ts";

/** A bot answers within seconds; after that somebody of ours will, in their own time. */
const ANSWER_MS = 8_000;

/** Takes what the hub shows into what is known here. */
export function createFeed(store: Store, keep: Keep) {
  const { state } = store;
  const patience = createPatience(store);
  return {
    patience,
    onSession({ conversation, name }: Session): void {
      if (keep.get("read-of") !== conversation) for (const key of ["read", "receipt"]) keep.set(key, undefined);
      keep.set("read-of", conversation);
      const readSeq = Number(keep.get("read") ?? 0);
      store.change({ name, messages: new Map(), accepted: new Map(), hasLoaded: false, readSeq });
    },
    onMessages(news: readonly Message[]): void {
      for (const message of news) {
        const before = state.messages.get(message.id);
        if (!before || before.version <= message.version) state.messages.set(message.id, message);
        state.accepted.delete(message.id);
      }
      if (news.some(({ from }) => from !== "visitor")) patience.end();
      store.change({});
    },
  };
}

/** "An answer is on its way", for as long as that is likely. A person of ours who has taken over answers when they can. */
function createPatience(store: Store) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(timer);
    store.change({ isAnswering: false });
  };
  return {
    begin() {
      const theirs = inOrder(store.state.messages.values()).filter(({ from }) => from !== "visitor");
      if (theirs.at(-1)?.from === "agent") return;
      clearTimeout(timer);
      store.change({ isAnswering: true });
      timer = setTimeout(end, ANSWER_MS);
    },
    end,
  };
}

/** Which option was pressed under which message, as it is kept. */
export function pressedOf(keep: Keep): Record<string, string> {
  return (readJson(keep.get("pressed")) ?? {}) as Record<string, string>;
}
