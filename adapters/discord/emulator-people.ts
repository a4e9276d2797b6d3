import type { Faults } from "./emulator-faults.ts";
import type { Interacted, Interactions } from "./emulator-interactions.ts";
import { setReaction } from "./emulator-messages.ts";
import {
  addFile,
  addMessage,
  channelOf,
  deleteMessage,
  directChannel,
  dispatchedMessage,
  rawChannel,
  rawGuild,
  rawInvite,
  snowflake,
  type Channel,
  type Fields,
  type Guild,
  type Invite,
  type RawUser,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

/** Where a person does something; their direct chat with the bot without it. */
export interface At {
  in?: Channel;
}

/** A customer on Discord. What they do becomes events; each method returns the message's id, where there is one. */
export interface Person {
  readonly user: RawUser;
  readonly direct: Channel;
  says(text: string, more?: At & { replyTo?: string; mention?: boolean }): string;
  sendsFile(name: string, type: string, bytes: Buffer, more?: At & { text?: string }): string;
  sendsSticker(name: string, more?: At): string;
  /** Passes a message of another channel on. */
  forwards(message: StoredMessage, more?: At): string;
  edits(messageId: string, text: string): void;
  deletes(messageId: string): void;
  reacts(messageId: string, emoji: string): void;
  takesBack(messageId: string, emoji: string): void;
  /** Presses a button or chooses from a menu, named by id or label, under the last message that has it. */
  presses(option: string, more?: At & { messageId?: string }): Interacted;
  /** A slash command: names and values of its options. */
  runs(command: string, options?: Record<string, string>, more?: At): Interacted;
  joins(guild: Guild, code?: string): void;
  leaves(guild: Guild): void;
  closesDirect(): void;
}

export interface CastParts {
  world: World;
  interactions: Interactions;
  faults: Faults;
}

export function createPerson({ world, interactions, faults }: CastParts, user: RawUser): Person {
  const direct = directChannel(world, user);
  const said = (channel: Channel, content: Partial<StoredMessage>): string => {
    const message = addMessage(world, channel, user, content);
    world.dispatch("MESSAGE_CREATE", dispatchedMessage(world, message));
    return message.id;
  };
  return {
    user,
    direct,
    says: (text, more = {}) => said(more.in ?? direct, saidAs(world, more.in ?? direct, text, more)),
    sendsFile(name, type, bytes, { in: at = direct, text = "" } = {}) {
      return said(at, { content: text, attachments: [addFile(world, at, name, type, bytes)] });
    },
    sendsSticker: (name, { in: at = direct } = {}) =>
      said(at, { sticker_items: [{ id: snowflake(world), name, format_type: 1 }] }),
    forwards: (message, { in: at = direct } = {}) =>
      said(at, {
        message_reference: { type: 1, message_id: message.id, channel_id: message.channel_id },
        message_snapshots: [{ message: { ...message } }],
      }),
    edits: (id, text) => edit(world, faults, id, text),
    deletes: (id) => remove(world, id),
    reacts: (id, emoji) => setReaction(world, channelWith(world, id), id, emoji, user.id, true),
    takesBack: (id, emoji) => setReaction(world, channelWith(world, id), id, emoji, user.id, false),
    presses: (option, { in: at = direct, messageId } = {}) => press(interactions, user, at, option, messageId),
    runs: (command, options = {}, { in: at = direct } = {}) =>
      interactions.make(user, at, {
        type: 2,
        data: { id: snowflake(world), name: command, type: 1, options: optionsOf(options) },
      }),
    joins: (guild, code) => join(world, user, guild, code),
    leaves: (guild) => leave(world, user, guild),
    closesDirect: () => void world.closed.add(user.id),
  };
}

function saidAs(
  world: World,
  channel: Channel,
  text: string,
  { replyTo, mention }: { replyTo?: string; mention?: boolean },
) {
  const answered = replyTo === undefined ? undefined : channel.messages.get(replyTo);
  if (replyTo !== undefined && !answered) throw new Error("There is no message to reply to.");
  return {
    content: mention ? `<@${world.bot.id}> ${text}` : text,
    ...(mention && { mentions: [world.bot] }),
    ...(answered && {
      type: 19,
      message_reference: { type: 0, message_id: answered.id, channel_id: channel.id },
      referenced_message: { ...answered },
    }),
  };
}

function channelWith(world: World, messageId: string): Channel {
  const channel = [...world.channels.values()].find(({ messages }) => messages.has(messageId));
  if (!channel) throw new Error("There is no such message.");
  return channel;
}

function edit(world: World, faults: Faults, id: string, text: string): void {
  const channel = channelWith(world, id);
  const message = channel.messages.get(id) as StoredMessage;
  Object.assign(message, { content: text, edited_timestamp: world.now().toISOString() });
  const { edited_timestamp, channel_id } = message;
  const ids = { id, channel_id, edited_timestamp, ...(channel.guild && { guild_id: channel.guild.id }) };
  world.dispatch("MESSAGE_UPDATE", faults.partialEdits ? ids : dispatchedMessage(world, message));
}

function remove(world: World, id: string): void {
  deleteMessage(world, channelWith(world, id), id);
}

interface Component extends Fields {
  type: number;
  custom_id?: string;
  label?: string;
  options?: { label: string; value: string }[];
}

function press(
  interactions: Interactions,
  user: RawUser,
  channel: Channel,
  option: string,
  messageId?: string,
): Interacted {
  const messages = [...channel.messages.values()]
    .reverse()
    .filter(({ id }) => messageId === undefined || id === messageId);
  for (const message of messages) {
    const components = message.components.flatMap((row) => (row.components ?? []) as Component[]);
    for (const { type, custom_id, label, options = [] } of components) {
      const chosen = options.find(
        (each) => each.label === option || each.value === option || idIn(each.value) === option,
      );
      if (!chosen && label !== option && custom_id !== option && idIn(custom_id) !== option) continue;
      const data = { custom_id, component_type: type, ...(chosen && { values: [chosen.value] }) };
      return interactions.make(user, channel, { type: 3, data, message: { ...message } });
    }
  }
  throw new Error(`No message in this chat has the button "${option}".`);
}

function idIn(customId: string | undefined): string | undefined {
  return /^o\d*:([^]+)$/.exec(customId ?? "")?.[1];
}

function optionsOf(options: Record<string, string>): Fields[] {
  return Object.entries(options).map(([name, value]) => ({ name, type: 3, value }));
}

/** Discord counts the invite's use, removes one that is used up, and then reports the member, not the invite. */
function join(world: World, user: RawUser, guild: Guild, code?: string): void {
  const invite = code === undefined ? undefined : guild.invites.get(code);
  if (code !== undefined && !invite && guild.vanity?.code !== code) throw new Error("This invite is not valid.");
  if (invite) useInvite(world, guild, invite);
  else if (guild.vanity && code !== undefined) guild.vanity.uses++;
  const joinedAt = world.now().toISOString();
  guild.members.set(user.id, joinedAt);
  world.dispatch("GUILD_MEMBER_ADD", {
    guild_id: guild.id,
    user,
    nick: null,
    roles: [],
    joined_at: joinedAt,
    flags: 0,
  });
}

function useInvite(world: World, guild: Guild, invite: Invite): void {
  invite.uses++;
  if (invite.maxUses > 0 && invite.uses >= invite.maxUses) removeInvite(world, guild, invite.code);
}

export function removeInvite(world: World, guild: Guild, code: string): void {
  const invite = guild.invites.get(code);
  if (!invite) throw new Error("There is no such invite.");
  guild.invites.delete(code);
  world.dispatch("INVITE_DELETE", { channel_id: invite.channelId, guild_id: guild.id, code });
}

function leave(world: World, user: RawUser, guild: Guild): void {
  guild.members.delete(user.id);
  world.dispatch("GUILD_MEMBER_REMOVE", { guild_id: guild.id, user });
}

export function createGuild(world: World, name: string): Guild {
  const id = snowflake(world);
  const lists = {
    members: new Map<string, string>(),
    channels: new Map<string, Channel>(),
    invites: new Map<string, Invite>(),
  };
  const joinedAt = world.now().toISOString();
  const guild: Guild = { id, name, ...lists, vanity: undefined, systemChannelId: "", showsInvites: true, joinedAt };
  world.guilds.set(id, guild);
  guild.systemChannelId = channelOf(world, { type: 0, name: "general", guild }).id;
  world.dispatch("GUILD_CREATE", rawGuild(world, guild));
  return guild;
}

export function createChannel(world: World, guild: Guild, name: string): Channel {
  const channel = channelOf(world, { type: 0, name, guild });
  world.dispatch("CHANNEL_CREATE", rawChannel(channel));
  return channel;
}

export function createThread(world: World, parent: Channel, name: string): Channel {
  const channel = channelOf(world, {
    type: 11,
    name,
    parentId: parent.id,
    ...(parent.guild && { guild: parent.guild }),
  });
  world.dispatch("THREAD_CREATE", { ...rawChannel(channel), newly_created: true });
  return channel;
}

export function makeInvite(
  world: World,
  guild: Guild,
  more: { maxUses?: number; maxAgeS?: number; by?: RawUser } = {},
): Invite {
  const code = `inv${snowflake(world).slice(-9)}`;
  const { maxUses = 0, maxAgeS = 0, by = world.bot } = more;
  const invite = {
    code,
    channelId: guild.systemChannelId,
    uses: 0,
    maxUses,
    maxAgeS,
    createdAt: world.now().getTime(),
    inviter: by,
  };
  guild.invites.set(code, invite);
  world.dispatch("INVITE_CREATE", rawInvite(world, invite));
  return invite;
}
