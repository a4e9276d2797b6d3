import { createDelivery, type DeliveryRecord } from "./emulator-delivery.ts";
import { createTeller, type Teller } from "./emulator-events.ts";
import { createFloodControl, noFaults, seededRandom, type Faults } from "./emulator-faults.ts";
import { createMethods, Refusal } from "./emulator-methods.ts";
import { createPerson, type Person } from "./emulator-people.ts";
import { startServer, type CallRecord } from "./emulator-server.ts";
import { channelNamed, newSlackId, type RawChannel, type SentMessage, type World } from "./emulator-world.ts";
import { SCOPES } from "./check.ts";

export type { Faults } from "./emulator-faults.ts";
export type { Person } from "./emulator-people.ts";
export type { RawChannel, SentMessage } from "./emulator-world.ts";

export interface EmulatorOptions {
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<Faults>;
  scopes?: string[];
  /** An organisation's id: an Enterprise Grid. */
  enterpriseId?: string;
  /** What Slack's times are made of; the machine's clock without it. */
  now?: () => Date;
}

export interface SlackEmulator {
  readonly base: string;
  /** For a channel's settings. */
  readonly settings: { apiRoot: string; botToken: string; appToken: string; signingSecret: string };
  readonly botUserId: string;
  readonly faults: Faults;
  /** Every accepted send, in order; one that was answered by a dropped line is here too. */
  readonly sent: readonly SentMessage[];
  readonly calls: readonly CallRecord[];
  /** Every try to deliver. */
  readonly deliveries: readonly DeliveryRecord[];
  readonly sockets: { opened: number; open: number; received: number[]; beside: number[] };
  /** What was neither acknowledged nor given up yet. */
  readonly pending: number;
  /** Sends that came while a 429 said not to; after 50 ms of grace. */
  readonly insideRetryAfter: number;
  readonly world: World;
  readonly tell: Teller;
  person(name: string): Person;
  /** A channel in which the app is a member. */
  channel(name: string): RawChannel;
  /** Events go to this address from now on; resolves with what the app answered to the challenge. */
  attach(url: URL): Promise<unknown>;
  /** Asks the app to reconnect, as Slack does every few hours. */
  refreshSockets(reason?: string, closeAfterMs?: number): void;
  dropSockets(): void;
  /** Sends this on every line as it is. */
  sayOnSockets(text: string): void;
  /** The next call of this method is refused so, once. */
  refuseNext(method: string, word: string, more?: Record<string, unknown>): void;
  /** The next so many sends get 429. */
  limitNext(times: number, retryAfterMs: number): void;
  /** Somebody removes the app: its tokens are good for nothing. */
  uninstall(): void;
  /** Resolves when everything was delivered, or given up. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A Slack on loopback: the Web API and Socket Mode for the app, deeds for its people, and knobs for what goes wrong. */
export async function createSlackEmulator(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  const { seed = 1, port = 0, scopes = Object.keys(SCOPES), enterpriseId, now = () => new Date() } = options;
  const faults: Faults = { ...noFaults(), ...options.faults };
  const random = seededRandom(seed);
  const world = createWorld(scopes, enterpriseId, now);
  const delivery = createDelivery(world, faults, random);
  const teller = createTeller(world, delivery);
  const flood = createFloodControl(faults, random);
  const refusals = new Map<string, Refusal[]>();
  const calls: CallRecord[] = [];
  const methods = createMethods(world, teller);
  const server = await startServer({ world, methods, delivery, faults, flood, random, calls, refusals, port });
  const { botToken, appToken, signingSecret, botUserId, base } = world;
  return {
    base,
    settings: { apiRoot: `${base}/api/`, botToken, appToken, signingSecret },
    botUserId,
    faults,
    sent: world.sent,
    calls,
    deliveries: delivery.records,
    get sockets() {
      return delivery.sockets.facts;
    },
    get pending() {
      return delivery.pending;
    },
    get insideRetryAfter() {
      return flood.inside;
    },
    world,
    tell: teller,
    person: (name) => createPerson(world, teller, userNamed(world, name)),
    channel: (name) => channelNamed(world, name),
    async attach(url) {
      delivery.attach(url);
      return (await delivery.verify(url, "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")).answer;
    },
    refreshSockets: (reason = "refresh_requested", closeAfterMs = 200) =>
      delivery.sockets.refresh(reason, closeAfterMs),
    dropSockets: () => delivery.sockets.drop(),
    sayOnSockets: (text) => delivery.sockets.say(text),
    refuseNext: (method, word, more) =>
      void refusals.set(method, [...(refusals.get(method) ?? []), new Refusal(word, more)]),
    limitNext: (times, retryAfterMs) => flood.plan(times, retryAfterMs),
    uninstall() {
      world.isRevoked = true;
      teller.event({ type: "tokens_revoked", tokens: { oauth: [], bot: [botUserId] } });
      teller.event({ type: "app_uninstalled" });
    },
    settle: () => delivery.settle(),
    async close() {
      delivery.close();
      await server.close();
    },
  };
}

function createWorld(scopes: string[], enterpriseId: string | undefined, now: () => Date): World {
  return {
    teamId: "T0EMULATED",
    enterpriseId,
    appId: "A0EMULATED",
    botId: "B0EMULATED",
    botUserId: "U0EMULATED",
    botToken: "xoxb-0000000000-emulated-bot-token",
    appToken: "xapp-1-A0EMULATED-emulated-app-token",
    signingSecret: "emulated-signing-secret-0123456789",
    scopes,
    isRevoked: false,
    users: new Map(),
    channels: new Map(),
    files: new Map(),
    responses: new Map(),
    sent: [],
    now,
    base: "http://127.0.0.1",
    counters: { id: 0, micros: 0 },
  };
}

function userNamed(world: World, name: string): World["users"] extends Map<string, infer User> ? User : never {
  const found = [...world.users.values()].find((user) => user.realName === name);
  if (found) return found;
  const handle = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, ".") || "person";
  const user = { id: newSlackId(world, "U"), name: handle, realName: name, locale: "en-US" };
  world.users.set(user.id, user);
  return user;
}
