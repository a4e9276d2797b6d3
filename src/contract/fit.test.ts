import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, test } from "vitest";
import {
  fit,
  flatten,
  splitText,
  textLength,
  unfit,
  wordsOf,
  type Capabilities,
  type FileKind,
  type OutboundMessage,
  type Part,
  type TextUnit,
} from "./index.ts";

const plain: Capabilities = {
  parts: ["text"],
  text: { max: 40, unit: "utf16", formatting: false },
  edit: false,
  delete: false,
  react: false,
  thread: false,
  typing: false,
  acknowledge: false,
  reply: false,
  receipts: [],
  moderation: [],
  idempotentSend: false,
  rates: {},
  entry: [],
  history: false,
};
const rich: Capabilities = {
  ...plain,
  parts: ["text", "choice", "file"],
  text: { max: 40, unit: "utf16", formatting: true },
  choice: { maxOptions: 3, maxLabel: 12 },
  file: { kinds: ["image"], maxBytes: 1_000 },
};
const text = (words: string): Part => ({ type: "text", text: words });
const ask = (prompt: string, ...labels: string[]): Part => ({
  type: "choice",
  prompt,
  options: labels.map((label, index) => ({ id: `o${index}`, label })),
});
const message = (parts: Part[], more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  place: "p",
  parts,
  idempotencyKey: "k",
  ...more,
});
const texts = (messages: Part[][]) => messages.map(wordsOf);

describe("fit", () => {
  test("leaves alone what fits", () => {
    const parts = [text("Hello"), ask("Which?", "Red", "Blue")];
    expect(fit(parts, rich)).toEqual([parts]);
  });

  test.each<[string, Part, string[]]>([
    ["a choice", ask("Which?", "Red", "Blue"), ["Which?\n1. Red\n2. Blue"]],
    [
      "a card",
      { type: "card", title: "Shoes", text: "Red", url: "https://x.example" },
      ["Shoes\nRed\nhttps://x.example"],
    ],
    ["a location", { type: "location", latitude: 1.5, longitude: -2, title: "Shop" }, ["Shop\n1.5, -2"]],
    ["a contact", { type: "contact", name: "Ana", phone: "+1 2" }, ["Ana +1 2"]],
    ["a named file", { type: "file", kind: "document", ref: "r", name: "price list.pdf" }, ["📎 price list.pdf"]],
    ["a file without a name", { type: "file", kind: "audio", ref: "r" }, ["📎 audio"]],
    ["a sticker", { type: "file", kind: "sticker", ref: "r", alt: "👍" }, ["👍"]],
    ["nothing but spaces", text(" \n "), []],
  ])("says %s in words where it is not carried", (_what, part, expected) => {
    expect(texts(fit([part], plain))).toEqual(expected);
  });

  test("keeps a card's options and picture where the platform shows them, and lets the options follow where it does not", () => {
    const card: Part = {
      type: "card",
      title: "Shoes",
      image: "https://x.example/a.png",
      options: [
        { id: "a", label: "Red" },
        { id: "b", label: "Blue" },
      ],
    };
    const cards: Capabilities = {
      ...rich,
      parts: [...rich.parts, "card"],
      card: { maxOptions: 2, image: true, perMessage: 2 },
    };
    expect(fit([card, card, card], cards)).toEqual([[card, card], [card]]);
    expect(fit([card], { ...cards, card: { maxOptions: 1, image: false, perMessage: 1 } })).toEqual([
      [{ type: "card", title: "Shoes" }],
      [ask("Shoes", "Red", "Blue")].map((choice) => ({ ...choice, options: card.options })),
    ]);
    expect(texts(fit([card], plain))).toEqual(["Shoes\nShoes\n1. Red\n2. Blue"]);
  });

  test("cuts at a paragraph, then a line, a sentence, a word", () => {
    expect(texts(fit([text("The first paragraph here.\n\nThe second one.")], plain))).toEqual([
      "The first paragraph here.",
      "The second one.",
    ]);
    expect(texts(fit([text("A first line that is long\nand a second line")], plain))).toEqual([
      "A first line that is long",
      "and a second line",
    ]);
    expect(texts(fit([text("We are open today. Come by whenever you like.")], plain))).toEqual([
      "We are open today.",
      "Come by whenever you like.",
    ]);
    expect(texts(fit([text("one two three four five six seven eight nine")], plain))).toEqual([
      "one two three four five six seven eight",
      "nine",
    ]);
  });

  test("cuts Chinese at the end of a sentence, else between words", () => {
    const small = { ...plain, text: { ...plain.text, max: 12 } };
    expect(texts(fit([text("我们今天营业。欢迎光临！请问您要什么？")], small))).toEqual([
      "我们今天营业。欢迎光临！",
      "请问您要什么？",
    ]);
    const [first = "", second = ""] = texts(fit([text("我们的商店今天下午营业到晚上九点整")], small));
    expect(first + second).toBe("我们的商店今天下午营业到晚上九点整");
    expect(first).not.toMatch(/晚$/); // 晚上 stays whole
  });

  test("counts in the platform's unit", () => {
    const bytes = { ...plain, text: { max: 6, unit: "bytes" as const, formatting: false } };
    expect(texts(fit([text("你好吗")], bytes))).toEqual(["你好", "吗"]);
    const chars = { ...plain, text: { max: 3, unit: "chars" as const, formatting: false } };
    expect(texts(fit([text("😀😀😀😀")], chars))).toEqual(["😀😀😀", "😀"]);
  });

  test("keeps buttons by numbering labels that are too long", () => {
    const [parts = []] = fit([ask("Which?", "A very long label", "No")], rich);
    expect(parts).toEqual([
      {
        type: "choice",
        prompt: "Which?\n1. A very long label\n2. No",
        options: [
          { id: "o0", label: "1. A very l…" },
          { id: "o1", label: "2. No" },
        ],
      },
    ]);
  });

  test("numbers a choice of too many options, or with ids that no platform gives back", () => {
    expect(fit([ask("Which?", "a", "b", "c", "d")], rich)).toEqual([[text("Which?\n1. a\n2. b\n3. c\n4. d")]]);
    const long: Part = { type: "choice", prompt: "?", options: [{ id: "x".repeat(65), label: "a" }] };
    expect(fit([long], rich)).toEqual([[text("?\n1. a")]]);
  });

  test("puts a choice's long prompt before it, and the buttons under the last of it", () => {
    const messages = fit([ask("This explains at length. What do you choose now?", "Yes", "No")], rich);
    expect(texts(messages)).toEqual(["This explains at length.", "What do you choose now?"]);
    expect(messages[1]?.[0]).toMatchObject({ type: "choice", options: [{ label: "Yes" }, { label: "No" }] });
  });

  test("keeps the formatting of a text that it cuts between blocks", () => {
    const mdast = fromMarkdown(
      "A **bold** paragraph that is here.\n\n1. one item\n2. two `items`\n3. three items more",
    );
    const messages = fit([{ type: "text", text: flatten(mdast).text, mdast }], rich);
    expect(texts(messages)).toEqual([
      "A bold paragraph that is here.",
      "1. one item\n2. two items",
      "3. three items more",
    ]);
    expect(JSON.stringify(messages)).toContain('"strong"');
    expect(JSON.stringify(messages)).toContain('"inlineCode"');
  });

  test("gives up the formatting of one block that is too long, not its words", () => {
    const mdast = fromMarkdown("**All of this is bold. And it goes on for far too long.** Truly.");
    const messages = fit([{ type: "text", text: "x", mdast }], rich);
    expect(texts(messages)).toEqual(["All of this is bold.", "And it goes on for far too long. Truly."]);
  });
});

