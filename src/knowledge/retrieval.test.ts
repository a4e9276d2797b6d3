import fc from "fast-check";
import { expect, test } from "vitest";
import { createIndex } from "./retrieval.ts";

const index = createIndex([
  {
    id: "hours",
    phrasings: ["Opening hours", "When are you open?", "What time do you close?", "几点开门", "周日营业吗"],
  },
  {
    id: "parking",
    phrasings: ["Parking", "Where can I park my car?", "Is there a car park?", "哪里可以停车", "停车收费吗"],
  },
  { id: "price", phrasings: ["Prices", "How much is 50 g of tea?", "What does it cost?", "茶叶多少钱", "价格是多少"] },
  { id: "late", phrasings: ["My parcel has not arrived", "I have not received my order", "包裹还没到"] },
  { id: "arrived", phrasings: ["My parcel has arrived", "包裹到了"] },
]);
const best = (question: string) => index.search(question)[0];

test.each([
  ["when do you open", "hours"],
  ["is there parking for my car", "parking"],
  ["parkng", "parking"],
  ["请问停车要收费吗", "parking"],
  ["茶多少钱呀", "price"],
  ["the parcel still has not arrived", "late"],
])("%s is near %s", (question, id) => {
  expect(best(question)?.id).toBe(id);
});

test("the same words are 1, whatever their case, width and marks", () => {
  expect(best("ＷＨＥＮ are you open")).toEqual({ id: "hours", score: 1, matchedPhrasing: "When are you open?" });
});

test("unknown words, another amount and a denial each cost", () => {
  const score = (question: string, id: string) => index.search(question).find((hit) => hit.id === id)?.score ?? 0;
  expect(score("where can I park my horse carriage", "parking")).toBeLessThan(
    score("where can I park my car today", "parking"),
  );
  expect(score("how much is 100 g of tea", "price")).toBeLessThan(score("how much is 50 g of your tea", "price"));
  expect(score("my parcel has not arrived", "arrived")).toBeLessThan(score("my parcel has arrived", "arrived"));
});

test("a question about something else is far from everything", () => {
  expect(best("who won the football match")?.score ?? 0).toBeLessThan(0.2);
  expect(index.search("🍵 ??")).toEqual([]);
  expect(createIndex([]).search("anything")).toEqual([]);
});

test("scores lie between 0 and 1, best first, and asking leaves no trace", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (text) => {
      const before = index.search("is there parking");
      const scores = index.search(text).map((hit) => hit.score);
      expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(index.search("is there parking")).toEqual(before);
    }),
  );
});

test("every phrasing finds its own entry", () => {
  const phrasings = ["Opening hours", "哪里可以停车", "What does it cost?", "包裹还没到"];
  expect(phrasings.map((phrasing) => best(phrasing)?.score)).toEqual([1, 1, 1, 1]);
});

test("1,000 articles of 10 phrasings are indexed within a second and asked within 2 ms", () => {
  let seed = 1;
  const draw = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const word = () =>
    ["ba", "ko", "ri", "tu", "me", "so"].map((_, i, all) => all[draw(6)]!.slice(0, 2 - (i % 2))).join("");
  const common = "how do i can you what is my the a to for".split(" ");
  const words = Array.from({ length: 4_000 }, word);
  const phrasing = () =>
    Array.from({ length: 8 }, (_, i) => (i % 2 ? words[draw(4_000)]! : common[draw(common.length)]!)).join(" ");
  const entries = Array.from({ length: 1_000 }, (_, i) => ({
    id: String(i),
    phrasings: Array.from({ length: 10 }, phrasing),
  }));

  const builds = [1, 2, 3].map(() => {
    const started = performance.now();
    return { index: createIndex(entries), took: performance.now() - started };
  });
  const { index: large, took: built } = builds.sort((a, b) => a.took - b.took)[0]!; // the one least disturbed
  const times = Array.from({ length: 200 }, phrasing).map((question) => {
    const from = performance.now();
    large.search(question);
    return performance.now() - from;
  });
  const median = times.sort((a, b) => a - b)[100]!;
  process.stdout.write(`1,000 x 10: built in ${built.toFixed(0)} ms, p50 ${median.toFixed(2)} ms\n`);
  expect(built).toBeLessThan(1_000);
  expect(median).toBeLessThan(2);
});
