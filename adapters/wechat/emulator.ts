import type { EmulatedCall } from "../../src/contract/index.ts";
import { noFaults, seededRandom, type Faults } from "./emulator-faults.ts";
import { createMethods, Refusal } from "./emulator-methods.ts";
import { createPerson, type Person } from "./emulator-people.ts";
import { createPushes, type Patience, type PushHistory } from "./emulator-pushes.ts";
import { startApiServer, type Refusals } from "./emulator-server.ts";
import type { QrScene, World } from "./emulator-world.ts";

export type { Faults } from "./emulator-faults.ts";
export type { Person } from "./emulator-people.ts";

export interface EmulatorOptions extends Partial<Patience> {
  appId?: string;
  appSecret?: string;
  token?: string;
  encodingAesKey?: string;
  encryption?: World["encryption"];
  /** Whether the account may send customer-service messages and files. */
  verified?: boolean;
  /** Whether it may send menu messages. */
  menuMessages?: boolean;
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<Faults>;
  /** WeChat's time; the machine's clock without it. */
  now?: () => Date;
}

export interface WechatEmulator {
  /** For the setting `apiRoot`. */
  readonly apiRoot: string;
  /** A channel's settings that point here. */
  readonly settings: Record<string, string>;
  readonly faults: Faults;
  /** Every call that the hub made. */
  readonly calls: readonly EmulatedCall[];
  readonly pushes: PushHistory;
  /** Access tokens given out, and how many of them were forced. */
  readonly tokens: { readonly made: number; readonly forced: number };
  readonly menu: object | undefined;
  readonly scenes: readonly QrScene[];
  /** Sends that came while a 429 said not to. */
  readonly insideRetryAfter: number;
  /** From now on pushes go to this address. */
  attach(url: URL): void;
  /** Asks the address to repeat a word, as the console does when it is saved. */
  greet(): Promise<boolean>;
  person(name: string): Person;
  /** Delivers a body as it is, rightly signed. */
  push(openid: string, xml: string): void;
  /** The next call of this path is refused so, once. */
  refuseNext(path: string, errcode: number, errmsg: string): void;
  /** The next sends get a 429. */
  slowDown(times: number, ms: number): void;
  /** The token runs out now. */
  expireToken(): void;
  /** The token is worth nothing any more, and is given out all the same until somebody forces a new one. */
  stealToken(): void;
  /** Every file is gone, as after three days. */
  expireMedia(): void;
  setDailyLimit(limit: number): void;
  /** The day is over in China. */
  newDay(): void;
  blacklist(openid: string): void;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A WeChat on loopback: the interface for the account, methods for its customers, and knobs for what goes wrong. */
export async function createWechatEmulator(options: EmulatorOptions = {}): Promise<WechatEmulator> {
  const world = createWorld(options);
  const pushes = createPushes(world, { timeoutMs: options.timeoutMs ?? 5_000, attempts: options.attempts ?? 3 });
  const calls: EmulatedCall[] = [];
  const refusals: Refusals = {
    byPath: new Map(),
    slowDowns: { left: 0, ms: 0 },
    saidMs: 0,
    quietUntilMs: 0,
    inside: 0,
  };
  const methods = createMethods(
    world,
    () => server.origin,
    (person, MsgID, Status) => pushes.push(person, { MsgType: "event", Event: "TEMPLATESENDJOBFINISH", MsgID, Status }),
  );
  const server = await startApiServer({ world, methods, calls, refusals, port: options.port ?? 0 });

  return {
    apiRoot: server.origin,
    settings: settingsOf(world, server.origin),
    faults: world.faults,
    calls,
    pushes: pushes.history,
    tokens: world.tokens,
    get menu() {
      return world.menu;
    },
    get scenes() {
      return [...world.scenes.values()];
    },
    get insideRetryAfter() {
      return refusals.inside;
    },
    attach: (url) => pushes.attach(url),
    greet: () => pushes.greet(),
    person: (name) => createPerson(world, pushes, server.origin, openidOf(name)),
    push: (openid, xml) => pushes.push(createState(world, openid), xml),
    refuseNext(path, errcode, errmsg) {
      refusals.byPath.set(path, [...(refusals.byPath.get(path) ?? []), new Refusal(errcode, errmsg)]);
    },
    slowDown(times, ms) {
      refusals.slowDowns = { left: times, ms };
    },
    ...createDial(world),
    settle: () => pushes.settle(),
    close: () => server.close(),
  };
}

/** What a person's openid looks like. */
function openidOf(name: string): string {
  return `oEmu${name
    .replaceAll(/[^\w-]/g, "_")
    .padEnd(24, "x")
    .slice(0, 24)}`;
}

function createState(world: World, openid: string) {
  const found = world.people.get(openid);
  if (found) return found;
  const state = { openid, follows: true, blacklisted: false, windows: [], screen: [] };
  world.people.set(openid, state);
  return state;
}

function createWorld(options: EmulatorOptions): World {
  return {
    appId: options.appId ?? "wx0123456789abcdef",
    appSecret: options.appSecret ?? "0123456789abcdef0123456789abcdef",
    token: options.token ?? "EmulatedToken123",
    encodingAesKey: options.encodingAesKey ?? "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    encryption: options.encryption ?? "safe",
    account: "gh_0e1d2c3b4a59",
    verified: options.verified ?? true,
    menuMessages: options.menuMessages ?? true,
    tokens: { current: "", untilMs: 0, old: [], stolen: undefined, made: 0, forced: 0 },
    dailyLimit: 500_000,
    sentToday: 0,
    people: new Map(),
    media: new Map(),
    scenes: new Map(),
    menu: undefined,
    lastNumber: 0,
    faults: { ...noFaults(), ...options.faults },
    random: seededRandom(options.seed ?? 1),
    now: options.now ?? (() => new Date()),
  };
}

function settingsOf({ appId, appSecret, token, encryption, encodingAesKey }: World, apiRoot: string) {
  return { appId, appSecret, token, encryption, ...(encryption !== "plain" && { encodingAesKey }), apiRoot };
}

/** What time, WeChat and its people do to the account. */
function createDial(world: World) {
  return {
    expireToken() {
      world.tokens.untilMs = 0;
    },
    stealToken() {
      world.tokens.stolen = world.tokens.current;
    },
    expireMedia() {
      for (const file of world.media.values()) file.expired = true;
    },
    setDailyLimit(limit: number) {
      world.dailyLimit = limit;
    },
    newDay() {
      world.sentToday = 0;
    },
    blacklist(openid: string) {
      createState(world, openid).blacklisted = true;
    },
  };
}
