import { describe, expect, test } from "vitest";
import { fit, type Json, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples } from "../../tests/contract/tools.ts";
import { encodeMessaging } from "../graph/messaging.ts";
import { signatureOf } from "../graph/index.ts";
import instagram from "./index.ts";

const settings = {
  accountId: "17841405793187218",
  accessToken: "IGAAexampleExampleExample0123",
  appId: "2287776481860222",
  appSecret: "fedcba9876543210fedcba9876543210",
  verifyToken: "example-verify-token-16",
  baseUrl: "http://127.0.0.1:9",
};
const person = "8812345678901234";
const NOW = new Date("2026-01-15T12:00:00.000Z");
const message: OutboundMessage = {
  place: person,
  parts: [{ type: "text", text: "We are open." }],
  idempotencyKey: "k",
};
const samples = loadSamples(new URL("./fixtures/", import.meta.url));

/** An error of the Graph API. */
const says = (status: number, code: number, words: string, error_subcode?: number, headers = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify({ error: { message: words, type: "OAuthException", code, error_subcode, fbtrace_id: "AbC" } }),
});
const businessUsage = (minutes: number) => ({
  "x-business-use-case-usage": JSON.stringify({
    [settings.accountId]: [
      {
        type: "instagram",
        call_count: 100,
        total_cputime: 20,
        total_time: 20,
        estimated_time_to_regain_access: minutes,
      },
    ],
  }),
});

keepsAdapterContract(instagram, {
  settings,
  otherSettings: { ...settings, appSecret: "another-app-secret-0123456789abc" },
  samples,

  requests: {
    sign: (body) => ({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: { "content-type": "application/json", "x-hub-signature-256": signatureOf(settings.appSecret, body) },
      body,
    }),
    proofs: [{ in: "header", name: "x-hub-signature-256" }],
    signsBody: true,
    secretSetting: "appSecret",
    batches: true,
    toleranceMs: { skip: "Meta signs no time; a repeated item is dropped by its identity" },
    bodies: [
      ...samples.map(({ name, payload }) => ({
        name,
        body: JSON.stringify(payload),
        arrivals: name === "batch" ? 4 : 1,
      })),
      { name: "an empty batch", body: JSON.stringify({ object: "instagram", entry: [] }), arrivals: 0 },
      {
        name: "a batch of 1,000",
        body: JSON.stringify({
          object: "instagram",
          entry: Array.from({ length: 10 }, (_, entry) => ({
            id: settings.accountId,
            time: 1767960000000,
            messaging: Array.from({ length: 100 }, (__, item) => ({
              sender: { id: `55${entry}${item}` },
              recipient: { id: settings.accountId },
              timestamp: 1767960000000,
              message: { mid: `m_${entry}_${item}`, text: "你好" },
            })),
          })),
        }),
        arrivals: 1_000,
      },
    ],
  },

  outbound: {
    quota: { skip: "Instagram counts calls by the hour and has no quota of messages" },
    settingsAt: (url) => ({ ...settings, baseUrl: url }),
    message,
    ok: { body: `{"recipient_id":"${person}","message_id":"m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM"}` },
    sent: { externalId: "m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM" },
    faults: [
      {
        name: "613 with the page's usage",
        answer: says(400, 613, "(#613) Calls to this api have exceeded the rate limit.", undefined, businessUsage(5)),
        expected: { fault: "retry-after", retryAfterMs: 300_000, scope: "channel" },
      },
      {
        name: "4 with the app's usage",
        answer: says(403, 4, "(#4) Application request limit reached", 1349210, {
          "x-app-usage": '{"call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":2}',
        }),
        expected: { fault: "retry-after", retryAfterMs: 120_000 },
      },
      {
        name: "32 with Retry-After",
        answer: says(429, 32, "(#32) Page request limit reached", undefined, { "retry-after": "7" }),
        expected: { fault: "retry-after", retryAfterMs: 7_000 },
      },
      {
        name: "80002 without a time",
        answer: says(400, 80_002, "(#80002) There have been too many calls to this instagram account."),
        expected: { fault: "retry-after", retryAfterMs: 60_000 },
      },
      {
        name: "outside the window",
        answer: says(400, 10, "(#10) This message is sent outside of allowed window.", 2534022),
        expected: { fault: "window-closed" },
      },
      {
        name: "the person is not available",
        answer: says(400, 551, "(#551) This person isn't available right now.", 1545041),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "no matching user",
        answer: says(400, 100, "(#100) No matching user found", 2018001),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "an expired token",
        answer: says(400, 190, "Error validating access token: Session has expired", 463),
        expected: { fault: "unauthorized" },
      },
      {
        name: "a missing permission",
        answer: says(403, 200, "(#200) Permissions error"),
        expected: { fault: "unauthorized" },
      },
      {
        name: "a temporary failure",
        answer: says(400, 1200, "Temporary send message failure."),
        expected: { fault: "unreachable" },
      },
      {
        name: "an unknown error",
        answer: says(500, 2, "An unexpected error has occurred."),
        expected: { fault: "unreachable" },
      },
      {
        name: "a file too big",
        answer: says(400, 100, "(#100) Attachment size exceeds allowable limit", 2018109),
        expected: { fault: "refused" },
      },
      {
        name: "a refusal that repeats the token",
        answer: says(400, 100, `(#100) ${settings.accessToken}`),
        expected: { fault: "refused" },
      },
      {
        name: "a bad gateway's page",
        answer: { status: 502, headers: { "content-type": "text/html" }, body: "<html>" },
        expected: { fault: "unreachable" },
      },
      { name: "nobody listens", answer: "closed", expected: { fault: "unreachable" } },
      { name: "the line drops after the request", answer: "reset", expected: { fault: "maybe-sent" } },
      { name: "half an answer", answer: "truncated", expected: { fault: "maybe-sent" } },
      { name: "a page instead of JSON", answer: { body: "<html>Sign in</html>" }, expected: { fault: "maybe-sent" } },
      { name: "JSON that is no answer", answer: { body: "null" }, expected: { fault: "maybe-sent" } },
      { name: "a receipt without an id", answer: { body: '{"recipient_id":"1"}' }, expected: { fault: "maybe-sent" } },
    ],
  },

  stream: { skip: "Instagram calls us; it has no line that one opens" },
  interactive: { skip: "Instagram waits for no word about a press" },
  roundTrip: (parts) => delivered(parts),
});

