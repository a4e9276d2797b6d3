import type { ZodType } from "zod";
import { BadPayload, type EditedEvent, type HubEvent, type Json, type MessageEvent } from "../../src/contract/index.ts";
import { partsOf } from "./content.ts";
import { fileRef } from "./files.ts";
import { fromInteraction } from "./interactions.ts";
import { fromGuildChange, fromJoin, fromLeave } from "./members.ts";
import { actorOf, isForSelf, type Self } from "./people.ts";
import { placeOf } from "./place.ts";
import {
  Deleted,
  Envelope,
  GuildChange,
  Interaction,
  Membership,
  Message,
  momentOf,
  ReactionChange,
  type Added,
} from "./wire.ts";

/** Kinds of messages that somebody wrote; the others are Discord's own notices. */
const WRITTEN = new Set([0, 19, 20, 23]);
const NOTICES: Readonly<Record<number, string>> = {
  6: "Somebody pinned a message.",
  7: "Discord announces a member; the joining itself comes by its own event.",
  18: "Somebody opened a thread.",
  21: "A thread repeats the message that it began with.",
};
const FORWARD = 1;

type Reader = (d: unknown, added: Added, self: Self, t: string) => HubEvent[];

const READERS = new Map<string, Reader>([
  ["MESSAGE_CREATE", (d, added, self) => [fromMessage(read(Message, d), added, self)]],
  ["MESSAGE_UPDATE", (d, added, self) => [fromUpdate(read(Message, d), added, self)]],
  ["MESSAGE_DELETE", fromDeleted],
  ["MESSAGE_DELETE_BULK", fromDeleted],
  ["MESSAGE_REACTION_ADD", fromReaction],
  ["MESSAGE_REACTION_REMOVE", fromReaction],
  ["MESSAGE_REACTION_REMOVE_EMOJI", fromReaction],
  ["MESSAGE_REACTION_REMOVE_ALL", fromReaction],
  ["GUILD_MEMBER_ADD", (d, added, self) => [fromJoin(read(Membership, d), added, self)]],
  ["GUILD_MEMBER_REMOVE", (d, added, self) => [fromLeave(read(Membership, d), added, self)]],
  ["GUILD_CREATE", (d, added, self) => [fromGuildChange(read(GuildChange, d), "joined", added, self)]],
  ["GUILD_DELETE", (d, added, self) => [fromGuildChange(read(GuildChange, d), "left", added, self)]],
  ["INTERACTION_CREATE", (d, added, self) => [fromInteraction(read(Interaction, d), added, self)]],
]);

/** The dispatches that mean something to us. */
export const CARRIED: ReadonlySet<string> = new Set(READERS.keys());

/**
 * What a dispatch means. One of a kind that we do not carry is an `unknown` event, not an error.
 * @throws BadPayload where a field that we read is of the wrong type
 */
export function decode(payload: Json, self: Self): HubEvent[] {
  const { t, d, hub = {} } = read(Envelope, payload);
  return (READERS.get(t) ?? fromUnknownKind)(d, hub, self, t);
}

function read<T>(schema: ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error) {
    const [issue] = error.issues;
    throw new BadPayload(`The event cannot be read at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? ""}.`);
  }
  return data;
}

/** What all events about one message share. */
function about(message: Message, added: Added, self: Self) {
  const { author, member, id, timestamp } = message;
  return {
    id,
    ...placeOf(message, added),
    ...(author && { actor: actorOf(author, self, { nick: member?.nick }) }),
    sentAt: timestamp ? new Date(timestamp) : momentOf(id),
  };
}

function fromMessage(message: Message, added: Added, self: Self): HubEvent {
  const event = about(message, added, self);
  const unknown = (reason: string): HubEvent => ({ type: "unknown", ...event, reason });
  if (message.author?.id === self.id) return unknown("The bot's own message came back (own echo).");
  const type = message.type ?? 0;
  if (!WRITTEN.has(type)) return unknown(NOTICES[type] ?? `A message of the kind ${type} is not carried.`);
  const parts = saidIn(message);
  if (parts.length === 0) {
    return unknown("A message without words, or Discord keeps them from us (Message Content Intent).");
  }
  return said(message, event, parts, added, self);
}

function said(
  message: Message,
  event: ReturnType<typeof about>,
  parts: MessageEvent["parts"],
  added: Added,
  self: Self,
): MessageEvent {
  const { message_reference: reference } = message;
  const replyTo = reference && (reference.type ?? 0) !== FORWARD ? reference.message_id : undefined;
  const addressed = event.placeKind === "direct" || isForSelf(message, added, self);
  return { type: "message", ...event, parts, addressed, ...(replyTo && { replyTo }) };
}

