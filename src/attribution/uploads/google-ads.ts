import { z } from "zod";
import type { Json } from "../../contract/index.ts";
import { decimal } from "./decimal.ts";
import { e164, googleEmail, normalEmail, sha256 } from "./hashing.ts";
import { baseUrl, digits, token } from "./settings.ts";
import { daysBetween, defineApi, present, tooOld } from "./upload-api.ts";
import type { Said, SendTools, UploadFacts } from "./upload-api.ts";

const WINDOW_DAYS = 90;
const MOST_IDENTIFIERS = 5;
const CLICKS = ["gclid", "gbraid", "wbraid"] as const;

const Settings = z.strictObject({
  customerId: digits("customer's id, without hyphens"),
  loginCustomerId: digits("manager account's id, without hyphens").optional(),
  actions: z
    .record(z.string().max(40), digits("conversion action's id"))
    .meta({ description: "Our kind of conversion -> the id of Google's conversion action." }),
  developerToken: token,
  clientId: token,
  clientSecret: token,
  refreshToken: token,
  version: z
    .string()
    .regex(/^v\d{1,3}$/, "A version such as v21.")
    .default("v21"),
  baseUrl: baseUrl("https://googleads.googleapis.com"),
  tokenUrl: baseUrl("https://oauth2.googleapis.com/token"),
});
type Settings = z.infer<typeof Settings>;

/** Google Ads: conversions by click id or hashed address, and their adjustments when something is taken back. */
export const googleAds = defineApi<Settings>({
  name: "google-ads",
  settings: Settings,
  secrets: ["developerToken", "clientSecret", "refreshToken"],
  keys: (facts) => [
    ...CLICKS.filter((name) => facts.clicks[name]),
    ...identifiersOf(facts).flatMap((each) => Object.keys(each)),
  ],
  build(facts, { customerId, actions, version, baseUrl }, now) {
    const { conversion, refund } = facts;
    const action = actions[conversion.kind];
    if (!action)
      return { withheld: `No conversion action of Google's stands for "${conversion.kind}" in the settings.` };
    const conversionAction = `customers/${customerId}/conversionActions/${action}`;
    const root = `${baseUrl}/${version}/customers/${customerId}`;
    const old = tooOld(conversion.at, now, WINDOW_DAYS, "Google Ads");
    if (old) return old;
    if (refund) {
      const adjustment = adjustmentOf(facts, refund);
      const conversionAdjustments = [{ conversionAction, orderId: conversion.id, ...adjustment }];
      return {
        url: `${root}:uploadConversionAdjustments`,
        body: { conversionAdjustments, partialFailure: true } as Json,
      };
    }
    const click = CLICKS.find((name) => isFresh(facts, name, now));
    const userIdentifiers = identifiersOf(facts);
    if (!click && userIdentifiers.length === 0)
      return { withheld: "No click of the last 90 days and no address joins it to an advertisement." };
    const sent = {
      ...{ conversionAction, orderId: conversion.id, conversionDateTime: dateTime(conversion.at) },
      ...{ conversionValue: decimal(conversion.amount, conversion.currency), currencyCode: conversion.currency },
      ...(click && { [click]: facts.clicks[click]!.value }),
      ...(userIdentifiers.length > 0 && { userIdentifiers }),
      consent: { adUserData: "GRANTED", adPersonalization: facts.personalised ? "GRANTED" : "DENIED" },
    };
    return { url: `${root}:uploadClickConversions`, body: { conversions: [sent], partialFailure: true } as Json };
  },
  async send({ url, body }, settings, tools) {
    const access = await accessToken(settings, tools);
    if (typeof access !== "string" || access === "taken") return access as Said;
    const { developerToken, loginCustomerId } = settings;
    const headers = present({
      ...{ Authorization: `Bearer ${access}`, "developer-token": developerToken },
      "login-customer-id": loginCustomerId,
    });
    const answer = await tools.call(url, { headers: headers as Record<string, string>, body: JSON.stringify(body) });
    if ("later" in answer) return answer;
    const said = answer.body as { error?: GoogleError; partialFailureError?: GoogleError } | null;
    const fault = said?.error ?? said?.partialFailureError;
    if (answer.status < 300 && !fault) return "taken";
    const reason = `Google Ads: ${fault?.message ?? `answered ${answer.status}`}`;
    return answer.status === 429 || answer.status >= 500
      ? present({ later: reason, retryAfterMs: answer.retryAfterMs })
      : { refused: reason };
  },
});

interface GoogleError {
  message?: string;
}

function isFresh({ clicks }: UploadFacts, name: string, now: Date): boolean {
  const click = clicks[name];
  return click !== undefined && daysBetween(click.at, now) <= WINDOW_DAYS;
}

function identifiersOf({ emails, phones }: UploadFacts): Record<string, string>[] {
  const hashed = [
    ...emails.flatMap((each) => normalEmail(each) ?? []).map((email) => ({ hashedEmail: sha256(googleEmail(email)) })),
    ...phones.flatMap((each) => e164(each) ?? []).map((phone) => ({ hashedPhoneNumber: sha256(phone) })),
  ];
  return hashed.slice(0, MOST_IDENTIFIERS);
}

/** All of it taken back is a retraction; a part restates what is left. */
function adjustmentOf({ conversion: { currency } }: UploadFacts, { kept, at }: { kept: number; at: Date }): object {
  const adjustmentDateTime = dateTime(at);
  if (kept === 0) return { adjustmentType: "RETRACTION", adjustmentDateTime };
  const restatementValue = { adjustedValue: decimal(kept, currency), currencyCode: currency };
  return { adjustmentType: "RESTATEMENT", adjustmentDateTime, restatementValue };
}

/** "2026-03-01 12:00:00+00:00" */
function dateTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")}+00:00`;
}

function accessToken(settings: Settings, { call, remember }: SendTools): Promise<string | Said> {
  const { clientId, clientSecret, refreshToken, tokenUrl } = settings;
  return remember(`${tokenUrl} ${clientId} ${sha256(refreshToken)}`, async () => {
    const asked = {
      ...{ grant_type: "refresh_token", client_id: clientId },
      ...{ client_secret: clientSecret, refresh_token: refreshToken },
    };
    const answer = await call(tokenUrl, {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(asked).toString(),
    });
    if ("later" in answer) return answer;
    const { access_token: value, expires_in: seconds = 0 } = (answer.body ?? {}) as Record<string, string> & {
      expires_in?: number;
    };
    if (answer.status < 300 && typeof value === "string") return { value, forMs: Math.max(0, seconds - 300) * 1_000 };
    if (answer.status >= 500) return { later: "Google's sign-in does not answer." };
    return {
      refused: "Google no longer accepts the refresh token or the client. Sign in again and change the settings.",
    };
  });
}
