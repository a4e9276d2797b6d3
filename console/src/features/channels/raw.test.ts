import { expect, test } from "vitest";
import { readable } from "./raw.ts";

test("JSON is indented, anything else stays as it came", () => {
  expect(readable('{"a":[1]}').text).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(readable("<xml>no JSON</xml>")).toEqual({ text: "<xml>no JSON</xml>", isCut: false });
});

test("what is not seen is shown by its number: it can hide nothing and turn nothing round", () => {
  expect(readable("pay\u202Egpj.exe\u0000\u200B").text).toBe("pay\\u{202e}gpj.exe\\u{0}\\u{200b}");
});

test("what is too long to read is cut, and says so", () => {
  const { text, isCut } = readable("x".repeat(50_000));
  expect([text.length, isCut]).toEqual([20_000, true]);
});
