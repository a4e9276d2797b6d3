import { plainText, type MessageEvent, type PlaceKind } from "../contract/index.ts";
import type { RecordedEvent } from "../corridor/index.ts";

/** A message of somebody who is not us, with whom and where known. */
export interface Heard {
  eventId: string;
  conversationId: string;
  seq: number;
  channelId: string;
  identityId: string;
  contactId: string;
  placeKind: PlaceKind;
  /** What they wrote. */
  text: string;
  /** Where in the message's whole text, which names its files as well, theirs begins. */
  offset: number;
  at: Date;
}

/** What of a recorded event is to be read; nothing where nobody wrote words to us. */
export function heardOf(recorded: RecordedEvent): Heard | undefined {
  const { event, contactId, identityId, id, conversationId, seq, channelId, placeKind, sentAt } = recorded;
  if (event.type !== "message" || !contactId || !identityId) return undefined;
  if (event.actor?.isBot || event.actor?.isSelf) return undefined;
  const text = writtenWords(event);
  if (text.trim() === "") return undefined;
  const offset = Math.max(0, plainText(event.parts).indexOf(text));
  return { eventId: id, conversationId, seq, channelId, identityId, contactId, placeKind, text, offset, at: sentAt };
}

function writtenWords({ parts }: MessageEvent): string {
  return plainText(parts.filter((part) => part.type === "text"));
}
