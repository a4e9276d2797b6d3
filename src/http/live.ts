import type { Response } from "express";
import { Overloaded, TooMany, type Clock } from "../contract/index.ts";
import type { Principal, Staff } from "../staff/index.ts";

/** Something is not as it was; who shows it asks for it again. */
export interface Change {
  topic: string;
  id: string;
}

export interface ChangeSource {
  /** @returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
}

export interface Live {
  serve(res: Response, principal: Principal): void;
  /** Ends every stream; the hub stops. */
  close(): void;
}

export interface LiveParts {
  source: ChangeSource;
  tokens: Pick<Staff["tokens"], "stillGood">;
  sessions: Pick<Staff["sessions"], "stillGood">;
  clock: Clock;
  heartbeatMs?: number;
  /** How soon the streams of a revoked token or an ended session end; the promise is 5 seconds. */
  recheckMs?: number;
}

interface Stream {
  res: Response;
  /** The id of the token or session that opened it. */
  proof: string;
  spokeAtMs: number;
  stop: () => void;
}

const MOST_STREAMS = 2_000;
const MOST_PER_PROOF = 10;
/** A reader who is so far behind has left, or will do better with a fresh start. */
const MOST_UNREAD = 64 * 1024;

/** Server-sent events that carry no content, so that nobody hears of what they may not read. */
export function createLive(parts: LiveParts): Live {
  const { source, tokens, sessions, clock, heartbeatMs = 25_000, recheckMs = 3_000 } = parts;
  const streams = new Set<Stream>();
  let watching = false;
  let closed = false;

  function say(stream: Stream, text: string): void {
    if (stream.res.writableLength > MOST_UNREAD) return void stream.res.destroy();
    stream.res.write(text);
    stream.spokeAtMs = clock.monotonicMs();
  }

  function refuseTooMany(proof: string): void {
    if (closed || streams.size >= MOST_STREAMS)
      throw new Overloaded("The hub cannot keep another stream open right now.", 5_000);
    const own = [...streams].filter((stream) => stream.proof === proof);
    if (own.length >= MOST_PER_PROOF)
      throw new TooMany(`You have ${MOST_PER_PROOF} streams open. Close one first.`, 5_000);
  }

  /** One look at the database for all streams together. When it cannot answer, nothing was revoked either. */
  async function endRevoked(): Promise<void> {
    const asked = [...streams];
    const proofs = [...new Set(asked.map((stream) => stream.proof))];
    const [goodTokens, goodSessions] = await Promise.all([tokens.stillGood(proofs), sessions.stillGood(proofs)]);
    for (const { proof, res } of asked) if (!goodTokens.has(proof) && !goodSessions.has(proof)) res.end();
  }

  /** Runs as long as somebody listens. */
  async function watch(): Promise<void> {
    watching = true;
    while (streams.size > 0) {
      await clock.sleep(Math.min(recheckMs, heartbeatMs));
      const silentSinceMs = clock.monotonicMs() - heartbeatMs;
      for (const stream of streams) if (stream.spokeAtMs <= silentSinceMs) say(stream, ": still here\n\n");
      await endRevoked().catch(() => undefined);
    }
    watching = false;
  }

  return {
    serve(res, principal) {
      const proof = "tokenId" in principal ? principal.tokenId! : principal.sessionId;
      refuseTooMany(proof);
      res.locals.route = "GET /api/v1/live";
      res.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no" });

      const stream: Stream = { res, proof, spokeAtMs: clock.monotonicMs(), stop: () => undefined };
      stream.stop = source.subscribe((change) => say(stream, `event: changed\ndata: ${JSON.stringify(change)}\n\n`));
      streams.add(stream);
      res.once("close", () => {
        stream.stop();
        streams.delete(stream);
      });
      say(stream, "retry: 3000\nevent: ready\ndata: {}\n\n"); // whoever comes back asks for everything again
      if (!watching) void watch();
    },
    close() {
      closed = true;
      for (const stream of streams) stream.res.end();
    },
  };
}
