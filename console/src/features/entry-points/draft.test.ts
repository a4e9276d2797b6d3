import { expect, test } from "vitest";
import { draftOf, EMPTY, newOf, patchOf } from "./draft.ts";
import type { EntryPoint } from "./queries.ts";

const poster = {
  ...{ name: "Window", medium: "poster", campaign: "spring", placement: null, region: null, ownerId: null },
  ...{ channelId: "one", channelIds: [], targetUrl: null, keyword: "SPRING", phone: null },
  landing: { greeting: { en: "Hello" }, assignTo: "mei" },
} as unknown as EntryPoint;

test("only what was said is asked for", () => {
  expect(newOf({ ...EMPTY, name: " Window ", channelIds: ["one"], campaign: " spring " })).toEqual({
    ...{ name: "Window", medium: "poster", campaign: "spring", channelId: "one" },
  });
  expect(newOf({ ...EMPTY, name: "x", channelIds: ["one", "two"], offerZh: "九折" })).toMatchObject({
    ...{ channelIds: ["one", "two"], landing: { offer: { zh: "九折" } } },
  });
  expect(newOf({ ...EMPTY, name: "x", leads: "web", url: "https://a.example/" })).toMatchObject({ targetUrl: "https://a.example/" }); // prettier-ignore
});

test("nothing changed is nothing asked for", () => {
  expect(patchOf(poster, draftOf(poster))).toEqual({});
});

test("a change is asked for alone; what the form does not show stays in the landing", () => {
  const draft = draftOf(poster);
  expect(patchOf(poster, { ...draft, campaign: "", keyword: "SUMMER" })).toEqual({ campaign: null, keyword: "SUMMER" });
  expect(patchOf(poster, { ...draft, leads: "web", url: "https://a.example/" })).toEqual({ targetUrl: "https://a.example/" }); // prettier-ignore
  expect(patchOf(poster, { ...draft, greetingEn: "" })).toEqual({ landing: { assignTo: "mei" } });
});
