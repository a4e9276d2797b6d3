import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { Messages, Upload } from "./emulator-messages.ts";
import { invalid, missingAccess, Refusal, unknownInteraction } from "./emulator-refusal.ts";
import {
  addMessage,
  dispatchedMessage,
  rawChannel,
  rawMessage,
  snowflake,
  type Channel,
  type Fields,
  type RawUser,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

const DEADLINE_MS = 3_000;
const TOKEN_LIFE_MS = 15 * 60_000;
const LOADING = 128;
const EPHEMERAL = 64;

/** One press or command, as the person's client waits for it. */
export interface Interacted {
  id: string;
  token: string;
  channel: Channel;
  user: RawUser;
  atMs: number;
  state: "waiting" | "deferred" | "answered" | "failed";
  /** How long the first answer took. */
  tookMs?: number;
  /** When it came, as performance.now() counts. */
  answeredAtMs?: number;
  callback?: Fields;
  original?: StoredMessage;
  /** What only this person sees. */
  whispers: string[];
}

/** Interactions: made by people, answered within 3 seconds, followed up for 15 minutes; over the gateway or signed HTTP. */
export function createInteractions(world: World, messages: Messages) {
  const all = new Map<string, Interacted>();
  const line = createEndpoint(world);

  /** @returns how the person's client fares */
  function make(user: RawUser, channel: Channel, more: Fields): Interacted {
    const interacted = newInteraction(world, user, channel);
    all.set(interacted.token, interacted);
    const body = bodyOf(world, interacted, more);
    if (!line.endpoint) world.dispatch("INTERACTION_CREATE", body);
    else
      void line
        .post(body)
        .then((reply) => reply && respond(world, messages, interacted, reply))
        .catch(() => (interacted.state = "failed"));
    return interacted;
  }

  function living(token: string): Interacted {
    const found = all.get(token);
    if (!found || world.now().getTime() - found.atMs > TOKEN_LIFE_MS)
      throw new Refusal(401, 50_027, "Invalid Webhook Token");
    return found;
  }

  function fill(found: Interacted, body: Fields, files: Upload[]): Fields {
    if (!found.original) throw new Refusal(404, 10_015, "Unknown Webhook");
    found.state = "answered";
    return messages.fill(found.channel, found.original, body, files);
  }

  return {
    all,
    line,
    make,
    callback(id: string, token: string, body: Fields): undefined {
      const found = all.get(token);
      if (!found || found.id !== id) throw unknownInteraction();
      respond(world, messages, found, body);
    },
    editOriginal: (token: string, body: Fields, files: Upload[]) => fill(living(token), body, files),
    followUp(token: string, body: Fields, files: Upload[]): Fields {
      const found = living(token);
      if (found.state === "waiting") throw new Refusal(404, 10_015, "Unknown Webhook");
      if (found.state === "deferred") return fill(found, body, files);
      return rawMessage(world, messages.add(found.channel, body, files, "followup"));
    },
    original(token: string): Fields {
      const { original } = living(token);
      if (!original) throw missingAccess();
      return rawMessage(world, original);
    },
  };
}

function newInteraction(world: World, user: RawUser, channel: Channel): Interacted {
  const token = randomBytes(32).toString("base64url");
  const atMs = world.now().getTime();
  return { id: snowflake(world), token, channel, user, atMs, state: "waiting", whispers: [] };
}

function bodyOf(world: World, { id, token, user, channel }: Interacted, more: Fields): Fields {
  const { guild } = channel;
  const who = guild ? { guild_id: guild.id, member: { user, nick: null, roles: [], permissions: "0" } } : { user };
  return {
    id,
    token,
    version: 1,
    application_id: world.bot.id,
    channel_id: channel.id,
    channel: rawChannel(channel),
    context: guild ? 0 : 1,
    locale: "en-US",
    ...who,
    ...more,
  };
}

/** What the bot's first answer does. */
function respond(world: World, messages: Messages, interacted: Interacted, callback: Fields): void {
  const { channel, atMs, state } = interacted;
  const tookMs = world.now().getTime() - atMs;
  interacted.answeredAtMs ??= performance.now();
  if (state !== "waiting") throw new Refusal(400, 40_060, "Interaction has already been acknowledged.");
  if (tookMs > DEADLINE_MS) {
    interacted.state = "failed";
    throw unknownInteraction();
  }
  Object.assign(interacted, { tookMs, callback, state: callback.type === 5 ? "deferred" : "answered" });
  const data = (callback.data ?? {}) as Fields;
  if (callback.type === 5) {
    interacted.original = addMessage(world, channel, world.bot, { type: 20, flags: LOADING });
    if (channel.canSee) world.dispatch("MESSAGE_CREATE", dispatchedMessage(world, interacted.original));
  }
  if (callback.type !== 4) return;
  if (data.flags === EPHEMERAL) interacted.whispers.push(String(data.content));
  else interacted.original = messages.add(channel, data, [], "create");
}

/** The app's address for interactions over HTTP, and the key that they are signed with. */
function createEndpoint(world: World) {
  const keys = generateKeyPairSync("ed25519");
  let endpoint: URL | undefined;

  function signed(body: string, key = keys.privateKey): RequestInit {
    const timestamp = String(Math.floor(world.now().getTime() / 1_000));
    const headers = {
      "content-type": "application/json",
      "x-signature-timestamp": timestamp,
      "x-signature-ed25519": sign(null, Buffer.from(timestamp + body), key).toString("hex"),
    };
    return { method: "POST", headers, body };
  }

  return {
    publicKey: keys.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex"),
    get endpoint() {
      return endpoint;
    },
    async post(body: object): Promise<Fields | undefined> {
      if (!endpoint) return undefined;
      const response = await fetch(endpoint, signed(JSON.stringify(body))).catch(() => undefined);
      return response?.ok ? ((await response.json().catch(() => undefined)) as Fields | undefined) : undefined;
    },
    /** Discord tries the address before it takes it: a ping, and one with a wrong signature, which must be refused. */
    async set(url: unknown): Promise<void> {
      if (url === null || url === "") return void (endpoint = undefined);
      if (typeof url !== "string" || !URL.canParse(url))
        throw invalid("interactions_endpoint_url: Not a well formed URL.");
      const { id } = world.bot;
      const ping = JSON.stringify({ id: snowflake(world), application_id: id, type: 1, token: "ping", version: 1 });
      const good = await fetch(url, signed(ping)).catch(() => undefined);
      const bad = await fetch(url, signed(ping, generateKeyPairSync("ed25519").privateKey)).catch(() => undefined);
      const pong = (await good?.json().catch(() => undefined)) as Fields | undefined;
      if (pong?.type !== 1 || bad?.status !== 401)
        throw invalid("interactions_endpoint_url: The specified interactions endpoint URL could not be verified.");
      endpoint = new URL(url);
    },
  };
}

export type Interactions = ReturnType<typeof createInteractions>;
