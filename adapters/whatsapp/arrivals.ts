import { createHash } from "node:crypto";
import { BadPayload, type Arrival, type Json } from "../../src/contract/index.ts";
import { idIn, isObject, memberOf, objectIn, objectsIn, textIn, type JsonObject } from "../graph/index.ts";
import { digitsOf, ECHOED, personIn, RECIPIENT, SENDER } from "./people.ts";
import { groupPlace } from "./place.ts";

/** What a change lists; each item of these is a thing of its own. */
export const LISTS = ["messages", "statuses", "message_echoes", "user_id_update", "groups", "errors"] as const;
export type List = (typeof LISTS)[number];

/** Everything that a delivery holds, to the last item, each with only what is needed to read it. @throws BadPayload */
export function arrivalsOf(payload: Json): Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const change of changesIn(payload)) {
    for (const single of singles(change)) {
      const arrival = arrivalOf(single);
      if (!arrivals.has(arrival.key)) arrivals.set(arrival.key, arrival);
    }
  }
  return [...arrivals.values()];
}

/** The changes of a delivery, or the one change that an arrival is. @throws BadPayload */
export function changesIn(payload: Json): JsonObject[] {
  if (isObject(payload) && memberOf(payload, "field") !== undefined) return [payload];
  const entries = memberOf(payload, "entry");
  if (!Array.isArray(entries)) throw new BadPayload("The body is no delivery of WhatsApp: it has no entry.");
  const object = memberOf(payload, "object");
  if (object !== "whatsapp_business_account")
    throw new BadPayload('The delivery is not for WhatsApp: its object is not "whatsapp_business_account".');
  return entries.flatMap((entry) => objectsIn(entry, "changes"));
}

/** A change as changes of one item each; one that lists nothing we know stays whole. */
function singles(change: JsonObject): JsonObject[] {
  const value = objectIn(change, "value");
  const found = LISTS.flatMap((list) => objectsIn(value, list).map((item) => single(change, value!, list, item)));
  return found.length > 0 ? found : [change];
}

function single(change: JsonObject, value: JsonObject, list: List, item: JsonObject): JsonObject {
  const contacts = contactsFor(value, item);
  const metadata = memberOf(value, "metadata");
  return {
    field: memberOf(change, "field") ?? null,
    value: { ...(metadata !== undefined && { metadata }), ...(contacts.length > 0 && { contacts }), [list]: [item] },
  };
}

/** Those of the batch's contacts who may be meant; where none is named, all. */
function contactsFor(value: JsonObject, item: JsonObject): JsonObject[] {
  const contacts = objectsIn(value, "contacts");
  if (contacts.length < 2) return contacts;
  const ids = new Set([SENDER, RECIPIENT, ECHOED].flatMap(({ user, phone }) => [idIn(item, user), idIn(item, phone)]));
  ids.delete(undefined);
  const named = contacts.filter((contact) => ids.has(idIn(contact, "user_id")) || ids.has(idIn(contact, "wa_id")));
  return ids.size > 0 ? named : contacts;
}

function arrivalOf(payload: JsonObject): Arrival {
  const value = objectIn(payload, "value");
  for (const list of LISTS) {
    const [item] = objectsIn(value, list);
    if (item) return { key: keyOf(list, item, payload), lane: laneOf(list, item, value), payload };
  }
  return { key: digestOf(payload), lane: "account", payload };
}

/** A redelivery has the same. */
function keyOf(list: List, item: JsonObject, payload: JsonObject): string {
  const id = idIn(item, "id");
  if (id === undefined) return digestOf(payload);
  if (list === "messages") return id;
  if (list === "message_echoes") return `echo:${id}`;
  if (list === "statuses") return statusKey(item, id);
  return digestOf(payload);
}

/** In a group, each member has read it at their own time. */
export function statusKey(item: JsonObject, id: string): string {
  const member = idIn(item, "recipient_participant_user_id") ?? idIn(item, "recipient_participant_id");
  const status = textIn(item, "status")?.slice(0, 40) ?? "";
  return `${id}:${status}${member === undefined ? "" : `:${member}`}`;
}

function laneOf(list: List, item: JsonObject, value: JsonObject | undefined): string {
  const group = idIn(item, "group_id");
  if (group !== undefined) return groupPlace(group);
  // A changed number or id goes before what the person does under the new one.
  const system = objectIn(item, "system");
  const now = idIn(system, "user_id") ?? idIn(system, "wa_id");
  if (now !== undefined) return digitsOf(now) ?? now;
  const names = list === "statuses" ? RECIPIENT : list === "message_echoes" ? ECHOED : SENDER;
  return personIn(item, value, names)?.id ?? "account";
}

/** The identity of what has none. */
export function digestOf(payload: Json): string {
  return createHash("sha256").update(JSON.stringify(payload)).digest("hex").slice(0, 40);
}
