import { createGatewayServer, type GatewayHistory } from "./emulator-gateway.ts";
import { createLimits, noFaults, seededRandom, type Faults } from "./emulator-faults.ts";
import { createInteractions, type Interactions } from "./emulator-interactions.ts";
import { createMessages } from "./emulator-messages.ts";
import {
  createChannel,
  createGuild,
  createPerson,
  createThread,
  makeInvite,
  removeInvite,
  type Person,
} from "./emulator-people.ts";
import { Refusal } from "./emulator-refusal.ts";
import { createRoutes } from "./emulator-routes.ts";
import { startApiServer, type Requested } from "./emulator-server.ts";
import {
  snowflake,
  type Channel,
  type Fields,
  type Guild,
  type Invite,
  type RawUser,
  type SentMessage,
  type World,
} from "./emulator-world.ts";

export type { Faults } from "./emulator-faults.ts";
export type { Person } from "./emulator-people.ts";
export type { Channel, Guild, SentMessage, StoredMessage } from "./emulator-world.ts";

export interface EmulatorOptions {
  token?: string;
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<Faults>;
  heartbeatMs?: number;
  /** New sessions that are left today. */
  startsLeft?: number;
  /** Privileged intents that the app has; both without it. */
  granted?: { members: boolean; content: boolean };
  now?: () => Date;
}

export interface History extends GatewayHistory {
  /** Every accepted send, in order; one that was answered by a dropped line is here too. */
  readonly sent: SentMessage[];
  readonly requests: Requested[];
  /** Sends that came while a 429 said not to: strictly per channel; per bot after 50 ms of grace. */
  readonly insideRetryAfter: number;
}

export interface DiscordEmulator {
  /** For the settings `apiRoot` and `cdnRoot`. */
  readonly apiRoot: string;
  readonly cdnRoot: string;
  readonly token: string;
  readonly bot: RawUser;
  readonly publicKey: string;
  readonly faults: Faults;
  readonly history: History;
  readonly interactions: Interactions;
  readonly commands: Fields[];
  readonly world: World;
  readonly gateway: Pick<
    ReturnType<typeof createGatewayServer>,
    "drop" | "askReconnect" | "invalidate" | "forgetSessions" | "closeWith" | "connected" | "isAcknowledged"
  >;
  person(name: string): Person;
  guild(name: string): Guild;
  channel(guild: Guild, name: string): Channel;
  thread(parent: Channel, name: string): Channel;
  invite(guild: Guild, more?: { maxUses?: number; maxAgeS?: number; by?: RawUser }): Invite;
  removeInvite(guild: Guild, code: string): void;
  /** Delivers an event of any shape. */
  push(t: string, d: Fields): void;
  replies(channel: Channel): SentMessage[];
  /** Waits until this is so. */
  until(isSo: () => boolean, what?: string, timeoutMs?: number): Promise<void>;
  /** The next call of this route ("POST /channels/:id/messages") is refused so, once. */
  refuseNext(route: string, status: number, code: number, message: string): void;
  /** The next sends are refused with 429. */
  limitNext(times: number, retryAfterMs: number): void;
  close(): Promise<void>;
}

/** A Discord on loopback: its gateway and REST API for the bot, methods for its customers, and knobs for what goes wrong. */
export async function createDiscordEmulator(options: EmulatorOptions = {}): Promise<DiscordEmulator> {
  const { seed = 1, port = 0, heartbeatMs = 41_250, granted = { members: true, content: true } } = options;
  const faults: Faults = { ...noFaults(), ...options.faults };
  const random = seededRandom(seed);
  const world = createWorld(options);
  const gateway = createGatewayServer(world, faults, { heartbeatMs, granted }, random);
  world.dispatch = (t, d) => gateway.dispatch(t, d);
  const messages = createMessages(world);
  const interactions = createInteractions(world, messages);
  const limits = createLimits(faults, random);
  const requests: Requested[] = [];
  const refusals = new Map<string, Refusal[]>();
  const commands: Fields[] = [];
  const flags = () => (granted.members ? 1 << 15 : 0) | (granted.content ? 1 << 19 : 0);
  const app = { url: () => `ws://127.0.0.1:${api.port}`, flags, startsLeft: options.startsLeft ?? 990, commands };
  const routes = createRoutes({ world, messages, interactions, gateway, app });
  const api = await startApiServer({ world, routes: () => routes, faults, limits, random, requests, refusals, port });
  world.cdnRoot = () => `http://127.0.0.1:${api.port}/cdn`;
  gateway.attach(api.server, api.port);

  return {
    apiRoot: `http://127.0.0.1:${api.port}/api`,
    cdnRoot: world.cdnRoot(),
    token: world.token,
    bot: world.bot,
    publicKey: interactions.line.publicKey,
    faults,
    history: createHistory(world, requests, limits, gateway.history),
    interactions,
    commands,
    world,
    gateway,
    ...createCast(world, interactions, faults),
    push: (t, d) => gateway.dispatch(t, d),
    replies: ({ id }) => world.sent.filter(({ channelId }) => channelId === id),
    until,
    refuseNext: (route, status, code, message) =>
      void refusals.set(route, [...(refusals.get(route) ?? []), new Refusal(status, code, message)]),
    limitNext: (times, ms) => limits.refuseNext(times, ms),
    async close() {
      gateway.close();
      await api.close();
    },
  };
}

function createWorld({ token, now = () => new Date() }: EmulatorOptions): World {
  const id = "1100000000000000001";
  return {
    token: token ?? `${Buffer.from(id).toString("base64url")}.Gemula.emulated-token-of-a-bot-0123456789`,
    bot: { id, username: "emulated-bot", global_name: null, bot: true },
    guilds: new Map(),
    channels: new Map(),
    direct: new Map(),
    closed: new Set(),
    files: new Map(),
    nonces: new Map(),
    sent: [],
    isRevoked: false,
    now,
    dispatch: () => undefined,
    cdnRoot: () => "",
    cdnLifeMs: 86_400_000,
  };
}

function createHistory(
  world: World,
  requests: Requested[],
  limits: { readonly inside: number },
  gateway: GatewayHistory,
): History {
  return Object.defineProperties({} as History, {
    sent: { get: () => world.sent },
    requests: { get: () => requests },
    insideRetryAfter: { get: () => limits.inside },
    ...Object.fromEntries(
      (["identified", "resumed", "refusedResumes", "heartbeats", "closes"] as const).map((key) => [
        key,
        { get: () => gateway[key] },
      ]),
    ),
  });
}

/** Those who act: people and servers. */
function createCast(world: World, interactions: Interactions, faults: Faults) {
  const people = new Map<string, Person>();
  return {
    person(name: string): Person {
      const user = { id: snowflake(world), username: name.toLowerCase().replaceAll(/\W/g, "_"), global_name: name };
      const person = people.get(name) ?? createPerson({ world, interactions, faults }, user);
      people.set(name, person);
      return person;
    },
    guild: (name: string) => createGuild(world, name),
    channel: (guild: Guild, name: string) => createChannel(world, guild, name),
    thread: (parent: Channel, name: string) => createThread(world, parent, name),
    invite: (guild: Guild, more?: { maxUses?: number; maxAgeS?: number; by?: RawUser }) =>
      makeInvite(world, guild, more),
    removeInvite: (guild: Guild, code: string) => removeInvite(world, guild, code),
  };
}

async function until(isSo: () => boolean, what = "what was waited for", timeoutMs = 5_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`It did not happen within ${timeoutMs} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
