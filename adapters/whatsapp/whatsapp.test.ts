import { describe, expect, test } from "vitest";
import type { Json, OutboundMessage, Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples } from "../../tests/contract/tools.ts";
import { signatureOf } from "../graph/index.ts";
import { arrivalsOf } from "./arrivals.ts";
import { encode } from "./encode.ts";
import whatsapp from "./index.ts";

const accessToken = "EAAExampleTokenOfASystemUserOfAShop0123456789";
const appSecret = "fedcba9876543210fedcba9876543210";
const settings = { accessToken, appSecret, verifyToken: "example-verify-token", phoneNumberId: "106540352242922" };
const samples = loadSamples(new URL("./fixtures/", import.meta.url));
const message: OutboundMessage = {
  place: "16505551234",
  parts: [{ type: "text", text: "We are open." }],
  idempotencyKey: "0190a000-0000-7000-8000-00000000000b",
};

/** An error of the Graph API. */
const says = (status: number, code: number, more: object = {}, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify({ error: { message: `(#${code}) Something`, type: "OAuthException", code, ...more } }),
});
const usage = (minutes: number) => ({
  "x-business-use-case-usage": JSON.stringify({
    1: [{ type: "whatsapp", call_count: 100, estimated_time_to_regain_access: minutes }],
  }),
});

