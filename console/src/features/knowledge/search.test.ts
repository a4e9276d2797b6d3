import { expect, test } from "vitest";
import { Place, written } from "./search.ts";

test("what is wrong in an address counts as left out", () => {
  const place = Place.parse({ tab: "<script>", article: "../x", cluster: "zz", state: 7, q: 42 });
  expect(place).toEqual({ tab: "articles", state: "waiting", q: "42" });
});

test("an address holds only what is not usual, and is read back as it was written", () => {
  const place = Place.parse({ tab: "suggestions", state: "rejected", article: "new", cluster: "0123456789abcdef" });
  expect(written(Place.parse({}))).toEqual({});
  expect(Place.parse(written(place))).toEqual(place);
});