/** A forwarded message's words stand in a snapshot of it. */
function saidIn(message: Message): MessageEvent["parts"] {
  const file = fileRef(message.channel_id, message.id);
  const forwarded = (message.message_snapshots ?? []).flatMap((snapshot) => partsOf(snapshot.message, file));
  return [...partsOf(message, file), ...forwarded];
}

/** Discord reports previews and pins in the same way; only a new time of editing is an edit. */
function fromUpdate(message: Message, added: Added, self: Self): HubEvent {
  const { id: messageId, ...shared } = about(message, added, self);
  const editedAt = message.edited_timestamp;
  if (!editedAt) return unknownUpdate(messageId, "Discord added a preview or a pin; nobody edited.", shared, added);
  if (message.author?.id === self.id)
    return unknownUpdate(messageId, "The bot's own edit came back (own echo).", shared, added);
  const parts = saidIn(message);
  if (message.content == null && parts.length === 0)
    return unknownUpdate(
      messageId,
      "Discord reported an edit without the message, and it could not be fetched.",
      shared,
      added,
    );
  const event = { ...shared, id: `${messageId}:${editedAt}`, sentAt: new Date(editedAt) };
  if (parts.length > 0) return { type: "edited", ...event, messageId, parts } satisfies EditedEvent;
  return { type: "unknown", ...event, reason: "An edit that left no words." };
}

function unknownUpdate(
  messageId: string,
  reason: string,
  shared: Omit<ReturnType<typeof about>, "id">,
  added: Added,
): HubEvent {
  return { type: "unknown", ...shared, id: `${messageId}:update:${added.id ?? ""}`, sentAt: receivedAt(added), reason };
}

function fromDeleted(d: unknown, added: Added): HubEvent[] {
  const deleted = read(Deleted, d);
  const ids = [...new Set([...(deleted.id ? [deleted.id] : []), ...(deleted.ids ?? [])])];
  const place = placeOf(deleted, added);
  if (ids.length === 0)
    return [
      {
        type: "unknown",
        id: `deleted:${added.id ?? ""}`,
        ...place,
        sentAt: receivedAt(added),
        reason: "A deletion of nothing.",
      },
    ];
  return ids.map((messageId): HubEvent => ({
    type: "deleted",
    id: `${messageId}:deleted`,
    ...place,
    sentAt: receivedAt(added),
    messageId,
  }));
}

function fromReaction(d: unknown, added: Added, self: Self, t: string): HubEvent[] {
  const { user_id, member, message_id: messageId, emoji, ...placed } = read(ReactionChange, d);
  const person = member?.user ?? (user_id ? { id: user_id } : undefined);
  const event = {
    id: `${messageId}:${added.id ?? `${t}:${user_id ?? ""}`}`,
    ...placeOf(placed, added),
    ...(person && { actor: actorOf(person, self, { nick: member?.nick }) }),
    sentAt: receivedAt(added),
  };
  const sign = emoji ? emojiOf(emoji) : undefined;
  if (sign === undefined)
    return [{ type: "unknown", ...event, reason: "All reactions were removed; Discord does not say whose and which." }];
  const isAdded = t === "MESSAGE_REACTION_ADD";
  if (!isAdded && !person)
    return [{ type: "unknown", ...event, reason: "A reaction was removed for everybody; Discord does not say whose." }];
  return [{ type: "reaction", ...event, messageId, added: isAdded ? [sign] : [], removed: isAdded ? [] : [sign] }];
}

/** A server's own emoji is "name:id", as `act` takes it. */
function emojiOf({
  id,
  name,
}: {
  id?: string | null | undefined;
  name?: string | null | undefined;
}): string | undefined {
  return id ? `${name ?? "emoji"}:${id}` : (name ?? undefined) || undefined;
}

function fromUnknownKind(d: unknown, added: Added, _self: Self, t: string): HubEvent[] {
  const { channel_id, guild_id } = typeof d === "object" && d !== null ? (d as Record<string, unknown>) : {};
  const isId = (value: unknown): value is string => typeof value === "string" && /^\d{1,20}$/.test(value);
  const place = isId(channel_id) ? channel_id : isId(guild_id) ? `guild:${guild_id}` : "nowhere";
  const kind = t.replaceAll(/[^\w-]/g, "?").slice(0, 64);
  return [
    {
      type: "unknown",
      id: `${kind}:${added.id ?? place}`,
      place,
      placeKind: isId(guild_id) ? "group" : "direct",
      sentAt: receivedAt(added),
      reason: `An event of the kind ${kind} is not carried.`,
    },
  ];
}

function receivedAt({ receivedAt = 0 }: Added): Date {
  return new Date(receivedAt);
}
