import { ChannelError, type AdapterTools, type EntryLink } from "../../src/contract/index.ts";
import { memberOf, textIn, type GraphClient, type JsonObject } from "../graph/index.ts";
import { digitsOf } from "./people.ts";
import type { Settings } from "./settings.ts";

const DAY_MS = 86_400_000;

/** What concerns the channel's own number: the links that lead to it, and whom WhatsApp calls about it. */
export function createNumber(client: GraphClient, settings: Settings, { cache }: AdapterTools) {
  const { phoneNumberId, accountId, verifyToken, prefill } = settings;

  /** The code is in a text that the person sends: nothing else travels through wa.me. */
  async function entryLink(code: string, signal: AbortSignal): Promise<EntryLink> {
    if (!/^[\w-]{1,64}$/.test(code))
      throw new ChannelError("refused", "A code on WhatsApp is 1 to 64 characters of A-Z a-z 0-9 _ -.");
    const text = prefill.replace("{code}", () => code);
    const number = digitsOf(settings.phoneNumber) ?? (await cache.once("number", DAY_MS, () => askNumber(signal)));
    return { url: `https://wa.me/${number}?text=${encodeURIComponent(text)}` };
  }

  async function askNumber(signal: AbortSignal): Promise<string> {
    const query = { fields: "display_phone_number" };
    const answer = await client.call<JsonObject>("GET", phoneNumberId, { query }, signal);
    const number = digitsOf(textIn(answer, "display_phone_number"));
    if (number !== undefined && /^\d{5,15}$/.test(number)) return number;
    throw new ChannelError("refused", "WhatsApp does not say this channel's number. Set phoneNumber.");
  }

  /** Tells WhatsApp to call this channel's own address for this number, whatever the app's other numbers do. */
  async function register(url: URL, signal: AbortSignal): Promise<void> {
    if (accountId !== undefined) await client.call("POST", `${accountId}/subscribed_apps`, { json: {} }, signal);
    const webhook_configuration = { override_callback_uri: url.href, verify_token: verifyToken };
    const answer = await client.call<JsonObject>("POST", phoneNumberId, { json: { webhook_configuration } }, signal);
    if (memberOf(answer, "success") !== false) return;
    throw new ChannelError(
      "refused",
      "WhatsApp did not take the address. Set it by hand: your app on developers.facebook.com, WhatsApp, Configuration.",
    );
  }

  return { entryLink, register };
}
