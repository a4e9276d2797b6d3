import {
  plainText,
  type ChoiceOption,
  type EmulatedDeed,
  type EmulatedMessage,
  type EmulatedPlatform,
} from "../../src/contract/index.ts";
import { partsOf } from "./content.ts";
import {
  createDiscordEmulator,
  type Channel,
  type DiscordEmulator,
  type EmulatorOptions,
  type Guild,
  type Person,
  type StoredMessage,
} from "./emulator.ts";

const DEEDS = ["say", "photo", "press", "scan", "join", "leave", "edit", "delete", "react", "block"] as const;

/** Discord as the lab and the tests that cross all channels drive it: one server, whose channels are the groups. */
export async function createEmulated(options: EmulatorOptions = {}): Promise<EmulatedPlatform> {
  const discord = await createDiscordEmulator(options);
  const guild = discord.guild("Emulated server");
  const stage: Stage = { discord, guild };
  return {
    adapter: "discord",
    settings: {
      token: discord.token,
      apiRoot: discord.apiRoot,
      cdnRoot: discord.cdnRoot,
      inviteChannelId: guild.systemChannelId,
    },
    deeds: DEEDS,
    attach: async () => undefined,
    act: async (name, deed) => act(stage, discord.person(name), deed),
    screen: (name) => screenOf(stage, discord.person(name)),
    calls: discord.history.requests,
    refuseNext: (times, retryAfterMs) => discord.limitNext(times, retryAfterMs),
    get insideRetryAfter() {
      return discord.history.insideRetryAfter;
    },
    close: () => discord.close(),
  };
}

interface Stage {
  discord: DiscordEmulator;
  guild: Guild;
}

function act(stage: Stage, person: Person, deed: EmulatedDeed): void {
  const comesOrGoes = deed.type === "join" || deed.type === "leave";
  const channel =
    "place" in deed && deed.place !== undefined && !comesOrGoes ? channelOf(stage, deed.place, person) : undefined;
  const where = channel ? { in: channel } : {};
  switch (deed.type) {
    case "say": {
      const { text, replyTo, mention } = deed;
      return void person.says(text, {
        ...where,
        ...(replyTo !== undefined && { replyTo }),
        ...(mention && { mention }),
      });
    }
    case "photo":
      return void person.sendsFile(deed.name, typeOf(deed.name), Buffer.from(deed.bytes), {
        ...where,
        text: deed.text ?? "",
      });
    case "press":
      return void person.presses(deed.option, { ...where, messageId: deed.messageId });
    case "edit":
      return person.edits(own(stage, person, deed.messageId), deed.text);
    case "delete":
      return person.deletes(own(stage, person, deed.messageId));
    case "react":
      return person.reacts(deed.messageId, deed.emoji);
    default:
      return comeOrGo(stage, person, deed);
  }
}

function comeOrGo(
  { guild }: Stage,
  person: Person,
  deed: Extract<EmulatedDeed, { type: "scan" | "join" | "leave" | "block" }>,
): void {
  switch (deed.type) {
    case "scan":
      return scan(guild, person, deed.link);
    case "join":
      guild.members.delete(person.user.id);
      return person.joins(guild, deed.link === undefined ? undefined : inviteIn(deed.link));
    case "leave":
      if (!guild.members.has(person.user.id)) throw new Error(`${person.user.username} is not in ${deed.place}.`);
      return person.leaves(guild);
    case "block":
      return person.closesDirect();
  }
}

/** An invite leads into the server; a bare code is typed as /start. */
function scan(guild: Guild, person: Person, link: string): void {
  if (URL.canParse(link)) person.joins(guild, inviteIn(link));
  else person.runs("start", { code: link });
}

function inviteIn(link: string): string {
  if (!URL.canParse(link)) return link;
  const url = new URL(link);
  if (url.host !== "discord.gg")
    throw new Error(`${url.host} does not lead to Discord; open a discord.gg link or a code.`);
  return url.pathname.slice(1);
}

/** Who talks in a channel is in the server, since before the hub listened. */
function channelOf({ discord, guild }: Stage, name: string, { user }: Person): Channel {
  if (!guild.members.has(user.id)) guild.members.set(user.id, guild.joinedAt);
  return [...guild.channels.values()].find((channel) => channel.name === name) ?? discord.channel(guild, name);
}

function own(stage: Stage, { user }: Person, id: string): string {
  const message = channels(stage).flatMap(({ messages }) => messages.get(id) ?? [])[0];
  if (!message) throw new Error(`There is no message ${id} here.`);
  if (message.author.id !== user.id) throw new Error("Only one's own messages can be changed on Discord.");
  return id;
}

function channels({ discord }: Stage): Channel[] {
  return [...discord.world.channels.values()];
}

/** The direct chat, what only they see, and the server's channels while they are in it. */
function screenOf(stage: Stage, person: Person): EmulatedMessage[] {
  const { discord, guild } = stage;
  const isMember = guild.members.has(person.user.id);
  const visible = channels(stage).filter(
    (channel) => channel === person.direct || (isMember && channel.guild === guild),
  );
  const shown = visible.flatMap((channel) => [
    ...[...channel.messages.values()].map((message) => messageOn(stage, channel, message)),
    ...channel.deleted.map((message) => ({ ...messageOn(stage, channel, message), deleted: true })),
  ]);
  const whispers = [...discord.interactions.all.values()]
    .filter(({ user }) => user.id === person.user.id)
    .flatMap(({ id, whispers, channel, atMs }) =>
      whispers.map((text): EmulatedMessage => ({
        id,
        ...placeOf(channel),
        from: "hub",
        text,
        options: [],
        at: new Date(atMs),
      })),
    );
  return [...shown, ...whispers].sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
}

function placeOf({ guild, name }: Channel): { place?: string } {
  return guild && name !== undefined ? { place: name } : {};
}

function messageOn({ discord }: Stage, channel: Channel, message: StoredMessage): EmulatedMessage {
  const parts = partsOf(message as never, () => "");
  const [file] = message.attachments;
  const reactions = [...(channel.reactions.get(message.id)?.keys() ?? [])];
  return {
    id: message.id,
    ...placeOf(channel),
    from: message.author.id === discord.bot.id ? "hub" : "person",
    text: plainText(parts.filter(({ type }) => type === "text" || type === "card")),
    options: optionsOf(message),
    ...(file && { file: file.filename }),
    ...(reactions.length > 0 && { reactions }),
    ...(message.edited_timestamp !== null && { edited: true }),
    at: new Date(message.timestamp),
  };
}

/** Buttons and menus, by the hub's own ids. */
function optionsOf(message: StoredMessage): ChoiceOption[] {
  const [choice] = partsOf(message as never, () => "").filter((part) => part.type === "choice");
  return (choice?.options ?? []).map(({ id, label }) => ({ id: /^o\d*:([^]+)$/.exec(id)?.[1] ?? id, label }));
}

function typeOf(name: string): string {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return ({ png: "image/png", gif: "image/gif", webp: "image/webp" } as Record<string, string>)[ending] ?? "image/jpeg";
}
