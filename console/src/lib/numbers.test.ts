import { expect, test } from "vitest";
import { count, digitsOf, minorUnits, money, percent, shortly } from "./numbers.ts";

test("money is told in its own currency's units", () => {
  expect(money(123_456, "EUR", "en")).toBe("€1,234.56");
  expect(money(1_234, "JPY", "en")).toBe("JP¥1,234");
  expect(money(500, "CNY", "zh")).toBe("¥5.00");
  expect(money(500, "nonsense", "en")).not.toContain("NaN");
});

test("what is typed becomes whole units, and what is no amount is none", () => {
  expect(minorUnits("12.34", "EUR")).toBe(1_234);
  expect(minorUnits(1_200, "JPY")).toBe(1_200);
  expect(minorUnits("", "EUR")).toBeUndefined();
  expect(minorUnits("twelve", "EUR")).toBeUndefined();
  expect([digitsOf("EUR"), digitsOf("JPY")]).toEqual([2, 0]);
});

test("large numbers are short, small shares keep a figure", () => {
  expect([count(9_999, "en"), shortly(9_999, "en"), shortly(12_400, "en")]).toEqual(["9,999", "9,999", "12.4k"]);
  expect([percent(0.5, "en"), percent(0.034, "en")]).toEqual(["50%", "3.4%"]);
});
