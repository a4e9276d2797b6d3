import type { Teller } from "./emulator-events.ts";
import {
  addFile,
  directChat,
  newSlackId,
  newTs,
  type RawChannel,
  type RawUser,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

export interface Where {
  /** A channel; the chat with the app where it is missing. */
  channel?: RawChannel;
  /** The ts of the message whose thread this goes into. */
  thread?: string;
}

/** A person of the emulated workspace, and what they can do. */
export type Person = ReturnType<typeof createPerson>;

export function createPerson(world: World, teller: Teller, user: RawUser) {
  const chat = () => directChat(world, user.id);
  const at = (where: Where) => where.channel ?? chat();

  function say(content: Partial<StoredMessage> & { text: string }, where: Where): string {
    const channel = at(where);
    channel.members.add(user.id);
    const message: StoredMessage = {
      type: "message",
      user: user.id,
      ts: newTs(world),
      client_msg_id: newSlackId(world, "M"),
      ...(where.thread !== undefined && { thread_ts: where.thread }),
      ...content,
    };
    channel.messages.set(message.ts, message);
    teller.message(channel, message);
    return message.ts;
  }

  return {
    user,
    /** The chat with the app. */
    get chat() {
      return chat();
    },
    says: (text: string, where: Where = {}) => say({ text: escaped(text), blocks: [richText(text)] }, where),
    sendsFile: (name: string, mimetype: string, bytes: Buffer, text = "", where: Where = {}) =>
      say({ text, subtype: "file_share", files: [addFile(world, name, mimetype, bytes)], upload: true }, where),
    ...changesOf(world, teller, user, at),
    ...pressesOf(world, teller, user, at),
    ...commandsOf(world, teller, user, at),
    ...comingsOf(world, teller, user, chat),
  };
}

/** Only what the person typed is escaped; mentions and links stay as Slack writes them. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll(/<(?![@#!]|https?:)/g, "&lt;");
}

function richText(text: string): object {
  const elements = text
    .split(/(<@[UW][A-Z0-9]+>)/)
    .filter(Boolean)
    .map((piece) => {
      const user = /^<@([UW][A-Z0-9]+)>$/.exec(piece)?.[1];
      return user ? { type: "user", user_id: user } : { type: "text", text: piece };
    });
  return { type: "rich_text", block_id: "b", elements: [{ type: "rich_text_section", elements }] };
}

function messageIn(channel: RawChannel, ts: string): StoredMessage {
  const message = channel.messages.get(ts);
  if (!message) throw new Error(`There is no message ${ts} in ${channel.name}.`);
  return message;
}

function changesOf(world: World, teller: Teller, user: RawUser, at: (where: Where) => RawChannel) {
  const tell = (channel: RawChannel, subtype: string, more: object) =>
    teller.event({
      type: "message",
      subtype,
      hidden: true,
      channel: channel.id,
      channel_type: channel.type,
      ts: newTs(world),
      ...more,
    });
  const react = (type: string, ts: string, reaction: string, where: Where) => {
    const { id } = at(where);
    const message = messageIn(at(where), ts);
    const users = message.reactions?.find(({ name }) => name === reaction)?.users;
    if (users) users.push(user.id);
    else (message.reactions ??= []).push({ name: reaction, users: [user.id] });
    teller.event({
      type,
      user: user.id,
      reaction,
      item: { type: "message", channel: id, ts },
      item_user: message.user,
    });
  };
  return {
    edits(ts: string, text: string, where: Where = {}): void {
      const message = messageIn(at(where), ts);
      const before = structuredClone(message);
      Object.assign(message, {
        text: escaped(text),
        blocks: [richText(text)],
        edited: { user: user.id, ts: newTs(world) },
      });
      tell(at(where), "message_changed", { message: structuredClone(message), previous_message: before });
    },
    /** Slack adds a preview to a link. Nobody edited anything. */
    isUnfurled(ts: string, where: Where = {}): void {
      const message = messageIn(at(where), ts);
      const before = structuredClone(message);
      Object.assign(message, {
        attachments: [{ id: 1, title: "A page", fallback: "A page", from_url: "https://shop.example/" }],
      });
      tell(at(where), "message_changed", { message: structuredClone(message), previous_message: before });
    },
    deletes(ts: string, where: Where = {}): void {
      const channel = at(where);
      const message = messageIn(channel, ts);
      channel.messages.delete(ts);
      message.isDeleted = true;
      tell(channel, "message_deleted", { deleted_ts: ts, previous_message: message });
    },
    reacts: (ts: string, reaction: string, where: Where = {}) => react("reaction_added", ts, reaction, where),
    takesBack: (ts: string, reaction: string, where: Where = {}) => react("reaction_removed", ts, reaction, where),
  };
}

