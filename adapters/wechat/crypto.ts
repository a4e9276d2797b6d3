import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { BadPayload, BadSignature } from "../../src/contract/index.ts";

/** WeChat pads to 32 bytes, not to the cipher's own 16. */
const BLOCK = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
/** Sixteen random bytes, four of length, and the account's id at the end. */
const OVERHEAD = RANDOM_BYTES + LENGTH_BYTES;

/** WeChat's signature: SHA-1 over the sorted strings. */
export function signatureOf(...strings: string[]): string {
  return createHash("sha1").update(strings.sort().join("")).digest("hex");
}

/** WeChat's AES mode for one account (消息加解密). */
export interface Cipher {
  /** @throws BadPayload when the key is not the one that WeChat has; BadSignature when it is for another account */
  decrypt(encrypted: string): string;
  /** @param random sixteen random bytes */
  encrypt(text: string, random: Uint8Array): string;
}

/** @param encodingAesKey the console's EncodingAESKey: 43 characters of Base64 without its last "=" */
export function createCipher(encodingAesKey: string, appId: string): Cipher {
  const key = Buffer.from(`${encodingAesKey}=`, "base64");
  const iv = key.subarray(0, 16);
  const owner = Buffer.from(appId);

  function open(encrypted: string): Buffer {
    const decipher = createDecipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
    try {
      return Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]);
    } catch {
      throw unreadable(); // not a multiple of the cipher's block
    }
  }

  return {
    decrypt(encrypted) {
      const plain = unpad(open(encrypted));
      const length = plain.length < OVERHEAD ? -1 : plain.readUInt32BE(RANDOM_BYTES);
      const end = OVERHEAD + length;
      if (length < 0 || end > plain.length) throw unreadable();
      if (!plain.subarray(end).equals(owner))
        throw new BadSignature("The message is encrypted for another AppID than this channel's.");
      return plain.toString("utf8", OVERHEAD, end);
    },
    encrypt(text, random) {
      const message = Buffer.from(text);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(message.length);
      const cipher = createCipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
      const padded = pad(Buffer.concat([random, length, message, owner]));
      return Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
    },
  };
}

/** PKCS #7 with a block of 32 bytes. */
function pad(bytes: Buffer): Buffer {
  const missing = BLOCK - (bytes.length % BLOCK);
  return Buffer.concat([bytes, Buffer.alloc(missing, missing)]);
}

function unpad(bytes: Buffer): Buffer {
  const size = bytes.at(-1) ?? 0;
  const isSound = size >= 1 && size <= BLOCK && bytes.length >= size && bytes.subarray(-size).every((b) => b === size);
  if (!isSound) throw unreadable();
  return bytes.subarray(0, -size);
}

/** The signature was right, so it came from WeChat; only the key can be wrong. */
function unreadable(): BadPayload {
  return new BadPayload(
    "The message cannot be decrypted. Compare the setting encodingAesKey with 设置与开发 → 基本配置 → 消息加解密密钥.",
  );
}
