import { createDelivery, type Delivery } from "./emulator-delivery.ts";
import { createFloodControl, noFaults, seededRandom, type Faults } from "./emulator-faults.ts";
import { createMethods, Refusal } from "./emulator-methods.ts";
import { createGroup, createPerson, type Group, type Person } from "./emulator-people.ts";
import type { RawUpdate } from "./emulator-queue.ts";
import { startApiServer, type MethodCall } from "./emulator-server.ts";
import {
  chatState,
  type ChatState,
  type RawChat,
  type SentMessage,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

export type { Faults } from "./emulator-faults.ts";
export type { Group, Person } from "./emulator-people.ts";
export type { SentMessage, StoredMessage } from "./emulator-world.ts";

export interface EmulatorOptions {
  token?: string;
  username?: string;
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<Faults>;
  /** What stands as `date` on messages; the machine's clock without it. */
  now?: () => Date;
}

export interface History {
  /** Every accepted send, in order; one that was answered by a dropped line is here too. */
  readonly sent: SentMessage[];
  /** Every call of a method. */
  readonly requests: MethodCall[];
  /** Sends that came while a 429 said not to: strictly per chat; per bot after 50 ms of grace. */
  readonly insideRetryAfter: number;
  /** Webhook calls, and those that got no 2xx. */
  readonly deliveries: number;
  readonly refusedDeliveries: number;
}

export interface TelegramEmulator {
  /** For the setting `apiRoot`. */
  readonly apiRoot: string;
  readonly token: string;
  readonly username: string;
  readonly faults: Faults;
  readonly history: History;
  person(id: number, name: string, more?: { username?: string; language?: string }): Person;
  group(id: number, title: string, more?: { forum?: boolean }): Group;
  /** A person in a topic of a forum group. */
  inTopic(person: Person, group: Group, topic: number): Person;
  /** Delivers an update of any shape; returns its number. Its chat becomes known. */
  push(update: Record<string, unknown>): number;
  /** All accepted sends to this chat. */
  replies(chatId: number): readonly SentMessage[];
  /** All that stands in this chat, whoever wrote it, in order. */
  messages(chatId: number): readonly StoredMessage[];
  /** The next reply in this chat that was not waited for yet. */
  waitForReply(chatId: number, timeoutMs?: number): Promise<SentMessage>;
  /** The next call of this method is refused so, once. */
  refuseNext(method: string, status: number, description: string, parameters?: object): void;
  /** The next sends, so many, are refused with 429, and those that come within its Retry-After are counted. */
  slowDown(times: number, retryAfterMs: number): void;
  /** Every open line breaks without a word, a held getUpdates among them. */
  drop(): void;
  /** Resolves when the bot has taken all updates. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A Telegram on loopback: the real Bot API for the bot, methods for its customers, and knobs for what goes wrong. */
export async function createTelegramEmulator(options: EmulatorOptions = {}): Promise<TelegramEmulator> {
  const {
    token = "7000000001:AAEmulated-token-of-a-bot-0123456789",
    username = "emulated_bot",
    seed = 1,
    port = 0,
    now = () => new Date(),
  } = options;
  const faults: Faults = { ...noFaults(), ...options.faults };
  const random = seededRandom(seed);
  const bot = { id: Number(token.split(":")[0]), is_bot: true, first_name: "Emulated", username };
  const world: World = { token, bot, chats: new Map(), files: new Map(), callbacks: new Set(), sent: [], now };
  const delivery = createDelivery(faults, random);
  const flood = createFloodControl(faults, random);
  const refusals = new Map<string, Refusal[]>();
  const requests: History["requests"] = [];
  const server = await startApiServer({
    world,
    methods: createMethods(world, delivery),
    faults,
    flood,
    random,
    requests,
    refusals,
    port,
  });

  return {
    apiRoot: server.apiRoot,
    token,
    username,
    faults,
    history: createHistory(world, requests, flood, delivery),
    ...createCast(world, createPush(delivery)),
    replies: (chatId) => world.chats.get(chatId)?.sent ?? [],
    messages: (chatId) => [...(world.chats.get(chatId)?.messages.values() ?? [])],
    waitForReply: (chatId, timeoutMs = 5_000) =>
      nextReply(chatState(world, { id: chatId, type: "private" }, false), timeoutMs),
    refuseNext(method, status, description, parameters) {
      refusals.set(method, [...(refusals.get(method) ?? []), new Refusal(status, description, parameters)]);
    },
    slowDown: (times, retryAfterMs) => flood.refuseNext(times, Math.ceil(retryAfterMs / 1_000)),
    drop: () => server.drop(),
    settle: () => delivery.settle(),
    async close() {
      delivery.close();
      await server.close();
    },
  };
}

function createHistory(
  world: World,
  requests: History["requests"],
  flood: { inside: number },
  { caller }: Delivery,
): History {
  return {
    sent: world.sent,
    requests,
    get insideRetryAfter() {
      return flood.inside;
    },
    get deliveries() {
      return caller.history.deliveries;
    },
    get refusedDeliveries() {
      return caller.history.refusedDeliveries;
    },
  };
}

type Push = (update: Record<string, unknown>) => number;

/** Numbers updates and lets them go out. What changes later (an edit, say) does not change what was said. */
function createPush(delivery: Delivery): Push {
  let lastUpdate = 100_000_000;
  return (update) => {
    const { update_id = ++lastUpdate, ...rest } = update as RawUpdate;
    lastUpdate = Math.max(lastUpdate, update_id);
    delivery.enqueue(structuredClone({ update_id, ...rest }));
    return update_id;
  };
}

/** Those who act: people, groups, and the test itself. */
function createCast(world: World, push: Push): Pick<TelegramEmulator, "person" | "group" | "inTopic" | "push"> {
  return {
    person(id, name, { username, language = "en" } = {}) {
      const named = username === undefined ? {} : { username };
      const user = { id, is_bot: false, first_name: name, ...named, language_code: language };
      return createPerson(world, push, user, { id, type: "private", first_name: name, ...named });
    },
    group: (id, title, more = {}) =>
      createGroup(world, push, { id, type: "supergroup", title, ...(more.forum && { is_forum: true as const }) }),
    inTopic: (person, group, topic) => createPerson(world, push, person.user, group.chat, topic),
    push(update) {
      for (const value of Object.values(update)) {
        const inner = value as { chat?: RawChat; message?: { chat?: RawChat } } | null;
        const chat = inner?.chat ?? inner?.message?.chat;
        if (chat && typeof chat.id === "number") chatState(world, chat, true);
      }
      return push(update);
    },
  };
}

function nextReply(state: ChatState, timeoutMs: number): Promise<SentMessage> {
  const number = state.seen++;
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = state.sent[number];
      if (!found) return;
      clearTimeout(timer);
      state.watchers.delete(look);
      resolve(found);
    };
    const timer = setTimeout(() => {
      state.watchers.delete(look);
      reject(new Error(`No reply number ${number + 1} in chat ${state.chat.id} within ${timeoutMs} ms.`));
    }, timeoutMs);
    state.watchers.add(look);
    look();
  });
}
