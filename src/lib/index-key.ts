import { createHash } from "node:crypto";
import { cleanText } from "../contract/index.ts";

/** An index row of PostgreSQL holds 2,704 bytes; in UTF-8 this is at most 2,000. */
const LONGEST = 500;

/**
 * A name from outside as a key in an index: what PostgreSQL cannot keep (a NUL, half a surrogate pair, more than a page)
 * would be refused again and again, and the platform would deliver it for ever.
 */
export function indexKey(name: string): string {
  if (name.length <= LONGEST) return cleanText(name);
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}
