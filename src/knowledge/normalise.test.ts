import fc from "fast-check";
import { expect, test } from "vitest";
import { normalise } from "./normalise.ts";

test.each([
  ["case and punctuation", "  What's  OPEN—today?! ", "whats open today"],
  ["curly apostrophes", "I don’t know", "i dont know"],
  ["full-width forms", "ＰａｙＰａｌ　能用吗？", "paypal 能用吗"],
  ["emoji", "你好👋🏽，在吗😊", "你好 在吗"],
  ["joined emoji", "tea 👨‍👩‍👧 please", "tea please"],
  ["invisible characters", "te\u200Ba\uFE0F", "tea"],
  ["decimals and thousands", "6.50 or 1,000.", "6.50 or 1.000"],
  ["half a surrogate pair", "tea \uD83D time", "tea time"],
  ["a character of our own", "a\uE000b", "a b"],
  ["nothing but marks", "?!…。", ""],
])("levels %s", (_what, text, expected) => {
  expect(normalise(text)).toBe(expected);
});

test("what is normal stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const once = normalise(text);
      expect(normalise(once)).toBe(once);
      expect(once).not.toMatch(/^\s|\s$|\s\s/u);
    }),
  );
});

test.each([
  ["spaces", " "],
  ["apostrophes", "'"],
  ["digits and points", "1."],
  ["brackets", "(["],
  ["letters", "a"],
  ["joiners", "\u200D"],
])("a megabyte of %s takes no time", (_what, unit) => {
  const started = performance.now();
  normalise(unit.repeat(500_000));
  expect(performance.now() - started).toBeLessThan(50);
});
