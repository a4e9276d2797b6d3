import type { Keep } from "./keep.ts";
import { inOrder, unreadOf, type Store } from "./state.ts";
import type { Visitor } from "./visitor.ts";
import type { Wire } from "./wire.ts";

export interface ReceiptParts {
  store: Store;
  wire: Wire;
  keep: Keep;
  visitor: Visitor;
  isVisible(): boolean;
}

const MOST_NAMED = 200;

/** Notes what the visitor has seen, for the badge here and, once, for the hub. */
export function createReceipts({ store, wire, keep, visitor, isVisible }: ReceiptParts) {
  let isBusy = false;

  async function tell(): Promise<void> {
    const told = Number(keep.get("receipt") ?? 0);
    const unseen = inOrder(store.state.messages.values()).filter(({ from, seq }) => from !== "visitor" && seq > told);
    const last = unseen.pop();
    if (!last || isBusy) return;
    isBusy = true;
    const body = { upTo: last.id, alsoSeen: unseen.slice(-MOST_NAMED).map(({ id }) => id) };
    await visitor
      .session()
      .then(({ token }) => wire.post("/receipts", body, token))
      .then(() => keep.set("receipt", String(last.seq)))
      .catch(() => undefined); // the next one says it too
    isBusy = false;
  }

  return {
    see(): void {
      const { state } = store;
      if (!state.isOpen || !isVisible() || unreadOf(state) === 0) return;
      const readSeq = Math.max(...[...state.messages.values()].map(({ seq }) => seq));
      keep.set("read", String(readSeq));
      store.change({ readSeq });
      void tell();
    },
  };
}
