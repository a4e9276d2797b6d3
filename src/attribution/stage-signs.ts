import type { Part } from "../contract/index.ts";

/** Longer texts are read so far. */
const LOOKED_AT = 4_000;

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}(?![\w-])/i;
/** With its country's number, or a Chinese mobile. */
const PHONE = /(?<![\d+])\+[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)|(?<![\d.])1[3-9]\d(?:[ -]?\d{4}){2}(?![\d.])/;
/** Other numbers may be an order's or a price: a word must say what they are. */
const CALLED =
  /(?:phone|mobile|cell|call me|tel\b|whatsapp|电话|電話|手机|手機|号码|號碼)[^\d\n]{0,20}\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\d)/i;
const WECHAT =
  /(?:wechat|weixin|微信|vx|v信)(?:\s*(?:id|号|號))?(?:\s*(?:is|是))?\s*[:：]?\s*[a-z][\w-]{5,19}(?![\w-])/i;

/** Did they say how to reach them: a telephone number, an e-mail address, a name on WeChat, a contact's card? */
export function givesContact(parts: readonly Part[]): boolean {
  return parts.some((part) => {
    if (part.type === "contact") return true;
    return part.type === "text" && [EMAIL, PHONE, CALLED, WECHAT].some((sign) => sign.test(ascii(part.text)));
  });
}

/**
 * Makes a test for any of the words. A word of Latin letters must stand by itself; Chinese has no blanks to ask for. Case
 * and width do not matter.
 */
export function wordTest(words: readonly string[]): (text: string) => boolean {
  const patterns = words.map((word) => ascii(word).trim().toLowerCase()).filter((word) => word !== "");
  if (patterns.length === 0) return () => false;
  const one = patterns.map((word) => {
    const plain = word.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&").replaceAll(/\s+/g, "\\s+");
    const open = /^[\p{Script=Latin}\d]/u.test(word) ? "(?<![\\p{Script=Latin}\\d])" : "";
    return open + plain + (/[\p{Script=Latin}\d]$/u.test(word) ? "(?![\\p{Script=Latin}\\d])" : "");
  });
  const any = new RegExp(one.map((each) => `(?:${each})`).join("|"), "iu");
  return (text) => any.test(ascii(text));
}

/** Full-width signs as the narrow ones. */
function ascii(text: string): string {
  return text.slice(0, LOOKED_AT).normalize("NFKC");
}
