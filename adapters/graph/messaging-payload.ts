import { BadPayload, type Json } from "../../src/contract/index.ts";
import { idIn, isObject, memberOf, momentOf, objectIn, textIn, type JsonObject } from "./values.ts";

/** Where an entry keeps what happened: to us, to another app that has the conversation, or on the page itself. */
const LISTS = ["messaging", "standby", "changes"] as const;
export type ListName = (typeof LISTS)[number];

/** One thing that happened, with the envelope it came in. */
export interface Item {
  /** "page" or "instagram". */
  object: string;
  /** The page's or Instagram account's id; empty where the entry names none. */
  account: string;
  /** `other`: an entry without anything that we know. */
  list: ListName | "other";
  value: Json;
  time: Json | undefined;
}

/** What the hub wrote beside an item when it came, since `decode` may ask nobody. */
export interface Noted {
  /** How the platform's profile names the person. */
  person?: { name?: string; username?: string; locale?: string };
  /** The echo is of a message that this hub sent. */
  own?: true;
  /** Messages of ours that a watermark covers. */
  covered?: string[];
}

/**
 * Everything in a delivery, to its last item: Meta puts up to 1,000 into one.
 * @throws BadPayload when it is no delivery
 */
export function itemsOf(body: Json): Item[] {
  const object = memberOf(body, "object");
  const entries = memberOf(body, "entry");
  if (typeof object !== "string" || !Array.isArray(entries))
    throw new BadPayload("The body is no delivery of Meta's: it needs the text `object` and the list `entry`.");
  return entries.flatMap((entry) => itemsOfEntry(object, entry));
}

function itemsOfEntry(object: string, entry: Json): Item[] {
  const envelope = { object, account: idIn(entry, "id") ?? "", time: memberOf(entry, "time") };
  const items = LISTS.flatMap((list) => {
    const values = memberOf(entry, list);
    return Array.isArray(values) ? values.map((value) => told({ ...envelope, list, value })) : [];
  });
  // An empty list is an empty batch; an entry without any list is of a kind that we do not know.
  const isKnown = LISTS.some((list) => Array.isArray(memberOf(entry, list)));
  return isKnown ? items : [{ ...envelope, list: "other", value: entry }];
}

/** Some of Instagram's deliveries bring messages as changes of a field; they say the same. */
function told(item: Item): Item {
  const value = objectIn(item.value, "value");
  const isMessaging = item.list === "changes" && /^messag/.test(textIn(item.value, "field") ?? "");
  return isMessaging && objectIn(value, "sender") && value ? { ...item, list: "messaging", value } : item;
}

/** The item as a delivery of its own, in Meta's shape, so that one reader reads both. */
export function alone({ object, account, list, value, time }: Item, noted: Noted): Json {
  const known = { id: account, ...(time !== undefined && { time }) };
  const entry: Json = list === "other" ? value : { ...known, [list]: [value] };
  return { object, entry: [entry], ...(Object.keys(noted).length > 0 && { noted: noted as Json }) };
}

export function notedIn(payload: Json): JsonObject {
  return objectIn(payload, "noted") ?? {};
}

/** Whether the page or account itself did it: an echo, its own reaction. */
export function isByAccount({ value, account }: Pick<Item, "value" | "account">): boolean {
  return senderOf(value) === account || memberOf(objectIn(value, "message"), "is_echo") === true;
}

/** The person whom it is about: who is not the page. */
export function personIn(item: Pick<Item, "value" | "account">): string | undefined {
  return isByAccount(item) ? idIn(objectIn(item.value, "recipient"), "id") : senderOf(item.value);
}

function senderOf(value: Json): string | undefined {
  return idIn(objectIn(value, "sender"), "id");
}

/** Meta's moment of the item, else of the delivery. */
export function momentOfItem({ value, time }: Pick<Item, "value" | "time">): Date {
  return momentOf(memberOf(value, "timestamp")) ?? momentOf(time) ?? new Date(0);
}

/** The first field that tells what an item is; its name is written by others too. */
export function kindOf(value: Json): string {
  const envelope = new Set(["sender", "recipient", "timestamp", "id", "time", "field", "value", "uid"]);
  const key = isObject(value) ? Object.keys(value).find((name) => !envelope.has(name)) : undefined;
  return plainName(key ?? "nothing");
}

export function plainName(name: string): string {
  return name.replaceAll(/[^\w-]/g, "?").slice(0, 64);
}
