import fc from "fast-check";
import { expect, test } from "vitest";
import { filterOf, midnight, Search, spanOf } from "./search.ts";

const NOW = new Date("2026-03-10T18:00:00Z");

test("an empty address is the overview of ninety days", () => {
  expect(Search.parse({})).toMatchObject({ tab: "overview", period: "90d", model: "first", by: "entry-point" });
});

test("what is wrong in an address counts as left out, and never throws", () => {
  const odd = { tab: "wine", from: "2026-02-31", zone: "Mars/Olympus", margin: 400, channelId: "x", campaign: 2026 };
  expect(Search.parse(odd)).toMatchObject({ tab: "overview", margin: 100, campaign: "2026" });
  expect(Search.parse(odd)).toMatchObject({ from: undefined, zone: undefined, channelId: undefined });
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(Search.shape)), fc.jsonValue()), (given) => {
      filterOf(Search.parse(given), "Europe/Berlin", NOW);
    }),
  );
});

test.each([
  ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z"], // the clock is put forward on that day
  ["2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00.000Z"],
  ["2026-03-11", "Asia/Shanghai", "2026-03-10T16:00:00.000Z"],
  ["2026-03-11", "UTC", "2026-03-11T00:00:00.000Z"],
])("%s begins in %s at %s", (date, zone, at) => {
  expect(midnight(date, zone).toISOString()).toBe(at);
});

test("a period counts whole days of the zone, and dates include their last day", () => {
  expect(spanOf(Search.parse({ period: "7d" }), "Asia/Shanghai", NOW)).toEqual({ from: "2026-03-04T16:00:00.000Z" });
  const dates = Search.parse({ period: "dates", from: "2026-03-01", to: "2026-03-01" });
  expect(spanOf(dates, "UTC", NOW)).toEqual({ from: "2026-03-01T00:00:00.000Z", to: "2026-03-02T00:00:00.000Z" });
  expect(spanOf(Search.parse({ period: "all" }), "UTC", NOW)).toEqual({});
});
