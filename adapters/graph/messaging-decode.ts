import type { Actor, HubEvent, Json, MessageEvent, ReactionEvent } from "../../src/contract/index.ts";
import { partsOf } from "./messaging-content.ts";
import { CODE, entryOf, WINDOW } from "./messaging-entry.ts";
import {
  isByAccount,
  itemsOf,
  kindOf,
  momentOfItem,
  notedIn,
  personIn,
  plainName,
  type Item,
} from "./messaging-payload.ts";
import { GET_STARTED, isQuestion } from "./messaging-profile.ts";
import { idIn, memberOf, momentOf, numberIn, objectIn, textIn, type JsonObject } from "./values.ts";

const MOST_RECEIPTS = 1_000;
const NAMED: Readonly<Record<string, string>> = {
  love: "❤️",
  haha: "😆",
  laugh: "😆",
  smile: "😆",
  wow: "😮",
  sad: "😢",
  angry: "😠",
  like: "👍",
  dislike: "👎",
};

export interface MessagingFacts {
  /** How sentences name the platform: "Messenger". */
  platform: string;
  /** What Meta calls the kind of account: deliveries name it. */
  object: "page" | "instagram";
  /** The page's or account's id. */
  account: string;
  /** Our app: what it sent comes back as an echo. */
  appId: string;
}

/** What all events of one item share. */
interface About {
  place: string;
  placeKind: "direct";
  actor: Actor;
  sentAt: Date;
}

/** Reads one item in its surroundings; `number` tells events without an id apart. */
interface Reading {
  item: Item;
  value: JsonObject;
  about: About;
  noted: JsonObject;
}

/** What a delivery means, item by item. @throws BadPayload */
export function decodeMessaging(payload: Json, facts: MessagingFacts): HubEvent[] {
  const noted = notedIn(payload);
  return itemsOf(payload).flatMap((item) => eventsOf(item, noted, facts));
}

function eventsOf(item: Item, noted: JsonObject, facts: MessagingFacts): HubEvent[] {
  const { platform, object, account, appId } = facts;
  if (item.object !== object)
    return [stray(item, `The delivery is about ${plainName(item.object)}, this channel is about ${object}.`)];
  if (item.account !== account)
    return [stray(item, `It belongs to another account of the same app, ${plainName(item.account)}.`)];
  if (item.list === "changes")
    return [
      stray(
        item,
        `${platform}'s feed is no conversation: a change of ${plainName(textIn(item.value, "field") ?? "?")}.`,
      ),
    ];
  if (item.list === "other") return [stray(item, `A delivery of the kind ${kindOf(item.value)} is not carried.`)];
  const person = personIn(item);
  if (person === undefined || person === account)
    return [stray(item, `The item of the kind ${kindOf(item.value)} names no person.`)];
  if (item.list === "standby")
    return [stray(item, "Another app has this conversation (standby): the hub does not answer there.")];
  const actor = isByAccount(item) ? { id: account, isSelf: true } : profiled(person, noted);
  const about: About = { place: person, placeKind: "direct", actor, sentAt: momentOfItem(item) };
  const value = item.value as JsonObject;
  return read({ item, value, about, noted }, appId);
}

function profiled(id: string, noted: JsonObject): Actor {
  const person = objectIn(noted, "person");
  const [name, username, locale] = ["name", "username", "locale"].map((key) => textIn(person, key));
  return { id, ...(name && { name }), ...(username && { username }), ...(locale && { locale }) };
}

