import type { ServerResponse } from "node:http";
import type { Clock, Visit } from "../contract/index.ts";
import type { VisitorHistory, VisitorMessage, VisitorPage } from "../conversations/index.ts";
import { present } from "./visitor-answer.ts";

/** One visitor's open stream. */
export interface Stream {
  at: { channelId: string; place: string };
  visit: Visit;
  res: ServerResponse;
  /** Where to read on; behind what was sent while a message of ours is held. */
  resume: number;
  /** Versions that were sent beyond `resume`. */
  sent: Map<string, number>;
  conversationId: string | undefined;
  wroteAtMs: number;
  /** Aborted when there is a reason to look at once. */
  wake: AbortController;
}

export interface Reader {
  /** Sends what has come or changed, each version once. */
  catchUp(stream: Stream): Promise<void>;
  /** Shows proxies that somebody is still there. */
  heartbeat(stream: Stream): Promise<void>;
}

const PAGE = 100;
const HEARTBEAT_MS = 25_000;
const DRAIN_MS = 30_000;

/** @param onPage is told which conversation stands behind the stream's place: it can become another one. */
export function createReader(
  { history, clock }: { history: VisitorHistory; clock: Clock },
  onPage: (stream: Stream, conversationId: string | undefined) => void,
): Reader {
  async function send(stream: Stream, message: VisitorMessage, held: number | null): Promise<void> {
    if (stream.sent.get(message.id) === message.version) return;
    stream.sent.set(message.id, message.version);
    const data = JSON.stringify(present(message, stream.visit));
    await write(stream, `id: ${before(held, message.version)}\nevent: message\ndata: ${data}\n\n`);
  }

  async function write(stream: Stream, text: string): Promise<void> {
    if (!isOpen(stream)) return;
    stream.wroteAtMs = clock.monotonicMs();
    if (stream.res.write(text)) return;
    const drained = new AbortController();
    stream.res.once("drain", () => drained.abort()).once("close", () => drained.abort());
    await clock.sleep(DRAIN_MS, drained.signal);
    if (!drained.signal.aborted) stream.res.destroy(); // they do not read
  }

  return {
    async catchUp(stream) {
      let position = stream.resume;
      let page: VisitorPage | undefined;
      do {
        page = await history.messagesAfter(stream.at, position, PAGE);
        onPage(stream, page?.conversationId);
        if (!page) return;
        for (const message of page.messages) await send(stream, message, page.held);
        position = page.messages.at(-1)?.version ?? position;
      } while (page.more && isOpen(stream));
      stream.resume = before(page.held, position);
      for (const [id, version] of stream.sent) if (version <= stream.resume) stream.sent.delete(id);
    },
    async heartbeat(stream) {
      if (clock.monotonicMs() - stream.wroteAtMs >= HEARTBEAT_MS) await write(stream, ": still here\n\n");
    },
  };
}

/** The place to read on from: never behind a message that is on its way and will be seen later. */
export function before(held: number | null, position: number): number {
  return held === null ? position : Math.min(position, held - 1);
}

export function isOpen({ res }: Stream): boolean {
  return !res.destroyed && !res.writableEnded;
}
