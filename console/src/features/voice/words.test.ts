import { expect, test } from "vitest";
import zh from "../../lib/zh.json" with { type: "json" };
import { ALL_WORDS } from "./words.ts";

test("every word of the tables is said in Chinese", () => {
  expect(ALL_WORDS.filter((english) => !(english in zh))).toEqual([]);
});
