import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** How Standard Webhooks writes a secret. @param random 24 to 64 bytes */
export function secretOf(random: Uint8Array): string {
  return PREFIX + Buffer.from(random).toString("base64");
}

/** The headers that prove who sent it and when: HMAC-SHA256 over id, second and body. */
export function signedHeaders(
  secret: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