describe("unfit", () => {
  test.each<[string, OutboundMessage, Capabilities, RegExp]>([
    ["no parts", message([]), rich, /no parts/],
    ["no words", message([text(" ")]), rich, /no words/],
    ["a file beside text", message([text("a"), { type: "file", kind: "image", ref: "r" }]), rich, /one other part/],
    ["a choice in the middle", message([ask("?", "a"), text("a")]), rich, /at its end/],
    ["too long a text", message([text("a".repeat(41))]), rich, /41 utf16 long; this platform takes 40/],
    ["text and prompt too long together", message([text("a".repeat(30)), ask("b".repeat(10), "x")]), rich, /41 utf16/],
    ["buttons", message([ask("?", "a")]), plain, /carries no choice/],
    ["too many options", message([ask("?", "a", "b", "c", "d")]), rich, /4 options; this platform takes 3/],
    ["no options", message([ask("?")]), rich, /no options/],
    ["a long label", message([ask("?", "a".repeat(13))]), rich, /longer than the 12/],
    ["a blank label", message([ask("?", " ")]), rich, /no label/],
    [
      "two options of one id",
      message([
        {
          type: "choice",
          prompt: "?",
          options: [
            { id: "a", label: "a" },
            { id: "a", label: "b" },
          ],
        },
      ]),
      rich,
      /ids of their own/,
    ],
    ["a kind of file", message([{ type: "file", kind: "video", ref: "r" }]), rich, /kind video/],
    ["a big file", message([{ type: "file", kind: "image", ref: "r", size: 1_001 }]), rich, /1001 bytes/],
    ["a quote", message([text("a")], { replyTo: "7" }), rich, /cannot quote/],
  ])("says why %s cannot be sent", (_what, given, capabilities, reason) => {
    expect(unfit(given, capabilities)).toMatch(reason);
  });
});

