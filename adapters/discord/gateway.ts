import { platform } from "node:os";
import type * as discordWs from "@discordjs/ws";
import type { SessionInfo, WebSocketManager } from "@discordjs/ws";
import type { REST } from "discord.js";
import { ChannelError, type AdapterTools, type Arrival, type Clock, type Stream } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { createReceiver, type Dispatch, type Receiver } from "./receiver.ts";
import { createSessions, isSocketUrl, type Sessions } from "./session.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const MAX_WAIT_MS = 30 * SECOND_MS;
/** Discord lets a bot identify 1,000 times a day, and takes its token away beyond that. */
const FATAL_WAIT_MS = 10 * MINUTE_MS;
const IDENTIFY_GAP_MS = 5 * SECOND_MS;
const MAX_IDENTIFY_WAIT_MS = 5 * MINUTE_MS;
const FAULT_KEPT_MS = 60 * MINUTE_MS;
const ABNORMAL = 1_006;
/** Where the last fatal fault is kept, so that `doctor` can say it, in whichever process. */
export const FAULT_KEY = "gateway-fault";

/** @see https://discord.com/developers/docs/events/gateway#list-of-intents */
const Intent = {
  Guilds: 1 << 0,
  GuildMembers: 1 << 1,
  GuildInvites: 1 << 6,
  GuildMessages: 1 << 9,
  GuildMessageReactions: 1 << 10,
  DirectMessages: 1 << 12,
  DirectMessageReactions: 1 << 13,
  MessageContent: 1 << 15,
} as const;

/** Close codes that no trying again mends, in words for the operator. */
const FATAL: Readonly<Record<number, string>> = {
  4_004: "Discord does not know this bot token. Make a new one: Developer Portal, the app, Bot, Reset Token.",
  4_010: "Discord refused the shard that was asked for (4010). Please report this.",
  4_011:
    "The bot is in so many servers that Discord asks for sharding (4011). Restart the hub, so that it asks how many shards to use.",
  4_012: "Discord no longer speaks this version of its gateway (4012). Update the hub.",
  4_013: "Discord refused the intents that were asked for (4013). Please report this.",
  4_014:
    "Discord refused a privileged intent (4014). Developer Portal, the app, Bot: switch on Server Members Intent and Message Content Intent, or switch off readsMessages and watchesMembers in this channel's settings.",
};

export interface GatewayParts {
  call: Call;
  tools: AdapterTools;
  token: string;
  selfId: string;
  readsMessages: boolean;
  watchesMembers: boolean;
}
type Emit = (arrival: Arrival) => Promise<void>;

/** We listen to Discord's gateway; no public address is needed. */
export function createGateway(parts: GatewayParts): Stream {
  return { type: "stream", listen: (emit, signal) => listen(parts, emit, signal) };
}

/** Holds a session until aborted; whatever ends it, the next one goes on where the last one was stored. */
async function listen(parts: GatewayParts, emit: Emit, signal: AbortSignal): Promise<void> {
  const { clock, cache } = parts.tools;
  const sessions = createSessions(cache);
  const receiver = createReceiver({ ...parts, sessions, emit }, signal);
  const throttle = createThrottle(clock);
  await Promise.all([sessions.load(), receiver.catchUp.load()]);
  const saving = keepSaving(parts, sessions, receiver, signal);
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs();
    const ending = await holdLine(parts, { sessions, receiver, throttle }, signal);
    if (signal.aborted) break;
    failures = clock.monotonicMs() - startedMs > MINUTE_MS ? 1 : failures + 1;
    await clock.sleep(await report(parts, ending, failures), signal);
  }
  await receiver.idle();
  await saving;
}

interface Ending {
  code: number;
  error: unknown;
}
interface Held {
  sessions: Sessions;
  receiver: Receiver;
  throttle: ReturnType<typeof createThrottle>;
}

/** One life of discord.js's gateway client, which resumes by itself. Ends by abort, or by what it cannot mend. */
async function holdLine(parts: GatewayParts, held: Held, signal: AbortSignal): Promise<Ending> {
  const line = { isOver: false, code: 0, greeted: new Set<number>() };
  const sdk = await import("@discordjs/ws"); // by the first line: who only reads needs none of it
  const { CloseCodes, WebSocketShardEvents } = sdk;
  const manager = createManager(sdk, { parts, held, line }, signal);
  const stop = new AbortController();
  const ending = await new Promise<Ending>((resolve) => {
    const end = (error: unknown) => resolve({ code: line.code, error });
    manager.on(WebSocketShardEvents.Hello, ({ shardId }) => void line.greeted.add(shardId));
    manager.on(WebSocketShardEvents.Closed, ({ code, shardId }) => {
      line.code = code;
      line.greeted.delete(shardId);
    });
    manager.on(WebSocketShardEvents.Error, ({ error }) => end(error));
    manager.on(WebSocketShardEvents.Ready, () => void parts.tools.cache.set(FAULT_KEY, "", 1).catch(() => undefined));
    manager.on(WebSocketShardEvents.Dispatch, ({ data, shardId }) =>
      held.receiver.dispatch(shardId, data as unknown as Dispatch),
    );
    signal.addEventListener("abort", () => end(undefined), { once: true, signal: stop.signal });
    void Promise.resolve(manager.connect()).catch(end);
    if (signal.aborted) end(undefined);
  });
  stop.abort();
  line.isOver = true; // what follows must not drop the session: the next line resumes it
  await Promise.resolve(manager.destroy({ code: CloseCodes.Resuming, reason: "The hub goes on later" })).catch(
    () => undefined,
  );
  return ending;
}

