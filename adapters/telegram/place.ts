import { ChannelError, type PlaceKind } from "../../src/contract/index.ts";
import type { Chat } from "./update.ts";

// A place is a chat's id, or "chat:topic". A message's id is "chat:number", since Telegram numbers messages per chat.

interface Placed {
  chat: Chat;
  message_thread_id?: number | undefined;
  is_topic_message?: boolean | undefined;
}

/** Where an answer to this message goes. */
export function placeOf({ chat, message_thread_id, is_topic_message }: Placed): {
  place: string;
  placeKind: PlaceKind;
  placeTitle?: string;
} {
  const title = chat.title === undefined ? {} : { placeTitle: chat.title };
  // Outside of topics, message_thread_id only tells which replies hang together.
  if (is_topic_message && message_thread_id !== undefined) {
    return { place: `${chat.id}:${message_thread_id}`, placeKind: "thread", ...title };
  }
  return { place: String(chat.id), placeKind: chat.type === "private" ? "direct" : "group", ...title };
}

/** A place as Telegram's methods take it. */
export function readPlace(place: string): { chat_id: number; message_thread_id?: number } {
  const [, chat, topic] = /^(-?\d{1,15})(?::(\d{1,15}))?$/.exec(place) ?? [];
  if (!chat) throw new ChannelError("refused", "This is not a place on Telegram.");
  return { chat_id: Number(chat), ...(topic && { message_thread_id: Number(topic) }) };
}

export function messageIdOf(chatId: number, messageId: number): string {
  return `${chatId}:${messageId}`;
}

/** The number of the message within its chat. */
export function readMessageId(id: string): number {
  const number = /^(?:-?\d{1,15}:)?(\d{1,15})$/.exec(id)?.[1];
  if (!number) throw new ChannelError("refused", "This is not the id of a message on Telegram.");
  return Number(number);
}