function pressesOf(world: World, teller: Teller, user: RawUser, at: (where: Where) => RawChannel) {
  return {
    /** Presses a button, or chooses from a menu, by what stands on it or by its value. */
    presses(ts: string, label: string, where: Where = {}): void {
      const channel = at(where);
      const message = messageIn(channel, ts);
      const found = optionsOf(message).find((each) => each.label === label || each.value === label);
      if (!found) throw new Error(`There is no "${label}" to press on this message.`);
      const action = found.isMenu
        ? {
            type: "static_select",
            action_id: found.actionId,
            selected_option: { text: { type: "plain_text", text: found.label }, value: found.value },
          }
        : {
            type: "button",
            action_id: found.actionId,
            text: { type: "plain_text", text: found.label },
            value: found.value,
          };
      teller.interaction(user, {
        type: "block_actions",
        container: {
          type: "message",
          message_ts: ts,
          channel_id: channel.id,
          is_ephemeral: false,
          ...(message.thread_ts && { thread_ts: message.thread_ts }),
        },
        channel: { id: channel.id, name: channel.name },
        message,
        actions: [{ ...action, block_id: "b", action_ts: newTs(world) }],
        response_url: respondAt(world, user, channel.id),
      });
    },
    usesShortcut: (callback: string) =>
      teller.interaction(user, { type: "shortcut", callback_id: callback, action_ts: newTs(world) }),
    usesMessageShortcut(callback: string, ts: string, where: Where = {}): void {
      const { id, name } = at(where);
      const message = messageIn(at(where), ts);
      teller.interaction(user, {
        type: "message_action",
        callback_id: callback,
        action_ts: newTs(world),
        message_ts: ts,
        message,
        channel: { id, name },
        response_url: respondAt(world, user, id),
      });
    },
  };
}

function commandsOf(world: World, teller: Teller, user: RawUser, at: (where: Where) => RawChannel) {
  return {
    commands(command: string, text = "", where: Where = {}): void {
      const { id, name } = at(where);
      teller.command({
        command,
        text,
        user_id: user.id,
        user_name: user.name,
        channel_id: id,
        channel_name: name,
        response_url: respondAt(world, user, id),
      });
    },
    /** Starts a workflow by its link; its step in the app gets these inputs. */
    startsWorkflow: (inputs: Record<string, unknown>) =>
      teller.event({
        type: "function_executed",
        function: { id: "Fn0EMU", callback_id: "entry", type: "app", app_id: world.appId },
        inputs: { user_id: user.id, ...inputs },
        function_execution_id: newSlackId(world, "Fx"),
        workflow_execution_id: newSlackId(world, "Wx"),
        bot_access_token: "xwfp-emulated-secret-token",
      }),
  };
}

/** A new address for answers: five within half an hour. */
function respondAt(world: World, user: RawUser, channel: string): string {
  const key = newSlackId(world, "R");
  world.responses.set(key, { channel, user: user.id, left: 5, untilMs: world.now().getTime() + 30 * 60_000 });
  return `${world.base}/respond/${key}`;
}

/** What can be pressed on a message. */
export function optionsOf({
  blocks = [],
}: StoredMessage): { label: string; value: string; actionId: string; isMenu: boolean }[] {
  interface Shown {
    type: string;
    action_id: string;
    value: string;
    text: { text: string };
    options?: Shown[];
  }
  const elements = (blocks as { type: string; elements?: Shown[] }[]).flatMap((block) =>
    block.type === "actions" ? (block.elements ?? []) : [],
  );
  return elements.flatMap((element) =>
    (element.options ?? [element]).map(({ text, value }) => ({
      label: text.text,
      value,
      actionId: element.action_id,
      isMenu: element.options !== undefined,
    })),
  );
}

function comingsOf(world: World, teller: Teller, user: RawUser, chat: () => RawChannel) {
  const member = (type: string, channel: RawChannel, more: object) =>
    teller.event({ type, user: user.id, channel: channel.id, channel_type: "C", team: world.teamId, ...more });
  return {
    opensApp: (tab: "home" | "messages" = "messages") =>
      teller.event({ type: "app_home_opened", user: user.id, channel: chat().id, tab }),
    joins(channel: RawChannel, inviter?: string): void {
      channel.members.add(user.id);
      member("member_joined_channel", channel, inviter ? { inviter } : {});
    },
    leaves(channel: RawChannel): void {
      channel.members.delete(user.id);
      member("member_left_channel", channel, {});
    },
  };
}
