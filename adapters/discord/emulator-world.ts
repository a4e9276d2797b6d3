/** A Discord in memory: servers, channels, people, messages and invites, in the API's own fields. */

export interface RawUser {
  id: string;
  username: string;
  global_name: string | null;
  bot?: boolean;
}
export type Fields = Record<string, unknown>;

export interface StoredMessage extends Fields {
  id: string;
  channel_id: string;
  guild_id?: string;
  author: RawUser;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  attachments: StoredAttachment[];
  embeds: Fields[];
  components: Fields[];
  flags: number;
}
export interface StoredAttachment extends Fields {
  id: string;
  filename: string;
  content_type: string;
  size: number;
}

export interface Channel {
  id: string;
  /** 0 text, 1 direct, 11 thread. */
  type: number;
  name?: string;
  guild?: Guild;
  parentId?: string;
  /** Of a direct channel. */
  person?: RawUser;
  messages: Map<string, StoredMessage>;
  /** Deleted ones, for those who remember. */
  deleted: StoredMessage[];
  /** Who reacted: message id, emoji, user ids. */
  reactions: Map<string, Map<string, Set<string>>>;
  /** False: the bot lacks the permission to write here. */
  canWrite: boolean;
  /** False: the bot does not see this channel. */
  canSee: boolean;
}

export interface Invite {
  code: string;
  channelId: string;
  uses: number;
  maxUses: number;
  maxAgeS: number;
  createdAt: number;
  inviter: RawUser;
}

export interface Guild {
  id: string;
  name: string;
  members: Map<string, string>;
  channels: Map<string, Channel>;
  invites: Map<string, Invite>;
  vanity: { code: string; uses: number } | undefined;
  systemChannelId: string;
  /** The bot may see invites (Manage Server). */
  showsInvites: boolean;
  joinedAt: string;
}

/** One accepted send. */
export interface SentMessage {
  channelId: string;
  messageId: string;
  /** Words, from the content or an embed. */
  text: string;
  /** "create" an ordinary message, "original" in the place of "is thinking ...", "followup" after an interaction. */
  how: "create" | "original" | "followup";
  body: Fields;
  files: { name: string; type: string; bytes: Buffer }[];
  atMs: number;
}

export interface World {
  token: string;
  bot: RawUser;
  guilds: Map<string, Guild>;
  channels: Map<string, Channel>;
  /** Direct channels by person. */
  direct: Map<string, Channel>;
  /** People who take no direct messages from the bot. */
  closed: Set<string>;
  files: Map<string, { bytes: Buffer; type: string }>;
  nonces: Map<string, { message: StoredMessage; atMs: number }>;
  sent: SentMessage[];
  /** The token was reset. */
  isRevoked: boolean;
  now: () => Date;
  /** For the hub's part of the world: what the gateway delivers. */
  dispatch: (t: string, d: Fields) => void;
  cdnRoot: () => string;
  /** How long a signed address lives. */
  cdnLifeMs: number;
}

let counter = 0;

/** An id as Discord makes them: the moment, then a number. */
export function snowflake(world: Pick<World, "now">): string {
  counter = (counter + 1) % (1 << 22);
  return String((BigInt(world.now().getTime() - 1_420_070_400_000) << 22n) + BigInt(counter));
}

export function channelOf(world: World, more: Partial<Channel> & { type: number }): Channel {
  const channel: Channel = {
    id: snowflake(world),
    messages: new Map(),
    deleted: [],
    reactions: new Map(),
    canWrite: true,
    canSee: true,
    ...more,
  };
  world.channels.set(channel.id, channel);
  channel.guild?.channels.set(channel.id, channel);
  return channel;
}

export function directChannel(world: World, person: RawUser): Channel {
  const channel = world.direct.get(person.id) ?? channelOf(world, { type: 1, person });
  world.direct.set(person.id, channel);
  return channel;
}

export function rawChannel({ id, type, name, guild, parentId, person, messages }: Channel): Fields {
  return {
    id,
    type,
    ...(name !== undefined && { name }),
    ...(guild && { guild_id: guild.id }),
    ...(parentId !== undefined && { parent_id: parentId }),
    ...(person && { recipients: [person] }),
    last_message_id: [...messages.keys()].at(-1) ?? null,
  };
}

