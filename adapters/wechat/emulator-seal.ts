import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

// WeChat's side of signatures and of AES mode, written apart from the adapter's, so that the two can disagree.

export interface Seal {
  token: string;
  appId: string;
  encodingAesKey: string;
}

export function sha1(...strings: string[]): string {
  const sorted = [...strings].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const hash = createHash("sha1");
  for (const each of sorted) hash.update(each);
  return hash.digest("hex");
}

function keyOf({ encodingAesKey }: Seal): Buffer {
  return Buffer.from(`${encodingAesKey}=`, "base64");
}

export function seal(text: string, given: Seal, random = randomBytes(16)): string {
  const body = Buffer.from(text, "utf8");
  const plain = Buffer.alloc(16 + 4 + body.length + given.appId.length);
  random.copy(plain, 0);
  plain.writeInt32BE(body.length, 16);
  body.copy(plain, 20);
  plain.write(given.appId, 20 + body.length, "latin1");
  const padding = 32 - (plain.length % 32);
  const key = keyOf(given);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.from(new Array<number>(padding).fill(padding))]);
  return cipher.update(padded, undefined, "base64") + cipher.final("base64");
}

/** @throws Error when it is not sealed for this account */
export function unseal(encrypted: string, given: Seal): string {
  const key = keyOf(given);
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16));
  decipher.setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(Buffer.from(encrypted, "base64")), decipher.final()]);
  const plain = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  const length = plain.readInt32BE(16);
  if (plain.subarray(20 + length).toString("latin1") !== given.appId)
    throw new Error("The reply is for another AppID.");
  return plain.subarray(20, 20 + length).toString("utf8");
}
