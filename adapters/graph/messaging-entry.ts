import type { Allowance, Entry } from "../../src/contract/index.ts";
import { idIn, objectIn, textIn, type JsonObject } from "./values.ts";

const HOUR_MS = 3_600_000;
/** What a message, a pressed button, a reaction or a link opened again allows. */
export const WINDOW: Allowance = { forMs: 24 * HOUR_MS };
export const AGENT_MS = 7 * 24 * HOUR_MS;

/** Codes that an entry link of ours carries. */
export const CODE = /^[\w-]{1,64}$/;
const LONGEST_EVIDENCE = 2_000;
const CONTEXT = ["ad_title", "photo_url", "video_url", "post_id", "product_id", "flow_id"] as const;

/** The door that Meta names: m.me/PAGE?ref=CODE, ig.me/m/USER?ref=CODE, or an ad, whose id is Meta's own name for it. */
export function entryOf(referral: JsonObject): Entry {
  const ref = textIn(referral, "ref");
  const adId = idIn(referral, "ad_id");
  const isAd = adId !== undefined || textIn(referral, "source") === "ADS";
  const details = detailsOf(referral);
  return {
    ...(ref !== undefined && CODE.test(ref) && { code: ref }),
    ...(adId !== undefined && { alias: adId }),
    method: isAd ? "ad" : "referral",
    raw: JSON.stringify(referral).slice(0, LONGEST_EVIDENCE).toWellFormed(),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** The circumstances, as text; `source` is Meta's word and means nothing to us. */
function detailsOf(referral: JsonObject): Record<string, string> {
  const context = objectIn(referral, "ads_context_data");
  const given: [string, string | undefined][] = [
    ["source", textIn(referral, "source")],
    ["type", textIn(referral, "type")],
    ["referer_uri", textIn(referral, "referer_uri")],
    ["product_id", idIn(objectIn(referral, "product"), "id")],
    ...CONTEXT.map((name): [string, string | undefined] => [name, textIn(context, name) ?? idIn(context, name)]),
  ];
  return Object.fromEntries(
    given.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.slice(0, LONGEST_EVIDENCE).toWellFormed()]],
    ),
  );
}
