import { createDelivery, type Delivery, type RawEvent } from "./emulator-delivery.ts";
import { createFloodControl, noFaults, seededRandom, type Faults } from "./emulator-faults.ts";
import { createMethods, Refusal } from "./emulator-methods.ts";
import { createGroup, createPerson, idToken, type Group, type Person } from "./emulator-people.ts";
import { startServer, type Call } from "./emulator-server.ts";
import { createWorld, groupId, userId, type SentMessage, type World } from "./emulator-world.ts";

export type { Faults } from "./emulator-faults.ts";
export type { Group, Person } from "./emulator-people.ts";
export type { SentMessage } from "./emulator-world.ts";

export interface EmulatorOptions {
  channelSecret?: string;
  token?: string;
  liffId?: string;
  /** The same seed, the same faults in the same order. */
  seed?: number;
  port?: number;
  faults?: Partial<Faults>;
  now?: () => Date;
}

export interface LineEmulator {
  /** For the settings `apiBase` and `dataBase`. */
  readonly base: string;
  readonly channelSecret: string;
  readonly token: string;
  readonly liffId: string;
  readonly faults: Faults;
  readonly world: World;
  /** Every accepted message, in order; one that was answered by a dropped line is here too. */
  readonly sent: readonly SentMessage[];
  readonly calls: readonly Call[];
  readonly history: Delivery["history"];
  /** Sends that came while a 429 said not to, after 50 ms of grace. */
  readonly insideRetryAfter: number;
  /** The console: the webhook's address, and the LIFF app's endpoint below it. */
  attach(channelUrl: URL): void;
  person(name: string, more?: { language?: string; friend?: boolean }): Person;
  group(name: string): Group;
  /** Delivers an event of any shape. */
  emit(event: RawEvent): RawEvent;
  batch(emitting: () => void): void;
  /** The console's Verify button: resolves with the status. */
  verifyWebhook(): Promise<number>;
  idToken(person: Person, exp?: number): string;
  refuseNext(path: string, status: number, message: string, more?: object): void;
  /** The next sends get a 429 that names this time. */
  refuseSends(times: number, retryAfterMs: number): void;
  /** The next message that the account sends here and that was not waited for yet. */
  waitForMessage(place: string, timeoutMs?: number): Promise<SentMessage>;
  /** Resolves when no delivery is under way. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A LINE on loopback: its APIs for the hub, methods for its customers, and knobs for what goes wrong. */
export async function createLineEmulator(options: EmulatorOptions = {}): Promise<LineEmulator> {
  const { channelSecret = "0123456789abcdef0123456789abcdef", token = "emulated+channel/access+token0123456789=" } =
    options;
  const { liffId = "1234567890-AbcdEfgh", seed = 1, port = 0, now = () => new Date() } = options;
  const faults: Faults = { ...noFaults(), ...options.faults };
  const random = seededRandom(seed);
  const world = createWorld({ channelSecret, token, liffId, faults, now: () => now().getTime() });
  const delivery = createDelivery(world, random);
  const flood = createFloodControl(faults, random);
  const refusals = new Map<string, Refusal[]>();
  const calls: Call[] = [];
  const server = await startServer({
    world,
    methods: createMethods(world, delivery),
    flood,
    random,
    calls,
    refusals,
    port,
  });
  const { emit, batch, settle, history } = delivery;

  return {
    base: server.base,
    channelSecret,
    token,
    liffId,
    faults,
    world,
    sent: world.sent,
    calls,
    history,
    get insideRetryAfter() {
      return flood.inside;
    },
    attach(channelUrl) {
      world.webhook = { endpoint: channelUrl.href, active: true };
      world.liffEndpoint = `${channelUrl.href.replace(/\/*$/, "")}/liff`;
    },
    ...createCast(world, delivery),
    emit,
    batch,
    settle,
    verifyWebhook: () => delivery.post(JSON.stringify({ destination: world.botId, events: [] })),
    idToken: (person, exp) => idToken(world, person.userId, person.state.name, exp),
    refuseNext(path, status, message, more) {
      refusals.set(path, [...(refusals.get(path) ?? []), new Refusal(status, message, more)]);
    },
    refuseSends: (times, retryAfterMs) => flood.refuseNext(times, retryAfterMs),
    waitForMessage: createWait(world),
    async close() {
      delivery.close();
      await server.close();
    },
  };
}

function createCast(world: World, delivery: Delivery): Pick<LineEmulator, "person" | "group"> {
  return {
    person(name, { language = "ja", friend = false } = {}) {
      const id = userId(world.people.size + 1);
      const state = { userId: id, name, language, said: [], isFriend: friend, hasBlocked: false };
      world.people.set(id, state);
      return createPerson(world, delivery, state);
    },
    group(name) {
      const id = groupId(world.groups.size + 1);
      const state = { groupId: id, name, members: new Set<string>(), hasUs: false };
      world.groups.set(id, state);
      return createGroup(world, delivery, state);
    },
  };
}

function createWait({ sent, watchers }: World): LineEmulator["waitForMessage"] {
  const seen = new Map<string, number>();
  return (place, timeoutMs = 5_000) => {
    const number = seen.get(place) ?? 0;
    seen.set(place, number + 1);
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = sent.filter(({ to }) => to === place)[number];
        if (!found) return;
        clearTimeout(timer);
        watchers.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        watchers.delete(look);
        reject(new Error(`No message number ${number + 1} came to ${place} within ${timeoutMs} ms.`));
      }, timeoutMs);
      watchers.add(look);
      look();
    });
  };
}
