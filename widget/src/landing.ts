import { parseUrl } from "./address.ts";
import { readJson, type Keep } from "./keep.ts";

/** The door that the visitor came through, as the hub takes it with a session. */
export interface Landing {
  /** One for each visit, so that a reload is no second one. */
  pageId: string;
  page: string;
  referrer?: string;
  entry?: string;
}

const TELLING = /^(e|utm_[a-z_]{1,20}|gclid|gbraid|wbraid|fbclid|ttclid|msclkid|twclid|li_fat_id)$/;

interface Seen {
  /** The page's address. */
  address: string;
  referrer: string;
  newId(): string;
}

/**
 * The page through which this tab came in: its first page, or a later one that names a door itself. It is kept until the
 * chat begins, which may be many pages later.
 */
export function landingOf(keep: Keep, { address, referrer, newId }: Seen): Landing {
  const page = essenceOf(address);
  const before = readLanding(keep.get("landing"));
  const url = parseUrl(page);
  const isNews = url !== undefined && url.search !== "" && before?.page !== page;
  if (before && !isNews) return before;
  const from = parseUrl(referrer)?.origin === url?.origin ? undefined : essenceOf(referrer);
  const entry = url?.searchParams.get("e");
  const landing: Landing = {
    pageId: newId(),
    page,
    ...(from && { referrer: from }),
    ...(entry && { entry: entry.slice(0, 200) }),
  };
  keep.set("landing", JSON.stringify(landing));
  return landing;
}

/** The address with nothing behind the path but what tells of a door: the rest is the website's own business. */
function essenceOf(address: string): string {
  const url = parseUrl(address);
  if (!url || !/^https?:$/.test(url.protocol)) return "";
  const { origin, pathname, searchParams } = url;
  const clean = new URL(pathname, origin);
  for (const [name, value] of searchParams)
    if (TELLING.test(name) && value !== "") clean.searchParams.append(name, value);
  return clean.href.slice(0, 4_000);
}

function readLanding(text: string | undefined): Landing | undefined {
  const value = readJson(text) as Partial<Landing> | undefined;
  return typeof value?.pageId === "string" && typeof value.page === "string" ? (value as Landing) : undefined;
}
