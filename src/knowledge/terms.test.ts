import fc from "fast-check";
import { expect, test } from "vitest";
import { normalise } from "./normalise.ts";
import { meansSomething, stem, termsOf } from "./terms.ts";

const terms = (text: string) => [...termsOf(normalise(text)).keys()].filter((term) => !term.startsWith("#"));

test.each([
  [["ship", "ships", "shipping", "shipped"], "ship"],
  [["deliver", "delivery", "deliveries", "delivered", "delivering"], "deliv"],
  [["pay", "pays"], "pay"],
  [["invoice", "invoices"], "invoic"],
  [["glass", "glasses"], "glass"],
  [["box", "boxes"], "box"],
  [["organic"], "organic"],
])("%s share a stem", (words, root) => {
  expect(words.map(stem)).toEqual(words.map(() => root));
});

test("Chinese is characters and pairs; Latin names and numbers stay whole", () => {
  expect(terms("能用PayPal付50元")).toEqual(["能", "能用", "用", "paypal", "付", "50", "元"]);
});

test("order numbers are whole and weigh little", () => {
  const weights = termsOf(normalise("order 20931"));
  expect(weights.get("20931")).toBeLessThan(weights.get("ord")!);
});

test("politeness around a question does not count", () => {
  expect(terms("Hello, can you wrap gifts please? Thanks")).toEqual(terms("can you wrap gifts"));
  expect(terms("您好，请问包邮吗，谢谢")).toEqual(terms("包邮吗"));
  expect(terms("Hello")).toEqual(["hello"]);
});

test("question words that belong together are also one term", () => {
  expect(terms("how much is it")).toContain("how much");
});

test.each([
  ["what do i do", false],
  ["can you do it", false],
  ["it is broken", true],
  ["包邮吗", true],
])("%s has a topic: %s", (text, expected) => {
  expect(meansSomething(text)).toBe(expected);
});

test("every text has finite, positive weights", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
      const normalised = normalise(text);
      const weights = [...termsOf(normalised).values()];
      expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
      if (/\p{L}|\p{N}/u.test(normalised)) expect(weights.length).toBeGreaterThan(0);
    }),
  );
});
