import { expect, test } from "vitest";
import { indexKey } from "./index-key.ts";

test("short names stay, odd ones become storable, long ones are told apart", () => {
  expect(indexKey("update 1 三")).toBe("update 1 三");
  expect(indexKey("a\0b\ud800")).toBe("a\ufffdb\ufffd");
  const long = "x".repeat(5_000);
  expect(indexKey(long)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(indexKey(long)).not.toBe(indexKey(`${long}y`));
});
