import { readJson, type Keep } from "./keep.ts";
import { ownId, type Pending } from "./message.ts";
import type { Store } from "./state.ts";
import type { Visitor } from "./visitor.ts";
import { Refusal, type Wire } from "./wire.ts";

export interface Outbox {
  /** Keeps it until the hub has it, whatever happens to this page. */
  add(what: Pick<Pending, "text" | "files" | "choice">): void;
  retry(id: string): void;
  discard(id: string): void;
  /** Sends what waits, in order, one at a time. */
  flush(): Promise<void>;
  /** Another tab added or sent something. */
  reload(): void;
}

export interface OutboxParts {
  store: Store;
  keep: Keep;
  wire: Wire;
  visitor: Visitor;
  now(): number;
  newId(): string;
  /** Something stands in the way: try again later. */
  onTrouble(error: unknown): void;
  onAccepted(): void;
}

/** What waited longer than this is sent with the time at which it was written. */
const LATE_MS = 60_000;

/**
 * The visitor's words until the hub has them. Each lies under a key of its own, so that two tabs never overwrite each
 * other's; both may send the same one, since the hub takes its id but once.
 */
export function createOutbox(parts: OutboxParts): Outbox {
  const { store, keep, visitor, now, newId } = parts;
  let isBusy = false;

  const waiting = () => waitingOf(keep, visitor.owner());
  const reload = () => store.change({ pending: waiting() });

  function put(item: Pending): void {
    keep.set(`out:${item.id}`, JSON.stringify(item));
    reload();
  }

  function drop(id: string): void {
    keep.set(`out:${id}`, undefined);
    reload();
  }

  /** @returns whether to go on with the next. */
  async function send(item: Pending): Promise<boolean> {
    store.change({ sending: item.id });
    try {
      await post(parts, item);
      const { accepted, messages } = store.state;
      // A pressed button stands in no history: it is shown as chosen.
      if (!item.choice && !messages.has(ownId(item.id))) accepted.set(ownId(item.id), item);
      drop(item.id);
      parts.onAccepted();
      return true;
    } catch (error) {
      const failed = faultOf(error, item);
      if (failed) put({ ...item, failed });
      else parts.onTrouble(error);
      return failed !== undefined;
    } finally {
      store.change({ sending: undefined });
    }
  }

  async function flush(): Promise<void> {
    if (isBusy || !store.state.mayStart) return;
    isBusy = true;
    try {
      for (let next = first(); next; next = first()) if (!(await send(next))) break;
    } finally {
      isBusy = false;
    }
  }

  const first = () => waiting().find(({ failed }) => failed === undefined);

  return {
    add(what) {
      const last = waiting().at(-1)?.at ?? -Infinity;
      put({ id: newId(), at: Math.max(now(), last + 1), owner: visitor.owner(), ...what });
      void flush();
    },
    retry(id) {
      const item = waiting().find((each) => each.id === id);
      if (!item) return;
      const { failed: _failed, ...again } = item;
      put(again);
      void flush();
    },
    discard: drop,
    flush,
    reload,
  };
}

/** What this visitor said and the hub does not have, in the order in which they said it. */
function waitingOf(keep: Keep, visitor: string): Pending[] {
  const items = keep.all("out:").flatMap(([, text]) => readPending(readJson(text)) ?? []);
  return items.filter(({ owner }) => owner === "" || owner === visitor).sort((a, b) => a.at - b.at);
}

async function post({ wire, visitor, now }: OutboxParts, item: Pending): Promise<void> {
  const { id, at, text, files, choice } = item;
  const body = {
    id,
    ...(text !== undefined && { text }),
    ...(files && { files: files.map(({ ref }) => ({ ref })) }),
    ...(choice && { choice: { id: choice.id, messageId: choice.messageId } }),
    ...(now() - at > LATE_MS && { sentAt: new Date(at).toISOString() }),
  };
  const tell = async () => wire.post("/messages", body, (await visitor.session()).token);
  await tell().catch(async (error: unknown) => {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    visitor.renew();
    await tell();
  });
}

/** Why it will never be taken; `undefined` where trying again can help. */
function faultOf(error: unknown, item: Pending): Pending["failed"] {
  if (!(error instanceof Refusal)) return undefined;
  if (error.status === 404 && item.files) return "fileGone";
  return error.isPassing || error.status === 401 || error.status === 403 ? undefined : "refused";
}

function readPending(value: unknown): Pending | undefined {
  const item = value as Partial<Pending> | undefined;
  if (typeof item?.id !== "string" || typeof item.at !== "number" || typeof item.owner !== "string") return undefined;
  return item.text !== undefined || item.files || item.choice ? (item as Pending) : undefined;
}
