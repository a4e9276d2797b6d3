import { expect, test } from "vitest";
import { moments } from "./moments.ts";

test.each([
  ["a Wednesday noon", new Date(2026, 2, 4, 12), 5],
  ["a Sunday, before the Monday that is tomorrow", new Date(2026, 2, 8, 12), 4],
  ["a late evening", new Date(2026, 2, 4, 23), 4],
])("on %s, the usual moments lie ahead, in their order", (_name, now, count) => {
  const at = moments(now).map((each) => each.at.getTime());
  expect(at).toHaveLength(count);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
  expect(Math.min(...at)).toBeGreaterThan(now.getTime());
});