type Line = { isOver: boolean; code: number; greeted: ReadonlySet<number> };

interface LineParts {
  parts: GatewayParts;
  held: Held;
  line: Line;
}

function createManager(
  { WebSocketManager: Manager }: typeof discordWs,
  { parts, held: { sessions, throttle }, line }: LineParts,
  signal: AbortSignal,
): WebSocketManager {
  return new Manager({
    token: parts.token,
    intents: intentsOf(parts),
    rest: { get: () => gatewayOf(parts, sessions, signal) } as unknown as REST,
    identifyProperties: { os: platform(), browser: "tributary", device: "tributary" },
    buildIdentifyThrottler: () => throttle,
    // discord.js opens its next connection only when it has been answered here; a line that is over gets no answer.
    retrieveSessionInfo: (shardId) =>
      line.isOver ? new Promise<SessionInfo | null>(() => undefined) : sessions.retrieve(shardId),
    updateSessionInfo(shardId, info) {
      if (line.isOver) return;
      // discord.js drops a session also where only the network failed; Discord has not refused it then.
      if (!info && !line.greeted.has(shardId) && line.code === ABNORMAL) return;
      sessions.update(shardId, info && isSocketUrl(info.resumeURL) ? info : null);
    },
  });
}

interface GatewayInfo {
  url?: unknown;
  shards?: unknown;
  session_start_limit?: { remaining?: unknown; reset_after?: unknown } | null;
}

/** Where to connect. discord.js would not even resume when no new session may be begun today; that needs none. */
async function gatewayOf({ call }: GatewayParts, sessions: Sessions, signal: AbortSignal): Promise<GatewayInfo> {
  const info = await call<GatewayInfo | undefined>("GET", "/gateway/bot", {}, signal);
  const limit = info?.session_start_limit;
  const shards = info?.shards;
  if (!isSocketUrl(info?.url) || typeof shards !== "number" || !Number.isSafeInteger(shards) || !limit)
    throw new ChannelError("unreachable", "Discord named no gateway.");
  if (Number(limit.remaining) < shards && !sessions.retrieve(0))
    throw new ChannelError("retry-after", "Discord lets this bot begin no more sessions for now; it began too many.", {
      retryAfterMs: Math.max(Number(limit.reset_after) || 0, MINUTE_MS),
    });
  return { ...info, session_start_limit: { ...limit, remaining: Math.max(Number(limit.remaining), shards) } };
}

export function intentsOf({
  readsMessages,
  watchesMembers,
}: Pick<GatewayParts, "readsMessages" | "watchesMembers">): number {
  const always =
    Intent.Guilds |
    Intent.GuildMessages |
    Intent.DirectMessages |
    Intent.GuildMessageReactions |
    Intent.DirectMessageReactions;
  return (
    always |
    (readsMessages ? Intent.MessageContent : 0) |
    (watchesMembers ? Intent.GuildMembers | Intent.GuildInvites : 0)
  );
}

/** Sessions that break at once would use up the day's identifying: each one waits longer. */
export function createThrottle(clock: Clock) {
  const last = new Map<number, { atMs: number; waitMs: number }>();
  let freeAtMs = 0;
  return {
    async waitForIdentify(shardId: number, signal: AbortSignal): Promise<void> {
      const nowMs = clock.monotonicMs();
      const before = last.get(shardId);
      const isNew = !before || nowMs - before.atMs > 2 * MAX_IDENTIFY_WAIT_MS;
      const waitMs = isNew ? 0 : Math.min(Math.max(before.waitMs * 2, IDENTIFY_GAP_MS), MAX_IDENTIFY_WAIT_MS);
      const atMs = Math.max(nowMs + waitMs, freeAtMs);
      freeAtMs = atMs + IDENTIFY_GAP_MS;
      last.set(shardId, { atMs, waitMs });
      if (atMs > nowMs) await clock.sleep(atMs - nowMs, signal);
      if (signal.aborted) throw new Error("The line closed meanwhile.");
    },
  };
}

/** Notes every second how far everything is stored. A note too old only repeats events, and their keys are known. */
async function keepSaving(
  { tools }: GatewayParts,
  sessions: Sessions,
  receiver: Receiver,
  signal: AbortSignal,
): Promise<void> {
  const save = () =>
    Promise.all([sessions.save(), receiver.catchUp.save()]).catch(() =>
      tools.log.warn({ channelId: tools.channelId }, "How far Discord's events are stored could not be noted."),
    );
  while (!signal.aborted) {
    await tools.clock.sleep(SECOND_MS, signal);
    await save();
  }
  await receiver.idle();
  await save();
}

/** Says in the log what went wrong, and returns how long to wait. */
async function report({ tools }: GatewayParts, { code, error }: Ending, failures: number): Promise<number> {
  const fatal = FATAL[code];
  const waitMs = fatal ? FATAL_WAIT_MS : Math.min(2 ** (failures - 1) * SECOND_MS, MAX_WAIT_MS);
  const fields = { channelId: tools.channelId, code, failures, waitMs };
  if (fatal) {
    tools.log.error(fields, fatal);
    await tools.cache.set(FAULT_KEY, fatal, FAULT_KEPT_MS).catch(() => undefined);
    return waitMs;
  }
  if (!(error instanceof ChannelError)) {
    tools.log.warn(fields, "The line to Discord's gateway broke; it is opened again.");
    return waitMs;
  }
  tools.log.warn({ ...fields, fault: error.fault }, error.message);
  if (error.fault === "unauthorized") return FATAL_WAIT_MS;
  return error.retryAfterMs ?? waitMs;
}
