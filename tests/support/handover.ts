/** The handover's room on a running corridor of a platform in memory. */
import { onTestFinished } from "vitest";
import type { Asker, Json, Part, Route } from "../../src/contract/index.ts";
import { createConversations } from "../../src/conversations/index.ts";
import type { Observer, RecordedEvent, Responder } from "../../src/corridor/index.ts";
import { createHandover } from "../../src/handover/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import { openDatabase, type Transaction } from "../../src/store/index.ts";
import { callRoute } from "./call-route.ts";
import { startStage, until } from "./corridor.ts";
import { freshConnection } from "./database.ts";
import { silentLog } from "./log.ts";
import { createLoopback, type LoopbackUpdate } from "./loopback-adapter.ts";

/** Knows one thing. */
const bot: Responder = {
  name: "bot",
  respond: async ({ messages }) =>
    messages.some(({ text }) => text.includes("open"))
      ? { parts: [{ type: "text", text: "From 9 to 5." }] }
      : undefined,
};

export type HandoverWorld = Awaited<ReturnType<typeof handoverWorld>>;

export async function handoverWorld() {
  const connection = await freshConnection();
  const db = openDatabase({ connection, poolSize: 8, idleInTransactionMs: 5_000, onError: () => undefined });
  onTestFinished(() => db.close());
  const { adapter, platform } = createLoopback();
  /** The clock of the room; the corridor has the machine's. */
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
  const room = createHandover({ db, clock, log: silentLog, changed: () => undefined });
  const seen: RecordedEvent[] = [];
  const spy: Observer = { name: "spy", observe: async (events) => void seen.push(...events) };
  const stage = await startStage({
    ...{ connection, adapter },
    responders: [...room.first, room.completes(bot), room.last],
    observers: [room.keepsApart([spy])],
  });
  const live = { changed: () => undefined };
  const parts = { db, clock: systemClock, log: silentLog, outbox: stage.outbox, onMoved: async () => undefined, live };
  const { inbox, routes } = createConversations(parts);
  const speakers = {
    outbox: stage.outbox,
    reply: (tx: Transaction, id: string, text: string, staffId: string) => inbox.replyIn(tx, id, { text }, staffId),
  };
  const owner: Asker = { staffId: null, name: "the owner", role: "owner" };
  const all: Route[] = [...room.routes, ...routes];

  let n = 0;
  /** Somebody writes, and it is recorded and thought about. Resolves with the conversation's id. */
  async function hears(place: string, text: string, more: Partial<LoopbackUpdate> & { replyTo?: string } = {}) {
    const update = { key: `heard-${++n}`, place, from: place, text, ...more };
    await stage.deliver(update);
    const find = () =>
      db.query<{ id: string }>(
        `SELECT c.id FROM conversation c JOIN event e ON e.conversation_id = c.id
         WHERE c.place = $1 AND e.external_id = $2 AND c.done_seq >= c.turn_seq`,
        [place, update.key],
      );
    await until(async () => (await find()).length > 0);
    return (await find())[0]!.id;
  }

  async function person(name: string, more: { language?: string; role?: string } = {}) {
    const staffId = newId();
    await db.query("INSERT INTO staff (id, name, email, role, language) VALUES ($1, $2, $3, $4, $5)", [
      ...[staffId, name, `${name}@shop.example`.toLowerCase(), more.role ?? "agent", more.language ?? null],
    ]);
    return { staffId, name, role: "agent" as const };
  }
  const call = <Result = Record<string, Json>>(method: string, address: string, body?: unknown, asker: Asker = owner) =>
    callRoute<Result>(all, asker, method, address, body);

  /** Everything that is due is done, and sent. */
  async function settle(): Promise<void> {
    for (let busy = true; busy;) {
      const waits = [await room.assign(), await room.carry(speakers)];
      busy = waits.includes(0);
    }
    await until(
      async () => (await db.query("SELECT 1 FROM delivery WHERE state IN ('waiting', 'sending')")).length === 0,
    );
  }
  const said = (place: string) =>
    platform.sent.filter((message) => message.place === place).map(({ parts: sent }) => wordsOf(sent));

  return {
    ...{ db, stage, platform, room, speakers, seen, inbox, hears, person, call, settle, said, connection, owner },
    pass: (ms: number) => void (aheadMs += ms),
    /** Makes a chat a place of theirs. */
    async register(agent: Asker, place: string): Promise<void> {
      const { code } = await call<{ code: string }>("post", "/me/places", undefined, agent);
      await hears(place, code);
      await settle();
    },
    conversation: async (id: string) =>
      (
        await db.query<{ owner: string; assigneeId: string | null; status: string }>(
          `SELECT owner, assignee_id AS "assigneeId", status FROM conversation WHERE id = $1`,
          [id],
        )
      )[0]!,
  };
}

const wordsOf = (parts: readonly Part[]) => parts.map((part) => ("text" in part ? part.text : part.type)).join("\n");
