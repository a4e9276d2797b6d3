/** What must not be invented: numbers with what they count, sums of money, links, addresses. */
export interface Facts {
  numbers: ReadonlySet<string>;
  /** A number and what follows it: "30 day", "30 天". */
  counted: ReadonlySet<string>;
  /** A number with its currency: "20 eur". */
  money: ReadonlySet<string>;
  /** Links, host names and e-mail addresses. */
  links: ReadonlySet<string>;
}

const NUMBER = /\d+(?:[.,:/-]\d+)*(?:\s?[%‰])?/gu;
const THOUSANDS = /(?<=\d),(?=\d{3}(?!\d))/gu;
const NEXT_WORD = /^[\s-]*(?:(\p{Script=Han})|([\p{L}]+))/u;
/** Numbers written in Chinese characters; "一" alone is a word like any other. */
const HAN_NUMBER = /[零〇一二两三四五六七八九十百千万亿半几]+/gu;
const CURRENCIES: Readonly<Record<string, string>> = {
  ...{ "€": "eur", eur: "eur", euro: "eur", euros: "eur", 欧: "eur" },
  ...{ $: "usd", usd: "usd", dollar: "usd", dollars: "usd", 美: "usd" },
  ...{ "£": "gbp", gbp: "gbp", pound: "gbp", pounds: "gbp", 英: "gbp" },
  ...{ "¥": "cny", cny: "cny", rmb: "cny", yuan: "cny", 元: "cny", 块: "cny" },
  ...{ chf: "chf", jpy: "jpy", hkd: "hkd", krw: "krw", inr: "inr", "₹": "inr", "₩": "krw" },
};
const BEFORE = /([€$£¥₹₩]|\b(?:eur|usd|gbp|cny|rmb|chf|jpy|hkd|krw|inr))\s?$/u;
const AFTER = /^\s?(?:([€$£¥₹₩元块欧美英])|(eur|euros?|usd|dollars?|gbp|pounds?|cny|rmb|yuan|chf|jpy|hkd|krw|inr)\b)/u;
const ADDRESS =
  /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+|\b(?:https?|ftp|mailto|tel|javascript|data|tg|weixin|whatsapp):[^\s"'<>（）()，。]*|(?<![\p{L}\p{N}@])(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:[/?#][^\s"'<>（）()，。]*)?|(?<![\p{L}\p{N}])\d{1,3}(?:\.\d{1,3}){3}(?!\d)/gu;
/** "e.g." and "a.m." look like host names and are none. */
const NO_HOST = /^(?:e\.g|i\.e|a\.m|p\.m|u\.s|vs|etc)\.?$/u;

export function factsIn(text: string): Facts {
  const folded = foldedForFacts(text);
  const numbers = new Set<string>();
  const counted = new Set<string>();
  const money = new Set<string>();
  for (const { 0: raw, index } of folded.matchAll(NUMBER)) {
    const number = raw.replace(/\s/gu, "");
    const [before, after] = [folded.slice(0, index), folded.slice(index + raw.length)];
    numbers.add(number);
    const currency = BEFORE.exec(before)?.[1] ?? AFTER.exec(after)?.slice(1).find(Boolean);
    if (currency !== undefined) money.add(`${number} ${CURRENCIES[currency] ?? currency}`);
    const next = NEXT_WORD.exec(after);
    if (next) counted.add(`${number} ${unitOf(next[1] ?? next[2]!)}`);
  }
  for (const { 0: number, index } of folded.matchAll(HAN_NUMBER)) {
    if (number === "一") continue;
    numbers.add(number);
    const next = /^\s?\p{Script=Han}/u.exec(folded.slice(index + number.length))?.[0].trim();
    if (next !== undefined) counted.add(`${number} ${next}`);
  }
  const links = new Set(
    (folded.match(ADDRESS) ?? []).map(bareLink).filter((link) => link !== "" && !NO_HOST.test(link)),
  );
  return { numbers, counted, money, links };
}

/** The hosts that links lead to. */
export function hostsIn(text: string): string[] {
  return [...factsIn(text).links].map((link) =>
    link
      .replace(/^[a-z]+:(?:\/\/)?/u, "")
      .replace(/^[^/@]*@/u, "")
      .replace(/[/?#:].*$/u, ""),
  );
}

/** Full-width forms, and the Chinese full stops that browsers take for points. */
function foldedForFacts(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/(?<=[a-z\d])[。｡](?=[a-z]{2,}\b)/gu, ".")
    .replace(THOUSANDS, "");
}

/** "days" counts what "day" does. */
function unitOf(word: string): string {
  return word.replace(/(?<=\p{L}{2})s$/u, "");
}

function bareLink(link: string): string {
  return link.replace(/[.,;:!?'"]+$/u, "").replace(/\/$/u, "");
}
