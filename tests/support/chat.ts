/** A hub with one website channel: its real door, corridor and history, over real HTTP. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createBrowser, type BrowserOptions } from "../../adapters/web/emulator.ts";
import web from "../../adapters/web/index.ts";
import { createTools } from "../../src/channels/tools.ts";
import { createConversations, createVouching } from "../../src/conversations/index.ts";
import { createCorridor, type Observer, type OpenChannel, type Responder } from "../../src/corridor/index.ts";
import { createDoor, createVisitorDoor } from "../../src/http/index.ts";
import type { VisitorDoorParts } from "../../src/http/visitor.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { createVault } from "../../src/lib/vault.ts";
import { createSignals } from "../../src/store/index.ts";
import { freshDatabase } from "./database.ts";
import { silentLog } from "./log.ts";

/** Nothing hangs on an identity here. */
const onMoved = async () => undefined;

export const IDENTITY_SECRET = "i".repeat(32);

/** Says back what was said; entering says nothing. */
const echo: Responder = {
  name: "echo",
  async respond({ messages }) {
    const words = messages.flatMap(({ type, text }) => (type === "message" ? [text] : []));
    return words.length > 0 ? { parts: [{ type: "text", text: words.join("|") }] } : undefined;
  },
};

export interface ChatOptions {
  settings?: object;
  responders?: Responder[];
  observers?: Observer[];
  /** False: hints are lost, as between hubs whose connection for signals is down. */
  hints?: boolean;
  /** What pages may tell about their visitors. */
  record?: VisitorDoorParts["record"];
}

export async function startChat({
  settings = {},
  responders = [echo],
  observers = [],
  hints = true,
  record,
}: ChatOptions = {}) {
  const db = await freshDatabase();
  const [clock, log, hubId] = [systemClock, silentLog, newId()];
  const signals = await createSignals({ db, clock, log, processId: hubId, othersLive: () => false });
  const server = createServer((req, res) => void door(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const vault = createVault("a secret of the test");
  const addChannel = async (): Promise<OpenChannel> => {
    const id = newId();
    await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, 'web', 'Website', '')", [id]);
    const tools = createTools({ db, vault, fetch, log, clock, publicUrl: () => new URL(origin) }, id);
    const given = {
      secret: "s".repeat(32),
      identitySecret: IDENTITY_SECRET,
      allowedOrigins: ["https://shop.example"],
      ...settings,
    };
    const connection = web.connect(web.settings.parse(given), tools);
    return {
      id,
      name: "Website",
      adapter: web as OpenChannel["adapter"],
      connection,
      rates: {},
      onUncertain: "resend",
    };
  };
  const open = [await addChannel(), await addChannel()];
  const channels = { get: (id: string) => open.find((channel) => channel.id === id), list: () => open };

  const corridor = createCorridor({
    db, signals, channels, log, hubId, clock, responders,
    observers: [createVouching(onMoved), ...observers],
    metrics: createMetrics({ clock }),
    onOthers: () => undefined,
    mostWaiting: 100_000,
  }); // prettier-ignore
  const live = { changed: (topic: string, id: string) => signals.send(topic, id) };
  const conversations = createConversations({ db, clock, log, outbox: corridor.outbox, onMoved, live });
  const silent = { subscribe: () => () => undefined };
  const visitors = createVisitorDoor({
    ...{ history: conversations.history, live: hints ? signals : silent, clock, log },
    ...(record && { record }),
  });
  const door = createDoor({ channels, accept: corridor.accept, visitors, clock, log, count: () => undefined });
  await corridor.start();

  onTestFinished(async () => {
    visitors.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await corridor.stop();
    await signals.close();
  });
  const [channel, other] = open as [OpenChannel, OpenChannel];
  const urlOf = ({ id }: OpenChannel) => `${origin}/webhooks/${id}`;
  return {
    db,
    channel,
    conversations,
    corridor,
    visitors,
    url: urlOf(channel),
    /** Another website's chat on the same hub. */
    otherUrl: urlOf(other),
    browser: (options: Partial<BrowserOptions> = {}) => createBrowser({ url: urlOf(channel), ...options }),
  };
}
