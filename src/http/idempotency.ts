import { createHash } from "node:crypto";
import { Conflict, Invalid, type Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { deleteRepliesBefore, findReply, freeReplyKey, keepReply, takeReplyKey, type ReplyKey } from "./store.ts";

/** A finished answer, as text. */
export interface Reply {
  status: number;
  body: string;
}

export interface OnceRequest {
  /** Whose key it is: two askers may use the same. */
  asker: string;
  key: string;
  /** What makes the request the same one. */
  fingerprint: string;
  /** The answer holds a secret, so it is not kept. */
  secret: boolean;
}

export interface Replies {
  /**
   * Runs `work` once for an asker's key. Who comes again gets the first answer; who comes meanwhile waits for it.
   * Errors are not kept: nothing was done, so the same key may try again. A process killed at work frees its key after
   * two minutes, when the work is done once more: what must not happen twice even then needs a key of its own.
   * @throws Conflict when the key was used for something else.
   */
  once(request: OnceRequest, work: () => Promise<Reply>): Promise<Reply & { replayed: boolean }>;
  /** Deletes what is older than a day; returns how many. */
  forgetOld(): Promise<number>;
}

const KEPT_MS = 24 * 3_600_000;
/** A request that has worked for so long is dead: its process was killed. */
const LOST_MS = 120_000;
const WAIT_MS = 10_000;
const LOOK_MS = 50;

export function createReplies({ db, clock }: { db: Database; clock: Clock }): Replies {
  const ago = (ms: number) => new Date(clock.now().getTime() - ms);

  /** What the first request was answered, or `undefined` when it failed and the key is free again. */
  async function firstAnswer(at: ReplyKey, fingerprint: string): Promise<Reply | undefined> {
    for (const end = clock.monotonicMs() + WAIT_MS; ; await clock.sleep(LOOK_MS)) {
      const reply = await findReply(db, at);
      if (!reply) return undefined;
      if (reply.fingerprint !== fingerprint)
        throw new Conflict("This Idempotency-Key was used for another request. Take a new one.");
      if (reply.body !== null) return { status: reply.status, body: reply.body };
      if (reply.status !== 0) throw shownOnce();
      if (clock.monotonicMs() >= end)
        throw new Conflict("The first request with this Idempotency-Key is still being worked on. Ask again later.");
    }
  }

  async function run(at: ReplyKey, takenAt: Date, secret: boolean, work: () => Promise<Reply>): Promise<Reply> {
    let reply: Reply;
    try {
      reply = await work();
    } catch (error) {
      await freeReplyKey(db, at, takenAt);
      throw error;
    }
    await keepReply(db, at, takenAt, { status: reply.status, body: secret ? null : reply.body });
    return reply;
  }

  return {
    async once(request, work) {
      const at = { asker: request.asker, key: request.key };
      for (;;) {
        const now = clock.now();
        const moments = { now, keptSince: ago(KEPT_MS), workingSince: ago(LOST_MS) };
        if (await takeReplyKey(db, at, request.fingerprint, moments)) {
          return { ...(await run(at, now, request.secret, work)), replayed: false };
        }
        const reply = await firstAnswer(at, request.fingerprint);
        if (reply) return { ...reply, replayed: true };
      }
    },
    forgetOld: () => deleteRepliesBefore(db, ago(KEPT_MS)),
  };
}

function shownOnce(): Conflict {
  return new Conflict(
    "This Idempotency-Key was used, and its answer held a secret that is shown once. Revoke what was made and take a new key.",
  );
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** The request's Idempotency-Key, checked. @throws Invalid */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === "string" && KEY.test(header)) return header;
  throw new Invalid("The Idempotency-Key must be 1 to 200 visible ASCII characters.", {
    "header.Idempotency-Key": "Not usable.",
  });
}

export function fingerprintOf(method: string, url: string, body: Uint8Array): string {
  return createHash("sha256").update(`${method}\n${url}\n`).update(body).digest("hex");
}
