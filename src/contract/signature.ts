import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "./adapter.ts";

/** The header's one value; `undefined` when it is missing, empty or doubled, which no honest platform sends. */
export function header(request: WebhookRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Compares in constant time, whatever the lengths. `undefined` never matches. */
export function sameSecret(given: string | undefined, expected: string): boolean {
  if (given === undefined || expected === "") return false;
  return timingSafeEqual(digest(given), digest(expected));
}

/** HMAC-SHA256 of the exact bytes. */
export function hmacSha256(secret: string, ...chunks: (string | Uint8Array)[]): Buffer {
  const hmac = createHmac("sha256", secret);
  for (const chunk of chunks) hmac.update(chunk);
  return hmac.digest();
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
