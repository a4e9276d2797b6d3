import type { MessageEvent } from "../contract/index.ts";
import type { RecordedEvent } from "../corridor/index.ts";

/** A person's message that is meant for us; talk among members of a group is not. */
export function isWordToUs(event: RecordedEvent["event"]): event is MessageEvent {
  if (event.type !== "message" || event.actor?.isBot || event.actor?.isSelf) return false;
  return event.addressed || event.placeKind === "direct";
}

/** What it says in words. */
export function textOf(event: MessageEvent): string {
  return event.parts.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}
