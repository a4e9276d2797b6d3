import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fit, type CardPart, type Json, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { loadSamples } from "../../tests/contract/tools.ts";

import { shownText } from "./emulated.ts";
import { actionsOf } from "./emulator-people.ts";
import { complaintAbout } from "./emulator-validate.ts";
import { encode } from "./encode.ts";
import line from "./index.ts";
import { uuidOf } from "./reply.ts";

const channelSecret = "0123456789abcdef0123456789abcdef";
const channelAccessToken = "example+channel/access+token/of+a+shop0123456789=";
const settings = { channelSecret, channelAccessToken };
const place = "U4af4980629f17d3a0e3f6b7a6b5c8d01";
const message: OutboundMessage = { place, parts: [{ type: "text", text: "We are open." }], idempotencyKey: "k" };
const samples = loadSamples(new URL("./fixtures/", import.meta.url));
const bodies = samples.filter(({ payload }) => typeof payload === "object" && payload !== null && "events" in payload);

/** Names are looked up beside the answering; this network has nobody who could be asked. */
const loopback: typeof fetch = (input, init) =>
  String(input).startsWith("http://127.0.0.1:") ? fetch(input, init) : Promise.reject(new TypeError("no network here"));

/** An answer of LINE's. */
const says = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const sentMessages = [{ id: "461230966842064897", quoteToken: "IStG5h1Tz7b" }];

keepsAdapterContract(line, {
  settings,
  otherSettings: { ...settings, channelSecret: "fedcba9876543210fedcba9876543210" },
  tools: { fetch: loopback },
  samples,

  requests: {
    sign: (body) => ({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: {
        "content-type": "application/json; charset=utf-8",
        "x-line-signature": createHmac("sha256", channelSecret).update(body).digest("base64"),
      },
      body,
    }),
    proofs: [{ in: "header", name: "x-line-signature" }],
    signsBody: true,
    secretSetting: "channelSecret",
    batches: true,
    toleranceMs: { skip: "LINE signs no time; a repeated event is dropped by its webhookEventId" },
    bodies: bodies.map(({ name, payload }) => ({
      name,
      body: JSON.stringify(payload),
      arrivals: (payload as { events: unknown[] }).events.length,
    })),
  },

  outbound: {
    quota: "the month's messages are used up",
    settingsAt: (url) => ({ ...settings, apiBase: url, dataBase: url }),
    message,
    ok: says(200, { sentMessages }),
    sent: { externalId: "461230966842064897" },
    faults: [
      {
        name: "a push that was taken before, with its id",
        answer: says(409, { message: "The retry key is already accepted", sentMessages }),
        expected: { externalId: "461230966842064897" },
      },
      {
        name: "a push that was taken before, without an id",
        answer: says(409, { message: "The retry key is already accepted" }),
        expected: { externalId: `accepted:${uuidOf("k")}` },
      },
      {
        name: "too fast",
        answer: says(429, { message: "The API rate limit has been exceeded. Try again later." }),
        expected: { fault: "retry-after", retryAfterMs: 1_000, scope: "channel" },
      },
      {
        name: "too fast, with a time",
        answer: says(
          429,
          { message: "The API rate limit has been exceeded. Try again later." },
          { "retry-after": "7" },
        ),
        expected: { fault: "retry-after", retryAfterMs: 7_000 },
      },
      {
        name: "the month's messages are used up",
        answer: says(429, { message: "You have reached your monthly limit." }),
        expected: { fault: "refused" },
      },
      {
        name: "a revoked token",
        answer: says(401, { message: "Authentication failed." }),
        expected: { fault: "unauthorized" },
      },
      {
        name: "not in the plan",
        answer: says(403, { message: "Access to this API is not available for your account" }),
        expected: { fault: "refused" },
      },
      {
        name: "the person blocked the account",
        answer: says(400, { message: "Failed to send messages" }),
        expected: { fault: "recipient-gone" },
      },
      { name: "no such chat", answer: says(404, { message: "Not found" }), expected: { fault: "recipient-gone" } },
      {
        name: "a message that LINE does not take",
        answer: says(400, {
          message: "The request body has 1 error(s)",
          details: [{ message: "May not be empty", property: "messages[0].text" }],
        }),
        expected: { fault: "refused" },
      },
      {
        name: "a refusal that repeats the token",
        answer: says(400, { message: `Bad token ${channelAccessToken}` }),
        expected: { fault: "refused" },
      },
      {
        name: "an error of LINE's",
        answer: says(500, { message: "Internal server error" }),
        expected: { fault: "unreachable" },
      },
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
      { name: "a receipt without an id", answer: says(200, { sentMessages: [{}] }), expected: { fault: "maybe-sent" } },
    ],
  },

  stream: { skip: "LINE calls us; it has no line that one opens" },
  interactive: { skip: "LINE waits for no word about a press; its reply token lives for a minute" },
  roundTrip: (parts) => delivered(parts),
});

/** What a person would send who copied everything that LINE shows of our message. */
function delivered(parts: Part[]): Json {
  const out = encode(parts);
  expect(complaintAbout(out)).toBeUndefined();
  const text = out.map((each) => [shownText(each), ...actionsOf(each).map(({ label }) => `- ${label}`)].join("\n"));
  const said = { id: "1", type: "text", text: text.join("\n") };
  return {
    destination: "U0",
    events: [{ type: "message", timestamp: 0, source: { type: "user", userId: place }, message: said }],
  };
}

