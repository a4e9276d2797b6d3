/**
 * The codes of entry points: nine base-58 characters and one check character. They fit every platform's limit (WeCom's
 * 30 characters are the tightest), need no escaping in a URL, and have no 0/O and I/l to mix up on a poster.
 *
 * The check is ISBN-10's (ISO 2108): a sum weighted 10, 9 ... 1 is zero modulo a prime above the alphabet's size, here
 * 59. Weights differ and so do characters, so no product of two differences can vanish modulo a prime: every wrong
 * character and every swap of two characters, neighbours or not, is found. Where ISBN writes an "X" for the one value
 * that the alphabet lacks, we take the next code.
 */
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const PRIME = 59;
const LENGTH = 10;
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));
const BASE = BigInt(ALPHABET.length);
const COUNT = BASE ** BigInt(LENGTH - 1);
const DIGIT = /[1-9]/;
const LETTER = /[a-z]/i;
/** The alphabet where case is lost. */
const FOLDED = [...new Set(ALPHABET.toLowerCase())];
/** What may be meant as a code: one character too many or too few, a zero among them. */
const TYPED = /^[0-9A-Za-z]{9,11}$/;
const LONGEST_TYPED = 40;
/** What people write between the groups of a code, and around it. */
const APART = /[\s\u2010-\u2015.,!?"'[\]()\u3002\u300A-\u3011-]+/;

/** How many random bytes `newCode` wants: far more than 58^9, so that no code is likelier than another by 2^-75. */
export const CODE_SEED_BYTES = 16;

/** A code in a text: `raw` as it was written, `code` in narrow characters. */
export interface WrittenCode {
  raw: string;
  code: string;
}

/** Makes a code out of random bytes. Each has a digit, so that no word of a language can be one. */
export function newCode(random: Uint8Array): string {
  if (random.length < CODE_SEED_BYTES) throw new RangeError(`A code needs ${CODE_SEED_BYTES} random bytes.`);
  const seed = BigInt(`0x${Buffer.from(random).toString("hex")}`);
  for (let number = seed % COUNT; ; number = (number + 1n) % COUNT) {
    const code = withCheck(inBase58(number));
    if (code && DIGIT.test(code)) return code;
  }
}

/** The code that the text is, whatever its width and the blanks around it; `undefined` when the check character fails. */
export function parseCode(text: string): string | undefined {
  const code = narrow(text).trim();
  return isWhole(code) ? code : undefined;
}

/** Ten letters and digits: worth a look into the table of codes, in the right case or not. */
export function looksLikeCode(text: string): boolean {
  return /^[1-9A-Za-z]{10}$/.test(text);
}

/** Codes written anywhere in a text; ones without a valid check character only where their case alone may be wrong. */
export function codesIn(text: string): WrittenCode[] {
  const found: WrittenCode[] = [];
  for (const match of narrow(text).matchAll(/(?<![A-Za-z0-9])[1-9A-Za-z]{10}(?![A-Za-z0-9])/g)) {
    const code = match[0];
    if (!DIGIT.test(code)) continue;
    if (!isWhole(code) && !LETTER.test(code)) continue;
    found.push({ raw: text.slice(match.index, match.index + LENGTH), code });
  }
  return found;
}

/**
 * The whole text as a code that somebody typed from a poster: blanks and hyphens in between do not matter, and a
 * character may be missing, wrong or too many. `undefined` for what nobody means as a code.
 */
export function typedCode(text: string): WrittenCode | undefined {
  if (text.length > LONGEST_TYPED) return undefined;
  const groups = narrow(text)
    .split(APART)
    .filter((group) => group !== "");
  const code = groups.join("");
  if (groups.some((group) => group.length < 2)) return undefined; // "see you at 9"
  if (!TYPED.test(code) || !/[0-9]/.test(code) || !LETTER.test(code)) return undefined;
  return { raw: text.trim(), code };
}

/**
 * The codes, folded in case, that are one slip away from what was typed: one character wrong, missing or too many, or two
 * neighbours swapped. None for a code whose check character is right: no single slip makes one.
 */
export function oneSlipAway(typed: string): string[] {
  if (isWhole(typed)) return [];
  const text = foldCase(typed);
  const found = new Set<string>();
  const put = (start: number, end: number, character: string) =>
    found.add(text.slice(0, start) + character + text.slice(end));
  for (let at = 0; at <= text.length; at++) {
    if (text.length === LENGTH + 1 && at < text.length) put(at, at + 1, "");
    if (text.length === LENGTH - 1) for (const character of FOLDED) put(at, at, character);
    if (text.length !== LENGTH || at === LENGTH) continue;
    for (const character of FOLDED) put(at, at + 1, character);
    const [one, next] = [text[at], text[at + 1]];
    if (one !== undefined && next !== undefined) put(at, at + 2, next + one);
  }
  found.delete(text);
  return [...found].filter((code) => code.length === LENGTH);
}

/** What two codes that differ in case alone have in common. */
export function foldCase(code: string): string {
  return code.toLowerCase();
}

/** Full-width letters and digits as Chinese and Japanese keyboards write them, one for one, so that places stay. */
function narrow(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

function isWhole(code: string): boolean {
  return code.length === LENGTH && weigh(code) === 0;
}

/** The weighted sum modulo 59; NaN with a character that is none of ours. */
function weigh(characters: string): number {
  let sum = 0;
  for (let i = 0; i < characters.length; i++) sum += (LENGTH - i) * (VALUES.get(characters.charAt(i)) ?? Number.NaN);
  return sum % PRIME;
}

function withCheck(data: string): string | undefined {
  const check = ALPHABET[(PRIME - weigh(data)) % PRIME];
  return check === undefined ? undefined : data + check;
}

function inBase58(number: bigint): string {
  let text = "";
  for (let rest = number; text.length < LENGTH - 1; rest /= BASE) text = ALPHABET.charAt(Number(rest % BASE)) + text;
  return text;
}
