import { createHash } from "node:crypto";

/** SHA-256 in small hexadecimal digits, as all the platforms want it. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** An address as it is hashed: without space around it, in small letters. `undefined` for what is none. */
export function normalEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? email : undefined;
}

/** Google's own rule besides: dots before @gmail.com do not count. */
export function googleEmail(email: string): string {
  const [name = "", host = ""] = email.split("@");
  return /^(gmail|googlemail)\.com$/.test(host) ? `${name.replaceAll(".", "")}@${host}` : email;
}

/** A number in E.164. Without its country nobody can know it again, so that it is `undefined`. */
export function e164(text: string): string | undefined {
  const bare = text.normalize("NFKC").replace(/[\s().\-/]/g, "");
  const digits = /^(?:\+|00)([1-9]\d{6,14})$/.exec(bare)?.[1];
  return digits && `+${digits}`;
}
