import { expect, test } from "vitest";
import { confidenceOf } from "./confidence.ts";

test.each([
  ["start-param", "exact", "high"],
  ["start-param", "other-case", "medium"],
  ["start-param", "unknown", "low"],
  ["group-start-param", "exact", "medium"],
  ["invite", "exact", "high"],
  ["invite", "ambiguous", "low"],
  ["ad", "none", "high"],
  ["page", "exact", "high"],
  ["prefilled", "exact", "medium"],
  ["keyword", "exact", "medium"],
  ["keyword", "other-case", "low"],
] as const)("%s with a code that matches %s is worth %s", (method, match, confidence) => {
  expect(confidenceOf(method, match)).toBe(confidence);
});
