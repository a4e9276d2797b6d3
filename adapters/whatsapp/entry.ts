import { cleanText, type Allowance, type Entry } from "../../src/contract/index.ts";
import { idIn, objectIn, textIn, type JsonObject } from "../graph/index.ts";

const HOUR_MS = 3_600_000;
/** After a message of theirs. */
export const WINDOW: Allowance = { forMs: 24 * HOUR_MS };
/** After a click on an ad or a post that leads to WhatsApp. */
const AD_WINDOW: Allowance = { forMs: 72 * HOUR_MS };
const LONGEST_RAW = 2_000;

/** The ad or post that a first message came through; our code does not travel with it, the ad's id does. */
export function entryIn(message: JsonObject): { entry?: Entry; allows?: Allowance } {
  const referral = objectIn(message, "referral");
  if (!referral) return {};
  const alias = idIn(referral, "source_id");
  const details = detailsOf(referral);
  const entry: Entry = {
    ...(alias !== undefined && { alias }),
    method: textIn(referral, "source_type") === "post" ? "referral" : "ad",
    raw: cleanText(JSON.stringify(referral).slice(0, LONGEST_RAW)),
    ...(Object.keys(details).length > 0 && { details }),
  };
  return { entry, allows: AD_WINDOW };
}

/** What WhatsApp says of the ad, `ctwa_clid` above all: it is given back to Meta when the click led to something. */
function detailsOf(referral: JsonObject): Record<string, string> {
  const texts = Object.keys(referral)
    .filter((name) => /^[a-z]\w{0,40}$/.test(name))
    .slice(0, 30)
    .flatMap((name) => {
      const text = textIn(referral, name);
      return text === undefined ? [] : [[name, text.slice(0, LONGEST_RAW)]];
    });
  return Object.fromEntries(texts) as Record<string, string>;
}
