import {
  BadPayload,
  type HubEvent,
  type Json,
  type MessageEvent,
  type ReceiptEvent,
  type UnknownEvent,
} from "../../src/contract/index.ts";
import { idIn, memberOf, momentOf, objectIn, objectsIn, textIn, wordsOf, type JsonObject } from "../graph/index.ts";
import { changesIn, digestOf, LISTS, statusKey, type List } from "./arrivals.ts";
import { partsOf, pressedIn } from "./content.ts";
import { entryIn, WINDOW } from "./entry.ts";
import { fromGroup } from "./groups.ts";
import { MEMBER, ECHOED, personIn, RECIPIENT, SENDER, digitsOf, type Person } from "./people.ts";
import { groupPlace } from "./place.ts";

export interface Self {
  phoneNumberId: string;
  /** Whether what they write carries the means to show it as read. */
  readReceipts: boolean;
}

type Value = JsonObject | undefined;

const MOST_QUOTED = 120;
const STATUS: Readonly<Record<string, ReceiptEvent["status"]>> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};

/**
 * What a delivery, or one item of it, means. What we do not carry is an `unknown` event, not an error.
 * @throws BadPayload where what names it is missing or of the wrong type
 */
export function decode(payload: Json, self: Self): HubEvent[] {
  return changesIn(payload).flatMap((change) => fromChange(change, self));
}

function fromChange(change: JsonObject, self: Self): HubEvent[] {
  const value = objectIn(change, "value");
  const field = textIn(change, "field") ?? "a change without a name";
  const number = idIn(objectIn(value, "metadata"), "phone_number_id");
  if (number !== undefined && number !== self.phoneNumberId)
    return [notOurs(change, `It is for the number with the id ${quoted(number)}; this channel has another.`)];
  const events = LISTS.flatMap((list) => objectsIn(value, list).flatMap((item) => fromItem(list, item, value, self)));
  return events.length > 0 ? events : [notOurs(change, `We do not carry ${quoted(field)}.`)];
}

function fromItem(list: List, item: JsonObject, value: Value, self: Self): HubEvent[] {
  switch (list) {
    case "messages":
      return [fromMessage(item, value, self)];
    case "message_echoes":
      return [fromEcho(item, value, self)];
    case "statuses":
      return [fromStatus(item, value)];
    case "user_id_update":
      return [fromUserIdUpdate(item)];
    case "groups":
      return fromGroup(item);
    case "errors":
      return [notOurs(item, `WhatsApp reports an error: ${wordsOf(item)}.`)];
  }
}

/** What stands in every event of a message. */
interface Base {
  id: string;
  place: string;
  placeKind: "direct" | "group";
  placeBefore?: string;
  sentAt: Date;
}

function baseOf(item: JsonObject, person: Person | undefined): Base {
  const id = idIn(item, "id");
  const sentAt = momentOf(memberOf(item, "timestamp"));
  const group = idIn(item, "group_id");
  if (id === undefined) throw new BadPayload("The message has no id.");
  if (sentAt === undefined) throw new BadPayload("The message has no time.");
  if (group !== undefined) return { id, place: groupPlace(group), placeKind: "group", sentAt };
  if (!person) throw new BadPayload("The message does not say who the person is.");
  const { id: place, phone } = person;
  return { id, place, placeKind: "direct", ...(phone !== undefined && { placeBefore: phone }), sentAt };
}

function fromMessage(item: JsonObject, value: Value, self: Self): HubEvent {
  if (memberOf(item, "type") === "system") return fromSystem(item);
  const person = personIn(item, value, SENDER);
  const base = { ...baseOf(item, person), ...(person && { actor: person.actor }) };
  const amendment = fromAmendment(item, base);
  if (amendment) return amendment;

  const kept = { ...base, ...entryIn(item), ...(self.readReceipts && referrerOf(base)) };
  const quote = idIn(objectIn(item, "context"), "id");
  const choice = pressedIn(item);
  if (choice !== undefined)
    return { type: "pressed", ...kept, choice, ...(quote !== undefined && { messageId: quote }) };
  if (memberOf(item, "type") === "request_welcome") return { type: "entered", ...kept, allows: WINDOW };
  const parts = partsOf(item);
  if (parts.length === 0) return unknown(base, whyUnknown(item));
  const event: MessageEvent = { type: "message", ...kept, parts, addressed: isAddressed(item, value, base) };
  return quote === undefined ? event : { ...event, replyTo: quote };
}

/** What WhatsApp needs to show a message as read; it may be done as long as an answer may. */
function referrerOf({ id, sentAt }: Base) {
  return { referrer: { data: { messageId: id }, expiresAt: new Date(sentAt.getTime() + WINDOW.forMs) } };
}

/** An edit, a deletion or a reaction; theirs or, in an echo, ours. */
function fromAmendment(item: JsonObject, base: Base): HubEvent | undefined {
  const type = textIn(item, "type");
  if (type === "reaction") return fromReaction(item, base);
  if (type === "revoke") {
    const messageId = idIn(objectIn(item, "revoke"), "original_message_id");
    if (messageId === undefined) return unknown(base, "It deletes a message and does not say which.");
    return { type: "deleted", ...base, messageId };
  }
  if (type !== "edit") return undefined;
  const edit = objectIn(item, "edit");
  const messageId = idIn(edit, "original_message_id");
  const parts = partsOf(objectIn(edit, "message") ?? edit ?? {});
  if (messageId === undefined || parts.length === 0)
    return unknown(base, "It edits a message and does not say which, or how it reads now.");
  return { type: "edited", ...base, messageId, parts };
}

