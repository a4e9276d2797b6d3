import { ChannelError } from "../../src/contract/index.ts";

const GROUP = "group:";

/** A person's place is their id. */
export function groupPlace(groupId: string): string {
  return `${GROUP}${groupId}`;
}

/**
 * Whom a message goes to. Numbers stand in `to`; ids for this business only in `recipient`: in `to` WhatsApp would take
 * them for numbers, answer with success, and deliver to nobody.
 */
export function addressOf(place: string): Record<string, string> {
  if (place.startsWith(GROUP) && place.length > GROUP.length)
    return { recipient_type: "group", to: place.slice(GROUP.length) };
  if (/^\d{5,20}$/.test(place)) return { recipient_type: "individual", to: place };
  if (/^[A-Z]{2}\.[A-Za-z0-9.]{1,160}$/.test(place)) return { recipient_type: "individual", recipient: place };
  throw new ChannelError("refused", "This is not a place on WhatsApp.");
}
