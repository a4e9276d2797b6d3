import { expect, test } from "vitest";
import { ArticleChange, type ArticleView } from "../../../../src/contract/api-knowledge.ts";
import { articleOf, draftOf, localOf, momentOf, timeOf } from "./draft.ts";

const ARTICLE: ArticleView = {
  id: "0190a000-0000-7000-8000-000000000001",
  slug: "trade-prices",
  enabled: false,
  audience: "customers",
  validFrom: "2026-01-01T08:30:15.000Z",
  validTo: null,
  texts: { zh: { title: "批发价", answer: "十公斤起。" } },
  phrasings: { en: ["Do you sell in bulk?"], zh: ["批发多少钱？", "量大优惠吗？"] },
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

test("an article that is opened and saved stays what it was, its audience and its time too", () => {
  const { id, createdAt, updatedAt, ...asWritten } = ARTICLE;
  expect(ArticleChange.parse(articleOf(draftOf(ARTICLE)))).toEqual(asWritten);
  expect([id, createdAt, updatedAt]).toHaveLength(3);
});

const ASKED = {
  slug: "oolong",
  title: "Oolong",
  language: "en" as const,
  phrasings: { en: ["Do you sell in bulk?", "Oolong?"], zh: [] },
};

test("a new article begins with the questions that were asked", () => {
  expect(draftOf(undefined, ASKED)).toMatchObject({
    slug: "oolong",
    title: { en: "Oolong", zh: "" },
    phrasings: { en: "Do you sell in bulk?\nOolong?", zh: "" },
  });
});

test("an article that is there keeps its words and takes the questions as well, each once", () => {
  const draft = draftOf(ARTICLE, ASKED);
  expect(draft).toMatchObject({ slug: "trade-prices", title: { en: "", zh: "批发价" } });
  expect(draft.phrasings.en).toBe("Do you sell in bulk?\nOolong?");
});

test("why is sent only where something was written", () => {
  expect(articleOf({ ...draftOf(ARTICLE), why: "  " })).not.toHaveProperty("why");
  expect(articleOf({ ...draftOf(ARTICLE), why: " new prices " }).why).toBe("new prices");
});

test("a moment goes through a field for date and time and back", () => {
  expect(momentOf(localOf("2026-03-29T01:30:00.000Z"))).toBe("2026-03-29T01:30:00.000Z");
  expect([localOf(null), localOf("soon"), momentOf(""), momentOf("soon")]).toEqual(["", "", null, null]);
});

test.each([
  [null, null, "now"],
  ["2026-02-01T00:00:00Z", null, "later"],
  [null, "2026-01-10T00:00:00Z", "over"],
  ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "now"],
])("from %s to %s is %s", (validFrom, validTo, is) => {
  expect(timeOf({ validFrom, validTo }, new Date("2026-01-10T00:00:00Z"))).toBe(is);
});
