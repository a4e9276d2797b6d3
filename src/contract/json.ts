import { BadPayload } from "./errors.ts";

/** Any value JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

const MAX_DEPTH = 64;

/**
 * Parses bytes that came from outside.
 * @throws BadPayload when they are not JSON, or nested deeper than 64 levels (deeper values break recursive code).
 */
export function parseJson(bytes: Uint8Array | string): Json {
  const text =
    typeof bytes === "string" ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (deeperThan(text, MAX_DEPTH)) throw new BadPayload(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new BadPayload("The body is not valid JSON.");
  }
}

/** True for text that JSON nests deeper than `limit`; brackets inside strings do not count. */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c)
        i++; // a backslash hides the next character
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > limit) return true;
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return false;
}

/**
 * Text that PostgreSQL can store: no NUL, no half of a surrogate pair (both become U+FFFD).
 * Platforms deliver such text, and an insert that fails would make them deliver it for ever.
 */
export function cleanText(text: string): string {
  return text.isWellFormed() && !text.includes("\0") ? text : text.toWellFormed().replaceAll(/\u0000/g, "\uFFFD");
}

/** `cleanText` through a whole value, keys included. */
export function cleanJson<T>(value: T): T {
  if (typeof value === "string") return cleanText(value) as T;
  if (Array.isArray(value)) return value.map(cleanJson) as T;
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanJson(inner)])) as T;
}
