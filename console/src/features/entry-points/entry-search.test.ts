import { expect, test } from "vitest";
import { EntrySearch, isFound } from "./entry-search.ts";
import type { EntryPoint } from "./queries.ts";

const poster = { name: "南京路橱窗 Window", code: "K7mQ2xVb9c", medium: "poster", campaign: "spring", placement: null, region: "Shanghai", owner: null, keyword: "春季" } as EntryPoint; // prettier-ignore
const finds = (search: Record<string, unknown>) => isFound(poster, EntrySearch.parse(search));

test.each(["橱窗", "window shang", "ＷＩＮＤＯＷ", "k7mq", "春季", "", " "])("is found by “%s”", (q) => {
  expect(finds({ q })).toBe(true);
});

test("is not found by another word, medium or campaign", () => {
  expect([finds({ q: "window berlin" }), finds({ medium: "ad" }), finds({ campaign: "autumn" })]).toEqual([
    false,
    false,
    false,
  ]);
  expect(finds({ medium: "poster", campaign: "spring" })).toBe(true);
});

test("a wrong address is an empty search", () => {
  expect(EntrySearch.parse({ sort: "luck", archived: "perhaps", q: { a: 1 } })).toEqual({
    sort: "newest",
    archived: false,
  });
});
