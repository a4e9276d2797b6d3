import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { Overloaded } from "../contract/index.ts";

/** What one hash costs: 2 ** logN * r * 128 bytes of memory, p times. */
export interface HashCost {
  logN: number;
  r: number;
  p: number;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for a person who has no password, or is not there. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** The hash was made with other parameters than today's. */
  isStale(hash: string): boolean;
}

/** One of the parameter sets that OWASP counts as equal; 32 MB each, so that a few at a time do no harm. */
const COST: HashCost = { logN: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Hashing shares four threads with files and name look-ups: half of them stay free. */
const AT_ONCE = 2;
const MOST_WAITING = 30;
const FORM = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

export function createPasswords(cost: HashCost = COST): Passwords {
  const inTurn = createTurns();
  const parameters = `scrypt$${cost.logN}$${cost.r}$${cost.p}$`;

  const hash = async (password: string) => {
    const salt = randomBytes(SALT_BYTES);
    const key = await inTurn(() => derive(password, salt, cost));
    return `${parameters}${salt.toString("base64url")}$${key.toString("base64url")}`;
  };
  const nobodys = `${parameters}${randomBytes(SALT_BYTES).toString("base64url")}$${randomBytes(KEY_BYTES).toString("base64url")}`;

  return {
    hash,
    async verify(password, stored) {
      const [, logN, r, p, salt, key] = FORM.exec(stored ?? nobodys) ?? FORM.exec(nobodys)!;
      const given = { logN: Number(logN), r: Number(r), p: Number(p) };
      const derived = await inTurn(() => derive(password, Buffer.from(salt!, "base64url"), given));
      return timingSafeEqual(derived, Buffer.from(key!, "base64url")) && stored !== null;
    },
    isStale: (stored) => !stored.startsWith(parameters),
  };
}

/** The same characters, however the keyboard composes them. */
function derive(password: string, salt: Buffer, { logN, r, p }: HashCost): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r };
  return new Promise((resolve, reject) =>
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}

/** A few at a time; the rest waits, and too many are sent away: guessing must not take the hub's memory. */
function createTurns() {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new Overloaded("Too many people sign in at once. Try again.", 2_000);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}

/** What is wrong with a new password. */
export type PasswordFault = "short" | "long" | "simple" | "personal";

const SHORTEST = 12;
const LONGEST = 200;
const FEWEST_CHARACTERS = 5;
/** Words that make a password one of those which are tried first, whatever digits stand around them. */
const COMMON =
  /^(passwo?r[dt]|qwerty(uiop)?|qwertz|letmein|welcome|admin(istrator)?|tributary|iloveyou|abc(def(gh)?)?|woaini|changeme|secret)*$/;

/** @param about what the person is called and reached by: part of no good password. */
export function passwordFault(password: string, about: readonly string[]): PasswordFault | undefined {
  const characters = [...password.normalize("NFKC")];
  if (characters.length < SHORTEST) return "short";
  if (characters.length > LONGEST) return "long";
  const plain = password.normalize("NFKC").toLowerCase();
  if (new Set(characters).size < FEWEST_CHARACTERS) return "simple";
  if (COMMON.test(plain.replaceAll(/[\d\p{P}\p{S}\s]/gu, ""))) return "simple";
  const own = about.flatMap((text) => [text, text.split("@")[0]!]).map((text) => text.toLowerCase());
  return own.some((text) => text.length >= 4 && leftover(plain, text) < FEWEST_CHARACTERS + 1) ? "personal" : undefined;
}

/** How many characters remain when a word is taken out. */
function leftover(text: string, word: string): number {
  return text.replaceAll(word, "").length;
}

/** The fault in words, for the API; pages have their own in both languages. */
export const PASSWORD_FAULTS: Readonly<Record<PasswordFault, string>> = {
  short: `Take at least ${SHORTEST} characters; a few words are easy to remember.`,
  long: `Take at most ${LONGEST} characters.`,
  simple: "This is among the first that are tried. Take a few words that do not belong together.",
  personal: "It is little more than your name or address. Take a few words that do not belong together.",
};
