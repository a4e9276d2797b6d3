import { z } from "zod";
import type { Json } from "../../contract/index.ts";
import { decimal } from "./decimal.ts";
import { baseUrl, eventNames, token } from "./settings.ts";
import { defineApi, present, tooOld } from "./upload-api.ts";
import type { Leaving } from "./upload-api.ts";

const WINDOW_DAYS = 3;
const SESSION_DAYS = 1;
const NAMES: Readonly<Record<string, string>> = { order: "purchase", "sign-up": "sign_up", lead: "generate_lead" };

const Settings = z.strictObject({
  measurementId: z.string().regex(/^G-[A-Z0-9]{4,20}$/, "The measurement id looks like G-XXXXXXXXXX."),
  apiSecret: token,
  events: eventNames,
  baseUrl: baseUrl("https://www.google-analytics.com"),
});
type Settings = z.infer<typeof Settings>;

/**
 * Google Analytics 4, the Measurement Protocol. Its collector says yes to everything, so that each event is shown to its
 * validation server first, which does say no.
 */
export const ga4 = defineApi<Settings>({
  name: "ga4",
  settings: Settings,
  secrets: ["apiSecret"],
  keys: ({ clicks }) => (clicks["ga_client_id"] ? ["client_id"] : []),
  build({ conversion, refund, clicks, personalised }, { measurementId, events, baseUrl }, now) {
    const { id, kind, currency, lines } = conversion;
    const at = refund?.at ?? conversion.at;
    const [client, session] = [clicks["ga_client_id"], clicks["ga_session_id"]];
    if (!client) return { withheld: "The person's client_id of Google Analytics is not known." };
    const old = tooOld(at, now, WINDOW_DAYS, "Google Analytics");
    if (old) return old;
    if (refund && kind !== "order") return { withheld: "Google Analytics knows refunds of orders alone." };
    const isWhole = (refund?.amount ?? conversion.amount) === conversion.amount;
    const items = lines.map((line) => itemOf(line, currency));
    const params = present({
      ...{ transaction_id: id, currency, value: decimal(refund?.amount ?? conversion.amount, currency) },
      // A part of the money is not a part of the goods: items go with the whole alone.
      items: isWhole && items.length > 0 ? items : undefined,
      session_id: session && !tooOld(session.at, now, SESSION_DAYS, "it") ? session.value : undefined,
      engagement_time_msec: 1,
    });
    const name = nameOf(kind, refund !== null, events);
    const ad_personalization = personalised ? "GRANTED" : "DENIED";
    const body = {
      ...{ client_id: client.value, timestamp_micros: at.getTime() * 1_000 },
      ...{ consent: { ad_user_data: "GRANTED", ad_personalization }, events: [{ name, params }] },
    };
    return { url: `${baseUrl}/mp/collect?measurement_id=${measurementId}`, body: body as Json };
  },
  async send({ url, body }, { apiSecret }, { call }) {
    const withSecret = `${url}&api_secret=${encodeURIComponent(apiSecret)}`;
    const init = { headers: {}, body: JSON.stringify(body) };
    const verdict = await call(withSecret.replace("/mp/collect?", "/debug/mp/collect?"), init);
    if ("later" in verdict) return verdict;
    const [fault] =
      (verdict.body as { validationMessages?: { description?: string }[] } | null)?.validationMessages ?? [];
    if (fault) return { refused: `Google Analytics: ${fault.description ?? "no reason given"}` };
    const answer = await call(withSecret, init);
    if ("later" in answer) return answer;
    if (answer.status < 300) return "taken";
    const reason = `Google Analytics answered ${answer.status}.`;
    return answer.status === 429 || answer.status >= 500 ? { later: reason } : { refused: reason };
  },
});

function nameOf(kind: string, isRefund: boolean, events: Readonly<Record<string, string>>): string {
  return isRefund ? "refund" : (events[kind] ?? NAMES[kind] ?? kind.replaceAll("-", "_"));
}

function itemOf(line: { sku: string; name: string | null; quantity: number; amount: number }, currency: string): Json {
  const { sku: item_id, name, quantity, amount } = line;
  return present({
    ...{ item_id, item_name: name ?? undefined, quantity },
    price: decimal(amount / quantity, currency),
  }) as Leaving["body"];
}
