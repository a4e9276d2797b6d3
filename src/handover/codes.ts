import { createHash, randomBytes } from "node:crypto";

/** Crockford's: no letter that looks like a digit. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 10;
/** Alone, or behind the word by which platforms start a bot. */
const CODE = /^\s*(?:\/start\s+)?([0-9A-HJKMNP-TV-Z]{5})-?([0-9A-HJKMNP-TV-Z]{5})\s*$/i;

/** Fifty random bits, to be typed: "7K3M9-QXT2B". */
export function newPlaceCode(): string {
  const chars = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % 32]!).join("");
  return `${chars.slice(0, 5)}-${chars.slice(5)}`;
}

/** The hash of the code that the text is, if it is one. */
export function placeCodeIn(text: string): string | undefined {
  const found = CODE.exec(text);
  return found ? hashOf(found[1]! + found[2]!) : undefined;
}

function hashOf(code: string): string {
  return createHash("sha256").update(code.toUpperCase()).digest("hex");
}
