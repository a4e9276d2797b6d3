import type { Actor, Json } from "../../src/contract/index.ts";
import { idIn, objectIn, objectsIn, textIn, type JsonObject } from "../graph/index.ts";

/**
 * A person as WhatsApp names them: by an id for this business ("US.1349...") since 2026, by their number before and
 * beside it. The id comes first, since people may hide their number.
 */
export interface Person {
  id: string;
  /** Their number, where it is not the id. */
  phone?: string;
  actor: Actor;
}

/** Under which names an item holds a person. */
interface Names {
  user: string;
  phone: string;
}

export const SENDER: Names = { user: "from_user_id", phone: "from" };
export const RECIPIENT: Names = { user: "recipient_user_id", phone: "recipient_id" };
export const ECHOED: Names = { user: "to_user_id", phone: "to" };
export const MEMBER: Names = { user: "user_id", phone: "wa_id" };

/** Whom an item is from or for; the contacts beside it say more. */
export function personIn(item: JsonObject, value: Json | undefined, names: Names): Person | undefined {
  const contact = contactOf(item, value, names);
  const userId = idIn(item, names.user) ?? idIn(contact, "user_id");
  const phone = digitsOf(idIn(item, names.phone) ?? idIn(contact, "wa_id"));
  const id = userId ?? phone;
  if (id === undefined) return undefined;
  const hidden = userId === undefined || phone === undefined || userId === phone;
  return { id, ...(!hidden && { phone }), actor: actorOf(id, phone, contact, !hidden) };
}

/** The contact of this item among those of its batch. */
function contactOf(item: JsonObject, value: Json | undefined, names: Names): JsonObject | undefined {
  const contacts = objectsIn(value, "contacts");
  const userId = idIn(item, names.user);
  const phone = idIn(item, names.phone);
  const own = contacts.find(
    (contact) =>
      (userId !== undefined && idIn(contact, "user_id") === userId) ||
      (phone !== undefined && idIn(contact, "wa_id") === phone),
  );
  return own ?? (contacts.length === 1 && isSilent(contacts[0], userId, phone) ? contacts[0] : undefined);
}

/** The only contact there is speaks for the item where it does not say otherwise. */
function isSilent(contact: JsonObject | undefined, userId: string | undefined, phone: string | undefined): boolean {
  const other = idIn(contact, "user_id");
  const number = idIn(contact, "wa_id");
  return (userId === undefined || other === undefined) && (phone === undefined || number === undefined);
}

function actorOf(id: string, phone: string | undefined, contact: JsonObject | undefined, moved: boolean): Actor {
  const profile = objectIn(contact, "profile");
  const name = textIn(profile, "name");
  const username = textIn(profile, "username");
  const parent = idIn(contact, "parent_user_id");
  const attributes = {
    ...(phone !== undefined && /^\d+$/.test(phone) && { phone: `+${phone}` }),
    ...(parent !== undefined && { parentUserId: parent }),
  };
  return {
    id,
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    ...(moved && phone !== undefined && { idBefore: phone }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/** A number as its digits; anything else as it is. */
export function digitsOf(phone: string | undefined): string | undefined {
  if (phone === undefined || !/^\+?[\d ()-]+$/.test(phone)) return phone;
  return phone.replace(/\D/g, "") || undefined;
}
