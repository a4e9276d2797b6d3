import { readJson } from "./keep.ts";
import { readMessage, type Message } from "./message.ts";
import { readEvents } from "./sse.ts";
import type { Store } from "./state.ts";
import type { Session, Visitor } from "./visitor.ts";
import { Refusal, type Wire } from "./wire.ts";

export interface Reader {
  /** Reads along from now on. */
  start(): void;
  stop(): void;
  /** Looks at once: the line may be back, the tab may be in front. */
  wake(): void;
}

export interface ReaderParts {
  store: Store;
  wire: Wire;
  visitor: Visitor;
  random(): number;
  isVisible(): boolean;
  onSession(session: Session): void;
  onMessages(messages: readonly Message[]): void;
  /** The line is up: what waits may go. */
  onUp(): void;
}

interface Page {
  messages: unknown[];
  next: number;
  more: boolean;
}

/** The hub writes something every 25 s. */
const SILENCE_MS = 70_000;
/** A tab in the background keeps no stream open: browsers allow but few. */
const HIDDEN_POLL_MS = 15_000;
/** After a stream that the hub ended. */
const AGAIN_MS = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Reads the conversation: what there is, then what comes, over whatever the line does. */
export function createReader(parts: ReaderParts): Reader {
  const { store, visitor, random } = parts;
  const source = createSource(parts);
  let ending: AbortController | undefined;
  let rousing = new AbortController();

  /** One round: what was missed, then the stream until it ends. */
  async function round(signal: AbortSignal): Promise<void> {
    const session = await source.enter(signal);
    await source.catchUp(session, signal);
    if (!parts.isVisible()) return pause(HIDDEN_POLL_MS, rousing.signal);
    const listening = source.listen(session, rousing.signal).then(() => pause(AGAIN_MS, rousing.signal));
    await listening.catch((error: unknown) => {
      if (rousing.signal.aborted) return undefined;
      if (error instanceof Refusal && error.isPassing)
        return pause(error.retryAfterMs ?? HIDDEN_POLL_MS, rousing.signal);
      throw error;
    });
  }

  async function run(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      rousing = new AbortController();
      try {
        await round(signal);
        wait = FIRST_WAIT_MS;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refusal && error.status === 401) visitor.renew();
        store.change(explain(error));
        const asked = error instanceof Refusal ? (error.retryAfterMs ?? 0) : 0;
        await pause(Math.max(asked, wait * (0.75 + random() / 2)), rousing.signal);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  }

  return {
    start() {
      if (ending) return;
      ending = new AbortController();
      void run(ending.signal);
    },
    stop() {
      ending?.abort();
      ending = undefined;
      rousing.abort();
      source.reset();
    },
    wake: () => rousing.abort(),
  };
}

/** The hub's history, and how far it was read. */
function createSource({ store, wire, visitor, ...parts }: ReaderParts) {
  let place = "";
  let after = 0;

  function show(values: readonly unknown[]): void {
    const messages = values.flatMap((value) => readMessage(value) ?? []);
    if (messages.length > 0) parts.onMessages(messages);
  }

  return {
    reset() {
      place = "";
      after = 0;
    },
    async enter(signal: AbortSignal): Promise<Session> {
      const session = await visitor.session();
      if (signal.aborted) throw new Error("Nobody reads along any more.");
      if (session.conversation !== place) {
        after = 0; // numbers are each conversation's own
        place = session.conversation;
        parts.onSession(session);
      }
      return session;
    },
    async catchUp({ token }: Session, signal: AbortSignal): Promise<void> {
      for (let more = true; more;) {
        const page = await wire.get<Page>(`/messages?after=${after}`, token);
        if (signal.aborted) return;
        show(page.messages);
        more = page.more && page.next > after;
        after = page.next;
      }
      store.change({ hasLoaded: true, line: "up", trouble: undefined });
      parts.onUp();
    },
    async listen({ token }: Session, signal: AbortSignal): Promise<void> {
      const body = await wire.open(`/stream?after=${after}`, token, signal);
      for await (const { id, event, data } of readEvents(body, SILENCE_MS)) {
        if (signal.aborted) return;
        if (event === "message") show([readJson(data)]);
        if (/^\d{1,9}$/.test(id)) after = Number(id);
      }
    },
  };
}

function explain(error: unknown) {
  if (!(error instanceof Refusal)) return { line: "down" } as const;
  if (error.status === 401) return { trouble: "signIn", line: "down" } as const;
  return error.status === 403 ? ({ trouble: "notAllowed", line: "down" } as const) : ({ line: "down" } as const);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()));
  });
}
