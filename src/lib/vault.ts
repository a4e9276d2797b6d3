import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from "node:crypto";
import { ConfigError } from "../contract/index.ts";

/** Seals secrets with AES-256-GCM; `context` (a row's id) is bound in, so that a sealed value works in its own row alone. */
export interface Vault {
  seal(plain: string, context: string): Buffer;
  /** @throws ConfigError when the key is another or the value was moved or changed. */
  open(sealed: Uint8Array, context: string): string;
  /** A secret for another purpose, from which this one cannot be told. */
  derive(purpose: string): string;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** @param secret the operator's secret, 16 characters or more; the key is derived with scrypt. */
export function createVault(secret: string): Vault {
  const key = scryptSync(secret, "tributary-vault-v1", 32);
  return {
    derive: (purpose) => createHmac("sha256", key).update(purpose).digest("base64url"),
    seal(plain, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const body = 1 + NONCE + TAG;
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 1 + NONCE));
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(1 + NONCE, body));
        return decipher.update(bytes.subarray(body), undefined, "utf8") + decipher.final("utf8");
      } catch (cause) {
        throw new ConfigError(
          "A sealed value cannot be opened: it was sealed with another secret. Set TRIBUTARY_SECRET to the one this " +
            "database was started with (or put its secret.key file back into the data directory).",
          { cause },
        );
      }
    },
  };
}