function read(reading: Reading, appId: string): HubEvent[] {
  const { value } = reading;
  const message = objectIn(value, "message");
  if (message) return fromMessage(reading, message, appId);
  const postback = objectIn(value, "postback");
  if (postback) return fromPostback(reading, postback);
  const referral = objectIn(value, "referral");
  if (referral) return [entered(reading, referral)];
  const reaction = objectIn(value, "reaction");
  if (reaction) return [fromReaction(reading, reaction)];
  const edit = objectIn(value, "message_edit");
  if (edit) return [fromEdit(reading, edit)];
  const delivery = objectIn(value, "delivery");
  if (delivery) return receipts(reading, "delivered", namedIn(delivery));
  const seen = objectIn(value, "read");
  if (seen) return receipts(reading, "read", [textIn(seen, "mid") ?? ""]);
  const optin = objectIn(value, "optin");
  if (optin && CODE.test(textIn(optin, "ref") ?? "")) return [entered(reading, optin)];
  return [unknown(reading, `An event of the kind ${kindOf(value)} is not carried.`)];
}

function fromMessage(reading: Reading, message: JsonObject, appId: string): HubEvent[] {
  const mid = idIn(message, "mid");
  if (mid === undefined) return [unknown(reading, "The message has no id.")];
  if (memberOf(message, "is_deleted") === true)
    return [{ type: "deleted", id: `deleted:${mid}`, ...reading.about, messageId: mid }];
  const ours = reading.about.actor.isSelf === true;
  if (ours && isOwn(reading, message, appId))
    return [unknown(reading, "The channel's own message came back (own echo).", mid)];
  const choice = textIn(objectIn(message, "quick_reply"), "payload");
  if (choice !== undefined && !ours) return [...pressed(reading, mid, choice), ...alongside(reading, message, mid)];
  const parts = partsOf(message, mid);
  if (parts.length === 0) return [unknown(reading, unreadable(message), mid), ...alongside(reading, message, mid)];
  return [{ ...said(reading, mid, parts, !ours), ...answered(message), ...door(message) }];
}

/** Meta tells which app sent it; Instagram does not always, and what the hub remembers of its sends stands in. */
function isOwn({ noted }: Reading, message: JsonObject, appId: string): boolean {
  return idIn(message, "app_id") === appId || memberOf(noted, "own") === true;
}

function said({ about }: Reading, id: string, parts: MessageEvent["parts"], addressed: boolean): MessageEvent {
  return { type: "message", id, ...about, parts, addressed };
}

function answered(message: JsonObject): { replyTo?: string } {
  const replyTo = idIn(objectIn(message, "reply_to"), "mid");
  return replyTo === undefined ? {} : { replyTo };
}

function door(message: JsonObject) {
  const referral = objectIn(message, "referral");
  return referral ? { entry: entryOf(referral) } : {};
}

/** A door that came with something that has no place for it. */
function alongside(reading: Reading, message: JsonObject, mid: string): HubEvent[] {
  const referral = objectIn(message, "referral");
  return referral ? [entered(reading, referral, mid)] : [];
}

function unreadable(message: JsonObject): string {
  const attachments = memberOf(message, "attachments");
  const type = Array.isArray(attachments) ? textIn(attachments[0], "type") : undefined;
  if (memberOf(message, "is_unsupported") === true || type === "unsupported_type")
    return "The platform does not show a message of this kind to apps; it stands in its own inbox.";
  return `A message with ${type === undefined ? "nothing in it" : `an attachment of the kind ${plainName(type)}`} is not carried.`;
}

function pressed({ about }: Reading, id: string, choice: string): HubEvent[] {
  return [{ type: "pressed", id, ...about, choice, allows: WINDOW }];
}

/**
 * A button, the menu, an ice breaker or Get Started. With the first of all comes the door through which a new person
 * came, if any; an ice breaker is a question in the person's name.
 */
function fromPostback(reading: Reading, postback: JsonObject): HubEvent[] {
  const { about } = reading;
  const choice = textIn(postback, "payload");
  const title = textIn(postback, "title");
  const id = idIn(postback, "mid") ?? `${about.sentAt.getTime()}:${choice ?? title ?? ""}`.slice(0, 200);
  const referral = objectIn(postback, "referral");
  if (choice === GET_STARTED) return [entered(reading, referral, id)];
  const came = referral ? [entered(reading, referral, id)] : [];
  if (isQuestion(choice) && title !== undefined && title.trim() !== "")
    return [...came, { ...said(reading, id, [{ type: "text", text: title }], true), allows: WINDOW }];
  if (choice === undefined) return [...came, unknown(reading, "A button without a payload was pressed.", id)];
  return [...came, ...pressed(reading, id, choice)];
}

