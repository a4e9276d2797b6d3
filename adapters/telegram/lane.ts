import type { Json } from "../../src/contract/index.ts";

type JsonObject = { [key: string]: Json | undefined };

/** Where there is neither chat nor person (a poll's state). */
const NOWHERE = "nowhere";

/**
 * What must stay in order: the chat, else the person. This runs for each of thousands of updates a second,
 * so it looks and does not check; `decode` checks.
 */
export function laneOf(update: JsonObject): string {
  for (const key in update) {
    const value = update[key];
    if (!isObject(value)) continue;
    const message = isObject(value.message) ? value.message : undefined;
    const found = idOf(value.chat) ?? idOf(message?.chat) ?? idOf(value.from) ?? idOf(value.user);
    if (found) return found;
  }
  return NOWHERE;
}

function idOf(value: Json | undefined): string | undefined {
  return isObject(value) && Number.isSafeInteger(value.id) ? String(value.id as number) : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
