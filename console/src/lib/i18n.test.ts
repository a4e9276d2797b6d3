import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { translator } from "./i18n.ts";
import { API_WORDS } from "./words.ts";
import zh from "./zh.json" with { type: "json" };

const FILES = readdirSync("console/src", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"))
  .map((file) => path.join("console/src", file));
const SOURCE = FILES.map((file) => readFileSync(file, "utf8")).join("\n");
const LITERAL = /\bt\(\s*("(?:[^"\\]|\\.)*")/g;

/** What is said by `t("...")`, and what stands in tables of words that `t` is given later. */
const said = new Set([...[...SOURCE.matchAll(LITERAL)].map(([, text]) => JSON.parse(text!) as string), ...API_WORDS]);

test("every word of the console is said in Chinese", () => {
  expect([...said].filter((english) => !(english in zh))).toEqual([]);
});

test("the dictionary holds nothing that nobody says", () => {
  expect(Object.keys(zh).filter((english) => !said.has(english) && !SOURCE.includes(JSON.stringify(english)))).toEqual(
    [],
  );
});

test("a translation has the same values in it as the English", () => {
  const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [english, chinese] of Object.entries(zh)) expect(values(chinese), english).toEqual(values(english));
});

test("values are put in; a missing one is left to be seen", () => {
  expect(translator("zh")("known since {day}", { day: "2026" })).toBe("首次出现于 2026");
  expect(translator("en")("known since {day}")).toBe("known since {day}");
});