keepsAdapterContract(whatsapp, {
  settings,
  otherSettings: { ...settings, appSecret: "00000000000000000000000000000000" },
  samples,

  requests: {
    sign: (body) => ({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: { "content-type": "application/json", "x-hub-signature-256": signatureOf(appSecret, body) },
      body,
    }),
    proofs: [{ in: "header", name: "x-hub-signature-256" }],
    signsBody: true,
    secretSetting: "appSecret",
    batches: true,
    toleranceMs: { skip: "Meta's signature carries no time; a repeated item is dropped by its wamid" },
    bodies: samples.map(({ name, payload, events }) => ({
      name,
      body: JSON.stringify(payload),
      arrivals: Math.max(1, events.length),
    })),
  },

  outbound: {
    quota: "held back by Meta",
    settingsAt: (url) => ({ ...settings, baseUrl: url }),
    message,
    ok: {
      body: '{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"wamid.HBg="}]}',
    },
    sent: { externalId: "wamid.HBg=" },
    faults: [
      {
        name: "throughput, with the minutes until it ends",
        answer: says(429, 130429, {}, usage(2)),
        expected: { fault: "retry-after", retryAfterMs: 120_000, scope: "channel" },
      },
      {
        name: "throughput, without a time",
        answer: says(400, 130429),
        expected: { fault: "retry-after", retryAfterMs: 2_000, scope: "channel" },
      },
      {
        name: "too much to one person",
        answer: says(400, 131056),
        expected: { fault: "retry-after", retryAfterMs: 6_000, scope: "place" },
      },
      {
        name: "the account's limit, with Retry-After",
        answer: says(400, 80007, {}, { "retry-after": "30" }),
        expected: { fault: "retry-after", retryAfterMs: 30_000, scope: "channel" },
      },
      {
        name: "the app's limit, with the app's usage",
        answer: says(403, 4, {}, { "x-app-usage": '{"call_count":101,"total_time":5,"total_cputime":5}' }),
        expected: { fault: "retry-after", retryAfterMs: 60_000 },
      },
      {
        name: "429 without a word",
        answer: { status: 429, body: "" },
        expected: { fault: "retry-after", retryAfterMs: 60_000 },
      },
      { name: "the window is closed", answer: says(400, 131047), expected: { fault: "window-closed" } },
      { name: "no such person", answer: says(400, 131026), expected: { fault: "recipient-gone" } },
      { name: "an expired token", answer: says(401, 190, { error_subcode: 463 }), expected: { fault: "unauthorized" } },
      { name: "no permission", answer: says(403, 10), expected: { fault: "unauthorized" } },
      { name: "a locked account", answer: says(403, 131031), expected: { fault: "unauthorized" } },
      { name: "held back by Meta", answer: says(400, 131049), expected: { fault: "refused" } },
      { name: "no such template", answer: says(404, 132001), expected: { fault: "refused" } },
      {
        name: "a refusal that repeats the token",
        answer: says(400, 100, { message: `Bad token ${accessToken}` }),
        expected: { fault: "refused" },
      },
      { name: "an error of WhatsApp's", answer: says(500, 131000), expected: { fault: "unreachable" } },
      { name: "trouble that passes", answer: says(400, 2), expected: { fault: "unreachable" } },
      {
        name: "a bad gateway's page",
        answer: { status: 502, headers: { "content-type": "text/html" }, body: "<html>" },
        expected: { fault: "unreachable" },
      },
      { name: "nobody listens", answer: "closed", expected: { fault: "unreachable" } },
      { name: "the line drops after the request", answer: "reset", expected: { fault: "maybe-sent" } },
      { name: "half an answer", answer: "truncated", expected: { fault: "maybe-sent" } },
      {
        name: "a page instead of JSON",
        answer: { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
        expected: { fault: "maybe-sent" },
      },
      { name: "JSON that is no answer", answer: { body: "null" }, expected: { fault: "maybe-sent" } },
      { name: "a receipt without an id", answer: { body: '{"messages":[]}' }, expected: { fault: "maybe-sent" } },
      {
        name: "a redirect, which no token follows",
        answer: { status: 302, headers: { location: "https://elsewhere.example/" } },
        expected: { fault: "refused" },
      },
    ],
  },

  stream: { skip: "WhatsApp calls us; it has no line that one opens" },
  interactive: { skip: "WhatsApp waits for no word about a press" },
  roundTrip: (parts) => delivered(parts),
});

/** What WhatsApp delivers where a person sends what the adapter rendered. */
function delivered(parts: Part[]): Json {
  const body = encode({ ...message, parts }) as {
    type: string;
    text?: { body: string };
    interactive?: {
      body: { text: string };
      action: { buttons?: { reply: { title: string } }[]; sections?: { rows: { title: string }[] }[] };
    };
  };
  const { action } = body.interactive ?? {};
  const titles = [
    ...(action?.buttons?.map(({ reply }) => reply.title) ?? []),
    ...(action?.sections?.flatMap(({ rows }) => rows.map(({ title }) => title)) ?? []),
  ];
  // WhatsApp takes no two options of one name, so that the second is numbered.
  const named = titles.map((title) => titles.find((other) => title.replace(/ \d$/, "") === other) ?? title);
  const text = [body.text?.body ?? body.interactive?.body.text, ...named.map((title) => `- ${title}`)].join("\n");
  const item = { from: "16505551234", id: "wamid.1", timestamp: "1767960000", type: "text", text: { body: text } };
  const metadata = { display_phone_number: "15550783881", phone_number_id: settings.phoneNumberId };
  return { field: "messages", value: { metadata, messages: [item] } };
}

describe("a batch", () => {
  test("becomes one arrival for each item, each readable by itself", () => {
    const { payload, events } = samples.find(({ name }) => name === "batch")!;
    const arrivals = arrivalsOf(payload);
    const connection = whatsapp.connect(whatsapp.settings.parse(settings), {} as never);
    expect(arrivals.flatMap((arrival) => connection.decode(arrival.payload))).toEqual(connection.decode(payload));
    expect(arrivals).toHaveLength(events.length);
    expect(arrivals.map(({ lane }) => lane)).toEqual([
      "US.13491208655302741918",
      "BR.8812345678901234567",
      "US.13491208655302741918",
      "16505551234",
      "16505551234",
      "US.13491208655302741918",
    ]);
  });

  test("of a thousand is read to the last item, and an empty one is nothing", () => {
    const messages = Array.from({ length: 1_000 }, (_, n) => ({
      from: "1650555",
      id: `wamid.${n}`,
      timestamp: "1767960000",
      type: "text",
      text: { body: String(n) },
    }));
    const metadata = { phone_number_id: settings.phoneNumberId };
    const body = (value: object) => ({
      object: "whatsapp_business_account",
      entry: [{ id: "1", changes: [{ field: "messages", value }] }],
    });
    const arrivals = arrivalsOf(body({ metadata, messages }) as Json);
    expect(arrivals).toHaveLength(1_000);
    expect(arrivals.at(-1)?.key).toBe("wamid.999");
    expect(arrivalsOf({ object: "whatsapp_business_account", entry: [] })).toEqual([]);
  });

  test("tells the steps of one message apart, and a step told twice once", () => {
    const status = (name: string) => ({
      id: "wamid.s",
      status: name,
      timestamp: "1767960000",
      recipient_id: "1650555",
    });
    const value = { statuses: ["sent", "delivered", "sent", "read"].map(status) };
    const keys = arrivalsOf({ field: "messages", value }).map(({ key }) => key);
    expect(keys).toEqual(["wamid.s:sent", "wamid.s:delivered", "wamid.s:read"]);
  });
});