function entered({ about }: Reading, referral: JsonObject | undefined, id?: string): HubEvent {
  const named = textIn(referral, "ref") ?? idIn(referral, "ad_id") ?? textIn(referral, "source") ?? "";
  return {
    type: "entered",
    id: id ?? `${about.sentAt.getTime()}:${named}`.slice(0, 200),
    ...about,
    ...(referral && { entry: entryOf(referral) }),
    allows: WINDOW,
  };
}

function fromReaction(reading: Reading, reaction: JsonObject): HubEvent {
  const { about } = reading;
  const messageId = idIn(reaction, "mid");
  const action = textIn(reaction, "action");
  const emoji = textIn(reaction, "emoji") ?? emojiNamed(textIn(reaction, "reaction"));
  if (messageId === undefined || (action === "react" ? emoji === undefined : action !== "unreact"))
    return unknown(reading, "A reaction that names no message or no emoji.");
  const added = action === "react" && emoji !== undefined ? [emoji.slice(0, 64)] : [];
  const event: ReactionEvent = {
    type: "reaction",
    id: `${messageId}:${about.sentAt.getTime()}:${action}`,
    ...about,
    messageId,
    added,
    removed: [],
    replaces: true, // a person has one reaction on a message, and taking it back does not name it
  };
  return about.actor.isSelf ? event : { ...event, allows: WINDOW };
}

function emojiNamed(name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
}

function fromEdit(reading: Reading, edit: JsonObject): HubEvent {
  const { about } = reading;
  const messageId = idIn(edit, "mid");
  const text = textIn(edit, "text");
  const number = numberIn(edit, "num_edit");
  if (messageId === undefined || text === undefined || text.trim() === "" || number === 0)
    return unknown(reading, "An edit that names no message, or changes nothing.");
  const id = `${messageId}:${number ?? about.sentAt.getTime()}`;
  return { type: "edited", id, ...about, messageId, parts: [{ type: "text", text }] };
}

function namedIn(delivery: JsonObject): string[] {
  const mids = memberOf(delivery, "mids");
  return Array.isArray(mids) ? mids.filter((mid) => typeof mid === "string") : [];
}

/** One receipt per message: those that Meta names, and those that the hub remembers to lie before the watermark. */
function receipts(reading: Reading, status: "delivered" | "read", named: readonly string[]): HubEvent[] {
  const covered = memberOf(reading.noted, "covered");
  const known = Array.isArray(covered) ? covered.filter((mid) => typeof mid === "string") : [];
  const mids = [...new Set([...known, ...named])]
    .filter((mid) => mid !== "" && mid.length <= 512)
    .slice(0, MOST_RECEIPTS);
  if (mids.length === 0) {
    const until = momentOf(memberOf(objectIn(reading.value, status === "read" ? "read" : "delivery"), "watermark"));
    return [
      unknown(
        reading,
        `All until ${until?.toISOString() ?? "then"} is ${status}; nothing of the hub's is known to be meant.`,
      ),
    ];
  }
  return mids.map((messageId): HubEvent => ({
    type: "receipt",
    id: `${status}:${messageId}`,
    ...reading.about,
    messageId,
    status,
  }));
}

function unknown({ about, item }: Reading, reason: string, id?: string): HubEvent {
  return { type: "unknown", id: id ?? `${kindOf(item.value)}:${about.sentAt.getTime()}`, ...about, reason };
}

/** What belongs to no conversation of this channel. */
function stray(item: Item, reason: string): HubEvent {
  const sentAt = momentOfItem(item);
  return {
    type: "unknown",
    id: `${item.list}:${kindOf(item.value)}:${sentAt.getTime()}`,
    place: personIn(item) ?? `account:${plainName(item.account)}`,
    placeKind: "direct",
    sentAt,
    reason,
  };
}
