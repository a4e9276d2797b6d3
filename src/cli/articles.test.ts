import { expect, test } from "vitest";
import { articlesFrom } from "./articles.ts";

const read = (csv: string) => articlesFrom(csv, "a.csv");

test("gathers languages and phrasings by slug", () => {
  const csv = `slug,language,title,answer,phrasing,phrasing 2
hours,en,Opening hours,"We open at 9, close at 6.",When are you open?,Are you open today?
hours,zh,营业时间,早上九点到下午六点。,几点开门？,
hours,EN,,,When do you close?,
parking,en,Parking,Behind the shop.,,`;
  expect(read(csv)).toEqual([
    {
      slug: "hours",
      texts: {
        en: { title: "Opening hours", answer: "We open at 9, close at 6." },
        zh: { title: "营业时间", answer: "早上九点到下午六点。" },
      },
      phrasings: { en: ["When are you open?", "Are you open today?", "When do you close?"], zh: ["几点开门？"] },
    },
    { slug: "parking", texts: { en: { title: "Parking", answer: "Behind the shop." } }, phrasings: { en: [] } },
  ]);
});

test("columns may stand in any order", () => {
  const [article] = read("Answer;Title;Phrasing;Language;Slug\nYes;Open?;open;en;hours");
  expect(article).toEqual({
    slug: "hours",
    texts: { en: { title: "Open?", answer: "Yes" } },
    phrasings: { en: ["open"] },
  });
});

test.each([
  ["missing columns", "slug,title\n", /missing: language, answer/],
  ["an empty file", "", /missing: slug, language, title, answer/],
  ["columns without a meaning", "slug,language,title,answer,colour\n", /mean nothing here: colour/],
  ["a row without a slug", "slug,language,title,answer\nhours,en,T,A\n,en,T,A", /row 3 lacks its slug/],
  [
    "two answers in one language",
    "slug,language,title,answer\nhours,en,T,A\nhours,en,T,B",
    /row 3 gives hours a second answer in en/,
  ],
])("refuses %s", (_what, csv, reason) => expect(() => read(csv)).toThrow(reason));
