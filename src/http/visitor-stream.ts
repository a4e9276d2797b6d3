import type { ServerResponse } from "node:http";
import type { Clock, Log, Visit } from "../contract/index.ts";
import type { VisitorHistory } from "../conversations/index.ts";
import { refuse } from "./visitor-answer.ts";
import { createReader, isOpen, type Reader, type Stream } from "./visitor-reader.ts";

/** "This conversation changed": a hint, the poll is the truth. */
export interface LiveHints {
  subscribe(listener: (change: { topic: string; id?: string }) => void): () => void;
}

export interface Streams {
  /** Sends what comes after the number, each version of a message once, until the visitor goes. */
  open(at: Stream["at"], visit: Visit, after: number, res: ServerResponse): void;
  /** Ends all of them; the hub stops. */
  close(): void;
}

const POLL_MS = 2_000;
/** Until the first arrival is recorded there is no conversation that a hint could name. */
const FIRST_POLL_MS = 300;
const FIRST_MS = 10_000;
/** Then the browser comes again, and proves again who it is. */
const LIFE_MS = 30 * 60_000;
const MOST_STREAMS = 5_000;
const MOST_PER_PLACE = 8;

/** Open streams of server-sent events. One subscription serves them all. */
export function createStreams(parts: { history: VisitorHistory; live: LiveHints; clock: Clock; log: Log }): Streams {
  const { live, clock, log } = parts;
  const open = new Set<Stream>();
  const byPlace = createGroups();
  const byConversation = createGroups();
  const reader = createReader(parts, follow);
  const unsubscribe = live.subscribe(({ topic, id }) => {
    if (topic === "conversation" && id !== undefined) byConversation.of(id).forEach((stream) => stream.wake.abort());
  });

  function follow(stream: Stream, conversationId: string | undefined): void {
    if (stream.conversationId === conversationId) return;
    if (stream.conversationId !== undefined) byConversation.remove(stream.conversationId, stream);
    if (conversationId !== undefined) byConversation.add(conversationId, stream);
    stream.conversationId = conversationId;
  }

  function refusal(place: string): [number, string] | undefined {
    if (open.size >= MOST_STREAMS)
      return [503, "Too many people are listening. Ask for GET /messages, come back later."];
    if (byPlace.of(place).size < MOST_PER_PLACE) return undefined;
    return [429, "This visitor listens in too many windows already. Close one."];
  }

  return {
    open(at, visit, after, res) {
      const place = `${at.channelId} ${at.place}`;
      const reason = refusal(place);
      if (reason) return refuse(res, ...reason, { ...visit.headers, "retry-after": "10" });

      const stream = openStream(at, visit, after, res, clock);
      open.add(stream);
      byPlace.add(place, stream);
      // A database that fails ends the stream: the browser comes back by itself and reads on where it was.
      void run(stream, reader, clock)
        .catch((error: unknown) => log.warn({ err: error, channelId: at.channelId }, "a visitor's stream ended early"))
        .finally(() => {
          follow(stream, undefined);
          byPlace.remove(place, stream);
          open.delete(stream);
          res.end();
        });
    },
    close() {
      unsubscribe();
      for (const { res, wake } of open) {
        res.end();
        wake.abort();
      }
    },
  };
}

function openStream(at: Stream["at"], visit: Visit, after: number, res: ServerResponse, clock: Clock): Stream {
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
  res.writeHead(200, { ...headers, ...visit.headers }).write("retry: 2000\n\n");
  const state = { resume: after, sent: new Map(), conversationId: undefined, wroteAtMs: clock.monotonicMs() };
  const stream: Stream = { at, visit, res, ...state, wake: new AbortController() };
  res.on("close", () => stream.wake.abort());
  return stream;
}

/** Looks whenever something hints at news, and every few seconds anyway. */
async function run(stream: Stream, reader: Reader, clock: Clock): Promise<void> {
  const openedAtMs = clock.monotonicMs();
  const ageMs = () => clock.monotonicMs() - openedAtMs;
  while (isOpen(stream) && ageMs() < LIFE_MS) {
    stream.wake = new AbortController();
    await reader.catchUp(stream);
    await reader.heartbeat(stream);
    const soon = stream.conversationId === undefined && ageMs() < FIRST_MS;
    if (isOpen(stream)) await clock.sleep(soon ? FIRST_POLL_MS : POLL_MS, stream.wake.signal);
  }
}

/** Streams by a name they share. */
function createGroups() {
  const groups = new Map<string, Set<Stream>>();
  const none: ReadonlySet<Stream> = new Set();
  return {
    of: (name: string): ReadonlySet<Stream> => groups.get(name) ?? none,
    add: (name: string, stream: Stream) => void groups.set(name, (groups.get(name) ?? new Set()).add(stream)),
    remove(name: string, stream: Stream): void {
      const group = groups.get(name);
      if (group?.delete(stream) && group.size === 0) groups.delete(name);
    },
  };
}
