import fc from "fast-check";
import type { PhrasingContent, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, test } from "vitest";
import { fit, flatten, type Json, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { hasSettled } from "../../tests/contract/stream.ts";
import { loadSamples } from "../../tests/contract/tools.ts";
import { createTelegramEmulator } from "./emulator.ts";
import { encode } from "./encode.ts";
import { toEntities, toMdast } from "./entities.ts";
import telegram from "./index.ts";

const token = "7000000001:AAExample-token-of-a-shop-bot-012345";
const secret = "example-secret-of-sixteen-or-more";
const username = "shop_bot";
const message: OutboundMessage = {
  place: "5512345678",
  parts: [{ type: "text", text: "We are open." }],
  idempotencyKey: "k",
};

/** An answer of the Bot API. */
const says = (status: number, description: string, parameters?: object): Answer => ({
  status,
  body: JSON.stringify({ ok: false, error_code: status, description, parameters }),
});

keepsAdapterContract(telegram, {
  settings: { token, username },
  otherSettings: { token, mode: "webhook", secret: "another-secret-of-sixteen" },
  samples: loadSamples(new URL("./fixtures/", import.meta.url)),

  requests: {
    settings: { token, mode: "webhook", secret, username },
    sign: (body) => ({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": secret },
      body,
    }),
    proofs: [{ in: "header", name: "x-telegram-bot-api-secret-token" }],
    signsBody: false,
    secretSetting: "secret",
    batches: { skip: "Telegram's webhook carries one update at a time; getUpdates' many are the stream's" },
    toleranceMs: { skip: "Telegram's secret carries no time; a repeated update is dropped by its update_id" },
    bodies: loadSamples(new URL("./fixtures/", import.meta.url)).map(({ name, payload }) => ({
      name,
      body: JSON.stringify(payload),
      arrivals: 1,
    })),
  },

  outbound: {
    quota: { skip: "Telegram has no quota of messages" },
    settingsAt: (url) => ({ token, apiRoot: url }),
    message,
    ok: { body: '{"ok":true,"result":{"message_id":77}}' },
    sent: { externalId: "5512345678:77" },
    faults: [
      {
        name: "429 with retry_after",
        answer: says(429, "Too Many Requests: retry after 7", { retry_after: 7 }),
        expected: { fault: "retry-after", retryAfterMs: 7_000, scope: "channel" },
      },
      {
        name: "429 in words only",
        answer: says(429, "Too Many Requests: retry after 9"),
        expected: { fault: "retry-after", retryAfterMs: 9_000 },
      },
      {
        name: "429 without a time",
        answer: says(429, "Too Many Requests"),
        expected: { fault: "retry-after", retryAfterMs: 1_000 },
      },
      {
        name: "the person blocked the bot",
        answer: says(403, "Forbidden: bot was blocked by the user"),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "the bot was kicked",
        answer: says(403, "Forbidden: bot was kicked from the supergroup chat"),
        expected: { fault: "recipient-gone" },
      },
      { name: "no such chat", answer: says(400, "Bad Request: chat not found"), expected: { fault: "recipient-gone" } },
      { name: "a revoked token", answer: says(401, "Unauthorized"), expected: { fault: "unauthorized" } },
      { name: "a malformed token", answer: says(404, "Not Found"), expected: { fault: "unauthorized" } },
      {
        name: "a text too long",
        answer: says(400, "Bad Request: message is too long"),
        expected: { fault: "refused" },
      },
      {
        name: "a refusal that repeats the token",
        answer: says(400, `Bad Request: ${token}`),
        expected: { fault: "refused" },
      },
      {
        name: "an error of Telegram's",
        answer: says(500, "Internal Server Error"),
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
      {
        name: "a receipt without an id",
        answer: { body: '{"ok":true,"result":{}}' },
        expected: { fault: "maybe-sent" },
      },
    ],
  },

  stream: {
    async start() {
      const telegram = await createTelegramEmulator();
      const ana = telegram.person(5001, "Ana");
      return {
        settings: { token: telegram.token, apiRoot: telegram.apiRoot },
        refusedSettings: { token: `${telegram.token}-taken-back`, apiRoot: telegram.apiRoot },
        say: (words) => void ana.says(words),
        isAcknowledged: () => hasSettled(telegram.settle()),
        drop: () => telegram.drop(),
        knocks: () => telegram.history.requests.length,
        close: () => telegram.close(),
      };
    },
  },
  interactive: { skip: "Telegram waits for no word about a press; its button only turns until then" },
  roundTrip: (parts) => delivered(parts),
});

/** What Telegram delivers for a message that the adapter rendered. */
function delivered(parts: Part[]): Json {
  const { payload } = encode({ ...message, parts });
  const chat = { id: 5512345678, type: "private", first_name: "Ana" };
  const from = { id: 5512345678, is_bot: false, first_name: "Ana" };
  const { text, entities } = payload;
  const reply_markup = payload.reply_markup as { inline_keyboard: { text: string }[][] } | undefined;
  const labels = (reply_markup?.inline_keyboard.flat() ?? []).map((button) => `\n- ${button.text}`).join("");
  return JSON.parse(
    JSON.stringify({
      update_id: 1,
      message: { message_id: 1, date: 0, chat, from, text: `${String(text)}${labels}`, entities },
    }),
  ) as Json;
}

describe("formatting", () => {
  const words = fc.constantFrom("one", "two words", "三", "😀", "a_b*c", "<b>", "&amp;", "x.y");
  const inline: fc.Arbitrary<PhrasingContent> = fc.letrec<{ node: PhrasingContent; text: PhrasingContent }>((tie) => ({
    text: words.map((value): PhrasingContent => ({ type: "text", value })),
    node: fc.oneof(
      { maxDepth: 3 },
      tie("text"),
      words.map((value): PhrasingContent => ({ type: "inlineCode", value })),
      tie("node").map((child): PhrasingContent => ({ type: "strong", children: [child] })),
      tie("node").map((child): PhrasingContent => ({ type: "emphasis", children: [child] })),
      tie("node").map((child): PhrasingContent => ({ type: "delete", children: [child] })),
      tie("text").map((child): PhrasingContent => ({
        type: "link",
        url: "https://shop.example/a",
        children: [child as never],
      })),
    ),
  })).node;
  const paragraph = fc.array(inline, { minLength: 1, maxLength: 4 }).map((nodes): RootContent => ({
    type: "paragraph",
    children: nodes.flatMap((node, index): PhrasingContent[] =>
      index === 0 ? [node] : [{ type: "text", value: " - " }, node],
    ),
  }));
  const block = fc.oneof(
    paragraph,
    paragraph.map((child): RootContent => ({ type: "blockquote", children: [child as never] })),
    words.map((value): RootContent => ({ type: "code", lang: "js", value })),
  );
  const tree = fc.array(block, { minLength: 1, maxLength: 4 }).map((children): Root => ({ type: "root", children }));

  test("text and places survive the way to Telegram and back", () => {
    fc.assert(
      fc.property(tree, (root) => {
        const { text, entities } = toEntities(root);
        const back = toMdast(text, entities);
        const again = back ? toEntities(back) : { text, entities: [] };
        expect(again.text).toBe(text);
        expect(styles(again.text, again.entities)).toEqual(styles(text, entities));
      }),
      { numRuns: 500 },
    );
  });

  /** Which styles each character has. */
  function styles(text: string, entities: { type: string; offset: number; length: number }[]): string[] {
    return [...text].map((_, at) =>
      entities
        .filter(({ offset, length }) => at >= offset && at < offset + length)
        .map(({ type }) => type)
        .sort()
        .join(),
    );
  }

  test("reads any entities without harm, and loses no word", () => {
    const entity = fc.record({
      type: fc.constantFrom("bold", "code", "pre", "blockquote", "text_link", "url", "x"),
      offset: fc.integer({ min: -5, max: 40 }),
      length: fc.integer({ min: -5, max: 60 }),
      url: fc.constant("https://x.example"),
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(entity, { maxLength: 8 }), (text, entities) => {
        const tree = toMdast(text, entities);
        if (tree) expect(flatten(tree).text.replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
      }),
      { numRuns: 2_000 },
    );
  });

  test("renders Markdown as Telegram's entities", () => {
    const mdast = fromMarkdown(
      "# Hours\n\nOpen **today**, see [here](https://x.example).\n\n- `9` to 6\n- ![x](y)\n\n> quote\n\n```js\ncode\n```\n\n[bad](javascript:alert)",
    );
    expect(toEntities(mdast)).toEqual({
      text: "Hours\n\nOpen today, see here.\n\n• 9 to 6\n• x\n\nquote\n\ncode\n\nbad",
      entities: [
        { type: "bold", offset: 0, length: 5 },
        { type: "bold", offset: 12, length: 5 },
        { type: "text_link", offset: 23, length: 4, url: "https://x.example" },
        { type: "code", offset: 32, length: 1 },
        { type: "blockquote", offset: 44, length: 5 },
        { type: "pre", offset: 51, length: 4, language: "js" },
      ],
    });
  });
});

describe("rendering", () => {
  const render = (parts: Part[], more: Partial<OutboundMessage> = {}) => encode({ ...message, parts, ...more });

  test("puts texts and a choice into one message, the buttons below", () => {
    const bold = fromMarkdown("**Hi**");
    const parts: Part[] = [
      { type: "text", text: "Hello" },
      { type: "text", text: "Hi", mdast: bold },
      {
        type: "choice",
        prompt: "Which?",
        options: [
          { id: "r", label: "Red" },
          { id: "b", label: "Blue" },
        ],
      },
    ];
    expect(render(fit(parts, telegram.capabilities)[0] ?? [])).toEqual({
      method: "sendMessage",
      payload: {
        chat_id: 5512345678,
        text: "Hello\nHi\nWhich?",
        entities: [{ type: "bold", offset: 6, length: 2 }],
        reply_markup: {
          inline_keyboard: [
            [
              { text: "Red", callback_data: "r" },
              { text: "Blue", callback_data: "b" },
            ],
          ],
        },
      },
    });
  });

  test("writes into topics, and quotes what is answered", () => {
    expect(render(message.parts, { place: "-1001555000111:21", replyTo: "-1001555000111:439" }).payload).toEqual({
      chat_id: -1001555000111,
      message_thread_id: 21,
      text: "We are open.",
      reply_parameters: { message_id: 439, allow_sending_without_reply: true },
    });
  });

  test.each<[Part, string, object]>([
    [{ type: "file", kind: "image", ref: "id" }, "sendPhoto", { photo: "id" }],
    [{ type: "file", kind: "video", ref: "id" }, "sendVideo", { video: "id" }],
    [{ type: "file", kind: "audio", ref: "id" }, "sendAudio", { audio: "id" }],
    [{ type: "file", kind: "audio", ref: "id", mimeType: "audio/ogg" }, "sendVoice", { voice: "id" }],
    [
      { type: "file", kind: "document", ref: "https://x.example/a.pdf" },
      "sendDocument",
      { document: "https://x.example/a.pdf" },
    ],
    [{ type: "file", kind: "sticker", ref: "id" }, "sendSticker", { sticker: "id" }],
    [{ type: "location", latitude: 1, longitude: 2 }, "sendLocation", { latitude: 1, longitude: 2 }],
    [
      { type: "location", latitude: 1, longitude: 2, title: "Shop" },
      "sendVenue",
      { latitude: 1, longitude: 2, title: "Shop", address: "Shop" },
    ],
    [{ type: "contact", name: "Ana" }, "sendMessage", { text: "Ana" }],
    [{ type: "contact", name: "Ana", phone: "+1" }, "sendContact", { first_name: "Ana", phone_number: "+1" }],
  ])("sends %o by %s", (part, method, fields) => {
    expect(render([part])).toEqual({ method, payload: { chat_id: 5512345678, ...fields } });
  });

  test.each([["somewhere"], ["1:2:3"], [""], ["9".repeat(20)]])("refuses %o as a place", (place) => {
    expect(() => render(message.parts, { place })).toThrow("not a place on Telegram");
  });
});
