import type { Delivery } from "./emulator-delivery.ts";
import {
  addFile,
  addMessage,
  inviteLink,
  seconds,
  type ChatState,
  type SentMessage,
  type StoredMessage,
  type World,
} from "./emulator-world.ts";

export type Fields = Record<string, unknown>;
export interface UploadedFile {
  name: string;
  mimeType: string;
  bytes: Buffer;
}

/** Telegram says no. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    description: string,
    readonly parameters?: object,
  ) {
    super(description);
  }
}

const bad = (description: string) => new Refusal(400, `Bad Request: ${description}`);

/** The field of each sending method that holds its file. */
const FILE_FIELDS: Record<string, string> = {
  sendPhoto: "photo",
  sendDocument: "document",
  sendVoice: "voice",
  sendAudio: "audio",
  sendVideo: "video",
  sendSticker: "sticker",
};
const CONFLICTS = {
  webhook:
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  other: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
};
const MAX_DOWNLOAD_BYTES = 20 * 2 ** 20;
const MAX_TEXT = 4_096;
const MAX_CAPTION = 1_024;
const MAX_CALLBACK_BYTES = 64;

type Methods = Record<string, (fields: Fields) => unknown>;

/** The Bot API's methods on the emulated world, with the refusals of the real one. */
export function createMethods(world: World, delivery: Delivery): Methods {
  const files = Object.entries(FILE_FIELDS).map(([method, field]) => [
    method,
    (fields: Fields) => sendFile(world, method, field, fields),
  ]);
  return {
    ...updateMethods(world, delivery),
    ...sendMethods(world),
    ...(Object.fromEntries(files) as Methods),
    ...chatMethods(world),
  };
}

function updateMethods(world: World, delivery: Delivery): Methods {
  return {
    getMe: () => ({
      ...world.bot,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
    }),
    setWebhook: (fields) => setWebhook(delivery, fields),
    deleteWebhook({ drop_pending_updates }) {
      delivery.setWebhook(undefined);
      if (drop_pending_updates === true) delivery.dropPending();
      return true;
    },
    getWebhookInfo: () => delivery.info(),
    async getUpdates({ offset, limit, timeout, allowed_updates }) {
      delivery.allow(allowed_updates);
      const updates = await delivery.getUpdates(offset as number, limit as number, timeout as number);
      if (!Array.isArray(updates)) throw new Refusal(409, CONFLICTS[updates]);
      return updates;
    },
    answerCallbackQuery({ callback_query_id }) {
      if (world.callbacks.delete(String(callback_query_id))) return true;
      throw bad("query is too old and response timeout expired or query ID is invalid");
    },
  };
}

function sendMethods(world: World): Methods {
  return {
    sendMessage: (fields) => send(world, "sendMessage", fields, textContent(fields)),
    sendLocation: (fields) => send(world, "sendLocation", fields, { location: coordinates(fields) }),
    sendVenue(fields) {
      const location = coordinates(fields);
      return send(world, "sendVenue", fields, {
        location,
        venue: { location, title: fields.title, address: fields.address },
      });
    },
    sendContact(fields) {
      const { phone_number, first_name } = fields;
      if (!phone_number || !first_name) throw bad("phone number and first name must be specified");
      return send(world, "sendContact", fields, { contact: { phone_number, first_name } });
    },
    sendChatAction: (fields) => chatOf(world, fields) !== undefined,
  };
}

function chatMethods(world: World): Methods {
  return {
    editMessageText: (fields) => edit(world, fields),
    deleteMessage(fields) {
      if (!chatOf(world, fields).messages.delete(Number(fields.message_id))) throw bad("message to delete not found");
      return true;
    },
    setMessageReaction(fields) {
      if (!chatOf(world, fields).messages.has(Number(fields.message_id))) throw bad("message to react not found");
      return true;
    },
    getFile({ file_id }) {
      const file = world.files.get(String(file_id));
      if (!file) throw bad("invalid file_id");
      if (file.bytes.length > MAX_DOWNLOAD_BYTES) throw bad("file is too big");
      return { file_id, file_unique_id: String(file_id), file_size: file.bytes.length, file_path: file.path };
    },
    createChatInviteLink(fields) {
      const { chat } = chatOf(world, fields);
      if (chat.type === "private") throw bad("can't create an invite link for a private chat");
      return inviteLink(world, `https://t.me/+Emu${Math.abs(chat.id)}${seconds(world.now())}`, fields.name);
    },
  };
}

function setWebhook(
  delivery: Delivery,
  { url, secret_token, max_connections, allowed_updates, drop_pending_updates }: Fields,
): true {
  if (typeof url !== "string" || !URL.canParse(url)) throw bad("bad webhook: invalid URL");
  if (secret_token !== undefined && !/^[\w-]{1,256}$/.test(String(secret_token)))
    throw bad("secret token contains unallowed characters");
  if (drop_pending_updates === true) delivery.dropPending();
  delivery.allow(allowed_updates);
  delivery.setWebhook({
    url,
    ...(secret_token !== undefined && { secret_token: String(secret_token) }),
    ...(typeof max_connections === "number" && { max_connections }),
  });
  return true;
}