/** What Instagram would deliver for a message that the adapter rendered. */
function delivered(parts: Part[]): Json {
  const content = encodeMessaging({ ...message, parts }, "Instagram", NOW).message as {
    text?: string;
    quick_replies?: { title: string }[];
    attachment?: { payload: { text: string; buttons: { title: string }[] } };
  };
  const labels = (content.quick_replies ?? content.attachment?.payload.buttons ?? []).map(
    ({ title }) => `\n- ${title}`,
  );
  const text = `${content.text ?? content.attachment?.payload.text ?? ""}${labels.join("")}`;
  const item = {
    sender: { id: person },
    recipient: { id: settings.accountId },
    timestamp: 1,
    message: { mid: "m_1", text },
  };
  return { object: "instagram", entry: [{ id: settings.accountId, time: 1, messaging: [item] }] };
}

describe("rendering", () => {
  const render = (parts: Part[], more: Partial<OutboundMessage> = {}) =>
    encodeMessaging({ ...message, parts, ...more }, "Instagram", NOW, { url: "https://shop.example/a" });

  test("a text is cut by bytes, never inside a character", () => {
    const pieces = fit([{ type: "text", text: "营业时间是早上九点到晚上六点。".repeat(60) }], instagram.capabilities);
    expect(pieces.length).toBeGreaterThan(2);
    for (const parts of pieces) {
      const { text } = render(parts).message as { text: string };
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000);
      expect(text.isWellFormed()).toBe(true);
    }
  });

  test("a choice of labels that are too long is numbered above its buttons", () => {
    const options = ["红色的运动鞋，四十二码", "蓝色的运动鞋，四十三码"].map((label, index) => ({
      id: String(index),
      label,
    }));
    const [parts] = fit([{ type: "choice", prompt: "哪一双？", options }], instagram.capabilities);
    const { attachment } = render(parts!).message as {
      attachment: { payload: { text: string; buttons: { title: string }[] } };
    };
    expect(attachment.payload.text).toBe(`哪一双？\n1. ${options[0]!.label}\n2. ${options[1]!.label}`);
    expect(attachment.payload.buttons.map(({ title }) => title.slice(0, 2))).toEqual(["1.", "2."]);
  });

  test("a person of ours writes after a day with the tag, and quotes", () => {
    const lastHeardAt = new Date(NOW.getTime() - 2 * 86_400_000);
    expect(render(message.parts, { author: "agent", lastHeardAt, replyTo: "aWdfZAG1" })).toEqual({
      recipient: { id: person },
      messaging_type: "MESSAGE_TAG",
      tag: "HUMAN_AGENT",
      message: { text: "We are open." },
      reply_to: { mid: "aWdfZAG1" },
    });
  });
});
