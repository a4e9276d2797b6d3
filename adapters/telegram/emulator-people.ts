import type { RawUpdate } from "./emulator-queue.ts";
import {
  addFile,
  addMessage,
  chatState,
  inviteLink,
  seconds,
  type ChatState,
  type RawChat,
  type RawUser,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

type Push = (update: Omit<RawUpdate, "update_id">) => number;

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A customer in one chat. What they do becomes updates; each method returns the message's number, where there is one. */
export interface Person {
  readonly user: RawUser;
  readonly chatId: number;
  says(text: string, more?: Record<string, unknown>): number;
  /** Opens the bot's link or QR code: "/start CODE", or "/start@bot CODE" in a group. */
  scans(code?: string): number;
  /** Presses a button, named by its id or its label, under the last message that has it, or the one of this number. */
  presses(option: string, messageId?: number): void;
  sendsPhoto(caption?: string, file?: { name: string; bytes: Buffer }): number;
  sendsVoice(seconds?: number): number;
  sendsDocument(name: string, mimeType: string, bytes: Buffer): number;
  sendsSticker(emoji?: string): number;
  sendsLocation(latitude: number, longitude: number): number;
  sendsContact(name: string, phone: string): number;
  /** Changes their last message, or the one of this number. */
  edits(text: string, messageId?: number): void;
  /** To the bot's last message, or the one of this number; `null` takes the reaction back. */
  reacts(emoji: string | null, messageId?: number): void;
  blocks(): void;
  unblocks(): void;
  /** The same person in a group. */
  in(group: Group): Person;
}

export interface Group {
  readonly chat: RawChat;
  joins(person: Person, inviteLinkName?: string): void;
  leaves(person: Person): void;
  addsBot(by: Person): void;
}

export function createPerson(world: World, push: Push, user: RawUser, chat: RawChat, topic?: number): Person {
  const state = chatState(world, chat, chat.type !== "private");
  const mine: number[] = [];
  const said = (content: Record<string, unknown>): number => {
    state.started = true;
    const inTopic = topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };
    const message = addMessage(state, { from: user, ...inTopic, ...content });
    mine.push(message.message_id);
    push({ message });
    return message.message_id;
  };
  const file = (field: string, name: string, mimeType: string, bytes: Buffer, more: object = {}) =>
    said({ [field]: { ...addFile(world, name, mimeType, bytes), mime_type: mimeType, ...more } });

  return {
    user,
    chatId: chat.id,
    says: (text, more = {}) => said({ text, ...entitiesIn(text), ...more }),
    scans(code) {
      const command = chat.type === "private" ? "/start" : `/start@${world.bot.username ?? ""}`;
      const text = code === undefined ? command : `${command} ${code}`;
      return said({ text, ...entitiesIn(text) });
    },
    presses: (option, messageId) => press(world, push, user, state, option, messageId),
    sendsPhoto: (caption, { name, bytes } = { name: "photo.png", bytes: PIXEL }) =>
      said({
        photo: [{ ...addFile(world, name, "image/png", bytes), width: 90, height: 90 }],
        ...(caption !== undefined && { caption }),
      }),
    sendsVoice: (seconds = 3) =>
      file("voice", "voice.oga", "audio/ogg", Buffer.from("OggS emulated"), { duration: seconds }),
    sendsDocument: (name, mimeType, bytes) => file("document", name, mimeType, bytes, { file_name: name }),
    sendsSticker: (emoji = "👍") =>
      file("sticker", "sticker.webp", "image/webp", Buffer.from("RIFF emulated"), {
        emoji,
        width: 512,
        height: 512,
        type: "regular",
        is_animated: false,
        is_video: false,
      }),
    sendsLocation: (latitude, longitude) => said({ location: { latitude, longitude } }),
    sendsContact: (name, phone) => said({ contact: { first_name: name, phone_number: phone } }),
    edits(text, messageId = mine.at(-1)) {
      const message = state.messages.get(messageId ?? 0);
      if (!message) throw new Error("There is no message to edit.");
      push({ edited_message: Object.assign(message, { text, edit_date: seconds(world.now()) }) });
    },
    reacts: (emoji, messageId = state.sent.at(-1)?.messageId) => react(push, user, state, emoji, messageId),
    blocks() {
      state.blocked = true;
      push({ my_chat_member: membership(world, chat, user, world.bot, "member", "kicked") });
    },
    unblocks() {
      state.blocked = false;
      push({ my_chat_member: membership(world, chat, user, world.bot, "kicked", "member") });
    },
    in: (group) => createPerson(world, push, user, group.chat),
  };
}

