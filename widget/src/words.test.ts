import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createSay, languageFor, WORDS, type Word } from "./words.ts";

const FOLDER = import.meta.dirname;
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("everything is said in both languages, with the same values in it", () => {
  expect(Object.keys(WORDS.zh)).toEqual(Object.keys(WORDS.en));
  for (const [word, text] of Object.entries(WORDS.en)) {
    const chinese = WORDS.zh[word as Word];
    expect(holes(chinese), word).toEqual(holes(text));
    expect(chinese, word).toMatch(/\p{Script=Han}/u);
    expect(text, word).not.toMatch(/\p{Script=Han}/u);
  }
});

test("no word is there for nothing", () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => name.endsWith(".ts") && !/words|\.test\./.test(name));
  const code = sources.map((name) => readFileSync(path.join(FOLDER, name), "utf8")).join("\n");
  for (const word of Object.keys(WORDS.en)) expect(code, word).toMatch(new RegExp(`"${word}"|say\\(from`));
  const said = [...code.matchAll(/\bsay\("(\w+)"/g)].map(([, word]) => word!);
  for (const word of said) expect(WORDS.en).toHaveProperty(word);
});

test("values are put into the sentence", () => {
  expect(createSay("en")("uploading", { name: "tea.png", n: 40 })).toBe("Uploading tea.png: 40 %");
  expect(createSay("zh")("tooLong", { n: 3 })).toBe("超出了 3 个字。");
});

test.each<[string | undefined, string, string[], string]>([
  ["zh", "en", ["en-GB"], "zh"],
  [undefined, "zh-Hans", ["en-GB"], "zh"],
  [undefined, "", ["fr", "zh-TW", "en"], "zh"],
  [undefined, "fr", ["fr"], "en"],
  ["en", "zh", ["zh-CN"], "en"],
])("asked %s on a page in %s for a browser of %j it speaks %s", (asked, page, browser, expected) => {
  expect(languageFor(asked, page, browser)).toBe(expected);
});
