import type { Entry } from "../../src/contract/index.ts";

/** What the page tells of the visit. */
export interface PageView {
  page?: string;
  referrer?: string;
  entry?: string;
  /** Campaign parameters that the page remembered from an earlier address. */
  utm?: Record<string, string>;
  consent?: boolean;
}

const CLICK_IDS = ["gclid", "gbraid", "wbraid", "fbclid", "ttclid", "msclkid", "twclid", "li_fat_id"];
const CAMPAIGN = new RegExp(`^(utm_[a-z_]{1,20}|${CLICK_IDS.join("|")})$`);
const CODE = /^[\w-]{1,64}$/;
/** Names of parameters that carry secrets or people; the rest of the address is evidence, these are not. */
const SECRET_NAME =
  /token|secret|passw|pwd|session|^sid$|auth|key|^code$|otp|^pin$|sig(nature)?$|hash|jwt|nonce|state|ticket|mail|phone|^tel$|user|name/i;
/** Values that look like a secret or an address of somebody, whatever their name. */
const SECRET_VALUE = /@|^eyJ|[\w+/=-]{33,}/;
const LONGEST_DETAIL = 300;
const MOST_DETAILS = 20;

/** Through which door somebody came, as far as the page tells. An address that cannot be read is no reason to stay silent. */
export function entryOf(view: PageView): Entry {
  const page = webAddress(view.page);
  const code = [page?.searchParams.get("e"), view.entry].find((given) => typeof given === "string" && CODE.test(given));
  return {
    method: "page",
    raw: page ? cleanAddress(page) : "",
    ...(code && { code }),
    details: detailsOf(view, page),
  };
}

/** Whether this page view tells of a door: a code, a campaign, or a link on another website. */
export function tellsSomething(entry: Entry, view: PageView): boolean {
  if (entry.code !== undefined) return true;
  if (Object.keys(entry.details ?? {}).some((name) => CAMPAIGN.test(name))) return true;
  const referrer = webAddress(view.referrer);
  return referrer !== undefined && referrer.origin !== webAddress(view.page)?.origin;
}

function detailsOf({ utm = {}, referrer, consent }: PageView, page: URL | undefined): Record<string, string> {
  const campaign = [...Object.entries(utm), ...(page?.searchParams ?? [])].filter(
    ([name, value]) => CAMPAIGN.test(name) && value !== "" && !value.includes("@"),
  );
  const from = webAddress(referrer);
  const facts: [string, string | undefined][] = [
    ["referrer", from && `${from.origin}${from.pathname}`],
    ["landing", page?.pathname],
    ["consent", consent === undefined ? undefined : String(consent)],
  ];
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  const all = [...known, ...campaign.slice(0, MOST_DETAILS)];
  return Object.fromEntries(all.map(([name, value]) => [name, value.slice(0, LONGEST_DETAIL).toWellFormed()]));
}

/** The address without fragment, user, password and what looks like a secret. */
function cleanAddress(page: URL): string {
  const clean = new URL(`${page.origin}${page.pathname}`);
  for (const [name, value] of page.searchParams) {
    const isKnown = name === "e" || CAMPAIGN.test(name);
    if (isKnown ? !value.includes("@") : !SECRET_NAME.test(name) && !SECRET_VALUE.test(value))
      clean.searchParams.append(name, value);
  }
  return clean.href.slice(0, 2_000);
}

function webAddress(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}