export function createGroup(world: World, push: Push, chat: RawChat): Group {
  const state = chatState(world, chat, true);
  return {
    chat,
    joins({ user }, inviteLinkName) {
      const invite_link = inviteLink(world, "https://t.me/+emulatedLink", inviteLinkName);
      push({
        chat_member: {
          ...membership(world, chat, user, user, "left", "member"),
          ...(inviteLinkName !== undefined && { invite_link }),
        },
      });
      push({ message: addMessage(state, { from: user, new_chat_members: [user] }) });
    },
    leaves({ user }) {
      push({ chat_member: membership(world, chat, user, user, "member", "left") });
      push({ message: addMessage(state, { from: user, left_chat_member: user }) });
    },
    addsBot: ({ user }) => void push({ my_chat_member: membership(world, chat, user, world.bot, "left", "member") }),
  };
}

function membership(world: World, chat: RawChat, from: RawUser, user: RawUser, before: string, after: string): object {
  return {
    chat,
    from,
    date: seconds(world.now()),
    old_chat_member: { user, status: before },
    new_chat_member: { user, status: after },
  };
}

function press(world: World, push: Push, from: RawUser, state: ChatState, option: string, messageId?: number): void {
  for (const sent of [...state.sent].reverse()) {
    if (messageId !== undefined && sent.messageId !== messageId) continue;
    const message = state.messages.get(sent.messageId);
    const button = buttonsOf(message).find(({ text, callback_data }) => callback_data === option || text === option);
    if (!button) continue;
    const id = `${from.id}0${world.callbacks.size}${sent.messageId}${Math.floor(performance.now() * 1_000)}`;
    world.callbacks.add(id);
    push({ callback_query: { id, from, message, chat_instance: String(state.chat.id), data: button.callback_data } });
    return;
  }
  throw new Error(`No message in this chat has the button "${option}".`);
}

export function buttonsOf(message: StoredMessage | undefined): { text: string; callback_data: string }[] {
  return (
    (message?.reply_markup as { inline_keyboard?: { text: string; callback_data: string }[][] } | undefined)
      ?.inline_keyboard ?? []
  ).flat();
}

function react(push: Push, user: RawUser, state: ChatState, emoji: string | null, messageId: number | undefined): void {
  const message = state.messages.get(messageId ?? 0);
  if (!message) throw new Error("There is no message to react to.");
  const before = (message.reactionOf as object[] | undefined) ?? [];
  const after = emoji === null ? [] : [{ type: "emoji", emoji }];
  Object.defineProperty(message, "reactionOf", { value: after, configurable: true, enumerable: false });
  push({
    message_reaction: {
      chat: state.chat,
      message_id: message.message_id,
      user,
      date: seconds(state.now()),
      old_reaction: before,
      new_reaction: after,
    },
  });
}

/** What Telegram itself finds in a text. */
function entitiesIn(text: string): { entities?: object[] } {
  const entities = [...text.matchAll(/(?<=^|\s)(?:\/[a-z0-9_]+(?:@\w+)?|@\w{3,}|https?:\/\/\S+)/gi)].map(
    ({ index, 0: found }) => ({
      type: found.startsWith("/") ? "bot_command" : found.startsWith("@") ? "mention" : "url",
      offset: index,
      length: found.length,
    }),
  );
  return entities.length > 0 ? { entities } : {};
}
