/** The conversations' room on a running corridor, and its API as it is called. */
import type { Asker, Json, Route } from "../../src/contract/index.ts";
import { createConversations, type Conversations } from "../../src/conversations/index.ts";
import type { Responder } from "../../src/corridor/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import { callRoute } from "./call-route.ts";
import { startStage, until, type Stage } from "./corridor.ts";
import { freshConnection } from "./database.ts";
import { silentLog } from "./log.ts";
import { createLoopback, type LoopbackPlatform, type LoopbackUpdate } from "./loopback-adapter.ts";

export interface ConversationsWorld extends Stage, Conversations {
  platform: LoopbackPlatform;
  /** What was told to have changed. */
  told: string[];
  agent: Asker & { staffId: string };
  /** Somebody writes, and it is recorded. Resolves with the conversation's id. */
  hears(update: Partial<LoopbackUpdate> & { text: string }): Promise<string>;
  /** Calls a route as the API would: checked, done, and the answer checked against its schema. */
  call<Result = Record<string, Json>>(method: Route["method"], address: string, body?: unknown): Promise<Result>;
}

export async function conversationsWorld(responders: Responder[] = []): Promise<ConversationsWorld> {
  const { adapter, platform } = createLoopback();
  const stage = await startStage({ connection: await freshConnection(), adapter, responders });
  const told: string[] = [];
  const live = { changed: (topic: string, id: string) => void told.push(`${topic} ${id}`) };
  const parts = {
    db: stage.db,
    clock: systemClock,
    log: silentLog,
    outbox: stage.outbox,
    onMoved: async () => undefined,
    live,
  };
  const conversations = createConversations(parts);
  const agent = { ...(await makeAgent(stage)), name: "Mei", role: "agent" as const };

  let n = 0;
  async function hears(given: Partial<LoopbackUpdate> & { text: string }): Promise<string> {
    const update: LoopbackUpdate = { key: `heard-${++n}`, place: "ana", from: given.place ?? "ana", ...given };
    await stage.deliver(update);
    const find = () =>
      stage.db.query<{ id: string }>(
        `SELECT c.id FROM conversation c JOIN event e ON e.conversation_id = c.id
         WHERE c.place = $1 AND e.external_id = $2 AND c.done_seq >= c.turn_seq`,
        [update.place, update.key],
      );
    await until(async () => (await find()).length > 0);
    return (await find())[0]!.id;
  }

  const call = <Result>(method: string, address: string, body?: unknown) =>
    callRoute<Result>(conversations.routes, agent, method, address, body);
  return { ...stage, ...conversations, platform, told, agent, hears, call };
}

async function makeAgent({ db }: Stage): Promise<{ staffId: string }> {
  const staffId = newId();
  await db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Mei', 'mei@shop.example', 'agent')", [
    staffId,
  ]);
  return { staffId };
}
