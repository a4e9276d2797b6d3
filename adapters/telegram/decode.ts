import {
  BadPayload,
  type Entry,
  type HubEvent,
  type Json,
  type MessageEvent,
  type Part,
} from "../../src/contract/index.ts";
import { partsOf } from "./content.ts";
import { isObject, laneOf } from "./lane.ts";
import { fromJoinRequest, fromMemberChange, fromMembersMessage, fromOwnMemberChange } from "./members.ts";
import { actorOf, commandIn, isForSelf, isReply, writerOf, type Self } from "./people.ts";
import { messageIdOf, placeOf } from "./place.ts";
import { Update, type CallbackQuery, type Message, type MessageReaction, type Reaction } from "./update.ts";

/** Telegram gives up on a pressed button that nobody acknowledged after about this long. */
const CALLBACK_LIFE_MS = 15_000;
const CODE = /^[\w-]{1,64}$/;
/** What stands around a message's content; the first other field tells its kind. */
const ENVELOPE = new Set(
  `message_id message_thread_id from sender_chat sender_boost_count sender_business_bot business_connection_id date chat via_bot edit_date
   forward_origin is_topic_message is_automatic_forward is_from_offline is_paid_post paid_star_count reply_to_message external_reply quote
   reply_to_story reply_to_checklist_item_id direct_messages_topic suggested_post_info has_protected_content media_group_id author_signature
   text entities link_preview_options effect_id caption caption_entities show_caption_above_media has_media_spoiler reply_markup`.split(
    /\s+/,
  ),
);
const UPDATE_ENVELOPE = new Set(["update_id", "received_ms"]);

/**
 * What an update means. One of a kind that we do not carry is an `unknown` event, not an error.
 * @throws BadPayload where a field that we read is of the wrong type
 */
export function decode(payload: Json, self: Self): HubEvent[] {
  const { data: update, error } = Update.safeParse(payload);
  if (!update) throw new BadPayload(sentence(error.issues[0]));

  const message = update.message ?? update.channel_post;
  const edited = update.edited_message ?? update.edited_channel_post;
  if (message) return fromMessage(message, payload, self);
  if (edited) return [fromEdit(edited, update, payload, self)];
  if (update.callback_query) return [fromPress(update.callback_query, update, self)];
  if (update.message_reaction) return [fromReaction(update.message_reaction, update, self)];
  if (update.chat_member) return [fromMemberChange(update.chat_member, update, self)];
  if (update.my_chat_member) return [fromOwnMemberChange(update.my_chat_member, update, self)];
  if (update.chat_join_request) return [fromJoinRequest(update.chat_join_request, self)];
  return [fromUnknownKind(payload, update)];
}

function sentence(issue: { path: PropertyKey[]; message: string } | undefined): string {
  return `The update cannot be read at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "it is no update"}.`;
}

function fromMessage(message: Message, payload: Json, self: Self): HubEvent[] {
  const { chat, migrate_to_chat_id: moved, migrate_from_chat_id: before } = message;
  if (moved !== undefined) return [fromMove(message, chat.id, moved)];
  if (before !== undefined) return [fromMove(message, before, chat.id)];
  if (message.new_chat_members || message.left_chat_member) return fromMembersMessage(message, self);
  if (message.from?.id === self.id) return [unknown(message, "The bot's own message came back (own echo).", self)];

  const command = commandIn(message.text ?? "");
  if (command?.bot && self.username && command.bot !== self.username)
    return [unknown(message, "A command for another bot.", self)];
  if (command?.name === "start") return [fromStart(message, command.argument, self)];

  const parts = partsOf(message);
  return [
    parts.length > 0
      ? said(message, parts, self)
      : unknown(message, `A message of the kind ${contentKind(payload)} is not carried.`, self),
  ];
}

/** What all events about one message share. */
function about(message: Message, self: Self) {
  return {
    id: messageIdOf(message.chat.id, message.message_id),
    ...placeOf(message),
    ...writerOf(message, self),
    sentAt: new Date(message.date * 1_000),
  };
}

function said(message: Message, parts: Part[], self: Self): MessageEvent {
  const answered = isReply(message) ? message.reply_to_message : undefined;
  return {
    type: "message",
    ...about(message, self),
    parts,
    addressed: message.chat.type === "private" || isForSelf(message, self),
    ...(answered && { replyTo: messageIdOf(message.chat.id, answered.message_id) }),
    ...(message.media_group_id !== undefined && { album: message.media_group_id }),
  };
}

function unknown(message: Message, reason: string, self: Self): HubEvent {
  return { type: "unknown", ...about(message, self), reason };
}