// ── What holds for any text, parts and platform ─────────────────────────────

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        "word ",
        "句子。",
        "End. ",
        "👩‍👩‍👧",
        "🇫🇷",
        "e\u0301",
        "\n\n",
        "\r\n",
        "\n",
        "你好",
        "x",
        " ",
        "\ud800",
      ),
      { maxLength: 80 },
    )
    .map((words) => words.join("")),
);
const anyUnit = fc.constantFrom<TextUnit>("utf16", "chars", "bytes");
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

describe("for any text", () => {
  test("the pieces joined are the text, none is too long, none is empty", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 80 }), anyUnit, (given, max, unit) => {
        const pieces = splitText(given, max, unit);
        expect(pieces.join("")).toBe(given);
        for (const piece of pieces) {
          expect(textLength(piece, unit)).toBeLessThanOrEqual(max);
          expect(piece).not.toBe("");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("no cut goes through what people see as one character", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 32, max: 80 }), (given, max) => {
        const bounds = new Set([...graphemes.segment(given)].map(({ index }) => index).concat(given.length));
        if ([...graphemes.segment(given)].some(({ segment }) => segment.length > max)) return;
        let at = 0;
        for (const piece of splitText(given, max, "utf16"))
          expect(bounds.has((at += piece.length)), `cut at ${at}`).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

const label = fc.string({ unit: "grapheme", maxLength: 30 });
const anyMdast = fc
  .array(
    fc.constantFrom(
      "**bold** text. ",
      "\n\n",
      "- item\n",
      "`code`",
      "[link](https://x.example) ",
      "\n```\ncode\nmore code\n```\n",
      "> quote\n",
      "1. one\n",
      "# Title\n",
    ),
    { maxLength: 40 },
  )
  .map((words) => fromMarkdown(words.join("")));
const anyPart: fc.Arbitrary<Part> = fc.oneof(
  anyText.map(text),
  anyMdast.map((mdast): Part => ({ type: "text", text: flatten(mdast).text, mdast })),
  fc.record({
    type: fc.constant("choice" as const),
    prompt: anyText,
    options: fc.array(fc.record({ id: label, label }), { maxLength: 8 }),
  }),
  fc.record({
    type: fc.constant("file" as const),
    kind: fc.constantFrom<FileKind>("image", "audio", "sticker"),
    ref: label,
    size: fc.nat(2_000),
  }),
  fc.record(
    {
      type: fc.constant("card" as const),
      title: label,
      text: anyText,
      image: fc.constant("https://x.example/a.png"),
      options: fc.array(fc.record({ id: label, label }), { maxLength: 5 }),
    },
    { requiredKeys: ["type", "title", "text"] },
  ),
  fc.record({
    type: fc.constant("template" as const),
    name: label,
    language: fc.constant("en"),
    values: fc.constant({}),
    text: anyText,
  }),
  fc.record({ type: fc.constant("location" as const), latitude: fc.double(), longitude: fc.double() }),
  fc.record({ type: fc.constant("contact" as const), name: label }),
);
const anyCapabilities: fc.Arbitrary<Capabilities> = fc
  .record({
    max: fc.integer({ min: 16, max: 100 }),
    unit: anyUnit,
    formatting: fc.boolean(),
    buttons: fc.boolean(),
    maxOptions: fc.integer({ min: 1, max: 6 }),
    maxLabel: fc.integer({ min: 1, max: 20 }),
    files: fc.boolean(),
    others: fc.subarray<Part["type"]>(["card", "location", "contact", "template"]),
    card: fc.option(
      fc.record(
        {
          maxOptions: fc.integer({ min: 0, max: 4 }),
          image: fc.boolean(),
          perMessage: fc.integer({ min: 1, max: 4 }),
          maxTitle: fc.integer({ min: 1, max: 30 }),
          maxText: fc.integer({ min: 1, max: 30 }),
        },
        { requiredKeys: ["maxOptions", "image", "perMessage"] },
      ),
      { nil: undefined },
    ),
  })
  .map(({ max, unit, formatting, buttons, maxOptions, maxLabel, files, others, card }) => ({
    ...plain,
    parts: ["text", ...(buttons ? ["choice" as const] : []), ...(files ? ["file" as const] : []), ...others],
    text: { max, unit, formatting },
    ...(buttons && { choice: { maxOptions, maxLabel } }),
    ...(files && { file: { kinds: ["image" as const], maxBytes: 1_000 } }),
    ...(card && { card }),
  }));

test("whatever fit returns can be sent, and no word is lost", () => {
  const letters = (words: string) => words.replaceAll(/\s+/gu, "");
  fc.assert(
    fc.property(fc.array(anyPart, { maxLength: 5 }), anyCapabilities, (parts, capabilities) => {
      const messages = fit(parts, capabilities);
      for (const fitted of messages) expect(unfit(message(fitted), capabilities)).toBeUndefined();
      if (parts.every((part) => part.type === "text"))
        expect(letters(texts(messages).join(""))).toBe(letters(wordsOf(parts)));
    }),
    { numRuns: 3_000 },
  );
});
