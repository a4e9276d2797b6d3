import {
  invalid,
  missingAccess,
  missingPermissions,
  Refusal,
  unknownChannel,
  unknownMessage,
} from "./emulator-refusal.ts";
import {
  addFile,
  addMessage,
  deleteMessage,
  dispatchedMessage,
  rawEmoji,
  rawMessage,
  wordsIn,
  type Channel,
  type Fields,
  type SentMessage,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

export interface Upload {
  name: string;
  type: string;
  bytes: Buffer;
}

const NONCE_LIFE_MS = 300_000;
const MAX_FILE = 10 * 1024 * 1024;
const HIDDEN = "Cannot send messages to this user";

export function visibleChannel(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw unknownChannel();
  if (!channel.canSee) throw missingAccess();
  return channel;
}

export function visibleMessage(
  world: World,
  channelId: string,
  id: string,
): { channel: Channel; message: StoredMessage } {
  const channel = visibleChannel(world, channelId);
  const message = channel.messages.get(id);
  if (!message) throw unknownMessage();
  return { channel, message };
}

/** Messages as the bot makes, changes and removes them, with the refusals of the real ones. */
export function createMessages(world: World) {
  return {
    create: (channelId: string, body: Fields, files: Upload[]) => create(world, channelId, body, files),
    add: (channel: Channel, body: Fields, files: Upload[], how: SentMessage["how"]) =>
      add(world, channel, body, files, how),
    /** Writes into a message that stands already ("is thinking ..."). */
    fill(channel: Channel, message: StoredMessage, body: Fields, files: Upload[]): Fields {
      checkBody(body, files);
      Object.assign(message, contentOf(world, channel, body, files), { flags: 0 });
      keep(world, channel, message, body, files, "original");
      world.dispatch("MESSAGE_UPDATE", dispatchedMessage(world, message));
      return rawMessage(world, message);
    },
    edit: (channelId: string, id: string, body: Fields) => edit(world, channelId, id, body),
    remove: (channelId: string, id: string) => remove(world, channelId, id),
    /** Newest first, as Discord. */
    list(channelId: string, after: string, limit: number): Fields[] {
      const all = [...visibleChannel(world, channelId).messages.values()];
      const later = all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
      return later.reverse().map((message) => rawMessage(world, message));
    },
    react(channelId: string, id: string, emoji: string, on: boolean): undefined {
      const { channel } = visibleMessage(world, channelId, id);
      if (!/\p{Extended_Pictographic}|^\w+:\d+$/u.test(emoji)) throw new Refusal(400, 10_014, "Unknown Emoji");
      setReaction(world, channel, id, emoji, world.bot.id, on);
    },
  };
}

function create(world: World, channelId: string, body: Fields, files: Upload[]): Fields {
  const channel = visibleChannel(world, channelId);
  if (channel.person && world.closed.has(channel.person.id)) throw new Refusal(403, 50_007, HIDDEN);
  if (!channel.canWrite) throw missingPermissions();
  checkBody(body, files);
  const known = knownNonce(world, channelId, body);
  if (known) return rawMessage(world, known);
  const message = add(world, channel, body, files, "create");
  const { nonce } = body;
  if (typeof nonce === "string") world.nonces.set(`${channelId} ${nonce}`, { message, atMs: performance.now() });
  return { ...rawMessage(world, message), nonce };
}

/** The same nonce within some minutes gives the first message again. */
function knownNonce(world: World, channelId: string, { nonce, enforce_nonce }: Fields): StoredMessage | undefined {
  const known = enforce_nonce === true ? world.nonces.get(`${channelId} ${String(nonce)}`) : undefined;
  return known && performance.now() - known.atMs < NONCE_LIFE_MS ? known.message : undefined;
}

function add(world: World, channel: Channel, body: Fields, files: Upload[], how: SentMessage["how"]): StoredMessage {
  const content = { ...contentOf(world, channel, body, files), ...referenceIn(channel, body) };
  const message = addMessage(world, channel, world.bot, content);
  keep(world, channel, message, body, files, how);
  world.dispatch("MESSAGE_CREATE", { ...dispatchedMessage(world, message), nonce: body.nonce });
  return message;
}

function contentOf(
  world: World,
  channel: Channel,
  { content, embeds, components }: Fields,
  files: Upload[],
): Partial<StoredMessage> {
  return {
    content: typeof content === "string" ? content.trim() : "",
    embeds: ((embeds as Fields[] | undefined) ?? []).map((embed) => ({ type: "rich", ...embed })),
    components: (components as Fields[] | undefined) ?? [],
    attachments: files.map(({ name, type, bytes }) => addFile(world, channel, name, type, bytes)),
  };
}

function keep(
  world: World,
  channel: Channel,
  message: StoredMessage,
  body: Fields,
  files: Upload[],
  how: SentMessage["how"],
): void {
  const text = wordsIn(message);
  const atMs = performance.now();
  world.sent.push({ channelId: channel.id, messageId: message.id, text, how, body, files, atMs });
}

function edit(world: World, channelId: string, id: string, body: Fields): Fields {
  const { message } = visibleMessage(world, channelId, id);
  if (message.author.id !== world.bot.id)
    throw new Refusal(403, 50_005, "Cannot edit a message authored by another user");
  const next = { content: message.content, embeds: message.embeds, components: message.components, ...body };
  checkBody(next, []);
  Object.assign(message, next, { edited_timestamp: world.now().toISOString(), mentions: [] });
  world.dispatch("MESSAGE_UPDATE", dispatchedMessage(world, message));
  return rawMessage(world, message);
}

function remove(world: World, channelId: string, id: string): undefined {
  const { channel, message } = visibleMessage(world, channelId, id);
  if (message.author.id !== world.bot.id && (channel.person || !channel.canWrite)) throw missingPermissions();
  deleteMessage(world, channel, id);
}

export type Messages = ReturnType<typeof createMessages>;

export function setReaction(
  world: World,
  channel: Channel,
  id: string,
  emoji: string,
  userId: string,
  on: boolean,
): void {
  const emojis = channel.reactions.get(id) ?? new Map<string, Set<string>>();
  const users = emojis.get(emoji) ?? new Set<string>();
  if (on) users.add(userId);
  else users.delete(userId);
  if (users.size > 0) emojis.set(emoji, users);
  else emojis.delete(emoji);
  channel.reactions.set(id, emojis);
  world.dispatch(on ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE", {
    user_id: userId,
    channel_id: channel.id,
    message_id: id,
    ...(channel.guild && { guild_id: channel.guild.id }),
    type: 0,
    burst: false,
    emoji: rawEmoji(emoji),
  });
}

