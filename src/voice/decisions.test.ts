import fc from "fast-check";
import { expect, test } from "vitest";
import { clausesOf } from "./clauses.ts";
import { readCorpus } from "./corpus.ts";
import { byLanguage, ownLessons, ownTests } from "./files.ts";
import { LABELS } from "./labels.ts";
import { figureOf, optionOf, pressedScore, typedScore, wilson } from "./scores.ts";
import { judge } from "./severity.ts";
import { keywordsIn, readKeywords, topicOf } from "./topics.ts";
import { ACKNOWLEDGED, surveyQuestion } from "./words-said.ts";

test.each([
  ["my son cut his finger on the edge", 0, "urgent", "safety"],
  ["吃完全家都拉肚子了", 0, "urgent", "safety"],
  ["you charged me twice", 0, "high", "money"],
  ["我要打12315投诉你们", 0, "high", "threat"],
  ["I want a refund, this is ridiculous", 1, "urgent", "repeated"],
  ["this is the WORST shop EVER", 0, "normal", "anger"],
  ["the soup was cold", 1, "normal", "repeated"],
])("%s, with %i complaints before, is %s because of %s", (text, before, severity, reason) => {
  const judged = judge({ text, before, sentiment: -1 });
  expect(judged.severity).toBe(severity);
  expect(judged.reasons).toContain(reason);
});

test("a complaint without anger, harm or money is low where it does not even sound sad", () => {
  expect(judge({ text: "the label is on the wrong side", before: 0, sentiment: 0 })).toEqual({
    severity: "low",
    reasons: [],
  });
});

test.each([
  ["5", 5],
  [" 10 ", 10],
  ["4/5", 4],
  ["４分", 4],
  ["五星", 5],
  ["三分。", 3],
  ["⭐⭐⭐", 3],
  ["5 stars!", 5],
  ["5 apples", undefined],
  ["order 5", undefined],
  ["", undefined],
  ["123", undefined],
])("%s is the score %s", (text, score) => {
  expect(typedScore(text)).toBe(score);
});

test("a button's id fits every platform and says its question and score", () => {
  const askId = "0190a000-0000-7000-8000-000000000001";
  expect(Buffer.byteLength(optionOf(askId, 10))).toBeLessThanOrEqual(64);
  expect(pressedScore(optionOf(askId, 10))).toEqual({ askId, score: 10 });
  expect(pressedScore("article:hours")).toBeUndefined();
});

test("there is no score under 30 answers, and the sentence says so", () => {
  expect(figureOf("nps", Array<number>(29).fill(10))).toMatchObject({ score: null, low: null, high: null });
  expect(figureOf("nps", Array<number>(29).fill(10)).reason).toContain("29 answers");
  expect(figureOf("nps", Array<number>(30).fill(10))).toEqual({ score: 100, low: 100, high: 100, reason: null });
});

test("intervals hold the figure, and Wilson's are those of the books", () => {
  expect(wilson(81, 263).map((each) => each.toFixed(4))).toEqual(["0.2553", "0.3662"]); // Newcombe 1998, table I
  fc.assert(
    fc.property(
      fc.constantFrom("csat", "ces", "nps"),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 30 }),
      (kind, answers) => {
        const { score, low, high } = figureOf(kind, answers);
        expect(low!).toBeLessThanOrEqual(score! + 1e-9);
        expect(high!).toBeGreaterThanOrEqual(score! - 1e-9);
      },
    ),
    { numRuns: 30 },
  );
});

test("clauses are pieces of the text, in order, and never overlap", () => {
  const text = "Love the cake, but it came late. 环境不错，就是咖啡太难喝";
  expect(clausesOf(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    "Love the cake,",
    "but it came late.",
    "环境不错，",
    "就是咖啡太难喝",
  ]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (any) => {
      let last = 0;
      for (const { start, end } of clausesOf(any)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(any.length);
    }),
  );
});

test("a topic is found by whole Latin words, by Han anywhere, in any script and case", () => {
  const keywords = readKeywords(["Tea", "退款"]);
  expect(keywordsIn("a cup of tea", keywords)).toBe(1);
  expect(keywordsIn("a great team", keywords)).toBe(0);
  expect(keywordsIn("我要退款", keywords)).toBe(1);
  const topics = [
    { name: "Drinks", keywords },
    { name: "Food", keywords: readKeywords(["cake", "bread"]) },
  ];
  expect(topicOf("cake and bread with tea", topics)).toBe("Food");
  expect(topicOf("nothing of it", topics)).toBeNull();
});

test("a corpus' line that says nothing readable is named", () => {
  expect(readCorpus("# remark\ncq- Where is it??\n", "x")).toEqual([
    { text: "Where is it??", labels: ["complaint", "question"], sentiment: -1 },
  ]);
  expect(() => readCorpus("c- fine\nz- what\n", "x.txt")).toThrow("Line 2 of x.txt");
});

test("the texts that ship are as many as promised, and none is in both parts", () => {
  const all = byLanguage((language) => ({ lessons: ownLessons(language), tests: ownTests(language) }));
  for (const { lessons, tests } of Object.values(all)) {
    for (const label of LABELS) {
      expect(lessons.filter(({ labels }) => labels.includes(label)).length, label).toBeGreaterThanOrEqual(400);
      expect(tests.filter(({ labels }) => labels.includes(label)).length, label).toBeGreaterThanOrEqual(60);
    }
    const learnt = new Set(lessons.map(({ text }) => text.toLowerCase()));
    expect(tests.filter(({ text }) => learnt.has(text.toLowerCase()))).toEqual([]);
    expect(learnt.size).toBeGreaterThan(lessons.length * 0.99);
  }
});

test("what is said is in both languages, and says a time that is kept", () => {
  expect(ACKNOWLEDGED.en(121)).toContain("3 hours");
  expect(ACKNOWLEDGED.zh(30)).toContain("30 分钟");
  const ask = { id: "0190a000-0000-7000-8000-000000000001", kind: "nps", own: { en: null, zh: "推荐吗？" } } as const;
  expect(surveyQuestion({ ...ask, language: "zh" }).prompt).toBe("推荐吗？");
  expect(surveyQuestion({ ...ask, language: "en" }).options).toHaveLength(11);
});
