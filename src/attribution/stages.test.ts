import { expect, test } from "vitest";
import { afterPurchase, isPurchase } from "./stages.ts";

test.each([
  ["visitor", 0, "customer"],
  ["contact", 0, "customer"],
  ["opportunity", 0, "customer"],
  ["customer", 0, "customer"],
  ["customer", 1, "repeat"],
  ["contact", 3, "repeat"],
  ["repeat", 0, "repeat"],
  ["repeat", 5, "repeat"],
  ["advocate", 0, "advocate"],
  ["lapsed", 0, "customer"],
  ["lapsed", 2, "repeat"],
] as const)("a %s who had bought %i times and buys is a %s", (before, purchases, after) => {
  expect(afterPurchase(before, purchases)).toBe(after);
});

test.each([
  [{ kind: "order", amount: 0 }, true],
  [{ kind: "booking", amount: 100 }, true],
  [{ kind: "sign-up", amount: 0 }, false],
])("%j is a purchase: %s", (conversion, purchase) => {
  expect(isPurchase(conversion)).toBe(purchase);
});
