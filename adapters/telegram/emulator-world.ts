/** A message as the emulated Telegram keeps it, in the Bot API's own fields. */
export interface StoredMessage extends Record<string, unknown> {
  message_id: number;
  chat: RawChat;
  date: number;
  from?: RawUser;
  text?: string;
}

export interface RawChat {
  id: number;
  type: "private" | "group" | "supergroup" | "channel";
  title?: string;
  first_name?: string;
  username?: string;
  is_forum?: true;
}

export interface RawUser {
  id: number;
  is_bot: boolean;
  first_name: string;
  username?: string;
  language_code?: string;
}

/** One accepted send. */
export interface SentMessage {
  chatId: number;
  threadId: number | undefined;
  messageId: number;
  method: string;
  /** The text, or the caption. */
  text: string;
  /** Milliseconds, as performance.now() counts. */
  atMs: number;
  /** All that the bot asked for. */
  payload: Record<string, unknown>;
}

export interface ChatState {
  chat: RawChat;
  /** The person opened the chat, so that the bot may write. */
  started: boolean;
  /** The person stopped the bot. */
  blocked: boolean;
  lastId: number;
  messages: Map<number, StoredMessage>;
  sent: SentMessage[];
  /** How many of `sent` were already waited for. */
  seen: number;
  watchers: Set<() => void>;
  now: () => Date;
}

export interface World {
  token: string;
  bot: RawUser;
  chats: Map<number, ChatState>;
  files: Map<string, { path: string; bytes: Buffer; mimeType: string }>;
  callbacks: Set<string>;
  sent: SentMessage[];
  /** What stands as `date` on messages. */
  now: () => Date;
}

/** The chat's state; made when a person of the test, or a raw update, first names it. */
export function chatState(world: World, chat: RawChat, started: boolean): ChatState {
  let state = world.chats.get(chat.id);
  if (!state) {
    const empty = { messages: new Map(), sent: [], seen: 0, watchers: new Set<() => void>() };
    state = { chat, started, blocked: false, lastId: 0, ...empty, now: world.now };
    world.chats.set(chat.id, state);
  }
  state.started ||= started;
  return state;
}

export function addMessage(state: ChatState, content: Record<string, unknown>): StoredMessage {
  const message: StoredMessage = {
    message_id: ++state.lastId,
    chat: state.chat,
    date: seconds(state.now()),
    ...content,
  };
  state.messages.set(message.message_id, message);
  return message;
}

export function addFile(
  world: World,
  name: string,
  mimeType: string,
  bytes: Buffer,
): { file_id: string; file_unique_id: string; file_size: number } {
  const number = world.files.size + 1;
  const file_id = `EmuFile${number}_${name.replaceAll(/\W/g, "_")}`;
  world.files.set(file_id, { path: `files/${number}_${name}`, bytes, mimeType });
  return { file_id, file_unique_id: `u${number}`, file_size: bytes.length };
}

export function inviteLink({ bot }: World, invite_link: string, name: unknown): object {
  return { invite_link, name, creator: bot, creates_join_request: false, is_primary: false, is_revoked: false };
}

export function seconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}