/** What GUILD_CREATE tells. */
export function rawGuild(world: World, guild: Guild): Fields {
  const channels = [...guild.channels.values()];
  return {
    id: guild.id,
    name: guild.name,
    joined_at: guild.joinedAt,
    unavailable: false,
    vanity_url_code: guild.vanity?.code ?? null,
    system_channel_id: guild.systemChannelId,
    roles: [
      { id: guild.id, name: "@everyone" },
      { id: `${guild.id.slice(0, -1)}9`, name: "bot", managed: true, tags: { bot_id: world.bot.id } },
    ],
    channels: channels.filter(({ type }) => type !== 11).map(rawChannel),
    threads: channels.filter(({ type }) => type === 11).map(rawChannel),
    members: [],
  };
}

export function rawInvite(
  world: World,
  { code, channelId, uses, maxUses, maxAgeS, createdAt, inviter }: Invite,
): Fields {
  const channel = world.channels.get(channelId);
  return {
    type: 0,
    code,
    inviter,
    uses,
    max_uses: maxUses,
    max_age: maxAgeS,
    temporary: false,
    created_at: new Date(createdAt).toISOString(),
    expires_at: maxAgeS > 0 ? new Date(createdAt + maxAgeS * 1_000).toISOString() : null,
    channel: { id: channelId, type: channel?.type ?? 0, name: channel?.name },
    guild_id: channel?.guild?.id,
  };
}

export function addMessage(
  world: World,
  channel: Channel,
  author: RawUser,
  more: Partial<StoredMessage>,
): StoredMessage {
  const message: StoredMessage = {
    type: 0,
    tts: false,
    id: snowflake(world),
    channel_id: channel.id,
    author,
    content: "",
    timestamp: world.now().toISOString(),
    edited_timestamp: null,
    pinned: false,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    attachments: [],
    embeds: [],
    components: [],
    flags: 0,
    ...more,
  };
  channel.messages.set(message.id, message);
  return message;
}

/** As it goes over the wire: addresses of files are signed anew each time, for a while. */
export function rawMessage(world: World, message: StoredMessage): Fields {
  const channel = world.channels.get(message.channel_id);
  const reactions = [...(channel?.reactions.get(message.id) ?? [])].map(([emoji, users]) => ({
    emoji: rawEmoji(emoji),
    count: users.size,
    me: users.has(world.bot.id),
  }));
  const attachments = message.attachments.map((file) => ({ ...file, url: signedUrl(world, channel?.id ?? "", file) }));
  return { ...structuredClone({ ...message, attachments }), ...(reactions.length > 0 && { reactions }) };
}

/** What the gateway delivers has the server's id and the member besides. */
export function dispatchedMessage(world: World, message: StoredMessage): Fields {
  const channel = world.channels.get(message.channel_id);
  const guild = channel?.guild;
  const member = { nick: null, roles: [], joined_at: guild?.members.get(message.author.id) ?? null };
  return { ...rawMessage(world, message), ...(guild ? { guild_id: guild.id, member } : { channel_type: 1 }) };
}

function signedUrl(world: World, channelId: string, { id, filename }: StoredAttachment): string {
  const ends = Math.floor((world.now().getTime() + world.cdnLifeMs) / 1_000).toString(16);
  return `${world.cdnRoot()}/attachments/${channelId}/${id}/${filename}?ex=${ends}&is=0&hm=00&`;
}

export function rawEmoji(emoji: string): { id: string | null; name: string } {
  const [, name, id] = /^(\w+):(\d+)$/.exec(emoji) ?? [];
  return id ? { id, name: name ?? "" } : { id: null, name: emoji };
}

export function addFile(world: World, channel: Channel, name: string, type: string, bytes: Buffer): StoredAttachment {
  const id = snowflake(world);
  world.files.set(`/attachments/${channel.id}/${id}/${name}`, { bytes, type });
  const isPicture = type.startsWith("image/");
  return { id, filename: name, content_type: type, size: bytes.length, ...(isPicture && { width: 90, height: 67 }) };
}

export function deleteMessage(world: World, channel: Channel, id: string): void {
  const message = channel.messages.get(id);
  if (message) channel.deleted.push(message);
  channel.messages.delete(id);
  const guild = channel.guild && { guild_id: channel.guild.id };
  world.dispatch("MESSAGE_DELETE", { id, channel_id: channel.id, ...guild });
}

export function wordsIn({ content, embeds }: { content: string; embeds: Fields[] }): string {
  return [content, ...embeds.flatMap(({ title, description }) => [title, description])].filter(Boolean).join("\n");
}
