import type { Actor } from "../../src/contract/index.ts";
import type { Added, Message, User } from "./wire.ts";

/** Our own bot, as its token tells. */
export interface Self {
  id: string;
}

export function actorOf(
  user: User,
  self: Self,
  more: { nick?: string | null | undefined; locale?: string } = {},
): Actor {
  const name = more.nick || user.global_name || user.username;
  return {
    id: user.id,
    ...(name && { name }),
    ...(user.username && { username: user.username }),
    ...(more.locale && { locale: more.locale }),
    isBot: user.bot ?? false,
    ...(user.id === self.id && { isSelf: true }),
  };
}

/** Whether a server's message is meant for the bot: it names the bot or the bot's own role, or answers what it wrote. */
export function isForSelf(message: Message, { selfRole }: Added, self: Self): boolean {
  if (message.mentions?.some(({ id }) => id === self.id)) return true;
  if (selfRole !== undefined && message.mention_roles?.includes(selfRole)) return true;
  return message.referenced_message?.author?.id === self.id;
}