/** A person has one reaction to a message: a new one takes the old one's place, and none takes it away. */
function fromReaction(item: JsonObject, base: Base): HubEvent {
  const reaction = objectIn(item, "reaction");
  const messageId = idIn(reaction, "message_id");
  if (messageId === undefined) return unknown(base, "It is a reaction and does not say to which message.");
  const emoji = textIn(reaction, "emoji");
  const added = emoji === undefined ? [] : [emoji.slice(0, 64)];
  return { type: "reaction", ...base, messageId, added, removed: [], replaces: true };
}

/** Written in the WhatsApp Business app by somebody of ours. */
function fromEcho(item: JsonObject, value: Value, { phoneNumberId }: Self): HubEvent {
  const base = { ...baseOf(item, personIn(item, value, ECHOED)), actor: { id: phoneNumberId, isSelf: true } };
  const amendment = fromAmendment(item, base);
  if (amendment) return amendment;
  const parts = partsOf(item);
  if (parts.length === 0) return unknown(base, whyUnknown(item));
  const quote = idIn(objectIn(item, "context"), "id");
  return { type: "message", ...base, parts, addressed: false, ...(quote !== undefined && { replyTo: quote }) };
}

/** A person got another number or another id; person and conversation move along. */
function fromSystem(item: JsonObject): HubEvent {
  const system = objectIn(item, "system") ?? {};
  const type = textIn(system, "type") ?? "";
  const phoneBefore = digitsOf(idIn(item, "from") ?? idIn(system, "customer"));
  const before = idIn(system, "previous_user_id") ?? idIn(item, "from_user_id") ?? phoneBefore;
  const phone = digitsOf(idIn(system, "wa_id") ?? idIn(system, "new_wa_id"));
  const now = idIn(system, "user_id") ?? phone;
  const base = baseOf(item, before === undefined ? undefined : { id: before, actor: { id: before } });
  if (!/changed_(number|user_id)$/.test(type) || now === undefined || now === base.place)
    return unknown(base, `It is a system message of the kind ${quoted(type)}.`);
  return moved({ ...base, before: base.place, now, phone, what: "The person got another number or id." });
}

/** The older form of the same. */
function fromUserIdUpdate(item: JsonObject): HubEvent {
  const ids = objectIn(item, "user_id");
  const now = idIn(ids, "current") ?? idIn(item, "user_id") ?? idIn(item, "current_user_id");
  const before = idIn(ids, "previous") ?? idIn(item, "previous_user_id");
  const sentAt = momentOf(memberOf(item, "timestamp"));
  if (now === undefined || before === undefined || sentAt === undefined || now === before)
    return notOurs(item, "It changes a person's id and does not say from what to what, or when.");
  const phone = personIn(item, undefined, { ...MEMBER, user: "" })?.id;
  return moved({ id: digestOf(item), sentAt, before, now, phone, what: "The person got another id." });
}

function moved(change: {
  id: string;
  sentAt: Date;
  before: string;
  now: string;
  phone: string | undefined;
  what: string;
}): UnknownEvent {
  const { id, sentAt, before, now, phone, what } = change;
  const attributes =
    phone !== undefined && phone !== now && /^\d+$/.test(phone) ? { attributes: { phone: `+${phone}` } } : {};
  const actor = { id: now, idBefore: before, ...attributes };
  return { type: "unknown", id, place: now, placeKind: "direct", placeBefore: before, actor, sentAt, reason: what };
}

function fromStatus(item: JsonObject, value: Value): HubEvent {
  const messageId = idIn(item, "id");
  const status = textIn(item, "status") ?? "";
  const known = Object.hasOwn(STATUS, status) ? STATUS[status] : undefined;
  const inGroup = memberOf(item, "recipient_type") === "group";
  const group = inGroup ? idIn(item, "recipient_id") : undefined;
  const base = baseOf({ ...item, group_id: group ?? null }, inGroup ? undefined : personIn(item, value, RECIPIENT));
  const event = { ...base, id: statusKey(item, base.id) };
  if (known === undefined || messageId === undefined)
    return unknown(event, `It is a status of the kind ${quoted(status)}.`);
  const error = objectsIn(item, "errors")
    .map((each) => wordsOf(each))
    .join("; ");
  return { type: "receipt", ...event, messageId, status: known, ...(error !== "" && { error }) };
}

/** In a group we are meant where we are answered or named. */
function isAddressed(item: JsonObject, value: Value, { placeKind }: Base): boolean {
  if (placeKind === "direct") return true;
  const own = digitsOf(textIn(objectIn(value, "metadata"), "display_phone_number"));
  if (own === undefined) return false;
  const answered = digitsOf(idIn(objectIn(item, "context"), "from"));
  return answered === own || (textIn(objectIn(item, "text"), "body")?.includes(`@${own}`) ?? false);
}

function whyUnknown(item: JsonObject): string {
  const errors = objectsIn(item, "errors").map((error) => wordsOf(error));
  const kind = `It is a message of the kind ${quoted(textIn(item, "type") ?? "")}, which we do not carry.`;
  return errors.length > 0 ? `${kind} WhatsApp says: ${errors.join("; ")}` : kind;
}

function unknown(base: Base, reason: string): UnknownEvent {
  const { placeBefore: _moved, ...still } = base;
  return { type: "unknown", ...still, reason };
}

/** Not about a person's chat with this number. */
function notOurs(item: JsonObject, reason: string): UnknownEvent {
  const sentAt = momentOf(memberOf(item, "timestamp")) ?? new Date(0);
  return { type: "unknown", id: digestOf(item), place: "account", placeKind: "direct", sentAt, reason };
}

function quoted(words: string): string {
  return `"${words.slice(0, MOST_QUOTED)}"`;
}
