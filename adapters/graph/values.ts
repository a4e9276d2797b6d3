import type { Json } from "../../src/contract/index.ts";

const LONGEST_ID = 512;
/** Seconds stay below this until the year 5138; milliseconds have been above it since 1973. */
const LEAST_MS = 100_000_000_000;
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

export type JsonObject = { [key: string]: Json | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own member that is an object; nothing inherited, whatever the key. */
export function objectIn(value: Json | undefined, key: string): JsonObject | undefined {
  const inner = memberOf(value, key);
  return isObject(inner) ? inner : undefined;
}

/** An own member's items that are objects. */
export function objectsIn(value: Json | undefined, key: string): JsonObject[] {
  const inner = memberOf(value, key);
  return Array.isArray(inner) ? inner.filter(isObject) : [];
}

/** An own member that is text and not empty. */
export function textIn(value: Json | undefined, key: string): string | undefined {
  const inner = memberOf(value, key);
  return typeof inner === "string" && inner !== "" ? inner : undefined;
}

/** An own member that is a finite number. */
export function numberIn(value: Json | undefined, key: string): number | undefined {
  const inner = memberOf(value, key);
  return typeof inner === "number" && Number.isFinite(inner) ? inner : undefined;
}

/** An own member as an id: text, or a whole number that JSON did not round. */
export function idIn(value: Json | undefined, key: string): string | undefined {
  return idOf(memberOf(value, key));
}

export function idOf(value: Json | undefined): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_ID ? value : undefined;
}

/** Meta writes times as numbers or text, in seconds or milliseconds. `undefined` for what is no moment. */
export function momentOf(value: Json | undefined): Date | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || number <= 0) return undefined;
  const ms = number < LEAST_MS ? number * 1_000 : number;
  return ms <= LAST_MS ? new Date(Math.round(ms)) : undefined;
}

export function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
