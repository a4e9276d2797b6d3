import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText } from "../contract/index.ts";
import { articleView, shopArticles } from "../../tests/support/articles.ts";
import { languageOf } from "../lib/language.ts";
import { createLibrary } from "./library.ts";
import { planAnswer } from "./plan.ts";
import { answerOf } from "./say.ts";
import { WORDS } from "./words.ts";

const shop = shopArticles();
const library = createLibrary(shop.map(articleView));
const said = (texts: string[], more: { picked?: string[]; tags?: string[] } = {}) => ({
  texts,
  picked: [],
  tags: [],
  ...more,
});
const ask = (...texts: string[]) => planAnswer(said(texts), library);
const words = (...texts: string[]) => plainText(answerOf(ask(...texts))?.parts ?? []);
const answerTo = (slug: string, language: "en" | "zh") =>
  shop.find((article) => article.slug === slug)!.texts[language]!.answer;

test.each([
  ["What are your opening hours?", "opening-hours", "en"],
  ["你们几点开门？", "opening-hours", "zh"],
  ["请问可以寄到国外吗", "shipping-abroad", "zh"],
  ["Hi! Can I pay with PayPal? Thanks", "payment-methods", "en"],
] as const)("%s is answered by %s in %s", (question, slug, language) => {
  expect(words(question)).toBe(answerTo(slug, language));
});

test("a burst of lines with one question in it is answered once", () => {
  expect(words("hi", "how much", "is gift wrapping", "please")).toBe(answerTo("gift-wrapping", "en"));
});

test("two questions get two answers, the same question twice gets one", () => {
  expect(words("What is your address? Is there parking nearby?")).toBe(
    `${answerTo("address", "en")}\n${answerTo("getting-here", "en")}`,
  );
  expect(words("Is there parking nearby?", "Where can I park my car?")).toBe(answerTo("getting-here", "en"));
});

test("a question without an answer beside one that has one is handed over with it", () => {
  const answer = answerOf(ask("Is there parking nearby? Do unicorns exist?"));
  expect(answer?.handover).toBe("part of the question has no answer");
  expect(plainText(answer!.parts)).toBe(`${answerTo("getting-here", "en")}\n${WORDS.en.handover}`);
});

test("a story around a question needs no answer", () => {
  expect(answerOf(ask("I bought a lovely kettle last spring. What is your return policy?"))?.handover).toBeUndefined();
});

test("two near articles are offered, in the language of the question", () => {
  const twins = createLibrary([
    articleView({
      slug: "a",
      texts: { en: { title: "Green tea cups", answer: "A" } },
      phrasings: { en: ["green cups"] },
    }),
    articleView({
      slug: "b",
      texts: { en: { title: "Green tea pots", answer: "B" }, zh: { title: "绿壶", answer: "乙" } },
    }),
    articleView({ slug: "c", texts: { en: { title: "Parking", answer: "C" } } }),
  ]);
  const plan = planAnswer(said(["green tea"]), twins);
  expect(plan.evidence.decision).toBe("offered");
  expect(answerOf(plan)?.parts).toEqual([
    {
      type: "choice",
      prompt: "Did you mean one of these?",
      options: [
        { id: `article:${plan.evidence.offered[0]}`, label: plan.offered[0]!.texts.en!.title },
        { id: `article:${plan.evidence.offered[1]}`, label: plan.offered[1]!.texts.en!.title },
        { id: "article-none", label: "None of these" },
      ],
    },
  ]);
  expect(answerOf({ ...plan, language: "zh" })?.parts[0]).toMatchObject({ prompt: "您是想问下面哪一个？" });
});

test("an article in the other language alone is answered with a notice", () => {
  const english = createLibrary([
    articleView({
      slug: "a",
      texts: { en: { title: "Parking", answer: "Behind the house." } },
      phrasings: { zh: ["停车"] },
    }),
  ]);
  expect(plainText(answerOf(planAnswer(said(["停车"]), english))!.parts)).toBe(
    "以下内容目前只有英文版：\n\nBehind the house.",
  );
});

test("greetings and thanks are the shop's own words, or ours where it has none", () => {
  expect(words("hello")).toBe(answerTo("greeting", "en"));
  expect(words("好的，谢谢")).toBe(answerTo("thanks", "zh"));
  const bare = createLibrary([articleView({ slug: "a", texts: { en: { title: "Parking", answer: "Yes." } } })]);
  expect(plainText(answerOf(planAnswer(said(["您好"]), bare))!.parts)).toBe(WORDS.zh.greeting);
  expect(plainText(answerOf(planAnswer(said(["👍"], { tags: ["zh"] }), bare))!.parts)).toBe(WORDS.zh.thanks);
});

test.each([
  ["Where is my order? I want to talk to a human", "en"],
  ["转人工", "zh"],
] as const)("%s is handed over with kind words", (text, language) => {
  expect(answerOf(ask(text))).toMatchObject({
    handover: "asked for a person",
    parts: [{ type: "text", text: WORDS[language].handover }],
    evidence: { decision: "handed-over" },
  });
});

test("a picked article is answered, also beside another question; one that is gone is not", () => {
  const plan = planAnswer(said([], { picked: ["invoice"], tags: ["zh"] }), library);
  expect(plainText(answerOf(plan)!.parts)).toBe(answerTo("invoice", "zh"));
  const both = planAnswer(said(["Is there parking nearby?"], { picked: ["invoice"] }), library);
  expect(both.articles.map(({ slug }) => slug)).toEqual(["invoice", "getting-here"]);
  expect(answerOf(planAnswer(said([], { picked: ["gone"] }), library))).toBeUndefined();
});

test("the evidence says what was found, how near, and what was asked of it", () => {
  const { evidence } = ask("do you ship to Germany");
  expect(evidence).toMatchObject({
    decision: "answered",
    slug: "shipping-abroad",
    language: "en",
    question: "do you ship to Germany",
  });
  expect(evidence.score).toBeGreaterThanOrEqual(evidence.threshold);
  expect(evidence.candidates[0]).toMatchObject({ slug: "shipping-abroad", matchedPhrasing: evidence.matchedPhrasing });
});

const anyWords = fc.array(
  fc.oneof(
    fc.constantFrom(...shop.flatMap(({ phrasings }) => [...phrasings!.en!, ...phrasings!.zh!])),
    fc.string({ unit: "grapheme", maxLength: 60 }),
  ),
  { maxLength: 4 },
);

test("no answer is empty, and none is in the wrong language where the right one exists", () => {
  fc.assert(
    fc.property(anyWords, (texts) => {
      const plan = ask(...texts);
      const answer = answerOf(plan);
      if (!answer) {
        expect(plan.evidence.decision).toBe("unknown");
        return;
      }
      expect(answer.parts.length).toBeGreaterThan(0);
      for (const part of answer.parts) expect(plainText([part]).trim()).not.toBe("");
      expect(languageOf(plainText(answer.parts))).toBe(plan.language);
      expect(plan.language).toBe(languageOf(texts.join("\n")) ?? "en");
    }),
    { numRuns: 500 },
  );
});
