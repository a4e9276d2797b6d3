import { ChannelError, type AdapterTools, type Clock } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { createInviteLooks, type InviteList, type InviteLooks } from "./invite-looks.ts";
import { explain, FRESH_MS, openUses, readInvite, usesBetween, type Observation } from "./invites.ts";

/** Discord counts a use at about the time it reports the joining; once more after this long is enough. */
const AGAIN_MS = 500;
/** Where Discord refuses to show invites, it is not asked again for so long: refusals are counted against the address. */
const REFUSED_MS = 600_000;

interface GuildWatch {
  id: string;
  hasVanity: boolean;
  /** Who made the invites and where they lead, also of those that vanished with their last use. */
  seen: InviteList;
  unexplained: Map<string, number>;
  unexplainedSinceMs: number;
  refusedUntilMs: number;
  waiting: ((seen: Observation | undefined) => void)[];
  /** Looks at one server's invites follow each other: two at a time would count a use twice. */
  turn: Promise<unknown>;
}

export interface InviteWatch {
  /** All of a server's invites are looked at anew: what changed while nobody listened is nobody's. */
  begin(guildId: string, hasVanity: boolean): void;
  created(guildId: string, invite: unknown): void;
  deleted(guildId: string, code: unknown): void;
  /** By which invite did the person come who joined just now? */
  joined(guildId: string): Promise<Observation | undefined>;
}

interface WatchParts {
  looks: InviteLooks;
  clock: Clock;
  signal: AbortSignal;
}

export function createInviteWatch(
  { call, tools }: { call: Call; tools: AdapterTools },
  signal: AbortSignal,
): InviteWatch {
  const looks = createInviteLooks({ call, tools }, signal);
  const parts: WatchParts = { looks, clock: tools.clock, signal };
  const guilds = new Map<string, GuildWatch>();
  const complain = createComplaint(tools, signal);
  let beginnings: Promise<unknown> = Promise.resolve();

  function watchOf(id: string): GuildWatch {
    const found = guilds.get(id) ?? newWatch(id);
    guilds.set(id, found);
    return found;
  }

  function inTurn(watch: GuildWatch, work: () => Promise<unknown>): void {
    watch.turn = watch.turn.then(work).catch((error: unknown) => {
      const isRefused = error instanceof ChannelError && !error.mayRetry;
      if (isRefused) watch.refusedUntilMs = tools.clock.monotonicMs() + REFUSED_MS;
      complain(error);
    });
  }

  return {
    begin(guildId, hasVanity) {
      const watch = watchOf(guildId);
      watch.hasVanity = hasVanity;
      // One server after the other: a bot has hundreds, and all begin at once.
      inTurn(watch, () => (beginnings = beginnings.catch(() => undefined).then(() => lookAnew(parts, watch))));
    },
    created(guildId, raw) {
      const invite = readInvite(raw);
      if (invite) inTurn(watchOf(guildId), () => add(looks, guildId, invite));
    },
    deleted(guildId, code) {
      const goneAt = tools.clock.now().getTime();
      if (typeof code === "string") inTurn(watchOf(guildId), () => markGone(looks, guildId, code, goneAt));
    },
    joined(guildId) {
      const watch = watchOf(guildId);
      if (tools.clock.monotonicMs() < watch.refusedUntilMs) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        watch.waiting.push(resolve);
        inTurn(watch, () => explainWaiting(parts, watch));
      });
    },
  };
}

function newWatch(id: string): GuildWatch {
  const nothing = { hasVanity: false, seen: {}, unexplained: new Map<string, number>(), waiting: [] };
  return {
    id,
    ...nothing,
    unexplainedSinceMs: 0,
    refusedUntilMs: Number.NEGATIVE_INFINITY,
    turn: Promise.resolve(),
  };
}

/** Says once that invites cannot be read. */
function createComplaint({ log, channelId }: AdapterTools, signal: AbortSignal): (error: unknown) => void {
  let hasComplained = false;
  return (error) => {
    if (hasComplained || signal.aborted) return;
    hasComplained = true;
    const fault = error instanceof ChannelError ? error.fault : "unknown";
    log.warn(
      { channelId, fault },
      "Invites cannot be read, so that nobody is attributed to one. The bot needs Manage Server.",
    );
  };
}

async function lookAnew({ looks }: WatchParts, watch: GuildWatch): Promise<void> {
  watch.unexplained.clear();
  await looks.keep(watch.id, await looks.look(watch.id, watch.hasVanity));
}

async function add(looks: InviteLooks, guildId: string, [code, invite]: [string, InviteList[string]]): Promise<void> {
  const invites = await looks.last(guildId);
  if (invites && !Object.hasOwn(invites, code)) await looks.keep(guildId, { ...invites, [code]: invite });
}

async function markGone(looks: InviteLooks, guildId: string, code: string, goneAt: number): Promise<void> {
  const invites = await looks.last(guildId);
  const invite = invites && Object.hasOwn(invites, code) ? invites[code] : undefined;
  if (invite) await looks.keep(guildId, { ...invites, [code]: { ...invite, goneAt } });
}

/** Explains all who wait by what one look shows; a second one follows where a use is still missing. */
async function explainWaiting(parts: WatchParts, watch: GuildWatch): Promise<void> {
  const batch = watch.waiting.splice(0);
  if (batch.length === 0) return; // explained together with an earlier one
  try {
    await gatherUses(parts, watch, batch.length);
    if (openUses(watch.unexplained) < batch.length) {
      await parts.clock.sleep(AGAIN_MS, parts.signal);
      batch.push(...watch.waiting.splice(0));
      await gatherUses(parts, watch, batch.length);
    }
    // With fewer uses than people, nobody can tell who of them it was.
    const isEnough = openUses(watch.unexplained) > batch.length - 0.5;
    for (const tell of batch) tell(isEnough ? withDetails(explain(watch.unexplained), watch.seen) : undefined);
    if (!isEnough) watch.unexplained.clear();
    watch.seen = {};
  } catch (error) {
    for (const tell of batch) tell(undefined);
    throw error;
  }
}

async function gatherUses({ looks, clock }: WatchParts, watch: GuildWatch, joins: number): Promise<void> {
  const nowMs = clock.now().getTime();
  const before = await looks.last(watch.id);
  const after = await looks.look(watch.id, watch.hasVanity);
  if (nowMs - watch.unexplainedSinceMs > FRESH_MS) watch.unexplained.clear();
  for (const [code, uses] of before ? usesBetween(before, after, joins, nowMs) : []) {
    watch.unexplained.set(code, (watch.unexplained.get(code) ?? 0) + uses);
    watch.unexplainedSinceMs = nowMs;
  }
  watch.seen = { ...watch.seen, ...before, ...after };
  await looks.keep(watch.id, after);
}

function withDetails(seen: Observation | undefined, invites: InviteList): Observation | undefined {
  const invite = seen?.code !== undefined && Object.hasOwn(invites, seen.code) ? invites[seen.code] : undefined;
  if (!seen || !invite) return seen;
  return {
    ...seen,
    ...(invite.inviter && { inviter: invite.inviter }),
    ...(invite.channel && { channel: invite.channel }),
  };
}
