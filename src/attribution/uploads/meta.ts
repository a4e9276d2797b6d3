import { z } from "zod";
import { decimal } from "./decimal.ts";
import { e164, normalEmail, sha256 } from "./hashing.ts";
import { baseUrl, digits, eventNames, token } from "./settings.ts";
import { daysBetween, defineApi, present, tooOld } from "./upload-api.ts";
import type { Built, Leaving, Said, SendTools, UploadFacts } from "./upload-api.ts";

const WINDOW_DAYS = 7;
const NAMES: Readonly<Record<string, string>> = {
  ...{ order: "Purchase", booking: "Schedule", "sign-up": "CompleteRegistration", lead: "Lead" },
};
/** Meta's numbers for "too much at once". */
const BUSY = new Set([1, 2, 4, 17, 32, 341, 368, 613, 80_004]);
const NO_REFUND = { withheld: "Meta takes no refunds; what it was told before stays there." };

const common = {
  datasetId: digits("dataset's (pixel's) id"),
  accessToken: token,
  testEventCode: z.string().max(60).optional(),
  events: eventNames,
  version: z
    .string()
    .regex(/^v\d{1,3}\.0$/, "A version such as v23.0.")
    .default("v23.0"),
  baseUrl: baseUrl("https://graph.facebook.com"),
};
const Settings = z.strictObject(common);
const MessagingSettings = z.strictObject({
  ...common,
  whatsappBusinessAccountId: digits("WhatsApp Business Account's id").optional(),
  pageId: digits("page's id").optional(),
  instagramAccountId: digits("Instagram account's id").optional(),
});
type Settings = z.infer<typeof Settings>;
type MessagingSettings = z.infer<typeof MessagingSettings>;

/** Meta's Conversions API. Events that happened in a chat are told apart from those on a page. */
export const meta = defineApi<Settings>({
  name: "meta",
  settings: Settings,
  secrets: ["accessToken"],
  keys: (facts) => Object.keys(knownBy(facts)),
  build(facts, settings, now) {
    const old = stale(facts, now);
    if (old) return old;
    const userData = { ...knownBy(facts), external_id: [sha256(facts.contactId)] };
    const action = { action_source: facts.conversion.offline ? "physical_store" : "chat" };
    return leaving(facts, settings, { ...action, user_data: userData });
  },
  send,
});

/** The same for what came from an advertisement that leads into a chat. */
export const metaMessaging = defineApi<MessagingSettings>({
  name: "meta-messaging",
  settings: MessagingSettings,
  secrets: ["accessToken"],
  keys: ({ clicks, accounts }) => [
    ...(clicks["ctwa_clid"] ? ["ctwa_clid"] : []),
    ...(accounts.some(({ adapter }) => adapter === "messenger") ? ["page_scoped_user_id"] : []),
    ...(accounts.some(({ adapter }) => adapter === "instagram") ? ["ig_sid"] : []),
  ],
  build(facts, settings, now) {
    const old = stale(facts, now);
    if (old) return old;
    const way = chatOf(facts, settings, now);
    if (!way) {
      const withheld =
        "Nothing joins it to a chat: a click on an ad of the last 7 days with the WhatsApp Business Account's id, " +
        "or an account on Messenger or Instagram with the page's or account's id.";
      return { withheld };
    }
    const [channel, userData] = way;
    const about = { action_source: "business_messaging", messaging_channel: channel, user_data: userData };
    return leaving(facts, settings, about);
  },
  send,
});

/** One event that is too old makes Meta refuse the whole request, so that each goes in one of its own. */
function stale({ refund, conversion }: UploadFacts, now: Date): { withheld: string } | undefined {
  return refund ? NO_REFUND : tooOld(conversion.at, now, WINDOW_DAYS, "Meta");
}

function knownBy({ clicks, emails, phones }: UploadFacts): Record<string, string | string[]> {
  const { fbclid, fbc, fbp } = clicks;
  const em = emails.flatMap((each) => normalEmail(each) ?? []).map(sha256);
  const ph = phones.flatMap((each) => e164(each) ?? []).map((each) => sha256(each.slice(1)));
  return present({
    fbc: fbc?.value ?? (fbclid && `fb.1.${fbclid.at.getTime()}.${fbclid.value}`),
    fbp: fbp?.value,
    em: em.length > 0 ? em : undefined,
    ph: ph.length > 0 ? ph : undefined,
  });
}

function chatOf(
  { clicks, accounts }: UploadFacts,
  { whatsappBusinessAccountId, pageId, instagramAccountId }: MessagingSettings,
  now: Date,
): [string, Record<string, string>] | undefined {
  const click = clicks["ctwa_clid"];
  const idOn = (name: string) => accounts.find(({ adapter }) => adapter === name)?.externalId;
  const [psid, igSid] = [idOn("messenger"), idOn("instagram")];
  if (click && whatsappBusinessAccountId && daysBetween(click.at, now) <= WINDOW_DAYS)
    return ["whatsapp", { whatsapp_business_account_id: whatsappBusinessAccountId, ctwa_clid: click.value }];
  if (psid && pageId) return ["messenger", { page_id: pageId, page_scoped_user_id: psid }];
  if (igSid && instagramAccountId) return ["instagram", { ig_account_id: instagramAccountId, ig_sid: igSid }];
  return undefined;
}

function leaving({ conversion }: UploadFacts, settings: Settings, about: object): Built {
  const { id, kind, amount, currency, at, lines } = conversion;
  const contents = lines.map(({ sku, quantity, amount: whole }) => ({
    ...{ id: sku, quantity },
    item_price: decimal(whole / quantity, currency),
  }));
  const event = {
    ...{ event_name: settings.events[kind] ?? NAMES[kind] ?? kind, event_time: Math.floor(at.getTime() / 1_000) },
    ...{ event_id: id, ...about },
    custom_data: present({
      ...{ value: decimal(amount, currency), currency, order_id: id },
      ...(contents.length > 0 && { contents, content_type: "product" }),
    }),
  };
  const { testEventCode: test_event_code } = settings;
  return {
    url: `${settings.baseUrl}/${settings.version}/${settings.datasetId}/events`,
    body: present({ data: [event], test_event_code }) as Leaving["body"],
  };
}

async function send({ url, body }: Leaving, { accessToken }: Settings, { call }: SendTools): Promise<Said> {
  const answer = await call(url, {
    headers: { Authorization: `Bearer ${accessToken}` },
    body: JSON.stringify(body),
  });
  if ("later" in answer) return answer;
  const said = answer.body as { events_received?: number; error?: MetaError } | null;
  if (answer.status < 300 && said?.events_received === 1) return "taken";
  const { message = "no reason given", code, is_transient: transient, error_user_msg: more } = said?.error ?? {};
  const reason = `Meta: ${more ?? message}${code === undefined ? "" : ` (${code})`}`;
  const isBusy = answer.status === 429 || answer.status >= 500 || transient || BUSY.has(code ?? -1);
  return isBusy ? present({ later: reason, retryAfterMs: answer.retryAfterMs }) : { refused: reason };
}

interface MetaError {
  message?: string;
  code?: number;
  is_transient?: boolean;
  error_user_msg?: string;
}