/** A quoted message that is not there fails the send, unless it may be missing. */
function referenceIn({ messages }: Channel, { message_reference }: Fields): Partial<StoredMessage> {
  if (typeof message_reference !== "object" || message_reference === null) return {};
  const { message_id, fail_if_not_exists = true } = message_reference as Fields;
  const found = messages.get(String(message_id));
  if (found) return { type: 19, message_reference: { type: 0, message_id }, referenced_message: { ...found } };
  if (fail_if_not_exists) throw invalid("message_reference: Unknown message");
  return {};
}

function checkBody(body: Fields, files: Upload[]): void {
  const { content = "", embeds = [], components = [], nonce } = body;
  if (typeof content !== "string" || [...content].length > 2_000)
    throw invalid("content: Must be 2000 or fewer in length.");
  if (nonce !== undefined && String(nonce).length > 25) throw invalid("nonce: Must be 25 or fewer in length.");
  if (!Array.isArray(embeds) || embeds.length > 10) throw invalid("embeds: Must be 10 or fewer in length.");
  checkEmbeds(embeds as Fields[]);
  checkComponents(components);
  if (files.some(({ bytes }) => bytes.length > MAX_FILE)) throw new Refusal(413, 40_005, "Request entity too large");
  const isEmpty = content.trim() === "" && embeds.length === 0 && files.length === 0;
  if (isEmpty) throw new Refusal(400, 50_006, "Cannot send an empty message");
}

function checkEmbeds(embeds: Fields[]): void {
  let sum = 0;
  for (const { title = "", description = "", url } of embeds) {
    if (String(title).length > 256) throw invalid("embeds.title: Must be 256 or fewer in length.");
    if (String(description).length > 4_096) throw invalid("embeds.description: Must be 4096 or fewer in length.");
    if (url !== undefined && !/^https?:\/\//.test(String(url))) throw invalid("embeds.url: Not a well formed URL.");
    sum += String(title).length + String(description).length;
  }
  if (sum > 6_000) throw invalid("embeds: Embed size exceeds maximum size of 6000");
}

function checkComponents(rows: unknown): void {
  if (!Array.isArray(rows) || rows.length > 5) throw invalid("components: Must be 5 or fewer in length.");
  const ids: unknown[] = [];
  for (const { components } of rows as { components?: Fields[] }[]) {
    if (!Array.isArray(components) || components.length === 0 || components.length > 5)
      throw invalid("components: Must be between 1 and 5 in length.");
    for (const component of components) checkComponent(component, ids);
  }
  if (new Set(ids).size < ids.length) throw invalid("components: Component custom id cannot be duplicated");
}

function checkComponent({ type, custom_id, label, options }: Fields, ids: unknown[]): void {
  ids.push(custom_id);
  if (typeof custom_id !== "string" || custom_id.length < 1 || custom_id.length > 100)
    throw invalid("custom_id: Must be between 1 and 100 in length.");
  if (type === 2 && (typeof label !== "string" || label.length < 1 || label.length > 80))
    throw invalid("label: Must be between 1 and 80 in length.");
  if (type !== 3) return;
  const rows = Array.isArray(options) ? (options as Fields[]) : [];
  if (rows.length < 1 || rows.length > 25) throw invalid("options: Must be between 1 and 25 in length.");
  for (const { label: words, value } of rows)
    if (String(words).length > 100 || String(value).length > 100)
      throw invalid("options: Must be 100 or fewer in length.");
}
