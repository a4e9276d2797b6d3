import { expect, test } from "vitest";
import { normalise } from "./normalise.ts";
import { amountsIn, denies } from "./signals.ts";

test.each([
  ["My parcel hasn't arrived", true],
  ["Can I pay without a card?", true],
  ["包裹还没到", true],
  ["不能退货吗", true],
  ["Has my parcel arrived?", false],
  ["能不能退货", false],
  ["有没有优惠", false],
  ["不好意思，请问几点关门", false],
  ["有特别优惠吗", false],
])("%s denies: %s", (text, expected) => {
  expect(denies(normalise(text))).toBe(expected);
});

test("amounts are short numbers; order numbers are none", () => {
  expect(amountsIn(normalise("50 g for 6.50, order 20931"))).toEqual(["50", "6.50"]);
});
