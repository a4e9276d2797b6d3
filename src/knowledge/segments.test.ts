import { expect, test } from "vitest";
import { asks, segmentsOf } from "./segments.ts";

test.each([
  [
    ["Hi!", "Do you ship abroad? And is there parking?"],
    ["Do you ship abroad?", "And is there parking?"],
  ],
  [
    ["你好", "几点开门？可以停车吗？谢谢"],
    ["几点开门？", "可以停车吗？"],
  ],
  [["It costs 6.50 here."], ["It costs 6.50 here."]],
  [["line one about tea\nline two about cups"], ["line one about tea", "line two about cups"]],
  [["???", "👍", "what do I do"], []],
])("%j has the sentences %j", (texts, sentences) => {
  expect(segmentsOf(texts)).toEqual(sentences);
});

test("a flood of questions is cut", () => {
  expect(segmentsOf(["is there parking?".repeat(100)]).length).toBe(6);
});

test.each([
  ["is there parking", true],
  ["parking?", true],
  ["可以停车吗", true],
  ["多少钱", true],
  ["I bought a teapot last week.", false],
  ["我上周买了一个茶壶。", false],
])("%s asks: %s", (sentence, expected) => {
  expect(asks(sentence)).toBe(expected);
});
