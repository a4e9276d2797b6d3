import {
  createGraphCaller,
  createLimits,
  noFaults,
  seededRandom,
  startGraphServer,
  type GraphCaller,
  type GraphFaults,
  type GraphRefusal,
  type GraphRequestRecord,
  type Limits,
} from "./emulator.ts";
import { answerCall, isOpenCall, placeOfCall, type Tokens } from "./messaging-emulator-calls.ts";
import { createMessagingPerson, type MessagingPerson } from "./messaging-emulator-people.ts";
import {
  tell,
  type Fields,
  type MessagingPlatform,
  type StoredMessage,
  type World,
} from "./messaging-emulator-world.ts";

export type { MessagingPerson } from "./messaging-emulator-people.ts";
export type { MessagingPlatform, StoredMessage } from "./messaging-emulator-world.ts";

export interface MessagingEmulatorOptions {
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<GraphFaults>;
  /** The platform's time, and with it its windows; the machine's without it. */
  now?: () => Date;
  /** What stands on the messaging profile from the start. */
  profile?: Fields;
}

export interface MessagingAccount {
  accountId: string;
  appId: string;
  appSecret: string;
  verifyToken: string;
  accessToken: string;
  username: string;
}

export interface MessagingEmulator extends MessagingAccount {
  /** For the setting `baseUrl`. */
  readonly baseUrl: string;
  readonly faults: GraphFaults;
  readonly caller: GraphCaller;
  readonly limits: Limits;
  /** Every call of the API, oldest first. */
  readonly requests: readonly GraphRequestRecord[];
  readonly messages: readonly StoredMessage[];
  readonly profile: Fields;
  /** The fields that the app is called for. */
  subscribed(): readonly string[];
  subscribe(fields: readonly string[]): void;
  person(id: string, name?: string): MessagingPerson;
  /** Delivers an item of any shape as if this person had done it. */
  push(person: string, what: Fields): void;
  /** Accepted sends to this person. */
  sentTo(person: string): StoredMessage[];
  refuseNext(pathEnd: string, refusal: GraphRefusal): void;
  /** The token is no longer good. */
  expireToken(): void;
  renewals(): number;
  /** All addresses of files given out so far are no longer good. */
  expireFiles(): void;
  close(): Promise<void>;
}

/** A Messenger or an Instagram on loopback: the Graph API for the hub, methods for its customers, knobs for what goes wrong. */
export async function createMessagingEmulator(
  platform: MessagingPlatform,
  account: MessagingAccount,
  options: MessagingEmulatorOptions,
): Promise<MessagingEmulator> {
  const { seed = 1, port = 0 } = options;
  const { appSecret, verifyToken, appId } = account;
  const faults: GraphFaults = { ...noFaults(), ...options.faults };
  const random = seededRandom(seed);
  const caller = createGraphCaller({ object: platform.object, appSecret, verifyToken, faults, random });
  const useCase = platform.object === "page" ? "messenger" : "instagram";
  const limits = createLimits(faults, { channel: 613, useCase }, random);
  const tokens: Tokens = { current: account.accessToken, renewals: 0 };
  const world = createWorld(platform, account, options, { caller, baseUrl: () => server.url });
  const server = await startGraphServer({
    faults,
    limits,
    random,
    port,
    accessToken: () => tokens.current,
    isOpen: (call, token) => isOpenCall(world, `${appId}|${appSecret}`, call, token),
    placeOf: placeOfCall,
    handle: (call) => answerCall(world, tokens, call),
  });
  return {
    ...account,
    baseUrl: server.url,
    faults,
    caller,
    limits,
    requests: server.requests,
    refuseNext: server.refuseNext,
    ...viewOf(world),
    expireToken() {
      tokens.current = "no token is good any more";
    },
    renewals: () => tokens.renewals,
    async close() {
      caller.close();
      await server.close();
    },
  };
}

function createWorld(
  platform: MessagingPlatform,
  account: MessagingAccount,
  { profile = {}, now = () => new Date() }: MessagingEmulatorOptions,
  parts: Pick<World, "caller" | "baseUrl">,
): World {
  const lists = { people: new Map(), messages: [], files: [], subscribed: [] };
  return { ...account, ...lists, ...parts, platform, generation: 1, profile: { ...profile }, now };
}

/** What a test sees and does there. */
function viewOf(world: World): Pick<MessagingEmulator, View> {
  return {
    messages: world.messages,
    profile: world.profile,
    subscribed: () => world.subscribed,
    subscribe(fields) {
      world.subscribed = [...fields];
    },
    person: (id, name = "Ana Souza") => createMessagingPerson(world, stateOf(world, id, name)),
    push: (person, what) => tell(world, person, what),
    sentTo: (person) => world.messages.filter((each) => each.person === person && each.from === "hub"),
    expireFiles() {
      world.generation++;
    },
  };
}

type View = "messages" | "profile" | "subscribed" | "subscribe" | "person" | "push" | "sentTo" | "expireFiles";

function stateOf({ people }: World, id: string, name: string) {
  const known = people.get(id);
  if (known) return known;
  const username = name.toLowerCase().replaceAll(/\W+/g, "_");
  const state = { id, name, username, isBlocking: false, actions: [] };
  people.set(id, state);
  return state;
}
