import { ChannelError, type AdapterTools } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { readInvite, readInvites, type Invite } from "./invites.ts";

const KEPT_MS = 30 * 86_400_000;
/** A joining waits no longer than this for its invite to be known. */
const PATIENCE_MS = 5_000;

export type InviteList = Record<string, Invite>;

/** Looks at servers' invites, and what the last look saw: shared by all hubs, so that the next one goes on from there. */
export interface InviteLooks {
  /** @throws ChannelError */
  look(guildId: string, hasVanity: boolean): Promise<InviteList>;
  last(guildId: string): Promise<InviteList | undefined>;
  keep(guildId: string, invites: InviteList): Promise<void>;
}

export function createInviteLooks(
  { call, tools }: { call: Call; tools: AdapterTools },
  signal: AbortSignal,
): InviteLooks {
  const lists = new Map<string, InviteList>();

  /** Waits out a limit once, if that does not keep the joining waiting for long. */
  async function ask(route: `/${string}`): Promise<unknown> {
    const get = () => call<unknown>("GET", route, {}, signal);
    return get().catch(async (error: unknown) => {
      const wait = error instanceof ChannelError ? error.retryAfterMs : undefined;
      if (wait === undefined || wait > PATIENCE_MS) throw error;
      await tools.clock.sleep(wait, signal);
      return get();
    });
  }

  return {
    async look(guildId, hasVanity) {
      const invites = readInvites(await ask(`/guilds/${guildId}/invites`));
      const vanity = hasVanity && readInvite(await ask(`/guilds/${guildId}/vanity-url`).catch(() => undefined));
      return vanity ? { ...invites, [vanity[0]]: vanity[1] } : invites;
    },
    async last(guildId) {
      const list = lists.get(guildId) ?? parse(await tools.cache.get(`invites:${guildId}`));
      if (list) lists.set(guildId, list);
      return list;
    },
    async keep(guildId, invites) {
      lists.set(guildId, invites);
      await tools.cache.set(`invites:${guildId}`, JSON.stringify(invites), KEPT_MS);
    },
  };
}

function parse(text: string | undefined): InviteList | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as InviteList) : undefined;
  } catch {
    return undefined;
  }
}
