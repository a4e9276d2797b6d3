import type { Actor } from "../../src/contract/index.ts";
import type { Message, User } from "./update.ts";

/** Our own bot, as far as the settings tell. */
export interface Self {
  id: number;
  /** Without "@", in lower case. */
  username?: string;
}

export function actorOf(user: User, self: Self): Actor {
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
  return {
    id: String(user.id),
    ...(name && { name }),
    ...(user.username && { username: user.username }),
    ...(user.language_code && { locale: user.language_code }),
    isBot: user.is_bot ?? false,
    ...(user.id === self.id && { isSelf: true }),
  };
}

/**
 * Who wrote a message. An anonymous admin writes as the group and a channel's post has no author: nobody is named.
 * Somebody who writes as one of their channels is that channel; `from` is then a stand-in of Telegram's.
 */
export function writerOf({ from, sender_chat, chat }: Message, self: Self): { actor?: Actor } {
  if (!sender_chat) return from ? { actor: actorOf(from, self) } : {};
  if (sender_chat.id === chat.id) return {};
  return { actor: { id: String(sender_chat.id), ...(sender_chat.title && { name: sender_chat.title }), isBot: false } };
}

/** Whether a group's message is meant for the bot: a mention, a command for it, or a reply to what it wrote. */
export function isForSelf(message: Message, self: Self): boolean {
  if (isReply(message) && message.reply_to_message?.from?.id === self.id) return true;
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities ?? [];
  return entities.some(({ type, offset, length, user }) => {
    if (type === "text_mention") return user?.id === self.id;
    const words = text.slice(offset, offset + length).toLowerCase();
    if (!self.username) return false;
    return (
      (type === "mention" && words === `@${self.username}`) ||
      (type === "bot_command" && words.endsWith(`@${self.username}`))
    );
  });
}

/** In a topic, everything "answers" the service message that opened it; that is no reply. */
export function isReply({ reply_to_message, is_topic_message, message_thread_id }: Message): boolean {
  if (!reply_to_message || reply_to_message.forum_topic_created !== undefined) return false;
  return !(is_topic_message && reply_to_message.message_id === message_thread_id);
}

/** A command at the start of a text: its name, the bot it names, and the rest. */
export function commandIn(text: string): { name: string; bot?: string; argument: string } | undefined {
  const [, name, bot, argument = ""] = /^\/([a-z0-9_]{1,32})(?:@([a-z0-9_]{1,64}))?(?:\s+([^]*))?$/i.exec(text) ?? [];
  return name === undefined
    ? undefined
    : { name: name.toLowerCase(), ...(bot && { bot: bot.toLowerCase() }), argument: argument.trim() };
}
