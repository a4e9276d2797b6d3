import { createHash, randomBytes } from "node:crypto";

const TOKEN = /^trib_[0-9a-f]{8}_[\w-]{43}$/;
const PREFIX_LENGTH = "trib_".length + 8;

/** `trib_<8 hex>_<256 random bits>`: known by its look (secret scanners find it), named in lists by its first part. */
export function newToken(): string {
  return `trib_${randomBytes(4).toString("hex")}_${randomBytes(32).toString("base64url")}`;
}

export function looksLikeToken(text: string): boolean {
  return TOKEN.test(text);
}

export function prefixOf(token: string): string {
  return token.slice(0, PREFIX_LENGTH);
}

/** 256 random bits, for one-time links and cookies. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Plain SHA-256 is enough: there is nothing to guess in 256 random bits. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
