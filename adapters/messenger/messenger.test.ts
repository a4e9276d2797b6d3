import { describe, expect, test } from "vitest";
import { ChannelError, fit, type Json, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples } from "../../tests/contract/tools.ts";
import { encodeMessaging } from "../graph/messaging.ts";
import { signatureOf } from "../graph/index.ts";
import messenger from "./index.ts";

const settings = {
  pageId: "104567890123456",
  pageToken: "EAAexampleExampleExample0123",
  appId: "1517776481860111",
  appSecret: "0123456789abcdef0123456789abcdef",
  verifyToken: "example-verify-token-16",
  baseUrl: "http://127.0.0.1:9",
};
const person = "5512345678901234";
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
    [settings.pageId]: [
      {
        type: "messenger",
        call_count: 100,
        total_cputime: 20,
        total_time: 20,
        estimated_time_to_regain_access: minutes,
      },
    ],
  }),
});

keepsAdapterContract(messenger, {
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
        arrivals: name === "batch" ? 3 : 1,
      })),
      { name: "an empty batch", body: JSON.stringify({ object: "page", entry: [] }), arrivals: 0 },
      {
        name: "a batch of 1,000",
        body: JSON.stringify({
          object: "page",
          entry: Array.from({ length: 10 }, (_, entry) => ({
            id: settings.pageId,
            time: 1767960000000,
            messaging: Array.from({ length: 100 }, (__, item) => ({
              sender: { id: `55${entry}${item}` },
              recipient: { id: settings.pageId },
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
    quota: { skip: "Messenger counts calls by the hour and has no quota of messages" },
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
        name: "80006 without a time",
        answer: says(400, 80_006, "(#80006) There have been too many calls to this messenger account."),
        expected: { fault: "retry-after", retryAfterMs: 60_000 },
      },
      {
        name: "outside the window",
        answer: says(400, 10, "(#10) This message is sent outside of allowed window.", 2018278),
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
        answer: says(400, 100, `(#100) ${settings.pageToken}`),
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

  stream: { skip: "Messenger calls us; it has no line that one opens" },
  interactive: { skip: "Messenger waits for no word about a press" },
  roundTrip: (parts) => delivered(parts),
});

/** What Messenger would deliver for a message that the adapter rendered. */
function delivered(parts: Part[]): Json {
  const content = encodeMessaging({ ...message, parts }, "Messenger", NOW).message as {
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
    recipient: { id: settings.pageId },
    timestamp: 1,
    message: { mid: "m_1", text },
  };
  return { object: "page", entry: [{ id: settings.pageId, time: 1, messaging: [item] }] };
}

describe("rendering", () => {
  const render = (parts: Part[], more: Partial<OutboundMessage> = {}) =>
    encodeMessaging({ ...message, parts, ...more }, "Messenger", NOW, { url: "https://shop.example/a" });
  const options = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `o${index}`, label: `Option ${index}` }));

  test("up to three options are buttons that stay, more are quick replies", () => {
    expect(render([{ type: "choice", prompt: "Which?", options: options(3) }]).message).toEqual({
      attachment: {
        type: "template",
        payload: {
          template_type: "button",
          text: "Which?",
          buttons: options(3).map(({ id, label }) => ({ type: "postback", title: label, payload: id })),
        },
      },
    });
    expect(
      render([
        { type: "text", text: "Hello" },
        { type: "choice", prompt: "Which?", options: options(13) },
      ]).message,
    ).toEqual({
      text: "Hello\nWhich?",
      quick_replies: options(13).map(({ id, label }) => ({ content_type: "text", title: label, payload: id })),
    });
    const long = "x".repeat(641);
    expect(render([{ type: "choice", prompt: long, options: options(2) }]).message).toMatchObject({ text: long });
  });

  test("cards stand side by side, with picture, link and buttons; one of a bare title is words", () => {
    const cards: Part[] = [
      {
        type: "card",
        title: "Red shoes",
        text: "€49.00",
        image: "https://shop.example/r.jpg",
        url: "https://shop.example/r",
        options: options(2),
      },
      { type: "card", title: "Blue shoes", text: "€59.00" },
    ];
    expect(fit(cards, messenger.capabilities)).toEqual([cards]);
    expect(render(cards).message).toEqual({
      attachment: {
        type: "template",
        payload: {
          template_type: "generic",
          elements: [
            {
              title: "Red shoes",
              subtitle: "€49.00",
              image_url: "https://shop.example/r.jpg",
              default_action: { type: "web_url", url: "https://shop.example/r" },
              buttons: options(2).map(({ id, label }) => ({ type: "postback", title: label, payload: id })),
            },
            { title: "Blue shoes", subtitle: "€59.00" },
          ],
        },
      },
    });
    expect(render([{ type: "card", title: "Red shoes" }]).message).toEqual({ text: "Red shoes" });
    const long = fit([{ type: "card", title: "x".repeat(81), text: "y" }], messenger.capabilities);
    expect(long).toEqual([[{ type: "text", text: `${"x".repeat(81)}\ny` }]]);
  });

  test.each<[string, Partial<OutboundMessage>, object]>([
    ["a bot", { author: "bot", lastHeardAt: new Date(NOW.getTime() - 3_600_000) }, { messaging_type: "RESPONSE" }],
    [
      "an agent within the day",
      { author: "agent", lastHeardAt: new Date(NOW.getTime() - 3_600_000) },
      { messaging_type: "RESPONSE" },
    ],
    [
      "an agent after the day",
      { author: "agent", lastHeardAt: new Date(NOW.getTime() - 3 * 86_400_000) },
      { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" },
    ],
    [
      "a bot after the day",
      { author: "bot", lastHeardAt: new Date(NOW.getTime() - 3 * 86_400_000) },
      { messaging_type: "RESPONSE" },
    ],
    ["an answer", { replyTo: "m_1" }, { reply_to: { mid: "m_1" } }],
  ])("the occasion of %s", (_who, more, expected) => expect(render(message.parts, more)).toMatchObject(expected));

  test("a template that Meta approved goes as a utility message", () => {
    const template: Part = {
      type: "template",
      name: "order_sent",
      language: "en_US",
      values: { "1": "Ana", order: "77" },
      text: "Hi",
    };
    expect(render([template])).toEqual({
      recipient: { id: person },
      messaging_type: "UTILITY",
      message: {
        template: {
          name: "order_sent",
          language: { code: "en_US" },
          components: [
            {
              type: "BODY",
              parameters: [
                { type: "text", text: "Ana" },
                { type: "text", parameter_name: "order", text: "77" },
              ],
            },
          ],
        },
      },
    });
  });

  test.each([["somewhere else"], [""], ["1/../2"]])("refuses %o as a person", (place) => {
    expect(() => render(message.parts, { place })).toThrow(ChannelError);
  });
});
