import type { Message, Pending, SentFile } from "./message.ts";
import type { Word } from "./words.ts";

/** A file on its way into the message that is being written. */
export interface Attachment {
  id: string;
  name: string;
  /** From 0 to 1. */
  share: number;
  file?: SentFile;
  /** Why it did not arrive, and may be tried again. */
  fault?: Word;
}

/** All that the view shows. */
export interface State {
  isOpen: boolean;
  /** The visitor has agreed, or was not asked to. */
  mayStart: boolean;
  hasLoaded: boolean;
  line: "up" | "down" | "unknown";
  /** Why there is no chat here. */
  trouble: Word | undefined;
  name: string | undefined;
  messages: Map<string, Message>;
  pending: readonly Pending[];
  /** Taken by the hub, and not in its history yet. */
  accepted: Map<string, Pending>;
  sending: string | undefined;
  /** Which option was pressed under which message. */
  pressed: Readonly<Record<string, string>>;
  /** The last message of ours that was seen has this number. */
  readSeq: number;
  isAnswering: boolean;
  attachments: readonly Attachment[];
}

export interface Store {
  readonly state: State;
  /** Changes it, and draws once for all changes of the moment. */
  change(part: Partial<State>): void;
  onChange(listener: () => void): void;
}

export function createStore(): Store {
  const state: State = {
    isOpen: false,
    mayStart: true,
    hasLoaded: false,
    line: "unknown",
    trouble: undefined,
    name: undefined,
    messages: new Map(),
    pending: [],
    accepted: new Map(),
    sending: undefined,
    pressed: {},
    readSeq: 0,
    isAnswering: false,
    attachments: [],
  };
  const listeners: (() => void)[] = [];
  let isDue = false;

  return {
    state,
    change(part) {
      Object.assign(state, part);
      if (isDue) return;
      isDue = true;
      queueMicrotask(() => {
        isDue = false;
        for (const listener of listeners) listener();
      });
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** In the order of the conversation. */
export function inOrder(messages: Iterable<Message>): Message[] {
  return [...messages].sort((a, b) => a.seq - b.seq);
}

export function unreadOf({ messages, readSeq }: Pick<State, "messages" | "readSeq">): number {
  return [...messages.values()].filter(({ from, seq, deletedAt }) => from !== "visitor" && seq > readSeq && !deletedAt)
    .length;
}