describe("rendering", () => {
  const options = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `o${index}`, label: `Option ${index}` }));
  const render = (parts: Part[], found = {}) => fit(parts, line.capabilities).flatMap((each) => encode(each, found));
  const linked = (mimeType: string, size = 1_000) => ({
    file: { url: "https://hub.example/f", name: "a.bin", mimeType, size },
    previewUrl: "https://hub.example/preview.png",
  });

  test("few options become buttons that stay, many become quick replies", () => {
    expect(render([{ type: "choice", prompt: "Which?", options: options(2) }])).toEqual([
      {
        type: "template",
        altText: "Which?\n- Option 0\n- Option 1",
        template: {
          type: "buttons",
          text: "Which?",
          actions: [
            { type: "postback", label: "Option 0", data: "o0", displayText: "Option 0" },
            { type: "postback", label: "Option 1", data: "o1", displayText: "Option 1" },
          ],
        },
      },
    ]);
    const [many] = render([{ type: "choice", prompt: "Which?", options: options(13) }]);
    expect(many).toMatchObject({ type: "text", text: "Which?" });
    expect(actionsOf(many)).toHaveLength(13);
    const [long] = render([{ type: "choice", prompt: "Which? ".repeat(40), options: options(2) }]);
    expect(long).toMatchObject({ type: "text", quickReply: { items: [{ type: "action" }, { type: "action" }] } });
  });

  test("an answer in a group quotes the question, with its choice as quick replies", () => {
    const found = { quoteToken: "q" };
    expect(encode([{ type: "text", text: "Yes" }], found)).toEqual([{ type: "text", text: "Yes", quoteToken: "q" }]);
    const [choice] = encode([{ type: "choice", prompt: "Which?", options: options(2) }], found);
    expect(choice).toMatchObject({ type: "text", quoteToken: "q", quickReply: {} });
  });

  test.each<[string, Part, object, object]>([
    [
      "a picture",
      { type: "file", kind: "image", ref: "f" },
      linked("image/png"),
      { type: "image", previewImageUrl: "https://hub.example/f" },
    ],
    ["a large picture", { type: "file", kind: "image", ref: "f" }, linked("image/jpeg", 2_000_000), { type: "flex" }],
    [
      "a picture of another type",
      { type: "file", kind: "image", ref: "f" },
      linked("image/webp"),
      { type: "flex", altText: "📎 a.bin" },
    ],
    [
      "a video",
      { type: "file", kind: "video", ref: "f" },
      linked("video/mp4"),
      { type: "video", previewImageUrl: "https://hub.example/preview.png" },
    ],
    [
      "a sound",
      { type: "file", kind: "audio", ref: "f", durationMs: 2_500 },
      linked("audio/mpeg"),
      { type: "audio", duration: 2_500 },
    ],
    ["a sound of another type", { type: "file", kind: "audio", ref: "f" }, linked("audio/ogg"), { type: "flex" }],
    [
      "a document",
      { type: "file", kind: "document", ref: "f" },
      linked("application/pdf"),
      { type: "flex", altText: "📎 a.bin" },
    ],
    [
      "a sticker",
      { type: "file", kind: "sticker", ref: "sticker:446:1988" },
      {},
      { type: "sticker", packageId: "446", stickerId: "1988" },
    ],
    [
      "a place without a name",
      { type: "location", latitude: 1, longitude: 2 },
      {},
      { type: "location", title: "1, 2", address: "1, 2" },
    ],
  ])("sends %s", (_what, part, found, expected) => {
    const out = encode([part], found);
    expect(out).toMatchObject([expected]);
    expect(complaintAbout(out)).toBeUndefined();
  });

  test("cards side by side are a carousel; what is too large for one goes into several of the same call", () => {
    const card = (text: string): CardPart => ({
      type: "card",
      title: "Shoes",
      text,
      url: "https://shop.example/1",
      image: "https://shop.example/1.jpg",
      options: options(2),
    });
    const [carousel] = render(Array.from({ length: 12 }, () => card("Red")));
    expect(carousel).toMatchObject({ type: "flex", contents: { type: "carousel" } });
    const many = render(Array.from({ length: 12 }, () => card("红".repeat(4_000))));
    expect(many).toHaveLength(4);
    expect(complaintAbout(many)).toBeUndefined();
    expect(() => encode([card("红".repeat(12_000))])).toThrow("A card has");
  });

  test("a card with an odd address keeps its words", () => {
    const [out] = encode([{ type: "card", title: "T", url: "javascript:alert(1)", image: "ftp://x" }]);
    expect(JSON.stringify(out)).not.toMatch(/"uri"|hero/);
    expect(shownText(out ?? {})).toBe("T\njavascript:alert(1)");
  });

  test("retry keys are UUIDs, the same for the same key", () => {
    const own = "0190A000-0000-7000-8000-000000000001";
    expect(uuidOf(own)).toBe(own.toLowerCase());
    expect(uuidOf("k")).toBe(uuidOf("k"));
    expect(uuidOf("k")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
