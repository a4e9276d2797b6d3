import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_RULES } from "./stage-rules.ts";
import { givesContact, wordTest } from "./stage-signs.ts";

const asksPrice = wordTest(DEFAULT_RULES.find(({ trigger }) => trigger === "price-asked")!.words);

test.each([
  ["How much is the blue one?", true],
  ["HOW  MUCH", true],
  ["ｐｒｉｃｅ please", true],
  ["这个多少钱？", true],
  ["能报价吗", true],
  ["what are the costs of shipping", true],
  ["Are you open today?", false],
  ["I won a prize", false],
  ["Costa Rica coffee", false],
  ["今天开门吗", false],
])("%j asks for the price: %s", (text, expected) => expect(asksPrice(text)).toBe(expected));

test.each([
  ["write to ana.b+x@shop.example.com", true],
  ["+49 170 1234567", true],
  ["我的手机是13800138000", true],
  ["１３８－００１３－８０００", true],
  ["call me at (030) 123 4567", true],
  ["微信号：ana_zhang88", true],
  ["wechat: ana-zhang", true],
  ["my order 7712345678", false],
  ["it costs 13800138000.50", false],
  ["@ana see you at 9", false],
  ["2026-03-01 10:00", false],
  ["微信支付可以吗", false],
])("%j gives a contact: %s", (text, expected) => expect(givesContact([{ type: "text", text }])).toBe(expected));

test("any word is found by itself, whatever signs are in it, and hostile text takes no time", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 12 }), (word) => {
      fc.pre(word.normalize("NFKC").trim() !== "");
      expect(
        wordTest([word])(word.toUpperCase().toLowerCase() === word.toLowerCase() ? word.toUpperCase() : word),
      ).toBe(true);
    }),
  );
  const started = performance.now();
  for (const text of ["+1".repeat(2_000), "a@".repeat(2_000), `a@${"b-".repeat(2_000)}`, `tel ${"1 ".repeat(2_000)}`])
    givesContact([{ type: "text", text }]);
  expect(performance.now() - started).toBeLessThan(500);
});