function chatOf(world: World, { chat_id }: Fields): ChatState {
  const state = world.chats.get(Number(chat_id));
  if (!state) throw bad("chat not found");
  if (state.blocked) throw new Refusal(403, "Forbidden: bot was blocked by the user");
  if (!state.started) throw new Refusal(403, "Forbidden: bot can't initiate conversation with a user");
  return state;
}

function send(world: World, method: string, fields: Fields, content: Fields): StoredMessage {
  const state = chatOf(world, fields);
  checkReply(state, fields.reply_parameters);
  checkKeyboard(fields.reply_markup);
  const message = addMessage(state, {
    from: world.bot,
    ...content,
    ...(fields.reply_markup !== undefined && { reply_markup: fields.reply_markup }),
    ...(fields.message_thread_id !== undefined && {
      message_thread_id: fields.message_thread_id,
      is_topic_message: true,
    }),
  });
  keep(world, state, {
    chatId: state.chat.id,
    threadId: fields.message_thread_id as number | undefined,
    messageId: message.message_id,
    method,
    text: String(content.text ?? content.caption ?? ""),
    atMs: performance.now(),
    payload: fields,
  });
  return message;
}

function keep(world: World, state: ChatState, sent: SentMessage): void {
  world.sent.push(sent);
  state.sent.push(sent);
  for (const watcher of state.watchers) watcher();
}

function textContent({ text, entities }: Fields): Fields {
  if (typeof text !== "string" || text.trim() === "") throw bad("message text is empty");
  if (text.length > MAX_TEXT) throw bad("message is too long");
  checkEntities(text, entities);
  return { text, ...(entities !== undefined && { entities }) };
}

function sendFile(world: World, method: string, field: string, fields: Fields): StoredMessage {
  const { [field]: given, caption } = fields;
  if (typeof caption === "string" && caption.length > MAX_CAPTION) throw bad("message caption is too long");
  const file = fileOf(world, given);
  const content = {
    [field]: field === "photo" ? [{ ...file, width: 90, height: 67 }] : file,
    ...(caption !== undefined && { caption }),
  };
  return send(world, method, fields, content);
}

function fileOf(world: World, given: unknown): object {
  if (typeof given === "object" && given !== null && "bytes" in given) {
    const { name, mimeType, bytes } = given as UploadedFile;
    if (bytes.length === 0) throw bad("file must be non-empty");
    return { ...addFile(world, name, mimeType, bytes), file_name: name, mime_type: mimeType };
  }
  if (typeof given !== "string" || given === "") throw bad("there is no file in the request");
  if (/^https?:\/\//.test(given)) return addFile(world, "fetched", "application/octet-stream", Buffer.from(given));
  if (!world.files.has(given)) throw bad("wrong file identifier/HTTP URL specified");
  return { file_id: given };
}

function edit(world: World, fields: Fields): StoredMessage {
  const message = chatOf(world, fields).messages.get(Number(fields.message_id));
  if (!message) throw bad("message to edit not found");
  const content = textContent(fields);
  checkKeyboard(fields.reply_markup);
  const { reply_markup } = fields;
  const before = JSON.stringify([message.text, message.entities, message.reply_markup]);
  if (before === JSON.stringify([content.text, content.entities, reply_markup])) {
    throw bad(
      "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    );
  }
  return Object.assign(message, { entities: undefined, reply_markup }, content, { edit_date: seconds(world.now()) });
}

function coordinates({ latitude, longitude }: Fields): object {
  if (!(Math.abs(Number(latitude)) <= 90) || !(Math.abs(Number(longitude)) <= 180)) throw bad("bad location");
  return { latitude: Number(latitude), longitude: Number(longitude) };
}

function checkReply({ messages }: ChatState, reply: unknown): void {
  if (typeof reply !== "object" || reply === null) return;
  const { message_id, allow_sending_without_reply } = reply as Fields;
  if (!messages.has(Number(message_id)) && allow_sending_without_reply !== true)
    throw bad("message to be replied not found");
}

function checkKeyboard(markup: unknown): void {
  const rows =
    (markup as { inline_keyboard?: { text?: string; callback_data?: string }[][] } | undefined)?.inline_keyboard ?? [];
  const buttons = rows.flat();
  if (buttons.length > 100) throw bad("REPLY_MARKUP_TOO_LONG");
  for (const { text, callback_data = "" } of buttons) {
    if (!text?.trim()) throw bad("inline keyboard button text must be non-empty");
    const bytes = Buffer.byteLength(callback_data);
    if (bytes < 1 || bytes > MAX_CALLBACK_BYTES) throw bad("BUTTON_DATA_INVALID");
  }
}

function checkEntities(text: string, entities: unknown): void {
  for (const { offset, length, type } of (entities ?? []) as { offset: number; length: number; type: string }[]) {
    const end = offset + length;
    const sound =
      Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length > 0 && end <= text.length;
    if (!sound || isInsidePair(text, offset) || isInsidePair(text, end)) throw bad(`ENTITY_BOUNDS_INVALID (${type})`);
  }
}

function isInsidePair(text: string, at: number): boolean {
  return at > 0 && at < text.length && /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}
