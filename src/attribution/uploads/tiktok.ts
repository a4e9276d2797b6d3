import { z } from "zod";
import type { Json } from "../../contract/index.ts";
import { decimal } from "./decimal.ts";
import { e164, normalEmail, sha256 } from "./hashing.ts";
import { baseUrl, eventNames, token } from "./settings.ts";
import { defineApi, present, tooOld } from "./upload-api.ts";
import type { UploadFacts } from "./upload-api.ts";

/** TikTok names no limit for all sources alike; the shortest that is known is kept. */
const WINDOW_DAYS = 7;
const NAMES: Readonly<Record<string, string>> = {
  ...{ order: "CompletePayment", booking: "Schedule", "sign-up": "CompleteRegistration", lead: "SubmitForm" },
};
const BUSY = new Set([40_100, 40_133]);

const Settings = z.strictObject({
  eventSourceId: z.string().trim().min(1).max(60).meta({ description: "The pixel's code, or the event set's id." }),
  eventSource: z.enum(["web", "offline", "crm"]).default("web"),
  accessToken: token,
  testEventCode: z.string().max(60).optional(),
  events: eventNames,
  baseUrl: baseUrl("https://business-api.tiktok.com"),
});
type Settings = z.infer<typeof Settings>;

/** TikTok's Events API 2.0. */
export const tiktok = defineApi<Settings>({
  name: "tiktok",
  settings: Settings,
  secrets: ["accessToken"],
  keys: (facts) => Object.keys(knownBy(facts)),
  build(facts, { eventSourceId, eventSource, testEventCode, events, baseUrl }, now) {
    const { conversion, refund, contactId } = facts;
    if (refund) return { withheld: "TikTok takes no refunds; what it was told before stays there." };
    const old = tooOld(conversion.at, now, WINDOW_DAYS, "TikTok");
    if (old) return old;
    const { id, kind, amount, currency, at, lines } = conversion;
    const contents = lines.map(({ sku, name, quantity, amount: whole }) =>
      present({
        ...{ content_id: sku, content_name: name ?? undefined, quantity },
        price: decimal(whole / quantity, currency),
      }),
    );
    const event = {
      ...{ event: events[kind] ?? NAMES[kind] ?? kind, event_time: Math.floor(at.getTime() / 1_000), event_id: id },
      user: { ...knownBy(facts), external_id: [sha256(contactId)] },
      properties: {
        ...{ value: decimal(amount, currency), currency, order_id: id, content_type: "product" },
        ...(contents.length > 0 && { contents }),
      },
    };
    const source = { event_source: eventSource, event_source_id: eventSourceId, test_event_code: testEventCode };
    return { url: `${baseUrl}/open_api/v1.3/event/track/`, body: { ...present(source), data: [event] } as Json };
  },
  async send({ url, body }, { accessToken }, { call }) {
    const answer = await call(url, { headers: { "Access-Token": accessToken }, body: JSON.stringify(body) });
    if ("later" in answer) return answer;
    // Its refusals come with 200 and a code of their own.
    const { code, message = "no reason given" } = (answer.body ?? {}) as { code?: number; message?: string };
    if (answer.status < 300 && code === 0) return "taken";
    const reason = `TikTok: ${message}${code === undefined ? "" : ` (${code})`}`;
    const isBusy = answer.status === 429 || answer.status >= 500 || BUSY.has(code ?? 0) || (code ?? 0) >= 50_000;
    return isBusy ? present({ later: reason, retryAfterMs: answer.retryAfterMs }) : { refused: reason };
  },
});

function knownBy({ clicks, emails, phones }: UploadFacts): Record<string, string | string[]> {
  const email = emails.flatMap((each) => normalEmail(each) ?? []).map(sha256);
  const phone = phones.flatMap((each) => e164(each) ?? []).map(sha256);
  return present({
    ttclid: clicks["ttclid"]?.value,
    email: email.length > 0 ? email : undefined,
    phone: phone.length > 0 ? phone : undefined,
  });
}
