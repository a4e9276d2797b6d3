import { faultOfBlocks } from "./emulator-blocks.ts";
import type { Teller } from "./emulator-events.ts";
import { directChat, newSlackId, newTs, type RawChannel, type StoredMessage, type World } from "./emulator-world.ts";

export type Args = Record<string, unknown>;
type Methods = Record<string, (args: Args) => Record<string, unknown>>;

/** Slack says no, with a word. */
export class Refusal extends Error {
  constructor(
    readonly word: string,
    readonly more: Record<string, unknown> = {},
  ) {
    super(word);
  }
}

const MAX_TEXT = 40_000;

/** The Web API's methods on the emulated world, with the refusals of the real one. */
export function createMethods(world: World, teller: Teller): Methods {
  return {
    ...identityMethods(world),
    ...chatMethods(world, teller),
    ...changeMethods(world, teller),
    ...reactionMethods(world),
    ...fileMethods(world, teller),
  };
}

function identityMethods(world: World): Methods {
  const { teamId, botUserId, botId, appId, enterpriseId } = world;
  return {
    "auth.test": () => ({
      url: "https://emulated.slack.com/",
      team: "Emulated",
      user: "emulated_bot",
      team_id: teamId,
      user_id: botUserId,
      bot_id: botId,
      ...(enterpriseId && { enterprise_id: enterpriseId }),
      is_enterprise_install: false,
    }),
    "bots.info": () => ({
      bot: { id: botId, app_id: appId, user_id: botUserId, name: "emulated_bot", deleted: false },
    }),
    "users.info"({ user }) {
      const found = world.users.get(String(user));
      if (!found) throw new Refusal("user_not_found");
      const { id, name, realName, locale } = found;
      return {
        user: {
          id,
          team_id: teamId,
          name,
          real_name: realName,
          locale,
          is_bot: false,
          profile: { real_name: realName, display_name: realName },
        },
      };
    },
    "conversations.info"({ channel }) {
      const found = world.channels.get(String(channel));
      if (!found) throw new Refusal("channel_not_found");
      return {
        channel: {
          id: found.id,
          name: found.name,
          is_channel: found.type === "channel",
          is_im: found.type === "im",
          is_archived: found.isArchived,
        },
      };
    },
    "conversations.open"({ users }) {
      if (!world.users.has(String(users))) throw new Refusal("user_not_found");
      return { channel: { id: directChat(world, String(users)).id } };
    },
    "functions.completeSuccess"({ function_execution_id }) {
      if (typeof function_execution_id !== "string") throw new Refusal("invalid_arguments");
      return {};
    },
  };
}

/** The channel that a message is for; a person's id stands for the chat with them. */
function channelFor(world: World, given: unknown): RawChannel {
  const id = String(given);
  const channel = world.users.has(id) ? directChat(world, id) : world.channels.get(id);
  if (!channel) throw new Refusal("channel_not_found");
  if (channel.isArchived) throw new Refusal("is_archived");
  if (!channel.members.has(world.botUserId)) throw new Refusal("not_in_channel");
  return channel;
}

function contentOf({ text, blocks }: Args): { text: string; blocks?: unknown[] } {
  const words = typeof text === "string" ? text : "";
  if (words.trim() === "" && blocks === undefined) throw new Refusal("no_text");
  if (words.length > MAX_TEXT) throw new Refusal("msg_too_long");
  if (blocks === undefined) return { text: words };
  const fault = faultOfBlocks(blocks);
  if (fault)
    throw new Refusal("invalid_blocks", { errors: [fault], response_metadata: { messages: [`[ERROR] ${fault}`] } });
  return { text: words, blocks: blocks as unknown[] };
}

function chatMethods(world: World, teller: Teller): Methods {
  return {
    "chat.postMessage"(args) {
      const channel = channelFor(world, args.channel);
      if (args.thread_ts !== undefined && !channel.messages.has(String(args.thread_ts)))
        throw new Refusal("thread_not_found");
      const message = addOwn(
        world,
        channel,
        { ...contentOf(args), ...(args.mrkdwn === false && { mrkdwn: false }) },
        args.thread_ts,
      );
      keep(world, channel.id, message, "chat.postMessage", args);
      teller.message(channel, message);
      return { channel: channel.id, ts: message.ts, message };
    },
    "chat.postEphemeral"(args) {
      const channel = channelFor(world, args.channel);
      if (!channel.members.has(String(args.user))) throw new Refusal("user_not_in_channel");
      const { text } = contentOf(args);
      const ts = newTs(world);
      world.sent.push({
        channel: channel.id,
        ts,
        method: "chat.postEphemeral",
        text,
        person: String(args.user),
        atMs: performance.now(),
        args,
      });
      return { message_ts: ts };
    },
  };
}

