import { z } from "zod";

// The parts of Telegram's updates that we read, by our own hand: telegraf's types stop at Bot API 7.0.
// https://core.telegram.org/bots/api#update

const Id = z.int();
/** Seconds since 1970, well within what a Date reaches. */
const Moment = z.int().min(0).max(8_000_000_000_000);
const Amount = z.number().min(0).max(1e15);

const User = z.object({
  id: Id,
  is_bot: z.boolean().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  username: z.string().optional(),
  language_code: z.string().optional(),
});

const Chat = z.object({
  id: Id,
  type: z.string(),
  title: z.string().optional(),
});

const Entity = z.object({
  type: z.string(),
  offset: z.int(),
  length: z.int(),
  url: z.string().optional(),
  user: User.optional(),
  language: z.string().optional(),
});

const File = z.object({
  file_id: z.string().min(1),
  file_size: Amount.optional(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  width: Amount.optional(),
  height: Amount.optional(),
  duration: Amount.optional(),
  /** Stickers only. */
  emoji: z.string().optional(),
});

const Location = z.object({ latitude: z.number(), longitude: z.number() });

/** A message that another one answers, as much as tells whether it is one of ours. */
const Answered = z.object({ message_id: Id, from: User.optional(), forum_topic_created: z.unknown().optional() });

const Message = z.object({
  message_id: Id,
  date: Moment,
  edit_date: Moment.optional(),
  chat: Chat,
  from: User.optional(),
  sender_chat: Chat.optional(),
  message_thread_id: Id.optional(),
  is_topic_message: z.boolean().optional(),
  media_group_id: z.string().optional(),
  reply_to_message: Answered.optional(),

  text: z.string().optional(),
  entities: z.array(Entity).optional(),
  caption: z.string().optional(),
  caption_entities: z.array(Entity).optional(),

  photo: z.array(File).optional(),
  sticker: File.optional(),
  voice: File.optional(),
  audio: File.optional(),
  animation: File.optional(),
  video: File.optional(),
  video_note: File.optional(),
  document: File.optional(),

  location: Location.optional(),
  venue: z.object({ location: Location, title: z.string(), address: z.string() }).optional(),
  contact: z
    .object({ phone_number: z.string().optional(), first_name: z.string(), last_name: z.string().optional() })
    .optional(),
  dice: z.object({ emoji: z.string(), value: z.number() }).optional(),
  poll: z.object({ question: z.string(), options: z.array(z.object({ text: z.string() })) }).optional(),
  game: z.object({ title: z.string(), description: z.string().optional() }).optional(),

  new_chat_members: z.array(User).optional(),
  left_chat_member: User.optional(),
  migrate_to_chat_id: Id.optional(),
  migrate_from_chat_id: Id.optional(),
});

/** A button's message; one that the bot can no longer read has `date` 0 and little else. */
const PressedMessage = z.object({
  message_id: Id,
  date: Moment,
  chat: Chat,
  message_thread_id: Id.optional(),
  is_topic_message: z.boolean().optional(),
});

const CallbackQuery = z.object({
  id: z.string().min(1),
  from: User,
  message: PressedMessage.optional(),
  data: z.string().optional(),
});

const Reaction = z.object({
  type: z.string(),
  emoji: z.string().optional(),
  custom_emoji_id: z.string().optional(),
});

const MessageReaction = z.object({
  chat: Chat,
  message_id: Id,
  user: User.optional(),
  actor_chat: Chat.optional(),
  date: Moment,
  old_reaction: z.array(Reaction),
  new_reaction: z.array(Reaction),
});

const Member = z.object({ status: z.string(), user: User, is_member: z.boolean().optional() });

const InviteLink = z.object({ invite_link: z.string(), name: z.string().optional(), creator: User.optional() });

const MemberChange = z.object({
  chat: Chat,
  from: User,
  date: Moment,
  old_chat_member: Member,
  new_chat_member: Member,
  invite_link: InviteLink.optional(),
  via_join_request: z.boolean().optional(),
  via_chat_folder_invite_link: z.boolean().optional(),
});

const JoinRequest = z.object({ chat: Chat, from: User, date: Moment, invite_link: InviteLink.optional() });

export const Update = z.object({
  update_id: Id.min(0),
  /** Our own note of when it came, in milliseconds: Telegram does not date the press of a button. */
  received_ms: z.int().min(0).max(8_000_000_000_000_000).optional(),
  message: Message.optional(),
  edited_message: Message.optional(),
  channel_post: Message.optional(),
  edited_channel_post: Message.optional(),
  callback_query: CallbackQuery.optional(),
  message_reaction: MessageReaction.optional(),
  chat_member: MemberChange.optional(),
  my_chat_member: MemberChange.optional(),
  chat_join_request: JoinRequest.optional(),
});

export type Update = z.infer<typeof Update>;
export type Message = z.infer<typeof Message>;
export type Chat = z.infer<typeof Chat>;
export type User = z.infer<typeof User>;
export type Entity = z.infer<typeof Entity>;
export type File = z.infer<typeof File>;
export type CallbackQuery = z.infer<typeof CallbackQuery>;
export type MessageReaction = z.infer<typeof MessageReaction>;
export type Reaction = z.infer<typeof Reaction>;
export type MemberChange = z.infer<typeof MemberChange>;
export type InviteLink = z.infer<typeof InviteLink>;
export type JoinRequest = z.infer<typeof JoinRequest>;

/** Every kind that we want delivered; Telegram leaves out some of them unless they are named. */
export const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "message_reaction",
  "chat_member",
  "my_chat_member",
  "chat_join_request",
] as const;
