import fc from "fast-check";
import { expect, test } from "vitest";
import { Search, spanOf, written } from "./search.ts";

test("an empty address is the overview of thirty days, and is written as an empty one", () => {
  expect(Search.parse({})).toMatchObject({ tab: "overview", period: "30d", by: "label", kind: "suggestion" });
  expect(written(Search.parse({}))).toEqual({});
});

test("what is wrong in an address counts as left out, and never throws", () => {
  expect(Search.parse({ tab: "wine", channelId: "x", severity: 4, topic: 2026 })).toMatchObject({
    tab: "overview",
    channelId: undefined,
    severity: undefined,
    topic: "2026",
  });
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(Search.shape)), fc.jsonValue()), (given) => {
      const once = Search.parse(given);
      expect(Search.parse(written(once))).toEqual(once);
    }),
  );
});

test("a period ends with the hour that has begun", () => {
  const at = (minute: string) => spanOf({ period: "7d" }, new Date(`2026-03-10T18:${minute}:00Z`));
  expect(at("00")).toEqual({ from: "2026-03-03T19:00:00.000Z", to: "2026-03-10T19:00:00.000Z" });
  expect(at("59")).toEqual(at("00"));
});