/** "/start CODE" is sent by the link or QR code that opened the chat, not a question. */
function fromStart(message: Message, argument: string, self: Self): HubEvent {
  const method = message.chat.type === "private" ? "start-param" : "group-start-param";
  const entry: Entry | undefined = CODE.test(argument)
    ? { code: argument, method, raw: message.text ?? "" }
    : undefined;
  return { type: "entered", ...about(message, self), ...(entry && { entry }) };
}

/** A group that became a supergroup has a new id. Both chats tell it; the event is the same. */
function fromMove(message: Message, before: number, now: number): HubEvent {
  return {
    type: "unknown",
    id: `moved:${before}:${now}`,
    place: String(now),
    placeKind: "group",
    ...(message.chat.title !== undefined && { placeTitle: message.chat.title }),
    placeBefore: String(before),
    sentAt: new Date(message.date * 1_000),
    reason: "The group became a supergroup and has a new id.",
  };
}

/** Two edits within one second differ in the update's number only. */
function fromEdit(message: Message, update: Update, payload: Json, self: Self): HubEvent {
  const { id: messageId, ...shared } = about(message, self);
  const editedAt = message.edit_date ?? message.date;
  const event = { ...shared, id: `${messageId}:${editedAt}:${update.update_id}`, sentAt: new Date(editedAt * 1_000) };
  if (message.from?.id === self.id)
    return { type: "unknown", ...event, reason: "The bot's own edit came back (own echo)." };
  const parts = partsOf(message);
  if (parts.length > 0) return { type: "edited", ...event, messageId, parts };
  return { type: "unknown", ...event, reason: `An edit of the kind ${contentKind(payload)} is not carried.` };
}

function fromPress(query: CallbackQuery, update: Update, self: Self): HubEvent {
  const { message, from, data } = query;
  // A button under an inline-mode message belongs to no chat that we know: the person's own stands in.
  const place = message ? placeOf(message) : { place: String(from.id), placeKind: "direct" as const };
  const sentAt = new Date(update.received_ms ?? (message?.date ?? 0) * 1_000);
  const event = { id: query.id, ...place, actor: actorOf(from, self), sentAt };
  if (data === undefined) return { type: "unknown", ...event, reason: "A game's button is not carried." };
  return {
    type: "pressed",
    ...event,
    choice: data,
    ...(message && { messageId: messageIdOf(message.chat.id, message.message_id) }),
    referrer: { data: { callbackQueryId: query.id }, expiresAt: new Date(sentAt.getTime() + CALLBACK_LIFE_MS) },
  };
}

/** Telegram does not say in which topic: a reaction belongs to the chat. */
function fromReaction(reaction: MessageReaction, update: Update, self: Self): HubEvent {
  const { chat, message_id, user, actor_chat, date } = reaction;
  const before = reaction.old_reaction.map(emojiOf);
  const after = reaction.new_reaction.map(emojiOf);
  const messageId = messageIdOf(chat.id, message_id);
  return {
    type: "reaction",
    id: `${messageId}:${update.update_id}`,
    ...placeOf({ chat }),
    ...(user
      ? { actor: actorOf(user, self) }
      : actor_chat && actor_chat.id !== chat.id && { actor: { id: String(actor_chat.id) } }),
    sentAt: new Date(date * 1_000),
    messageId,
    added: after.filter((emoji) => !before.includes(emoji)),
    removed: before.filter((emoji) => !after.includes(emoji)),
  };
}

/** A custom emoji has no character; its id stands for it. */
function emojiOf({ type, emoji, custom_emoji_id }: Reaction): string {
  return emoji ?? custom_emoji_id ?? type;
}

function fromUnknownKind(payload: Json, update: Update): HubEvent {
  const lane = isObject(payload) ? laneOf(payload) : "";
  return {
    type: "unknown",
    id: `update:${update.update_id}`,
    place: lane,
    placeKind: lane.startsWith("-") ? "group" : "direct",
    sentAt: new Date(update.received_ms ?? 0),
    reason: `An update of the kind ${firstKey(payload, UPDATE_ENVELOPE)} is not carried.`,
  };
}

function contentKind(payload: Json): string {
  const message = isObject(payload)
    ? Object.entries(payload).find(([key]) => !UPDATE_ENVELOPE.has(key))?.[1]
    : undefined;
  return firstKey(message, ENVELOPE);
}

/** A field's name is written by others too. */
function firstKey(value: Json | undefined, except: Set<string>): string {
  const key = isObject(value) ? Object.keys(value).find((name) => !except.has(name)) : undefined;
  return (key ?? "nothing").replaceAll(/[^\w-]/g, "?").slice(0, 64);
}