function changeMethods(world: World, teller: Teller): Methods {
  return {
    "chat.update"(args) {
      const { channel, message } = ownMessage(world, args.channel, args.ts, "cant_update_message");
      const before = structuredClone(message);
      Object.assign(message, { blocks: undefined }, contentOf(args), {
        edited: { user: world.botUserId, ts: newTs(world) },
      });
      teller.event({
        type: "message",
        subtype: "message_changed",
        hidden: true,
        channel: channel.id,
        channel_type: channel.type,
        message,
        previous_message: before,
      });
      return { channel: channel.id, ts: message.ts, text: message.text };
    },
    "chat.delete"(args) {
      const { channel, message } = ownMessage(world, args.channel, args.ts, "cant_delete_message");
      channel.messages.delete(message.ts);
      teller.event({
        type: "message",
        subtype: "message_deleted",
        hidden: true,
        channel: channel.id,
        channel_type: channel.type,
        deleted_ts: message.ts,
        previous_message: message,
      });
      return { channel: channel.id, ts: message.ts };
    },
  };
}

export function addOwn(
  world: World,
  channel: RawChannel,
  content: { text: string; blocks?: unknown[] },
  thread: unknown,
): StoredMessage {
  const { appId, botId, botUserId } = world;
  const message: StoredMessage = {
    type: "message",
    user: botUserId,
    bot_id: botId,
    app_id: appId,
    bot_profile: { id: botId, app_id: appId, name: "emulated_bot", deleted: false },
    ts: newTs(world),
    ...content,
    ...(typeof thread === "string" && { thread_ts: thread }),
  };
  channel.messages.set(message.ts, message);
  return message;
}

function keep(world: World, channel: string, { ts, text }: StoredMessage, method: string, args: Args): void {
  world.sent.push({ channel, ts, method, text, atMs: performance.now(), args });
}

function ownMessage(
  world: World,
  channelId: unknown,
  ts: unknown,
  word: string,
): { channel: RawChannel; message: StoredMessage } {
  const channel = channelFor(world, channelId);
  const message = channel.messages.get(String(ts));
  if (!message) throw new Refusal("message_not_found");
  if (message.bot_id !== world.botId) throw new Refusal(word);
  return { channel, message };
}

function reactionMethods(world: World): Methods {
  const messageAt = ({ channel, timestamp }: Args) => {
    const message = channelFor(world, channel).messages.get(String(timestamp));
    if (!message) throw new Refusal("message_not_found");
    message.reactions ??= [];
    return message as StoredMessage & { reactions: { name: string; users: string[] }[] };
  };
  return {
    "reactions.add"(args) {
      const { reactions } = messageAt(args);
      const name = String(args.name);
      if (!/^[a-z0-9_'+-]+(::skin-tone-[2-6])?$/.test(name)) throw new Refusal("invalid_name");
      const given = reactions.find((each) => each.name === name);
      if (given?.users.includes(world.botUserId)) throw new Refusal("already_reacted");
      if (given) given.users.push(world.botUserId);
      else reactions.push({ name, users: [world.botUserId] });
      return {};
    },
    "reactions.remove"(args) {
      const message = messageAt(args);
      const given = message.reactions.find(({ name, users }) => name === args.name && users.includes(world.botUserId));
      if (!given) throw new Refusal("no_reaction");
      given.users = given.users.filter((user) => user !== world.botUserId);
      message.reactions = message.reactions.filter(({ users }) => users.length > 0);
      return {};
    },
    "reactions.get": (args) => ({ type: "message", message: messageAt(args) }),
  };
}

function fileMethods(world: World, teller: Teller): Methods {
  return {
    "files.getUploadURLExternal"({ filename, length }) {
      if (typeof filename !== "string" || !(Number(length) > 0)) throw new Refusal("invalid_arguments");
      const id = newSlackId(world, "F");
      world.files.set(id, {
        id,
        name: filename,
        title: filename,
        mimetype: "application/octet-stream",
        mode: "hosted",
        size: Number(length),
        bytes: Buffer.alloc(0),
        isShared: false,
      });
      return { upload_url: `${world.base}/upload/v1/${id}`, file_id: id };
    },
    "files.completeUploadExternal"(args) {
      const [{ id }] = args.files as [{ id: string }];
      const file = world.files.get(id);
      if (!file) throw new Refusal("file_not_found");
      if (file.bytes.length !== file.size) throw new Refusal("file_upload_size_mismatch");
      const channel = channelFor(world, args.channel_id);
      file.isShared = true;
      const { bytes: _, isShared: __, ...shown } = file;
      const message = addOwn(world, channel, { text: "" }, args.thread_ts);
      Object.assign(message, { subtype: "file_share", files: [shown], upload: true });
      keep(world, channel.id, { ...message, text: file.name }, "files.completeUploadExternal", args);
      teller.message(channel, message);
      return { files: [{ id, title: file.name }] };
    },
    "files.info"({ file }) {
      const found = world.files.get(String(file));
      if (!found) throw new Refusal("file_not_found");
      const { bytes: _, isShared: __, ...shown } = found;
      return { file: shown };
    },
    "files.delete"({ file }) {
      if (!world.files.delete(String(file))) throw new Refusal("file_not_found");
      return {};
    },
  };
}
