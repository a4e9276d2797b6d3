import { createAttachments, type Attachments } from "./attachments.ts";
import { createFeed, pressedOf } from "./feed.ts";
import type { Keep } from "./keep.ts";
import type { Pending } from "./message.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createReader, type Reader } from "./reader.ts";
import { createReceipts } from "./receipts.ts";
import { createStore, type Store } from "./state.ts";
import type { Proof, Visitor } from "./visitor.ts";
import { Refusal, type Wire } from "./wire.ts";

export interface Chat {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly attachments: Attachments;
  open(): void;
  close(): void;
  /** Goes on with a conversation that was begun on another page, without showing it. */
  resume(): void;
  /** The visitor agrees, and the chat begins. */
  agree(consent?: boolean): void;
  press(choice: NonNullable<Pending["choice"]>): void;
  identify(proof: Proof): Promise<{ ok: boolean; reason?: string }>;
  /** The website's user signed out: the next visitor of this browser starts afresh. */
  forget(): void;
  /** The tab came to the front or went behind, the line came back or broke. */
  look(): void;
  /** Another tab changed what is kept under this name; "" is the visitor. */
  otherTab(name: string): void;
  file(ref: string): Promise<Blob>;
  typing(): void;
}

export interface ChatParts {
  wire: Wire;
  keep: Keep;
  visitor: Visitor;
  consent: "ask" | "given" | "refused" | undefined;
  now(): number;
  random(): number;
  newId(): string;
  isVisible(): boolean;
  isOnline(): boolean;
}

type Room = ChatParts & ReturnType<typeof furnish>;

const RETRY_MS = 3_000;
const TYPING_MS = 4_000;
const MOST_PRESSED = 100;
/** What is this visitor's and no other's. */
const THEIRS = ["pressed", "read", "read-of", "receipt", "draft", "consent"];

/** The conversation of this browser: what is known of it, and all that can be done with it. */
export function createChat(parts: ChatParts): Chat {
  const { consent, visitor, keep } = parts;
  const room: Room = { ...parts, ...furnish(parts) };
  const { store, outbox, attachments } = room;
  const mayStart = consent !== "ask" || visitor.isKnown() || keep.get("consent") !== undefined;
  const before = keep.get("consent") ?? { given: "true", refused: "false" }[consent as "given" | "refused"];
  if (before !== undefined) visitor.setConsent(before === "true");
  store.change({ mayStart, pressed: pressedOf(keep) });
  return { store, outbox, attachments, ...visits(room), ...people(room), ...deeds(room), ...surroundings(room) };
}

/** What the chat is made of. */
function furnish(parts: ChatParts) {
  const store = createStore();
  const feed = createFeed(store, parts.keep);
  const receipts = createReceipts({ ...parts, store });
  const outbox: Outbox = createOutbox({ ...parts, store, onTrouble, onAccepted: () => feed.patience.begin() });
  const reader: Reader = createReader({
    ...parts,
    store,
    onSession: (session) => (feed.onSession(session), outbox.reload()),
    onMessages: (messages) => (feed.onMessages(messages), receipts.see()),
    onUp: () => void outbox.flush(),
  });
  const attachments = createAttachments({ ...parts, store });

  function onTrouble(error: unknown): void {
    const refusal = error instanceof Refusal ? error : undefined;
    if (!refusal) store.change({ line: "down" });
    setTimeout(() => void outbox.flush(), refusal?.retryAfterMs ?? RETRY_MS);
    if (!refusal || refusal.status === 403 || refusal.status === 401) reader.wake();
  }

  return { store, receipts, outbox, reader, attachments };
}

function begin({ store, outbox, reader }: Room): void {
  if (!store.state.mayStart) return;
  outbox.reload();
  reader.start();
}

function visits(room: Room) {
  const { store, keep, visitor, receipts } = room;
  return {
    open() {
      store.change({ isOpen: true });
      begin(room);
      receipts.see();
    },
    close: () => store.change({ isOpen: false }),
    resume: () => begin(room),
    agree(consent = true) {
      visitor.setConsent(consent);
      keep.set("consent", String(consent));
      store.change({ mayStart: true });
      if (store.state.isOpen) begin(room);
    },
  };
}

function people(room: Room) {
  const { store, keep, visitor, reader } = room;
  return {
    async identify(proof: Proof) {
      try {
        const session = await visitor.identify(proof);
        store.change({ trouble: undefined });
        if (session || store.state.isOpen) begin(room);
        reader.wake();
        return { ok: true };
      } catch (error) {
        return { ok: false, reason: error instanceof Error ? error.message : "unknown" };
      }
    },
    forget() {
      reader.stop();
      for (const [name] of keep.all("out:")) keep.set(`out:${name}`, undefined);
      for (const name of THEIRS) keep.set(name, undefined);
      visitor.forget();
      const nothing = { messages: new Map(), accepted: new Map(), pending: [], pressed: {}, readSeq: 0 };
      store.change({ ...nothing, hasLoaded: false, attachments: [] });
      if (store.state.isOpen) begin(room);
    },
  };
}

function deeds({ store, keep, visitor, wire, outbox, now }: Room) {
  let typedAt = 0;
  return {
    press(choice: NonNullable<Pending["choice"]>) {
      const entries = Object.entries({ ...pressedOf(keep), [choice.messageId]: choice.id });
      const pressed = Object.fromEntries(entries.slice(-MOST_PRESSED));
      keep.set("pressed", JSON.stringify(pressed));
      store.change({ pressed });
      outbox.add({ choice });
    },
    file: async (ref: string) => wire.bytes(`/files/${encodeURIComponent(ref)}`, (await visitor.session()).token),
    typing() {
      if (!visitor.isKnown() || now() - typedAt < TYPING_MS) return;
      typedAt = now();
      const tell = visitor.session().then(({ token }) => wire.post("/typing", {}, token));
      void tell.catch(() => undefined);
    },
  };
}

/** What happens around the chat: the line, the tab, other tabs. */
function surroundings({ store, keep, visitor, reader, outbox, receipts, isOnline }: Room) {
  return {
    look() {
      store.change(isOnline() ? {} : { line: "down" });
      receipts.see();
      reader.wake();
    },
    otherTab(name: string) {
      if (name.startsWith("out:")) outbox.reload();
      if (name === "read") store.change({ readSeq: Number(keep.get("read") ?? 0) });
      if (name === "pressed") store.change({ pressed: pressedOf(keep) });
      if (name !== "") return;
      visitor.renew(); // another tab signed in, signed out or renewed the token
      reader.wake();
    },
  };
}
