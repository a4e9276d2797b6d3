import type { Entry, HubEvent } from "../../src/contract/index.ts";
import { actorOf, type Self } from "./people.ts";
import { messageIdOf, placeOf } from "./place.ts";
import type { InviteLink, JoinRequest, MemberChange, Message, Update } from "./update.ts";

/** An invite link's name that can be a code of ours, rather than words for people. */
const PLAUSIBLE_CODE = /^[\w-]{6,32}$/;

/**
 * Somebody came to or left a group. A service message may tell the same (see `fromMembersMessage`): both make the id from
 * chat, member and second, so that the ledger keeps one of them.
 */
export function fromMemberChange(change: MemberChange, update: Update, self: Self): HubEvent {
  const { chat, from, date, old_chat_member: before, new_chat_member: after } = change;
  const event = {
    id: membershipId(chat.id, after.user.id, date),
    ...placeOf({ chat }),
    actor: actorOf(from, self),
    sentAt: new Date(date * 1_000),
  };
  const member = actorOf(after.user, self);
  if (!isIn(before) && isIn(after)) {
    return {
      type: "joined",
      ...event,
      member,
      ...(change.invite_link && { entry: entryOf(change.invite_link, change) }),
    };
  }
  if (isIn(before) && !isIn(after)) return { type: "left", ...event, member };
  return { type: "unknown", ...event, id: `update:${update.update_id}`, reason: "A member's rights changed." };
}

/** Our own coming and going. In a private chat it is the person who stops the bot, or takes it up again. */
export function fromOwnMemberChange(change: MemberChange, update: Update, self: Self): HubEvent {
  const event = fromMemberChange(change, update, self);
  if (change.chat.type !== "private") return event;
  if (event.type === "left") return { ...event, member: actorOf(change.from, self), blocked: true };
  if (event.type !== "joined") return event;
  const { id, place, placeKind, actor, sentAt } = event;
  return { type: "entered", id, place, placeKind, ...(actor && { actor }), sentAt };
}

/** The service message "X joined" or "X left": all that a bot hears which is not an admin. */
export function fromMembersMessage(message: Message, self: Self): HubEvent[] {
  const { chat, from, date, new_chat_members: joined = [], left_chat_member: left } = message;
  const shared = { ...placeOf({ chat }), ...(from && { actor: actorOf(from, self) }), sentAt: new Date(date * 1_000) };
  const ids = new Set<number>();
  const events = joined
    .filter(({ id }) => !ids.has(id) && ids.add(id))
    .map((user): HubEvent => ({
      type: "joined",
      id: membershipId(chat.id, user.id, date),
      ...shared,
      member: actorOf(user, self),
    }));
  if (left)
    events.push({ type: "left", id: membershipId(chat.id, left.id, date), ...shared, member: actorOf(left, self) });
  if (events.length > 0) return events;
  return [
    { type: "unknown", id: messageIdOf(chat.id, message.message_id), ...shared, reason: "A joining without members." },
  ];
}

/** Somebody stands at the door; whether they are let in, `chat_member` tells. */
export function fromJoinRequest({ chat, from, date, invite_link }: JoinRequest, self: Self): HubEvent {
  return {
    type: "unknown",
    id: `request:${chat.id}:${from.id}:${date}`,
    ...placeOf({ chat }),
    actor: actorOf(from, self),
    sentAt: new Date(date * 1_000),
    reason: "Somebody asks to join.",
    ...(invite_link && { entry: entryOf(invite_link, {}) }),
  };
}

function membershipId(chatId: number, userId: number, date: number): string {
  return `member:${chatId}:${userId}:${date}`;
}

function isIn({ status, is_member }: MemberChange["new_chat_member"]): boolean {
  return status === "restricted" ? (is_member ?? false) : ["creator", "administrator", "member"].includes(status);
}

function entryOf(
  link: InviteLink,
  via: { via_join_request?: boolean | undefined; via_chat_folder_invite_link?: boolean | undefined },
): Entry {
  const { name, creator, invite_link } = link;
  const details = {
    ...(name !== undefined && { name }),
    ...(creator && { creator: String(creator.id) }),
    ...(via.via_join_request && { via: "join request" }),
    ...(via.via_chat_folder_invite_link && { via: "chat folder" }),
  };
  return {
    ...(name !== undefined && PLAUSIBLE_CODE.test(name) && { code: name }),
    method: "invite",
    raw: invite_link,
    ...(Object.keys(details).length > 0 && { details }),
  };
}
