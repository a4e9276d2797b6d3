import { expect, test } from "vitest";
import { languageOf, languageOfTag, spokenLanguage } from "./language.ts";

test.each([
  ["Do you ship abroad?", "en"],
  ["可以寄到国外吗？", "zh"],
  ["能用 PayPal 吗", "zh"],
  ["Do you sell 龙井?", "en"],
  ["Où êtes-vous ?", "en"],
  ["12345 👍", undefined],
  ["", undefined],
])("%s is %s", (text, language) => {
  expect(languageOf(text)).toBe(language);
});

test.each([
  ["zh-Hans-CN", "zh"],
  ["zh_TW", "zh"],
  ["EN-gb", "en"],
  ["fr", undefined],
  ["", undefined],
  [null, undefined],
])("the tag %s is %s", (tag, language) => {
  expect(languageOfTag(tag)).toBe(language);
});

test("without letters, the conversation's language is spoken, then the person's, then English", () => {
  expect(spokenLanguage("?", "zh", "en")).toBe("zh");
  expect(spokenLanguage("?", null, "zh-CN")).toBe("zh");
  expect(spokenLanguage("?", "fr", undefined)).toBe("en");
  expect(spokenLanguage("hello", "zh")).toBe("en");
});
