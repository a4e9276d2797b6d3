import type { Call } from "./api.ts";

export interface ChannelFacts {
  type: number;
  name?: string;
}
interface GuildFacts {
  name?: string;
  selfRole?: string;
}
type Fields = Record<string, unknown>;

/** At most so many channels of unknown servers are remembered (threads come and go by the thousand). */
const MOST_CHANNELS = 20_000;

/** What Discord told about its places: its messages name a channel by its id alone. */
export interface Surroundings {
  learn(t: string, d: Fields): void;
  /** What stands beside an event, asking Discord where it never told. */
  around(d: Fields, signal: AbortSignal): Promise<{ channel?: ChannelFacts; guild?: string; selfRole?: string }>;
}

export function createSurroundings(call: Call, selfId: string): Surroundings {
  const channels = new Map<string, ChannelFacts & { guildId?: string }>();
  const guilds = new Map<string, GuildFacts>();

  function learnChannel(raw: unknown, guildId?: string): void {
    const { id, type, name, guild_id } = fieldsOf(raw);
    if (typeof id !== "string" || typeof type !== "number" || !Number.isSafeInteger(type)) return;
    const home = typeof guild_id === "string" ? guild_id : guildId;
    channels.delete(id);
    channels.set(id, { type, ...(typeof name === "string" && { name }), ...(home && { guildId: home }) });
    if (channels.size > MOST_CHANNELS) channels.delete(channels.keys().next().value as string);
  }

  function learnGuild(d: Fields): void {
    if (typeof d.id !== "string") return;
    const role = listOf(d.roles).find((each) => fieldsOf(fieldsOf(each).tags).bot_id === selfId);
    const selfRole = fieldsOf(role).id ?? guilds.get(d.id)?.selfRole;
    guilds.set(d.id, {
      ...(typeof d.name === "string" && { name: d.name }),
      ...(typeof selfRole === "string" && { selfRole }),
    });
    for (const channel of [...listOf(d.channels), ...listOf(d.threads)]) learnChannel(channel, d.id);
  }

  async function channelFacts(id: string, signal: AbortSignal): Promise<ChannelFacts | undefined> {
    if (!channels.has(id))
      learnChannel(await call<unknown>("GET", `/channels/${id}`, {}, signal).catch(() => undefined));
    const found = channels.get(id);
    return found && { type: found.type, ...(found.name !== undefined && { name: found.name }) };
  }

  return {
    learn(t, d) {
      if (t === "GUILD_CREATE" || t === "GUILD_UPDATE") learnGuild(d);
      else if (/^(CHANNEL|THREAD)_(CREATE|UPDATE)$/.test(t)) learnChannel(d);
      else if (t === "THREAD_LIST_SYNC") for (const thread of listOf(d.threads)) learnChannel(thread);
      else if (/^(CHANNEL|THREAD)_DELETE$/.test(t) && typeof d.id === "string") channels.delete(d.id);
    },
    async around({ channel_id, guild_id, channel: told }, signal) {
      const guild = typeof guild_id === "string" ? guilds.get(guild_id) : undefined;
      // Where there is no server it is a direct chat, and an interaction tells its channel itself.
      const isId = typeof channel_id === "string" && /^\d{1,20}$/.test(channel_id);
      const asks = isId && typeof guild_id === "string" && fieldsOf(told).type === undefined;
      const channel = asks ? await channelFacts(channel_id, signal) : undefined;
      return {
        ...(channel && { channel }),
        ...(guild?.name !== undefined && { guild: guild.name }),
        ...(guild?.selfRole !== undefined && { selfRole: guild.selfRole }),
      };
    },
  };
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
