import { ChannelError, type AdapterTools, type Arrival } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { arrivalOf, deliveryIdOf, laneOf } from "./arrival.ts";
import { callbackFor } from "./callback.ts";
import { createCatchUp, type CatchUp } from "./catch-up.ts";
import { KIND } from "./interactions.ts";
import { createInviteWatch } from "./invite-watch.ts";
import type { Observation } from "./invites.ts";
import { createLanes } from "./lanes.ts";
import { createNotices } from "./notices.ts";
import type { Sessions } from "./session.ts";
import { createSurroundings, fieldsOf } from "./surroundings.ts";

const AGAIN_MS = 1_000;

type Fields = Record<string, unknown>;
export interface Dispatch {
  t: string;
  s: number;
  d: unknown;
}

export interface ReceiverParts {
  call: Call;
  tools: AdapterTools;
  selfId: string;
  watchesMembers: boolean;
  sessions: Sessions;
  emit: (arrival: Arrival) => Promise<void>;
}

export interface Receiver {
  dispatch(shardId: number, payload: Dispatch): void;
  catchUp: CatchUp;
  /** Resolves when everything that came is stored, or was given up at the end. */
  idle(): Promise<void>;
}

/** Takes what the gateway delivers: adds what `decode` will need, has it stored in order, and answers interactions. */
export function createReceiver(parts: ReceiverParts, signal: AbortSignal): Receiver {
  const { call, tools, sessions, selfId } = parts;
  const surroundings = createSurroundings(call, selfId);
  const invites = createInviteWatch(parts, signal);
  const notice = createNotices(invites, parts.watchesMembers);
  const catchUp = createCatchUp(parts, takeMissed, signal);
  const lanes = createLanes((error) => signal.aborted || report(tools, error));

  function dispatch(shardId: number, { t, s, d: raw }: Dispatch): void {
    if (typeof t !== "string" || !Number.isSafeInteger(s)) return;
    const d = fieldsOf(raw);
    sessions.received(shardId, s);
    surroundings.learn(t, d);
    catchUp.notice(t, d);
    const carried = notice(t, d);
    if (!carried) return sessions.finished(shardId, s);
    take(t, carried, deliveryIdOf(sessions.idOf(shardId), s), () => sessions.finished(shardId, s));
  }

  function takeMissed(message: Fields): void {
    take("MESSAGE_CREATE", message, `missed:${String(message.id)}`, () => undefined);
  }

  function take(t: string, d: Fields, id: string, done: () => void): void {
    const receivedAt = tools.clock.now().getTime();
    const isPerson = fieldsOf(d.user).bot !== true;
    // Asked for at once: a look that comes later sees more people's uses.
    const invite = t === "GUILD_MEMBER_ADD" && isPerson ? invites.joined(String(d.guild_id)) : undefined;
    lanes.add(laneOf(d), async () => {
      if (t === "INTERACTION_CREATE" && d.type === KIND.autocomplete) {
        await answer(parts, d, signal);
        return done();
      }
      const stored = t === "MESSAGE_UPDATE" ? await whole(call, d, signal) : d;
      await store(parts, arrivalOf(t, stored, { id, receivedAt, ...(await beside(d, invite)) }), signal);
      done();
      if (t === "MESSAGE_CREATE") catchUp.note(d);
      // In a lane of its own: what else happens in this place need not wait for it.
      if (t === "INTERACTION_CREATE") lanes.add(`answer ${id}`, () => answer(parts, d, signal));
    });
  }

  async function beside(d: Fields, invite: Promise<Observation | undefined> | undefined) {
    const [around, seen] = await Promise.all([surroundings.around(d, signal), invite]);
    return { ...around, ...(seen && { invite: seen }) };
  }

  return { dispatch, catchUp, idle: () => lanes.idle() };
}

function report({ log, channelId }: AdapterTools, error: unknown): void {
  const name = error instanceof Error ? error.name : "unknown";
  log.error(
    { channelId, error: name },
    "An event from Discord could not be taken; it comes again with the next session.",
  );
}

/** Tries until it is stored: Discord does not repeat what it has delivered. */
async function store({ tools, emit }: ReceiverParts, arrival: Arrival, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await emit(arrival);
    } catch (error) {
      if (signal.aborted) throw error;
      tools.log.warn({ channelId: tools.channelId }, "An event from Discord could not be stored; it is tried again.");
      await tools.clock.sleep(AGAIN_MS, signal);
    }
  }
}

/** An edit may come without the message; then it is asked for. */
async function whole(call: Call, d: Fields, signal: AbortSignal): Promise<Fields> {
  if (!d.edited_timestamp || d.content !== undefined) return d;
  const route = `/channels/${String(d.channel_id)}/messages/${String(d.id)}` as const;
  const found = await call<unknown>("GET", route, {}, signal).catch(() => undefined);
  return { ...fieldsOf(found), ...d };
}

/** Stored by now: Discord wants to hear so within 3 seconds. */
async function answer({ call, tools }: ReceiverParts, d: Fields, signal: AbortSignal): Promise<void> {
  const body = callbackFor(d);
  if (!body) return;
  const route = `/interactions/${String(d.id)}/${String(d.token)}/callback` as const;
  await call("POST", route, { body, auth: false }, signal).catch((error: unknown) => {
    if (signal.aborted) return;
    const fault = error instanceof ChannelError ? error.fault : "unknown";
    tools.log.warn(
      { channelId: tools.channelId, fault },
      "An interaction could not be acknowledged in time; its answer goes out as a message.",
    );
  });
}
